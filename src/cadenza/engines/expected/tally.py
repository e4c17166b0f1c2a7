"""What is counted, in fractions of people, and the news that goes from one person to the colleagues."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ...world.program import END, START, Program
from ...world.roster import hands
from ..ledger import CURVE, NUMBER
from ..totals import CURVES, HEARD, PLAIN, WEEK, Totals, by_week
from .bundle import Bundle

NEWS = ("account.opted_out", "account.became_customer", "account.meeting_booked", "account.replied_negative")


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


class News:
    """How often colleagues have news, by the day: the mean over all people, since nobody in particular is anybody's colleague here."""

    def __init__(self, program: Program) -> None:
        people, cohorts = program.people, len(program.cohorts.name)
        self.at = program.days.at
        days = len(program.days.business)
        self.size = [max(1, people.cohort.count(c)) for c in range(cohorts)]
        self.colleagues = _colleagues(program)
        self.told = [[[0.0] * (days + 1) for _ in NEWS] for _ in range(cohorts)]
        self.before = [[[0.0] * (days + 1) for _ in NEWS] for _ in range(cohorts)]
        self.summed = 0

    def tell(self, cohort: int, event: int, now: int, amount: float) -> None:
        self.told[cohort][event][bisect_right(self.at, now) - 1] += amount

    def begin(self, day: int) -> None:
        """A day begins: what was told before it adds up."""
        for told, before in zip(self.told, self.before, strict=True):
            for each, total in zip(told, before, strict=True):
                total[day + 1] = total[day] + each[day]
                if day:
                    total[day] = total[day - 1] + each[day - 1]
                    total[day + 1] = total[day] + each[day]

    def heard(self, cohort: int, event: int, since: int, now: int) -> float:
        """How many such news a person can be expected to have had from colleagues in between."""
        return self.colleagues[cohort] * (self._until(cohort, event, now) - self._until(cohort, event, since)) / self.size[cohort]

    def _until(self, cohort: int, event: int, now: int) -> float:
        day = min(bisect_right(self.at, now) - 1, len(self.at) - 2)
        if day < 0:
            return 0.0
        share = (now - self.at[day]) / (self.at[day + 1] - self.at[day])
        return self.before[cohort][event][day] + share * self.told[cohort][event][day]


def _colleagues(program: Program) -> list[float]:
    """By playbook: how many colleagues a person has, among the people who can be enrolled."""
    people = program.people
    found, size = [0.0] * len(program.cohorts.name), [0] * len(program.cohorts.name)
    for cohort, account in zip(people.cohort, people.account, strict=True):
        found[cohort] += people.colleagues[account + 1] - people.colleagues[account] - 1
        size[cohort] += 1
    return [each / max(1, count) for each, count in zip(found, size, strict=True)]
