"""The organization's days for bundles: who comes back, what a sender's reputation is, what is won later; and the edges of everybody's hours."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from ...language.model import CHANNELS
from ...world.clocks import COLUMNS
from ...world.program import REVIEW
from ...world.rates import FALLS
from ..common import LEAST, MEMORY
from ..totals import WEEK
from .answers import Delay
from .bundle import ENROL, Bundle

if TYPE_CHECKING:
    from .solve import Solver

_APART = 6 * 3600
"""Edges that are nearer to one another count as one."""


class Days:
    def __init__(self, solver: Solver) -> None:
        self.solver, self.program = solver, solver.program
        days = len(self.program.days.business)
        self._edges: dict[tuple[int, int], list[int]] = {}
        self._office: dict[int, list[int]] = {}
        self._late: dict[tuple[int, int, int], list[int]] = {}
        self.reputation = [1.0] * len(self.program.senders.name)
        self.pool: list[list[Bundle]] = [[] for _ in self.program.cohorts.name]
        self.fresh = [[0] * days for _ in self.program.cohorts.name]
        for cohort, day in zip(self.program.people.cohort, self.program.people.arrive_day, strict=True):
            self.fresh[cohort][day] += 1

    def begin(self, day: int, at: int) -> None:
        self.solver.news.begin(day)
        for sender in range(len(self.reputation)):
            self.reputation[sender] = self._judge(sender, day)
        for cohort, waiting in enumerate(self.pool):
            if waiting:
                room = self.program.cohorts.quota[cohort * len(self.program.days.business) + day] - self.fresh[cohort][day]
                self._let_in(cohort, float(max(0, room)), max(at, self.program.days.nine[day]))

    def _let_in(self, cohort: int, room: float, at: int) -> None:
        """Who has waited longest comes first; of the last ones, the share for which there is room."""
        waiting = self.pool[cohort]
        while waiting and room > 0.0:
            bundle = waiting[0]
            mass = bundle.mass()
            part = bundle
            if mass > room:
                part = bundle.share([w * room / mass for w in bundle.weight])
                bundle.weight = [w * (1.0 - room / mass) for w in bundle.weight]
            else:
                waiting.pop(0)
            room -= mass
            part.own_at, part.own_why = at, ENROL
            self.solver.advance(part, at)

    def back(self, bundle: Bundle) -> None:
        """These people are in the pool again."""
        stays = bundle.share(bundle.weight)
        bundle.weight = [0.0] * len(bundle.weight)
        self.pool[stays.row.cohort].append(stays)

    def close(self) -> None:
        for waiting in self.pool:
            for bundle in waiting:
                self.solver.tally.stand(bundle)

    # ------------------------------------------------------------ reputation

    def _judge(self, sender: int, day: int) -> float:
        rates, tally, first = self.solver.rates, self.solver.tally, max(0, day - MEMORY)
        if rates.complaints[sender][1] == 1.0 and rates.bounces[sender][1] == 1.0:
            return 1.0
        counts = (tally.complaints, tally.bounces, tally.mails)
        complaints, bounces, mails = (sum(each[sender][first:day]) for each in counts)
        return self.placement(sender, complaints, bounces, mails)

    def placement(self, sender: int, complaints: float, bounces: float, mails: float) -> float:
        """The mean share of a sender's mail that arrives in inboxes: notches are whole, so complaints and bounces are taken as Poisson counts."""
        rates, mails = self.solver.rates, max(mails, LEAST)
        lower, lowest = rates.complaints[sender], rates.bounces[sender]
        by_complaints = _poisson(complaints, lambda n: lower[min(int(n * 1000 / mails), FALLS - 1)])
        by_bounces = _poisson(bounces, lambda n: lowest[min(int(max(0.0, n * 100 - 2 * mails) / mails), FALLS - 1)])
        return by_complaints * by_bounces

    # ------------------------------------------------------------ deals

    @staticmethod
    def mean(table: tuple[int, ...]) -> float:
        return _mean(table)

    def won(self, cohort: int, now: int, deals: float, value: float, cycle: Delay) -> None:
        """Deals that are closed within the horizon, and when the colleagues hear of it."""
        left = self.program.end - 1 - now
        inside = cycle.until(left) / cycle.size
        self.solver.tally.add("won", cohort, deals * inside)
        self.solver.tally.add("won_value", cohort, deals * inside * value)
        self._won_weekly(cohort, now, deals * value / cycle.size, cycle)
        if self.solver.news.colleagues[cohort] and inside > 0.0:
            slices = min(cycle.size, 32)
            for n in range(slices):
                after = cycle.table[(2 * n + 1) * cycle.size // (2 * slices)]
                if after <= left:
                    self.solver.news.tell(cohort, 1, now + after, deals / slices)

    def _won_weekly(self, cohort: int, now: int, slice: float, cycle: Delay) -> None:
        """The same value, where it belongs in time: `slice` for each of the cycle's slices."""
        start, end, before = self.program.start, self.program.end, 0
        for week in range((now - start) // WEEK, self.program.weeks):
            first = max(now, start + week * WEEK)
            by_then = cycle.until(min(end, start + (week + 1) * WEEK) - 1 - now)
            if by_then > before:
                self.solver.tally.mark("won_value", cohort, first, (by_then - before) * slice)
            before = by_then

    # ------------------------------------------------------------ edges

    def edges(self, cohort: int, calendar: int) -> list[int]:
        found = self._edges.get((cohort, calendar))
        if found is None:
            found = self._edges[cohort, calendar] = self._edges_of(cohort, calendar)
        return found

    def _edges_of(self, cohort: int, calendar: int) -> list[int]:
        """Where the hours of a playbook's recipients and of all roles begin or end, and weeks; of what is close together, one."""
        program = self.program
        channels = {program.steps.channel[s] for s, c in enumerate(program.steps.cohort) if c == cohort}
        windows = {program.clocks.forward_window[calendar * COLUMNS + channel] for channel in channels} | set(program.roles.window)
        found = set(range(program.start + 604800, program.end, 604800))
        for window in windows - {-1}:
            low, high = program.clocks.window[window], program.clocks.window[window + 1]
            for i in range(low, high):
                found |= {at for at in (program.clocks.opens[i], program.clocks.closes[i]) if program.start < at < program.end}
        if not windows - {-1}:
            found |= set(range(program.start + 21600, program.end, 21600))
        thinned: list[int] = []
        for at in sorted(found):
            if not thinned or at - thinned[-1] >= _APART or (at - program.start) % 604800 == 0:
                thinned.append(at)
        return thinned

    def office(self, role: int) -> list[int]:
        """Where the hours of a role begin or end; of one that is always there, quarters of days; and weeks."""
        found = self._office.get(role)
        if found is None:
            program, window = self.program, self.program.roles.window[role]
            low, high = (program.clocks.window[window], program.clocks.window[window + 1]) if window >= 0 else (0, 0)
            edges = {at for i in range(low, high) for at in (program.clocks.opens[i], program.clocks.closes[i])}
            edges |= set(range(program.start, program.end, 604800 if edges else 21600))
            found = self._office[role] = sorted(at for at in edges if program.start < at < program.end)
        return found

    def too_late(self, cohort: int, state: int, until: int, unclear: bool) -> list[int]:
        """From when on a refusal does not reach a channel's executor before `until`, least first; one that is `unclear` is read before."""
        key = (cohort, self.solver.tasks.role_in(state, cohort, REVIEW) if unclear else -1, until)
        found = self._late.get(key)
        if found is None:
            heard = self.solver.heard
            cohorts, first = self.program.cohorts, cohort * len(CHANNELS)
            reach = {(cohorts.reach[first + n], cohorts.reach_unit[first + n]): n for n in range(len(CHANNELS))}
            found = []
            for channel in (n for (amount, _), n in reach.items() if amount > 0 or unclear):
                low, high = self.program.start, until
                while high - low > 1:
                    middle = (low + high) // 2
                    late = heard.known(cohort, heard.read_at(state, cohort, middle) if unclear else middle)[channel] > until
                    low, high = (low, middle) if late else (middle, high)
                found.append(low)
            found.sort()
            self._late[key] = found
        return found


def _poisson(mean: float, value: object) -> float:
    """The mean of value(n) over Poisson counts."""
    assert callable(value)
    if mean <= 0.0:
        return float(value(0))
    spread = 8 * math.sqrt(mean) + 8
    first, last = max(0, int(mean - spread)), int(mean + spread)
    chance = math.exp(-mean + first * math.log(mean) - math.lgamma(first + 1))
    total = left = 0.0
    for n in range(first, last + 1):
        total += chance * value(n)
        left += chance
        chance *= mean / (n + 1)
    return total / left


@lru_cache(maxsize=64)
def _mean(table: tuple[int, ...]) -> float:
    return sum(table) / len(table)
