"""The longest life: from enrolment to an end or a hand-off, when everybody is on time and people answer at the last moment before a timer.

Each way to an end is one term over the second of enrolment. Its greatest length is sought over every day of the year after the proof's date, with the
holidays of that year. Absences and reviews count for nothing: how long they take is up to the person, and to whoever reads the reply. Neither does
a cadence count that begins again after a cooldown: that is another life.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ...language.nodes import Span
from ...language.records import record
from ...language.values import Duration
from ...machine import loops, shortest
from ...machine.types import Transition
from .cycles import NEW, STILL
from .graph import Graph, Move
from .story import Told
from .timed_paths import MOST
from .timed_replay import Stories
from .timed_search import Reading
from .timed_terms import DAY, DEEPEST, PAST, T, Terms

if TYPE_CHECKING:
    from .timed_worlds import World

TRIED = 10
"""Rounds of which one has to be reached for sure."""


@record
class Stand:
    """Where a person is, at the last moment there: `at`; the touch before, and when an interrupted one was due, as terms."""

    state: int
    at: int
    touched: int
    planned: int


@record
class Long:
    """`seconds` None: no end. `told` is the life that shows it; for a life without end, `loop` leads into a round and once through it."""

    seconds: int | None
    told: Told | None
    world: World
    exact: bool
    loop: tuple[Move, ...] | None = None


class Lives:
    """The lives of one machine."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.terms = Terms()

    def longest(self, worlds: Sequence[World], stories: Stories) -> Long | None:
        """The longest of all; None where nobody can be enrolled."""
        rounds = list(islice(self._rounds(), TRIED))
        for loop in rounds:
            before = stories.prefixes.to(loop[0].source, 0)
            if before is not None:
                return Long(None, None, worlds[0], True, (*before, *loop))
        if rounds:
            return Long(None, None, worlds[0], False, ())
        ends = self._ends()
        if ends is None:
            return Long(self._roughly(worlds), None, worlds[0], False)
        if not ends:
            return None
        found = [(*self._greatest(term, world), world, moves) for term, moves in ends for world in worlds[:8]]
        seconds, start, world, moves = max(found, key=lambda way: way[:2])
        told = stories.lasting(world, moves, -start)
        exact = told is not None and told.instants[-1] - told.instants[0] == seconds
        return Long(seconds, told if exact else None, world, exact and len(worlds) <= 8)

    def _rounds(self) -> Iterator[tuple[Move, ...]]:
        """The shortest way round from a pause, or from a touch that is made where no clock ends the rounds."""
        states, clock = self.graph.states, self.graph.machine.elapsed

        def passable(move: Transition) -> bool:
            name = move.event.partition(":")[0]
            return name not in NEW and name not in STILL and move.source != move.target and move.source in self.graph.reachable

        for part in loops(self.graph.machine, passable):
            for state in part:
                kind = states[state].kind
                first = "due" if kind == "hold" else "done" if kind == "touch" and clock is None else None
                move = self.graph.out[state].get(first or "")
                if move is not None and move.target in part:
                    rest = shortest(self.graph.machine, move.target, lambda at, state=state: at == state, passable)  # type: ignore[misc]
                    if rest is not None:
                        yield tuple(Move(step.event, step.source, step.target, step) for step in (move, *rest))

    # ------------------------------------------------------------ every way to an end

    def _ends(self) -> list[tuple[int, tuple[Move, ...]]] | None:
        """(term, moves from enrolment on) of the ways that are not known to be shorter than another one; None: too many."""
        first = Stand(self.graph.start, T, T, PAST)
        came: dict[Stand, tuple[Stand, Move] | None] = {first: None}
        kept: dict[int, list[Stand]] = {}
        over: list[tuple[int, Stand]] = []
        rank = self._rank
        heap = [(0, 0, first)]
        while heap:
            _, _, here = heapq.heappop(heap)
            if here.state in kept and here not in kept[here.state]:
                continue
            for move, then in self._ahead(here):
                if then in came or not self._keep(then, kept):
                    continue
                came[then] = (here, move)
                heapq.heappush(heap, (rank[then.state], len(came), then))
                if self.graph.states[then.state].kind in ("end", "task"):
                    over = _later(self.terms, over, then)
                if len(came) > MOST or self.terms.depth(then.at) > DEEPEST:
                    return None
        return [(term, _path(came, stand)) for term, stand in over]

    @cached_property
    def _rank(self) -> dict[int, int]:
        """The states in an order in which as few as can be come before one that leads to them (a depth-first search, last left first)."""
        seen, left, stack = {self.graph.start}, list[int](), [(self.graph.start, self._next(self.graph.start))]
        while stack:
            state, targets = stack[-1]
            target = next((target for target in targets if target not in seen), None)
            if target is None:
                left.append(state)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, self._next(target)))
        return {state: rank for rank, state in enumerate(reversed(left))}

    def _next(self, state: int) -> Iterator[int]:
        return (then.state for _, then in self._ahead(Stand(state, T, T, PAST)))

    def _keep(self, stand: Stand, kept: dict[int, list[Stand]]) -> bool:
        leq = self.terms.leq
        others = kept.setdefault(stand.state, [])
        if any(leq(stand.at, other.at) and leq(stand.touched, other.touched) and leq(stand.planned, other.planned) for other in others):
            return False
        others[:] = [
            other for other in others if not (leq(other.at, stand.at) and leq(other.touched, stand.touched) and leq(other.planned, stand.planned))
        ]
        others.append(stand)
        return True

    def _ahead(self, here: Stand) -> Iterator[tuple[Move, Stand]]:
        states = self.graph.states
        source = states[here.state]
        if source.kind in ("end", "task"):
            return
        for _, move in self.graph.listened(here.state):
            name, target = move.event.partition(":")[0], states[move.target]
            first = source.kind == "start" and move.event == "enrolled"
            if move.transition is None or name in STILL or name == "elapsed" or target.task == "review":
                continue
            if not first and (name in NEW or source.kind == "start" or move.target == move.source):
                continue
            touched = here.at if first or (source.kind == "touch" and move.event == "done") else here.touched
            planned = (here.at if target.kind == "hold" else PAST) if source.kind != "hold" else here.planned
            yield move, Stand(move.target, self._at(move, here, touched), touched, planned)

    def _at(self, move: Move, here: Stand, touched: int) -> int:
        """The last moment in the state that a move leads to: its timer, or at once."""
        timer = move.transition.timer if move.transition is not None else None
        if timer is None or self.graph.states[move.target].kind in ("end", "task") or timer.kind == "keep":
            return here.at
        base = touched if timer.kind == "after" else here.at
        if timer.kind == "planned":
            base = self.terms.latest(here.at, here.planned)
        start = self.terms.latest(here.at, self.terms.late(base, timer.delay, timer.channel))
        return self.terms.forward(start, timer.channel)

    # ------------------------------------------------------------ roughly, for large machines

    def _roughly(self, worlds: Sequence[World]) -> int:
        """No life is longer than this: every delay takes the most that it takes in the year, and windows have just shut. Where that goes round, the
        clock of `elapsed` ends it, and each pause counts once for each of its rounds."""
        most = _Most(worlds)
        found: dict[int, tuple[int, int, int]] = {self.graph.start: (0, 0, 0)}
        heap, ends, turns = [(0, self.graph.start)], 0, 0
        while heap:
            _, state = heapq.heappop(heap)
            turns += 1
            if turns > 60 * len(self.graph.states):
                return most.by_clock(self.graph)
            for move, then in self._ahead(Stand(state, T, T, PAST)):
                numbers = self._numbers(move, found[state], most)
                before = found.get(then.state)
                joined = numbers if before is None else tuple(map(max, numbers, before))
                if joined != before:
                    found[then.state] = (joined[0], joined[1], joined[2])
                    heapq.heappush(heap, (self._rank[then.state], then.state))
                if self.graph.states[then.state].kind in ("end", "task"):
                    ends = max(ends, joined[0])
        return ends if self.graph.machine.elapsed is None else min(ends, most.by_clock(self.graph))

    def _numbers(self, move: Move, here: tuple[int, int, int], most: _Most) -> tuple[int, int, int]:
        """(at, touched, planned) after a move, in seconds since enrolment."""
        at, touched, planned = here
        source, target = self.graph.states[move.source], self.graph.states[move.target]
        timer = move.transition.timer if move.transition is not None else None
        touched = at if move.event == "enrolled" or (source.kind == "touch" and move.event == "done") else touched
        planned = max(at, planned) if target.kind == "hold" else planned
        if timer is None or target.kind in ("end", "task") or timer.kind == "keep":
            return at, touched, planned
        base = touched if timer.kind == "after" else planned if timer.kind == "planned" else at
        return max(at, base + most.delay(timer.delay, timer.channel)) + most.shut(timer.channel), touched, planned

    # ------------------------------------------------------------ how long

    def _greatest(self, term: int, world: World) -> tuple[int, int]:
        """(the most seconds from an enrolment to the term, minus that enrolment) over a year of enrolments, in the real calendar.

        Of a day that is worked only the first and the last moment are tried, unless that leaves room for more than was found elsewhere: whoever
        is enrolled later on such a day is never done sooner.
        """
        reading, calendar = Reading(self.terms, world, real=True), world.real.calendar
        where, times = calendar.where, sorted(world.boundaries)
        first = where.to_wall(world.first) // DAY
        days = [[where.from_wall(day * DAY + time) for time in (*times, DAY - 1)] for day in range(first, first + 366)]
        best = max((reading.at(term, day[0]) - day[0], -day[0]) for day in days)
        for number, day in enumerate(days):
            if not calendar.business_day(first + number) or reading.at(term, day[-1]) - day[0] > best[0]:
                best = max(best, *((reading.at(term, start) - start, -start) for start in day))
        return best


