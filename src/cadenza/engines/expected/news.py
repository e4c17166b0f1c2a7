"""News that goes from one person to the colleagues: a mean field, since nobody in particular is anybody's colleague here."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from ...world.program import CODE, END, Program
from .answers import Vector
from .bundle import AWAY, Bundle, Key

if TYPE_CHECKING:
    from .solve import Solver

NEWS = ("account.opted_out", "account.became_customer", "account.meeting_booked", "account.replied_negative")
_LEAST = 1e-9
_WEEK = 604800


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


class Colleagues:
    """What the news does to bundles."""

    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self._newsy: dict[int, list[tuple[int, bool]]] = {}

    def listens(self, state: int) -> bool:
        return bool(self.news_for(state))

    def reach(self, bundle: Bundle, now: int) -> None:
        """Those whom the news of a colleague has reached since the bundle was looked at last go their own way; where that is an end, all of one week
        go together."""
        row, last = bundle.row, now >= self.solver.program.end
        at = min(now, self.solver.program.end - 1)
        events = self.news_for(row.state)
        times = [self.solver.news.heard(row.cohort, number, bundle.seen, now) for number, _ in events]
        gone = sum(times) * bundle.mass()
        if gone <= _LEAST or (gone < self.solver.least and not last and not all(ends for _, ends in events)):
            return
        bundle.seen = now
        for (number, ends), expected in zip(events, times, strict=True):
            share = -math.expm1(-expected)
            weight = [w * share for w in bundle.weight]
            bundle.weight = [w * (1.0 - share) for w in bundle.weight]
            if ends:
                self._away(bundle, weight, number, at)
            elif sum(weight) > _LEAST:
                part = bundle.share(weight)
                self.solver.take(part, CODE[NEWS[number]], -1, at)
                self.solver.advance(part, at)

    def _away(self, bundle: Bundle, weight: Vector, number: int, at: int) -> None:
        """Out of the cadence, together with others in the same place in the same week."""
        row = bundle.row
        week = (at - self.solver.program.start) // _WEEK + 1
        key: Key = (AWAY, number, row.state, row.calendar, week, row.answered < 0, row.refused >= 0, row.round)
        found = self.solver.waiting.get(key)
        if found is not None:
            found.weight = [a + b for a, b in zip(found.weight, weight, strict=True)]
            return
        part = bundle.share(weight)
        part.news, part.at, part.why = number, min(self.solver.program.start + week * _WEEK, self.solver.program.end) - 1, AWAY
        self.solver.wait(key, part)

    def leave(self, bundle: Bundle, now: int) -> None:
        self.solver.take(bundle, CODE[NEWS[bundle.news]], -1, now)

    def news_for(self, state: int) -> list[tuple[int, bool]]:
        """Which news of colleagues a state listens to, and whether they lead to an end."""
        found = self._newsy.get(state)
        if found is None:
            states = self.solver.program.states
            taken = {n: states.go[state * len(states.events) + CODE[name]] for n, name in enumerate(NEWS)}
            if taken[1] >= 0 and taken[2] >= 0:
                taken[1] = -1  # who becomes a customer had a meeting before, and that has been told
            found = self._newsy[state] = [(n, self.solver.kind_of[states.target[t]] == END) for n, t in taken.items() if t >= 0]
        return found
