"""Means as a page: one column, what is scarce, and in so many words that there is neither band nor chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cadenza.forecast.metrics import HEADLINE, metric
from cadenza.render.ansi import clean, wrap
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.forecast_words import day, sentence
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.engines.expected.scarce import Scarce
    from cadenza.forecast.expectation import Expectation, ExpectedPoint, Goal

SHOWN = (
    "meetings.booked",
    "meetings",
    "opportunities",
    "pipeline",
    "won",
    "won_value",
    "enrolled",
    "touches",
    "replies",
    "unsubscribed",
    "unsubscribed.share",
    "complained",
    "complained.share",
    "contacts_after_no",
    "people_per_meeting",
    "in_flight",
)
COMPARED = (HEADLINE, "pipeline", "unsubscribed")
WHO = {"sender": "mailboxes of {}", "role": "{}", "account": "accounts on {}"}


def render(found: Expectation, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end."""
    from datetime import date

    numbers = Numbers(plain)

    def wrapped(text: str) -> str:
        return "\n".join(wrap(text, width))

    def bold(text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if colour else text

    names = ", ".join(dict.fromkeys(name for name, _ in found.base.machines))
    title = f"{clean(found.name)}: {clean(names)}, {found.horizon} from {day(date.fromisoformat(found.start))}, in the mean"

    def block(name: str, rows: Sequence[tuple[str, ...]], align: str) -> str:
        cells = [[Cell(text, "" if number else "dim") for text in row] for number, row in enumerate(rows)]
        return "\n".join([bold(name), *table(cells, align, width, colour=colour, plain=plain)])

    compared = _others(found, numbers)
    parts = [bold(wrapped(title)), *(wrapped(text) for text in _answer(found, numbers)), block("base", _table(found, numbers), "<><")]
    parts += [block("asked in the busiest week", _resources(found.base, numbers), "<>>><")] if found.base.scarce else []
    parts += [block("scenarios and sweeps", compared, "<" + ">" * (len(compared[0]) - 2) + "<")] if len(found.points) > 1 else []
    parts += [wrapped(text) for text in _footer(found)]
    return "\n\n".join(parts) + "\n"


def _answer(found: Expectation, numbers: Numbers) -> list[str]:
    base = found.base
    most = "at most " if base.bound else ""
    lines = [f"Base: {most}{numbers.count(base.means.get(HEADLINE, 0.0))} {metric(HEADLINE).label} in {found.horizon}, in the mean."]
    lines += [_scarce(each, found, numbers) for each in base.scarce if each.binds]
    return [*lines, "So every number here is an upper bound: what waits for its turn comes later, or not at all."] if base.bound else lines


def _scarce(each: Scarce, found: Expectation, numbers: Numbers) -> str:
    who = WHO[each.kind].format(clean(each.name))
    times = f"{each.times:.3g} times what can be done" if each.room > 0 else "and nothing can be done"
    part = f"at most {numbers.share(1 / each.times)} of it is done in time; " if each.room > 0 else ""
    return (
        f"Scarce: {who}: {numbers.count(each.asked)} {each.unit} are asked in week {each.week + 1}, {times}: {part}"
        f"{numbers.share(each.by_end)} of all that is asked has room within {found.horizon}."
    )


def _label(found: Expectation, key: str) -> str:
    known = metric(key)
    return f"{known.label}, {found.currency or '?'}" if known.unit == "money" else known.label


def _table(found: Expectation, numbers: Numbers) -> list[tuple[str, ...]]:
    base = found.base
    goals = {goal.metric: goal for goal in base.goals}
    rows: list[tuple[str, ...]] = [("", "mean", "target" if goals else "")]
    keys = [key for key in SHOWN if key in base.means]
    rows += [(_label(found, key), numbers.amount(base.means[key], metric(key).unit), _target(goals.get(key), numbers)) for key in keys]
    return rows


def _target(goal: Goal | None, numbers: Numbers) -> str:
    if goal is None:
        return ""
    bound = {"at least": ">=" if numbers.plain else "≥", "at most": "<=" if numbers.plain else "≤"}[goal.bound]
    where = "the mean meets it" if goal.reached else "the mean misses it"
    return f"{bound} {numbers.amount(goal.needed, metric(goal.metric).unit)}: {where}"


def _resources(point: ExpectedPoint, numbers: Numbers) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("", "asked", "room", "share", "")]
    for each in point.scarce:
        share = numbers.share(each.times) if each.room > 0 else "-"
        rows.append(
            (
                WHO[each.kind].format(clean(each.name)),
                f"{numbers.count(each.asked)} {each.unit}",
                numbers.count(each.room),
                share,
                f"week {each.week + 1}",
            )
        )
    return rows


def _others(found: Expectation, numbers: Numbers) -> list[tuple[str, ...]]:
    keys = [key for key in COMPARED if key in found.base.means]
    rows: list[tuple[str, ...]] = [("", *(_label(found, key) for key in keys), "")]
    for point in found.points:
        values = (numbers.amount(point.means[key], metric(key).unit) for key in keys)
        rows.append((clean(point.name), *values, "upper bounds" if point.bound else ""))
    return rows


def _footer(found: Expectation) -> list[str]:
    machines = ", ".join(f"{name} {digest[:12]}" for name, digest in found.base.machines)
    return [
        "These are means, worked out and not simulated: there is no band and no chance here. A target's chance, what is due to luck and how late "
        f"things are: cadenza forecast {clean(found.file)}.",
        *(sentence(clean(note)) for note in found.notes),
        f"It holds under the assumptions of the playbook, no better than they are. cadenza {found.version}, engine expected, "
        f"machine {clean(machines)}.",
    ]
