"""From what was counted to what people read: one code for all engines, so that they can differ in no digit.

An engine counts in integers. Shares, loads and sums are made here, from the same integers by the same operations.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from ..language.model import CHANNELS
from ..world.program import CODE, Program
from .outcome import Outcome

CLASSES: tuple[str, ...] = ("positive", "negative", "not_now", "out_of_office", "wrong_person")
HEARD: tuple[str, ...] = ("unsubscribed", "complained", *CLASSES)
"""How a touch can be answered, in the order in which one draw is cut up: what does most harm first."""
HEARD_CODES: tuple[int, ...] = (CODE["unsubscribed"], CODE["complained"], *(CODE[f"replied.{name}"] for name in CLASSES))
PLAIN: tuple[str, ...] = (
    "enrolled",
    "reenrolled",
    "turned_away",
    "asked_back",
    "bounced",
    "connected",
    "accepted",
    "unclassified",
    "contacts_after_no",
    "handoffs",
    "meetings.booked",
    "meetings",
    "opportunities",
    "pipeline",
    "won",
    "won_value",
)
CURVES: tuple[str, ...] = ("enrolled", "touches", "replies", "meetings", "opportunities", "won_value")
STANDING: tuple[str, ...] = ("in_pool", "in_flight", "people_without_answer")
LATE: tuple[str, ...] = ("late.touch.p50", "late.touch.p90", "late.handoff.p50", "late.handoff.p90")
WEEK = 604800
Count = TypeVar("Count", int, float)
DRY = 2
"""So many weeks in which hardly anybody is enrolled say that a list is used up."""
CENTURY = 5200.0
"""Weeks: nobody looks further ahead."""
_KEPT = 160
assert PLAIN[0] == CURVES[0] == "enrolled"


@dataclass(frozen=True, slots=True)
class Totals:
    """What one replication counted. `late` has a row for all playbooks together and, where there are several, one for each after it."""

    plain: Sequence[Sequence[int]]  # [cohort][PLAIN]
    touches: Sequence[int]  # [step]
    said: Sequence[Sequence[int]]  # [step][HEARD]
    curves: Sequence[Sequence[Sequence[int]]]  # [cohort][CURVES][week]
    sent: Sequence[int]  # [sender]
    sent_weekly: Sequence[Sequence[int]]  # [sender][week]
    worked: Sequence[int]  # [role]: seconds
    worked_weekly: Sequence[Sequence[int]]  # [role][week]
    selling: Sequence[float]  # [role]
    hands: Sequence[Sequence[float]]  # [role][day]: people at full speed; empty where all are always there
    ended: Sequence[Sequence[int]]  # [cohort][outcome]
    standing: Sequence[Sequence[int]]  # [cohort][STANDING]
    late: Sequence[Sequence[int]]  # [group][LATE]: seconds
    lateness: Sequence[Sequence[Mapping[int, int]]] = ()  # [cohort][touches, hand-offs]: seconds -> how often; where it was asked for


@dataclass(frozen=True, slots=True)
class _Known:
    """What is the same for every replication of a program, worked out once."""

    program: Program
    open_seconds: tuple[tuple[int, ...], ...]  # by role and week
    open_days: tuple[tuple[tuple[tuple[int, int], ...], ...], ...]  # by role and week: (day, seconds); only where people come and go
    sums: tuple[tuple[tuple[str, tuple[int, ...]], ...], ...]  # by group: see `_sums`
    mails: tuple[tuple[int, ...], ...]  # by sender and week: what the caps allow on business days


_known: dict[int, _Known] = {}  # by identity: equal programs may be large
_lock = threading.Lock()


def outcome(program: Program, totals: Totals) -> Outcome:
    """The counts of all playbooks, of each where there are several, and the use of people and mailboxes."""
    known = _knowledge(program)
    everyone, counted = range(len(program.cohorts.name)), _counted(totals)
    counts = _counts(program, totals, everyone, 0, known, counted)
    if len(everyone) > 1:
        for c, name in enumerate(program.cohorts.name):
            counts.update({f"{name}:{key}": value for key, value in _counts(program, totals, (c,), c + 1, known, counted).items()})
    curves = (
        totals.curves[0] if len(everyone) == 1 else [[sum(week) for week in zip(*each, strict=True)] for each in zip(*totals.curves, strict=True)]
    )
    weekly = {name: tuple(map(float, curve)) for name, curve in zip(CURVES, curves, strict=True)}
    _loads(counts, weekly, known, totals)
    _senders(counts, weekly, known, totals)
    return Outcome(counts, weekly, totals)


def _knowledge(program: Program) -> _Known:
    with _lock:
        known = _known.get(id(program))
        if known is None or known.program is not program:
            while len(_known) >= _KEPT:
                del _known[next(iter(_known))]
            known = _known[id(program)] = _learn(program)
        return known


def _learn(program: Program) -> _Known:
    start, end, senders, days = program.start, program.end, program.senders, program.days.business
    weeks = [(start + w * WEEK, min(start + (w + 1) * WEEK, end)) for w in range(program.weeks)]
    windows = [window if name else None for name, window in zip(program.roles.name, program.roles.window, strict=True)]
    seats = program.roster.seats
    moving = [seats[r + 1] > seats[r] for r in range(len(seats) - 1)]
    boxes = [senders.mailbox[s + 1] - senders.mailbox[s] for s in range(len(senders.name))]
    cohorts = range(len(program.cohorts.name))
    return _Known(
        program=program,
        sums=tuple(_sums(program, each) for each in (cohorts, *((c,) for c in cohorts if len(cohorts) > 1))),
        open_seconds=tuple(() if window is None else tuple(program.clocks.open_seconds(window, a, b) for a, b in weeks) for window in windows),
        open_days=tuple(_open_days(program, w, weeks) if moves else () for w, moves in zip(program.roles.window, moving, strict=False)),
        mails=tuple(
            tuple(
                count * sum(senders.cap[s * len(days) + d] for d in range(len(days)) if days[d] and week_of(d, program.weeks) == w)
                for w in range(program.weeks)
            )
            for s, count in enumerate(boxes)
        ),
    )


def _open_days(program: Program, window: int, weeks: list[tuple[int, int]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """By week, the days that have a part in it and how long the role works on that part."""
    at, end = program.days.at, program.end
    found = []
    for first, last in weeks:
        days = [d for d in range(len(at) - 1) if at[d] < last and at[d + 1] > first]
        parts = ((d, program.clocks.open_seconds(window, max(first, at[d]), min(last, at[d + 1], end))) for d in days)
        found.append(tuple(part for part in parts if part[1]))
    return tuple(found)


def _counts(program: Program, totals: Totals, cohorts: Sequence[int], group: int, known: _Known, counted: Sequence[int]) -> dict[str, float]:
    counts = {name: float(counted[at[0]] if len(at) == 1 else sum([counted[i] for i in at])) for name, at in known.sums[group]}
    counts["replies"] = sum(counts[f"replies.{name}"] for name in CLASSES)
    counts["ended"] = float(sum(counts[f"ended.{name}"] for name in program.states.outcomes))
    _lists(counts, program, totals, [c for c in cohorts if not program.cohorts.inbound[c]])
    counts.update((name, float(value)) for name, value in zip(LATE, totals.late[group], strict=True))
    return counts


def _counted(totals: Totals) -> list[int]:
    """All integers that counts are sums of, in one line."""
    return [
        *chain.from_iterable(totals.plain),
        *totals.touches,
        *chain.from_iterable(totals.said),
        *chain.from_iterable((*totals.ended, *totals.standing)),
    ]


def _sums(program: Program, cohorts: Sequence[int]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The names of counts, and of which integers of `_counted` each is the sum, but for those that are sums of counts: worked out once, for it is
    asked for after each replication."""
    quiet = {"turned_away"} if not program.shared else set()
    quiet |= {"asked_back"} if all(share < 0 for share in program.cohorts.asked_back) else set()
    made: dict[str, list[int]] = {name: [c * len(PLAIN) + i for c in cohorts] for i, name in enumerate(PLAIN) if name not in quiet}
    steps = [s for s, c in enumerate(program.steps.cohort) if c in cohorts]
    touches = len(program.cohorts.name) * len(PLAIN)
    said = touches + len(program.steps.id)
    _touches(made, program, steps, touches)
    _replies(made, program, steps, said)
    _ends(made, program, cohorts, said + len(program.steps.id) * len(HEARD))
    return tuple((name, tuple(at)) for name, at in made.items())


