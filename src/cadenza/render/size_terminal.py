"""Sizes as a page: what the target takes, what holds it back, from when on a pipeline carries itself, and what the rule of thumb gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cadenza.forecast.metrics import metric
from cadenza.render.ansi import clean, paint, wrap
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.forecast.results import Difference
    from cadenza.forecast.sizing import Mass, Need, Rule, Sizes, TouchCurve, TouchPoint
    from cadenza.forecast.sizing.mass import Spread
    from cadenza.forecast.sizing.need import Relaxed


class _Page:
    def __init__(self, colour: bool, width: int, plain: bool) -> None:
        self.colour, self.width, self.plain, self.numbers = colour, max(60, width), plain, Numbers(plain)

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        return wrap(indent + text, self.width, indent)

    def head(self, text: str) -> list[str]:
        return [paint(line, "bold", on=self.colour) for line in self.wrapped(text)]

    def table(self, rows: Sequence[Sequence[Cell]], align: str) -> list[str]:
        return table(rows, align, self.width, colour=self.colour, plain=self.plain)


def render(found: Sizes, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end; at most `width` columns wide."""
    page = _Page(colour, width, plain)
    need, numbers = found.need, page.numbers
    asked = numbers.amount(need.wanted.needed, metric(need.wanted.metric).unit)
    title = f"{clean(found.name)}: {need.wanted.written} ({asked} in {found.horizon}) with a probability of {numbers.share(need.probability)}"
    parts = [page.head(title), *_need(page, found), *_mass(page, found.mass), *_rule(page, found.rule)]
    about = (
        f"{found.replications} runs to look, fewer where a few tell enough, and as many fresh ones that say what the answer is worth, "
        f"{numbers.grouped(found.runs)} in all; every setting meets the same people with the same luck. From {found.start}, "
        f"seed {found.seed}, engine {found.engine}, cadenza {found.version}."
    )
    parts.append([line for text in (*map(clean, found.notes), about) for line in page.wrapped(text)])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


# ---------------------------------------------------------------- what the target takes


def _need(page: _Page, found: Sizes) -> list[list[str]]:
    need, numbers = found.need, page.numbers
    unit = metric(need.wanted.metric).unit
    if need.setting is None or need.chance is None:
        best = need.best
        assert best is not None
        text = (
            f"Out of reach: with {numbers.grouped(need.limit)} people enrolled a business day, and more people and mailboxes than they can use, "
            f"{numbers.share(best.share)} of the runs get there, and half of them have {numbers.amount(best.median, unit)} or less. More contacts do "
            "not help: the rates, the lead times or the horizon would have to be others."
        )
        return [page.wrapped(text)]
    interval = need.chance.interval
    span = f"{numbers.share(interval.low)} {numbers.dash} {numbers.share(interval.high)}"
    text = f"{_takes(need, numbers)}. Then {numbers.share(need.chance.share)} of fresh runs get there (95% interval {span})."
    return [page.wrapped(text), _table(page, need), _held(page, need), _scenario(page, need)]


def _takes(need: Need, numbers: Numbers) -> str:
    assert need.setting is not None
    people = [f"{count} {clean(name)}" for name, count in need.setting.people]
    boxes = [f"{count} mailbox{'es' * (count != 1)} of {clean(name)}" for name, count in need.setting.mailboxes]
    enrolled = f"{numbers.count(need.setting.enroll)} people enrolled a business day ({numbers.grouped(round(need.contacts))} contacts in all)"
    return "It takes " + ", ".join([enrolled, *people, *boxes])


def _table(page: _Page, need: Need) -> list[str]:
    numbers, setting = page.numbers, need.setting
    assert setting is not None and need.chance is not None
    rows = [[Cell(""), Cell("now", "dim"), Cell("it takes", "dim")]]
    rows.append([Cell("enrolled a business day"), Cell(numbers.count(need.present.enroll)), Cell(numbers.count(setting.enroll))])
    for (name, now), (_, count) in zip(need.present.people, setting.people, strict=True):
        rows.append([Cell(clean(name)), Cell(str(now)), Cell(str(count))])
    for (name, now), (_, count) in zip(need.present.mailboxes, setting.mailboxes, strict=True):
        rows.append([Cell(f"mailboxes of {clean(name)}"), Cell(str(now)), Cell(str(count))])
    rows.append([Cell("chance of the target"), Cell(numbers.share(need.now.share)), Cell(numbers.share(need.chance.share))])
    return page.table(rows, "<>>")


