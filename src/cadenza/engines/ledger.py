"""Counting, while the reference engine runs: integers in flat lists."""

from __future__ import annotations

from collections import Counter

from ..world.program import END, START, Program
from ..world.roster import hands
from .people import Row
from .queues import Team
from .totals import CLASSES, CURVES, HEARD, HEARD_CODES, PLAIN, WEEK, Totals, by_week

__all__ = ["CLASSES", "HEARD", "HEARD_CODES", "Ledger", "quantile"]

NUMBER: dict[str, int] = {name: number for number, name in enumerate(PLAIN)}
CURVE: dict[str, int] = {name: number for number, name in enumerate(CURVES)}


class Ledger:
    __slots__ = ("curves", "handoff_late", "plain", "program", "said", "sent", "start", "touch_late", "touches")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.start = program.start
        cohorts, steps = len(program.cohorts.name), len(program.steps.id)
        self.plain = [[0] * len(PLAIN) for _ in range(cohorts)]
        self.touches = [0] * steps
        self.said = [[0] * len(HEARD) for _ in range(steps)]
        self.curves = [[[0] * program.weeks for _ in CURVES] for _ in range(cohorts)]
        self.sent = [0] * len(program.senders.name)
        self.touch_late: list[list[int]] = [[] for _ in range(cohorts)]
        self.handoff_late: list[list[int]] = [[] for _ in range(cohorts)]

    def add(self, name: str, cohort: int, amount: int = 1) -> None:
        self.plain[cohort][NUMBER[name]] += amount

    def mark(self, name: str, cohort: int, now: int, amount: int = 1) -> None:
        """So much more on this week's point of a curve."""
        self.curves[cohort][CURVE[name]][(now - self.start) // WEEK] += amount

    # ------------------------------------------------------------ the end

    def totals(self, rows: list[Row], teams: list[Team], sends: list[list[int]]) -> Totals:
        cohorts = range(len(self.program.cohorts.name))
        groups = [list(cohorts), *([c] for c in cohorts if len(cohorts) > 1)]
        ended, standing = self._ends(rows)
        return Totals(
            plain=self.plain,
            touches=self.touches,
            said=self.said,
            curves=self.curves,
            sent=self.sent,
            sent_weekly=[by_week(days, self.program.weeks) for days in sends],
            worked=[team.worked for team in teams],
            worked_weekly=[team.weekly for team in teams],
            selling=[team.selling for team in teams],
            hands=[hands(team.paces, team.days) for team in teams],
            ended=ended,
            standing=standing,
            late=[self._late(group) for group in groups],
        )

    def lateness(self) -> list[list[Counter[int]]]:
        """By playbook, how late touches and hand-offs were: seconds -> how often."""
        return [[Counter(late) for late in each] for each in zip(self.touch_late, self.handoff_late, strict=True)]

    def _ends(self, rows: list[Row]) -> tuple[list[list[int]], list[list[int]]]:
        """By playbook: how many ended in which outcome; how many are in the pool again, are in flight, never answered."""
        states, cohorts = self.program.states, self.program.cohorts.name
        ended = [[0] * len(states.outcomes) for _ in cohorts]
        standing = [[0, 0, 0] for _ in cohorts]
        for row in rows:
            if row.round < 0:
                continue
            kind = states.kind[row.state]
            if kind == END:
                ended[row.cohort][states.outcome[row.state]] += 1
            else:
                standing[row.cohort][0 if kind == START else 1] += 1
            standing[row.cohort][2] += row.answered < 0
        return ended, standing

    def _late(self, cohorts: list[int]) -> list[int]:
        found = []
        for each in (self.touch_late, self.handoff_late):
            late = sorted(value for c in cohorts for value in each[c])
            found += [quantile(late, 50), quantile(late, 90)]
        return found


def quantile(values: list[int], percent: int) -> int:
    """The smallest value that at least so many per cent do not exceed; 0 of none. `values` are sorted."""
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else 0
