"""What is counted, in fractions of people."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from ...world.program import END, START, Program
from ...world.roster import hands
from ..ledger import CURVE, NUMBER
from ..totals import CURVES, HEARD, PLAIN, WEEK, Totals, by_week
from .bundle import Bundle


class Tally:
    """The counts of `totals.Totals`, as means."""

    def __init__(self, program: Program, selling: Sequence[float], paces: Sequence[Sequence[float]]) -> None:
        self.program, self.selling = program, selling
        self.hands = [hands(each, len(program.days.business)) for each in paces]
        cohorts, steps, weeks = len(program.cohorts.name), len(program.steps.id), program.weeks
        self.plain = [[0.0] * len(PLAIN) for _ in range(cohorts)]
        self.touches = [0.0] * steps
        self.said = [[0.0] * len(HEARD) for _ in range(steps)]
        self.curves = [[[0.0] * weeks for _ in CURVES] for _ in range(cohorts)]
        self.sent = [0.0] * len(program.senders.name)
        self.worked = [0.0] * len(program.roles.name)
        self.worked_weekly = [[0.0] * weeks for _ in program.roles.name]
        self.ended = [[0.0] * len(program.states.outcomes) for _ in range(cohorts)]
        self.standing = [[0.0, 0.0, 0.0] for _ in range(cohorts)]
        self.mails = [[0.0] * len(program.days.business) for _ in program.senders.name]
        self.complaints = [[0.0] * len(program.days.business) for _ in program.senders.name]
        self.bounces = [[0.0] * len(program.days.business) for _ in program.senders.name]
        self.channel_weekly: dict[int, list[float]] = {}

    def sizes(self) -> dict[str, int]:
        """How many counts each of them has in a row."""
        program = self.program
        cohorts, steps, weeks = len(program.cohorts.name), len(program.steps.id), program.weeks
        days, roles = len(program.senders.name) * len(program.days.business), len(program.roles.name)
        return {
            "plain": cohorts * len(PLAIN),
            "touches": steps,
            "said": steps * len(HEARD),
            "curves": cohorts * len(CURVES) * weeks,
            "worked": roles,
            "worked_weekly": roles * weeks,
            "ended": cohorts * len(program.states.outcomes),
            "standing": cohorts * 3,
            "mails": days,
            "complaints": days,
            "bounces": days,
            "channel_weekly": steps * weeks,
        }

    def fill(self, counts: Mapping[str, Sequence[float]]) -> None:
        """Take the counts that somebody else has made, each in a row."""
        program = self.program
        self.plain = _rows(counts["plain"], len(self.plain), len(PLAIN))
        self.touches, self.worked = list(counts["touches"][: len(self.touches)]), list(counts["worked"][: len(self.worked)])
        self.said = _rows(counts["said"], len(self.said), len(HEARD))
        self.curves = [_rows(each, len(CURVES), program.weeks) for each in _rows(counts["curves"], len(self.curves), len(CURVES) * program.weeks)]
        self.worked_weekly = _rows(counts["worked_weekly"], len(self.worked), program.weeks)
        self.ended = _rows(counts["ended"], len(self.ended), len(program.states.outcomes))
        self.standing = _rows(counts["standing"], len(self.standing), 3)
        senders, days = len(program.senders.name), len(program.days.business)
        self.mails, self.complaints, self.bounces = (_rows(counts[name], senders, days) for name in ("mails", "complaints", "bounces"))
        self.sent = [sum(each) for each in self.mails]
        self.channel_weekly = {step: week for step, week in enumerate(_rows(counts["channel_weekly"], len(self.touches), program.weeks)) if any(week)}

    def add(self, name: str, cohort: int, amount: float) -> None:
        self.plain[cohort][NUMBER[name]] += amount

    def mark(self, name: str, cohort: int, now: int, amount: float) -> None:
        self.curves[cohort][CURVE[name]][(now - self.program.start) // WEEK] += amount

    def day(self, now: int) -> int:
        """Which of the organization's days it is."""
        return min(bisect_right(self.program.days.at, now), len(self.program.days.business)) - 1

    def touched(self, step: int, cohort: int, now: int, mass: float) -> None:
        week = (now - self.program.start) // WEEK
        self.touches[step] += mass
        self.curves[cohort][CURVE["touches"]][week] += mass
        weekly = self.channel_weekly.get(step)
        if weekly is None:
            weekly = self.channel_weekly[step] = [0.0] * self.program.weeks
        weekly[week] += mass

    def work(self, role: int, seconds: float, now: int) -> None:
        self.worked[role] += seconds
        self.worked_weekly[role][(now - self.program.start) // WEEK] += seconds

    def stand(self, bundle: Bundle) -> None:
        """Where these people are at the horizon."""
        row, mass = bundle.row, bundle.mass()
        if row.round < 0:
            return
        states = self.program.states
        kind = states.kind[row.state]
        if kind == END:
            self.ended[row.cohort][states.outcome[row.state]] += mass
        else:
            self.standing[row.cohort][0 if kind == START else 1] += mass
        if row.answered < 0:
            self.standing[row.cohort][2] += mass

    def totals(self) -> Totals:
        groups = 1 if len(self.plain) == 1 else len(self.plain) + 1
        names = ("plain", "touches", "said", "curves", "sent", "worked", "worked_weekly", "selling", "hands", "ended", "standing")
        made: dict[str, Any] = {name: getattr(self, name) for name in names}  # counted by others in whole people, here in means
        made["sent_weekly"] = [by_week(days, self.program.weeks) for days in self.mails]
        return Totals(**made, late=[(0, 0, 0, 0)] * groups)


def _rows(values: Sequence[float], count: int, length: int) -> list[list[float]]:
    return [list(values[n * length : (n + 1) * length]) for n in range(count)]