def _held(page: _Page, need: Need) -> list[str]:
    numbers, (present, *others) = page.numbers, need.short
    text = f"With that enrolment and the people and mailboxes of now: {numbers.share(present.chance.share)}."
    if need.binds == "":
        return page.wrapped(f"{text} So enrolment is what decides; nothing else is short.")
    gains = ", ".join(f"of {clean(each.what)} {_more(page, need, each)}" for each in others)
    what = f"{clean(need.binds)} holds it back most" if need.binds else "no one thing alone holds it back"
    name = metric(need.wanted.metric).label
    return page.wrapped(f"{text} More {name} with plenty {gains}: {what}.")


def _more(page: _Page, need: Need, relaxed: Relaxed) -> str:
    """What plenty of one thing brings, in the unit of what is wanted."""
    numbers, more = page.numbers, relaxed.more
    assert more is not None
    if more.verdict in ("same", "noise") or more.interval is None:
        return "no more" if more.verdict == "same" else "noise"
    half = (more.interval.high - more.interval.low) / 2
    unit = metric(need.wanted.metric).unit
    return f"{numbers.difference(more.mean, half, unit)} ({numbers.share(relaxed.chance.share)})"


def _scenario(page: _Page, need: Need) -> list[str]:
    if not need.changes:
        return page.wrapped("That is what there is now.")
    lines = [f"      {path}: {value}" for path, value in need.changes]
    return ["As a scenario:", "  scenarios:", "    it-takes:", *map(clean, lines)]


# ---------------------------------------------------------------- critical mass and the rule


def _mass(page: _Page, mass: Mass) -> list[list[str]]:
    numbers = page.numbers
    head = page.head(f"Critical mass: a new opportunity every week, with {numbers.share(mass.probability)}")
    now = f"Now ({numbers.count(mass.present)} a business day) {numbers.share(mass.now)} of the weeks bring one, once it is under way."
    if mass.enroll is None:
        return [[*head, *page.wrapped(f"{now} No enrolment makes it {numbers.share(mass.probability)}: at most {numbers.share(mass.share)}.")]]
    text = f"It takes {numbers.count(mass.enroll)} people a business day, {numbers.grouped(round(mass.contacts))} of them on their way at once"
    text += _surely(page, mass)
    text += f"; from week {mass.from_week} on it carries itself." if mass.from_week else f"; in {mass.weeks} weeks it does not come to rest."
    row = f" For four weeks in a row with an opportunity each, with the same probability: {numbers.count(mass.row)} a day." if mass.row else ""
    spark = f"weeks with an opportunity  {numbers.sparkline(mass.weekly)}  {numbers.share(mass.weekly[0])} in week 1, "
    spark += f"{numbers.share(mass.weekly[-1])} in week {len(mass.weekly)}"
    return [[*head, *page.wrapped(f"{now} {text}{row}"), f"  {spark}"]]


def _surely(page: _Page, mass: Mass) -> str:
    """How well the runs know the share."""
    if mass.interval is None:
        return ""
    low, high = max(0.0, mass.interval.low), min(1.0, mass.interval.high)
    return (
        f": {page.numbers.share(mass.share)} of the weeks then, 95% interval {page.numbers.share(low)} {page.numbers.dash} {page.numbers.share(high)}"
    )


def _spread(page: _Page, spread: Spread) -> str:
    count = page.numbers.count
    return f"{count(spread.p50)} ({count(spread.p10)}{page.numbers.dash}{count(spread.p90)})"