def _touches(made: dict[str, list[int]], program: Program, steps: list[int], first: int) -> None:
    channels = program.steps.channel
    made["touches"] = [first + s for s in steps]
    for channel in sorted({channels[s] for s in steps}):
        made[f"touches.{CHANNELS[channel]}"] = [first + s for s in steps if channels[s] == channel]
    for s in steps:
        made.setdefault(f"touches.step.{program.steps.id[s]}", []).append(first + s)


def _replies(made: dict[str, list[int]], program: Program, steps: list[int], first: int) -> None:
    channels, width = program.steps.channel, len(HEARD)
    for i, name in enumerate(HEARD):
        made[name if i < 2 else f"replies.{name}"] = [first + s * width + i for s in steps]
        for s in steps:
            made.setdefault(f"replies.step.{program.steps.id[s]}.{name}", []).append(first + s * width + i)
    for i, name in enumerate(HEARD[:2]):  # by channel too: a share of e-mails sent is of the answers to e-mails
        for channel in sorted({channels[s] for s in steps}):
            made[f"{name}.{CHANNELS[channel]}"] = [first + s * width + i for s in steps if channels[s] == channel]
    made["replies"] = []


def _ends(made: dict[str, list[int]], program: Program, cohorts: Sequence[int], first: int) -> None:
    """Where everybody stands at the horizon. Of the people enrolled, each has ended, waits in the pool again, or is in flight."""
    outcomes = program.states.outcomes
    width, standing = len(outcomes), first + len(program.cohorts.name) * len(outcomes)
    made.update((f"ended.{name}", [first + c * width + i for c in cohorts]) for i, name in enumerate(outcomes))
    made["ended"] = []
    made.update((name, [standing + c * len(STANDING) + i for c in cohorts]) for i, name in enumerate(STANDING))


