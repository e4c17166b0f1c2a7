"""Who of a role is there: hires and their ramp, leave, and people who leave.

A role whose people come, go or are away has *seats*, one for each person that it may have within the horizon. On a day of the organization a seat
works at a *pace*: 1 is full speed, 0 nobody, in between somebody new. Engines know the paces and nothing behind them. Who leaves, and which weeks
somebody takes off, is chance: it is drawn for each replication, by the name of the seat, so that one more hire changes nobody else's luck.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Any

from ..calendars import day as ordinal_of
from ..language.findings import Refused
from ..language.model import Role
from ..language.report import error
from ..language.values import Duration
from .assumptions import Figure
from .draws import base, code, draw, text64, unit
from .figures import FigureMaker
from .program import Days, Roster

YEAR = 365
WEEKDAYS_A_YEAR = 260
MOST_PACES = 20_000_000
"""Seats times days that a program may have, over all roles."""
_LEAVES, _OFF = "leaves", code("", 0, "week off")


def moves(role: Role) -> bool:
    """Whether the people of the role come, go or are away."""
    return bool(role.hires or role.leave is not None or role.attrition is not None)


def lower_roster(team: Sequence[Role], figures: FigureMaker, days: Days, first: int) -> Roster:
    """The seats of all roles; `first` is the ordinal of the first day. Raises Refused where there are too many."""
    columns: dict[str, list[Any]] = {name: [] for name in Roster.__dataclass_fields__}
    count = len(days.business)
    columns["seats"].append(0)
    for role in team:
        seats = _seats(role, first) if moves(role) else []
        columns["key"].extend(text64(f"seat/{role.id}/{name}") for name, _ in seats)
        columns["begins"].extend(begins for _, begins in seats)
        columns["seats"].append(len(columns["key"]))
        leave, attrition, ramp = role.leave, role.attrition, role.ramp
        columns["leave"].append(0 if leave is None else leave.days)
        columns["away"].extend(_away(role, first, count) if seats else [0] * count)
        columns["over"].append(_days(ramp.over) if ramp is not None else 0)
        columns["backfill"].append(_days(attrition.backfill) if attrition is not None and attrition.backfill is not None else -1)
        columns["start"].append(figures.chain((Figure(f"team.{role.id}.ramp.from", ramp.start),) if ramp is not None else (), default=1.0))
        columns["each_year"].append(
            figures.chain((Figure(f"team.{role.id}.attrition.each_year", attrition.each_year),) if attrition is not None else (), default=0.0)
        )
    if len(columns["key"]) * count > MOST_PACES:
        many = f"{len(columns['key']):,} people who come and go over {count:,} days are more than a forecast can follow"
        place = max(team, key=lambda role: role.everybody).span
        raise Refused([error("Y003", many, place, "leave out who comes, goes and is away, or shorten the horizon")])
    del columns["first"]
    return Roster(**{name: tuple(values) for name, values in columns.items()}, first=first)


def _seats(role: Role, first: int) -> list[tuple[str, int]]:
    """(name, day on which the person begins) of each seat. Who is there from the start has no day: None of them ramps."""
    here = [(f"{n}", -1 << 30) for n in range(role.people)]
    return here + [(f"{hire.id}/{n}", ordinal_of(hire.starts) - first) for hire in role.hires for n in range(hire.people)]


def _away(role: Role, first: int, count: int) -> list[int]:
    """How many of the first seats are away in any case, by day; -1: all."""
    away = [0] * count
    for period in role.leave.periods if role.leave is not None else ():
        for day in range(max(0, ordinal_of(period.first) - first), min(count, ordinal_of(period.last) - first + 1)):
            away[day] = -1 if period.people is None or away[day] < 0 else max(away[day], period.people)
    return away


def _days(duration: Duration) -> int:
    """A duration in days of the calendar; five business days, or forty business hours, are a week."""
    if duration.unit == "business day":
        return -(-duration.amount * 7 // 5)
    return -(-duration.amount * 7 // 40) if duration.unit == "business hour" else -(-duration.seconds // 86400)


def paces(roster: Roster, chain: Sequence[float], seed: int, replication: int, days: int) -> tuple[array[float], ...]:
    """The paces of each role, seat after seat (`seat * days + day`); an empty array where all of a role are always there."""
    found = []
    for role in range(len(roster.leave)):
        made = array("d")
        for place in range(roster.seats[role], roster.seats[role + 1]):
            made.extend(_pace(roster, role, place, chain, base(seed, replication, roster.key[place]), days))
        found.append(made)
    return tuple(found)


def hands(paces: Sequence[float], days: int) -> list[float]:
    """How many people at full speed a role's people come to, day by day; nothing where all of them are always there."""
    return [sum(paces[day::days]) for day in range(days)] if paces else []


def _pace(roster: Roster, role: int, place: int, chain: Sequence[float], luck: int, days: int) -> list[float]:
    """One seat's paces: whoever sits there in turn, less the weeks and days off."""
    leave, number = roster.leave[role], place - roster.seats[role]
    phase, found = unit(draw(luck, _OFF)), [0.0] * days
    for begins, ends in _stays(roster, role, roster.begins[place], chain[roster.each_year[role]], luck, days):
        for day in range(max(0, begins), min(ends, days)):
            found[day] = _speed(day - begins, roster.over[role], chain[roster.start[role]])
    for day in range(days):
        away = roster.away[role * days + day]
        if away < 0 or number < away or (leave and _week_off((roster.first + day + 3) // 7, leave, phase)):
            found[day] = 0.0
    return found


def _stays(roster: Roster, role: int, begins: int, yearly: float, luck: int, days: int) -> list[tuple[int, int]]:
    """(first day, day after the last) of each person who has the seat in turn. How long somebody stays forgets how long they have been there."""
    found: list[tuple[int, int]] = []
    rate = -math.log(1.0 - min(yearly, 0.999)) / YEAR
    here = max(begins, 0)
    while here < days:
        stays = days if rate <= 0.0 else int(-math.log(max(unit(draw(luck, code("", len(found), _LEAVES))), 2.0**-54)) / rate)
        found.append((begins if not found else here, here + stays))
        if roster.backfill[role] < 0:
            break
        here += stays + max(1, roster.backfill[role])
    return found


def _speed(passed: int, over: int, start: float) -> float:
    return 1.0 if passed >= over else start + (1.0 - start) * passed / over


def _week_off(week: int, days: int, phase: float) -> bool:
    """Every so many weeks one is off, so that a year has `days` business days of them; the phase is the person's."""
    return math.floor((week + 1) * days / WEEKDAYS_A_YEAR + phase) > math.floor(week * days / WEEKDAYS_A_YEAR + phase)