def _rule(page: _Page, rules: Sequence[Rule]) -> list[list[str]]:
    numbers = page.numbers
    who = [name for name, _ in rules[0].load]
    head = ["", "a day", *(f"{clean(name)} used" for name in who), "opportunities", "with enough", "touches late"]
    rows = [[Cell(text, "dim") for text in head]]
    for each in rules:
        loads = [Cell(numbers.share(load), "red" if load > 1 else "") for _, load in each.load]
        cells = [Cell(f"in {each.weeks} weeks"), Cell(numbers.count(each.enroll)), *loads]
        rows.append(
            [*cells, Cell(_spread(page, each.opportunities)), Cell(_spread(page, each.opportunities_enough)), Cell(numbers.seconds(each.late))]
        )
    text = (
        f"Used: what the busiest week takes of what there is now. Opportunities: the median and, in "
        f"brackets, P10 and P90 of few runs, with what there is and with enough of it. With enough, "
        f"{numbers.share(rules[-1].share)} of the weeks between the first opportunity and the last bring one (in {rules[-1].weeks} weeks)."
    )
    return [[*page.head("The rule of thumb: 10,000 contacts in 4 to 6 weeks"), *page.table(rows, "<" + ">" * (len(head) - 1))], page.wrapped(text)]


# ---------------------------------------------------------------- touches

COLUMNS = ("meetings", "opportunities", "unsubscribed", "complained", "hours", "cost", "cost_per_meeting")
ADDS = ("meetings", "unsubscribed")
LABELS = {"hours": "hours", "unsubscribed": "opt-outs", "complained": "complaints", "meetings": "meetings", "cost_per_meeting": "per meeting"}


def render_curve(name: str, curve: TouchCurve, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page of a touch curve, with a newline at its end."""
    page = _Page(colour, width, plain)
    keys = [key for key in COLUMNS if key in curve.points[0].means]
    money = f", {curve.currency}" if "cost" in keys else ""
    rows = [
        [
            Cell(text, "dim")
            for text in ("touches", *(LABELS.get(key, key) + (money if key == "cost" else "") for key in keys), "adds meetings", "opt-outs")
        ]
    ]
    rows += [_touch(page, point, keys, point.touches == curve.best) for point in curve.points]
    parts = [
        page.head(f"{clean(name)}: what each touch more brings and costs"),
        page.table(rows, ">" * (len(keys) + 3)),
        page.wrapped(_verdict(page, curve)),
        page.wrapped(
            f"The cadence ended after so many touches: means of {curve.replications} runs of each, for the same people with the same luck. What a "
            "touch adds is a difference run by run; where its 95% interval holds 0 it is noise."
        ),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _touch(page: _Page, point: TouchPoint, keys: Sequence[str], best: bool) -> list[Cell]:
    numbers = page.numbers
    cells = [Cell(str(point.touches), "bold" if best else "")]
    for key in keys:
        value = point.means[key]
        cells.append(Cell(numbers.money(value) if key.startswith("cost") else numbers.count(value)))
    return [*cells, *(_added(page, point.adds[key]) for key in ADDS)]


def _added(page: _Page, found: Difference) -> Cell:
    """What a touch adds, where it is more than noise."""
    if found.verdict in ("same", "noise") or found.interval is None:
        return Cell(found.verdict, "dim")
    half = (found.interval.high - found.interval.low) / 2
    return Cell(page.numbers.difference(found.mean, half, "count"))


def _verdict(page: _Page, curve: TouchCurve) -> str:
    numbers, last = page.numbers, curve.points[-1]
    best = curve.points[curve.best - 1]
    early = curve.points[min(1, len(curve.points) - 1)]
    lost = last.means["meetings"] - early.means["meetings"]
    text = f"Giving up after {early.touches} touches costs {numbers.count(lost)} of {numbers.count(last.means['meetings'])} meetings."
    reason = "a meeting is cheapest" if curve.by == "cost_per_meeting" else "a touch still adds meetings that are no noise"
    text += f" Up to touch {best.touches} {reason}."
    final = last.adds["meetings"].mean
    if len(curve.points) > 1 and final > 0 and last.adds["unsubscribed"].mean > 0:
        price = last.adds["unsubscribed"].mean / final
        text += f" The last touch pays each meeting that it adds with {numbers.count(price)} opt-outs"
        hours = last.adds["hours"].mean / final
        text += f" and {numbers.count(hours)} hours of work." if hours >= 0.05 else "."
    return text