def _lists(counts: dict[str, float], program: Program, totals: Totals, cohorts: Sequence[int]) -> None:
    """How much of their audiences has been enrolled, and when the first of them is used up at this pace. Who asks by themselves is no list."""
    sizes = program.cohorts.size
    if not any(sizes[c] for c in cohorts):
        return
    counts["list.used"] = sum(totals.plain[c][0] + begun(program, c) for c in cohorts) / sum(sizes[c] for c in cohorts)
    counts["list.weeks"] = min(_lasts(program, totals, c) for c in cohorts if sizes[c])


def begun(program: Program, cohort: int) -> int:
    """How many had been enrolled before the start."""
    flight = program.people.flight
    if flight is None:
        return 0
    return sum(1 for person, turn in zip(flight.person, flight.round, strict=True) if turn >= 0 and program.people.cohort[person] == cohort)


def _lasts(program: Program, totals: Totals, cohort: int) -> float:
    """Weeks from the start until the whole audience has been enrolled."""
    enrolled, size = totals.plain[cohort][0], program.cohorts.size[cohort] - begun(program, cohort)
    if enrolled >= size:
        return float(max((week + 1 for week, count in enumerate(totals.curves[cohort][0]) if count), default=0))
    dry = _dry(program, totals.curves[cohort][0], cohort)
    if dry is not None:
        return float(dry)
    pace = enrolled * WEEK / (program.end - program.start)
    return min(size / pace, CENTURY) if pace else CENTURY


def _dry(program: Program, enrolled: Sequence[float], cohort: int) -> int | None:
    """After how many weeks hardly anybody was left to enrol, although some never were: they are with another playbook, or out for good. None where
    more than a tenth of the places were taken until the end."""
    days = len(program.days.business)
    places = by_week(program.cohorts.quota[cohort * days : (cohort + 1) * days], program.weeks)
    taken = max((week + 1 for week, count in enumerate(enrolled) if count > places[week] / 10), default=0)
    return taken if taken and sum(1 for count in places[taken:] if count) >= DRY else None


def _loads(counts: dict[str, float], weekly: dict[str, tuple[float, ...]], known: _Known, totals: Totals) -> None:
    """The share of the selling time that was worked: seconds of work over people, open seconds and selling time."""
    roles = known.program.roles
    for r, name in enumerate(roles.name):
        if not name:
            continue
        hands = totals.hands[r]
        there = [sum(hands[day] * seconds for day, seconds in week) for week in known.open_days[r]] if hands else []
        room = [seconds * totals.selling[r] for seconds in there or (roles.people[r] * seconds for seconds in known.open_seconds[r])]
        counts[f"minutes.{name}"] = totals.worked[r] / 60
        counts[f"load.{name}"] = totals.worked[r] / sum(room) if sum(room) else 0.0
        weekly[f"load.{name}"] = tuple(worked / each if each else 0.0 for worked, each in zip(totals.worked_weekly[r], room, strict=True))


def week_of(day: int, weeks: int) -> int:
    """The week of a day of the organization; the hour by which a clock change lengthens the horizon belongs to the last one."""
    return min(day // 7, weeks - 1)


def by_week(days: Sequence[Count], weeks: int) -> list[Count]:
    """What was counted on the organization's days, by week."""
    return [sum((count for day, count in enumerate(days) if week_of(day, weeks) == week), start=days[0] * 0) for week in range(weeks)]


def _senders(counts: dict[str, float], weekly: dict[str, tuple[float, ...]], known: _Known, totals: Totals) -> None:
    """Mails sent, and their share of what the caps allow on business days."""
    for s, name in enumerate(known.program.senders.name):
        counts[f"sent.{name}"] = float(totals.sent[s])
        room = known.mails[s]
        counts[f"load.sender.{name}"] = totals.sent[s] / sum(room) if sum(room) else 0.0
        weekly[f"load.sender.{name}"] = tuple(sent / each if each else 0.0 for sent, each in zip(totals.sent_weekly[s], room, strict=True))
