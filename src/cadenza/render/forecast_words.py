"""The sentences of a forecast: its headline, how sure it is, and what it stands on. The terminal and the pull request say the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cadenza.forecast.burn import said
from cadenza.forecast.metrics import HEADLINE, metric
from cadenza.render.ansi import clean
from cadenza.render.forecast_numbers import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.forecast.results import After, Forecast, PointResult, Split, TargetResult
    from cadenza.forecast.warm import Begun

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date) -> str:
    """`Mon 4 Jan 2027`, in English whatever the locale."""
    return f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"


def what(forecast: Forecast) -> str:
    """`platform-cold, 13 weeks from Mon 4 Jan 2027`."""
    names = dict.fromkeys(name for name, _ in forecast.base.machines)
    return f"{clean(', '.join(names) or ', '.join(forecast.playbooks))}, {forecast.horizon} from {day(date.fromisoformat(forecast.start))}"


def probability(target: TargetResult, numbers: Numbers) -> str:
    """The share of the runs in which a target was met; between 0% and 100%, never rounded to either."""
    if 0 < target.met < target.n:
        percent = min(99, max(1, round(100 * target.probability)))
        return f"{percent}%"
    return numbers.share(float(target.met == target.n))


def headline(forecast: Forecast, numbers: Numbers) -> list[str]:
    """The answer: meetings in so many weeks, then a sentence for each target of base."""
    base = forecast.base
    found = base.measures.get(HEADLINE)
    if found is None:
        return [f"Base: this forecast counted no {metric(HEADLINE).label}."]
    p10, p50, p90 = (numbers.count(quantile.value) for quantile in (found.p10, found.p50, found.p90))
    first = f"Base: {p50} {metric(HEADLINE).label} in {forecast.horizon} (P10 {p10} {numbers.dash} P90 {p90})"
    about = [target for target in base.targets if target.metric == HEADLINE]
    first = "; ".join([first, *(_target(forecast, target, numbers) for target in about)]) + "."
    return [first, *(_other(forecast, target, numbers) for target in base.targets if target.metric != HEADLINE)]


def _other(forecast: Forecast, target: TargetResult, numbers: Numbers) -> str:
    found = metric(target.metric)
    middle = numbers.amount(forecast.base.measures[target.metric].p50.value, found.unit)
    unit = f" {forecast.currency}" if found.unit == "money" else ""
    own = f" of {clean(target.playbook)}" if ":" in target.metric else ""
    return f"{found.label.capitalize()}{own}: {middle}{unit}; {_target(forecast, target, numbers)}."


def _target(forecast: Forecast, target: TargetResult, numbers: Numbers) -> str:
    """The target as it is written, and over the horizon, which is what the figure before it is about."""
    verdict = "met" if target.verdict == "met" else f"{target.verdict}, met"
    whole = f" ({numbers.amount(target.needed, metric(target.metric).unit)} in {forecast.horizon})" if " per " in target.written else ""
    return f"target {target.written.removeprefix('at least ')}{whole}: {verdict} in {probability(target, numbers)} of the runs"


def busiest(forecast: Forecast, point: PointResult, key: str, numbers: Numbers) -> str:
    """`85% in week 9, from 1 Mar`: the week of the highest P50, or nothing where there are no weeks."""
    band = point.weekly.get(key)
    if band is None or not any(band.p50):
        return ""
    week = max(range(len(band.p50)), key=lambda number: band.p50[number])
    monday = date.fromisoformat(forecast.start) + timedelta(weeks=week)
    return f"{numbers.share(band.p50[week])} in week {week + 1}, from {monday.day} {MONTHS[monday.month - 1]}"


def swept(point: PointResult) -> tuple[str, str]:
    """The path of a sweep point and the value that it takes there."""
    path, _, value = point.name.partition(" = ")
    return path, value


def footer(forecast: Forecast, numbers: Numbers) -> list[str]:
    """How many replications and why, how to read the numbers, how much is chance, and what it all stands on."""
    lines = [how_many(forecast), _reading(forecast, numbers)]
    if forecast.split:
        lines.append(_divided(forecast.split, numbers))
    if forecast.begun is not None:
        lines.append(_at_the_start(forecast.begun))
    if forecast.after is not None:
        lines.append(_afterwards(forecast.after, numbers))
    lines += [sentence(note) for note in map(clean, (*said(forecast), *forecast.notes))]
    machines = ", ".join(f"{name} {digest[:12]}" for name, digest in forecast.base.machines)
    lines.append(
        f"It holds under the assumptions of the playbook, no better than they are. cadenza {forecast.version}, engine {forecast.engine}, "
        f"seed {forecast.seed}, machine {clean(machines)}."
    )
    return lines


def _divided(split: Sequence[Split], numbers: Numbers) -> str:
    """How much of the band is not knowing and how much is chance, as well as so many pairs can tell."""
    parts = [
        f"{metric(item.key).label} {numbers.share(item.unknown)} ({numbers.share(item.interval.low)} to {numbers.share(item.interval.high)})"
        for item in split
    ]
    text = f"Of the width of the band (its variance), not knowing the rates makes: {', '.join(parts)}. The rest is chance."
    return f"{text} The ranges are what {split[0].pairs} pairs of runs with the same rates allow."


_STATES = {"wait": "waiting for the next touch", "touch": "with a touch due", "hold": "paused", "task": "with a human"}


def _at_the_start(begun: Begun) -> str:
    """Who was under way, in a sentence."""
    people = "1 person is" if begun.in_flight == 1 else f"{begun.in_flight:,} people are"
    each = ", ".join(f"{count:,} {_STATES[name]}" for name, count in begun.states.items() if count)
    rest = f"for {begun.ended:,} it is over, {begun.pool:,} may begin again"
    return f"At the start {people} under way after {begun.events:,} events of the log{': ' + each if each else ''}; {rest}."


def _afterwards(after: After, numbers: Numbers) -> str:
    """What the horizon cuts off, in a sentence or two."""
    bring = []
    for key in ("meetings", "opportunities", "won"):
        found = after.more[key]
        band = f" (P10 {numbers.count(found.p10.value)} {numbers.dash} P90 {numbers.count(found.p90.value)})" if key == HEADLINE else ""
        bring.append(f"{numbers.count(found.mean)} {metric(key).label}{band}")
    text = (
        f"After the horizon: {numbers.count(after.in_flight)} people are still in flight. In the {after.weeks:g} weeks that follow they and the open "
        f"deals bring {', '.join(bring)} more, with nobody new let in"
    )
    return text + (f"; {numbers.count(after.left)} are still in flight then." if after.left >= 0.5 else ".")


def sentence(note: str) -> str:
    """The note with a capital letter and a full stop; a path that it begins with stays as it is written."""
    path = "/" in note.partition(" ")[0]
    return (note if path else note[:1].upper() + note[1:]) + ("" if note.endswith(".") else ".")


def _reading(forecast: Forecast, numbers: Numbers) -> str:
    text = "In one run of ten a number is below its P10, in one of ten above its P90."
    if len(forecast.points) > 1:
        text += f" {numbers.give_or_take} is a 95% interval; a difference whose interval holds 0 is called noise."
    few = forecast.base.measures.get(HEADLINE)
    if few is not None and few.n < few.p10.needs:
        text += f" With fewer than {few.p10.needs} replications, P10 and P90 are rough."
    return text


def how_many(forecast: Forecast) -> str:
    """Why there are as many replications as there are, and how to get all of them."""
    n = forecast.run
    share = ", ".join(f"{metric(key).label} to {100 * width:g}%" for key, width in forecast.precision)
    asked = f" of {forecast.asked}" if forecast.asked else ""
    full = f"For all: cadenza forecast {clean(forecast.file)}."
    return {
        "all": f"{n} replication{'s' * (n != 1)}.",
        "precision": f"{n} replications: enough to know {share} (95% interval) in every scenario.",
        "maximum": f"{n} replications, the most that a precision run makes: {share} was not reached.",
        "time": f"{n}{asked} replications: as many as fitted into the time, so the number depends on the machine. {full}",
        "interrupted": f"Stopped after {n}{asked} replications; this is what they say. {full}",
    }[forecast.stopped]