class _Most:
    """The most that delays and shut windows take, in any of some worlds, from any day of the year."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.worlds = worlds
        self._delays: dict[tuple[Duration | None, str | None], int] = {}
        self._shut: dict[str | None, int] = {}

    def delay(self, delay: Duration | None, channel: str | None) -> int:
        if delay is None or not delay.business:
            return 0 if delay is None else delay.seconds
        if (delay, channel) not in self._delays:
            self._delays[delay, channel] = DAY + max(world.real.add(day, delay, channel) - day for world, day in self._days())
        return self._delays[delay, channel]

    def shut(self, channel: str | None) -> int:
        if channel not in self._shut:
            gap = max(world.real.forward(day, channel) - day for world, day in self._days())
            self._shut[channel] = gap + DAY if gap else 0
        return self._shut[channel]

    def _days(self) -> Iterator[tuple[World, int]]:
        return ((world, world.first + day * DAY) for world in self.worlds for day in range(366 + 31))

    def by_clock(self, graph: Graph) -> int:
        """The time of `elapsed`, and all pauses."""
        limit, pauses = graph.machine.elapsed, set[tuple[Span, Duration]]()
        for move in graph.machine.transitions:
            if move.timer is not None and move.timer.delay is not None and graph.states[move.target].kind == "hold":
                pauses.add((move.origin, move.timer.delay))
        rounds = max((count for state in graph.states for _, count in state.rounds), default=1)
        return self.delay(limit, None) + rounds * sum(self.delay(delay, None) for _, delay in pauses)


def _later(terms: Terms, over: list[tuple[int, Stand]], then: Stand) -> list[tuple[int, Stand]]:
    """The ends that are not known to come before another one."""
    if any(terms.leq(then.at, term) for term, _ in over):
        return over
    return [*(way for way in over if not terms.leq(way[0], then.at)), (then.at, then)]


def _path(came: dict[Stand, tuple[Stand, Move] | None], stand: Stand) -> tuple[Move, ...]:
    moves: list[Move] = []
    step = came[stand]
    while step is not None:
        stand, move = step
        moves.append(move)
        step = came[stand]
    return tuple(reversed(moves))
