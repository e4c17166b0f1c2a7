"""The search for the worst start: chains of touches through the calendars, each touch as early as the one before allows.

Touch states that cannot be told apart by what follows them (how soon, on which channels, again and again) count as one *class*. From every start
that matters (`World.starts`) the search goes on by the earliest arrival. That is enough, because arriving earlier never makes what follows later:
a touch may be made late, and where lateness brings the next one nearer (business days do not pass on a Sunday), the search makes it late.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ...language.records import record
from ...language.values import Duration
from .timed_paths import Hop, Paths
from .timed_terms import DAY, PAST, T, Terms

if TYPE_CHECKING:
    from .timed_worlds import World

NEAR = 31 * DAY
DEEP = 100
MANY = 100
"""Touches in a window that are counted one by one; more are "100", and not exact."""


class Reading:
    """The terms of one machine, read in one world: `at(term, t)` is its second when T (or the term `root`) is `t`; `real`: with the holidays."""

    def __init__(self, terms: Terms, world: World, root: int = T, *, real: bool = False) -> None:
        self.terms, self.world, self.root = terms, world, root
        self.clock = world.real if real else world.unbroken
        self._seen: dict[tuple[int, int], int] = {}
        self._orders: dict[int, list[int]] = {}
        self._soonest: dict[tuple[int, str | None, int], tuple[int, int]] = {}

    def at(self, term: int, t: int) -> int:
        if term == self.root:
            return t
        found = self._seen.get((term, t))
        if found is None:
            for part in self._order(term) if self.terms.depth(term) > DEEP else ():
                self.at(part, t)
            found = self._seen[term, t] = self._read(term, t)
        return found

    def _order(self, term: int) -> list[int]:
        """The parts of a term that are deep themselves, those first that others are made from: Python's stack is not for long lives."""
        if term not in self._orders:
            parts, todo = set[int](), [term]
            while todo:
                fresh = [part for part in self.terms.all[todo.pop()].of if part not in parts]
                parts.update(fresh)
                todo += fresh
            self._orders[term] = [part for part in sorted(parts) if self.terms.depth(part) % DEEP == 0]
        return self._orders[term]

    def _read(self, number: int, t: int) -> int:
        term, clock = self.terms.all[number], self.clock
        if term.kind == "past":
            return -(1 << 60)
        if term.kind == "latest":
            return max(self.at(part, t) for part in term.of)
        base = self.at(term.of[0], t)
        if term.kind == "forward":
            return clock.forward(base, term.channel)
        assert term.delay is not None
        sum = clock.add(base, term.delay, term.channel)
        if term.kind == "add":
            return sum
        if term.kind == "late":
            return max([sum, *(clock.add(at, term.delay, None) for at in self._before(base))])
        later = self._later(term.channel, base) if term.channel else (self.world.next_midnight(base),)
        return min([sum, *(clock.add(at, term.delay, None) for at in later)])

    def _before(self, t: int) -> Iterator[int]:
        """The last seconds of the days before a day that nobody works, back to one that somebody works."""
        where = self.clock.calendar.where
        day = where.to_wall(t) // DAY
        while not self.clock.calendar.business_day(day):
            yield where.from_wall(day * DAY) - 1
            day -= 1

    def soonest(self, term: int, channel: str | None, t: int) -> tuple[int, int]:
        """(arrival, when the touch before it is made), for a touch on `channel` that can be made from `t` on."""
        key = (term, channel, t)
        found = self._soonest.get(key)
        if found is None:
            found = (self.at(term, t), t)
            if term in self._uneven:
                found = min([found, *((self.at(term, later), later) for later in self._later(channel, t))])
            self._soonest[key] = found
        return found

    @cached_property
    def _uneven(self) -> frozenset[int]:
        """The terms in which business days are added to T itself, so that a later T may give an earlier second."""
        found: set[int] = set()
        for number, term in enumerate(self.terms.all):
            direct = term.kind == "add" and term.of == (T,) and term.delay is not None and term.delay.unit == "business day"
            if direct or any(part in found for part in term.of):
                found.add(number)
        return frozenset(found)

    def _later(self, channel: str | None, t: int) -> Iterator[int]:
        """When else a touch might be made: as its channel opens on the days after, up to the first one that is worked."""
        clock, where = self.clock, self.clock.calendar.where
        for _ in range(5):
            day = self.world.next_midnight(t)
            t = clock.forward(day, channel)
            if t < self.world.next_midnight(day):
                yield t
            if clock.calendar.business_day(where.to_wall(day) // DAY):
                return
            t = day


@record
class Edge:
    term: int
    target: int


@record
class Chain:
    """Touches one after another: the class and second of each, and the terms between them, in the world where that happens."""

    reading: Reading
    classes: tuple[int, ...]
    instants: tuple[int, ...]
    terms: tuple[int, ...]

    @property
    def length(self) -> int:
        return self.instants[-1] - self.instants[0]


class Web:
    """Classes of touch states and the hops between them."""

    def __init__(self, paths: Paths) -> None:
        self.paths, self.terms = paths, paths.terms
        states = paths.graph.states
        self.of: dict[int, int] = {}  # touch state -> class
        hops = {source: paths.hops(source) for source in paths.touches}
        kinds: dict[object, int] = {}
        for source in paths.touches:
            self.of[source] = kinds.setdefault(states[source].channel, len(kinds))
        while True:
            finer: dict[object, int] = {}
            of = {}
            for source in paths.touches:
                key = (self.of[source], frozenset((hop.term, self.of[hop.target]) for hop in hops[source]))
                of[source] = finer.setdefault(key, len(finer))
            self.of = of
            if len(finer) == len(kinds):
                break
            kinds = finer
        self.states: list[int] = [0] * len(kinds)  # class -> one of its states, the first
        for source in reversed(paths.touches):
            self.states[self.of[source]] = source
        self.channel: list[str | None] = [states[state].channel for state in self.states]
        self.edges: list[tuple[Edge, ...]] = [
            tuple(sorted({Edge(hop.term, self.of[hop.target]) for hop in hops[state]}, key=lambda edge: (edge.term, edge.target)))
            for state in self.states
        ]

    def delays(self) -> list[Duration]:
        """Every delay in every term."""
        return sorted({term.delay for term in self.terms.all if term.delay is not None}, key=str)

    def hop(self, state: int, term: int, target: int) -> Hop:
        """The hop from a touch state by a term into a class."""
        return next(hop for hop in self.paths.hops(state) if hop.term == term and self.of[hop.target] == target)

    # ------------------------------------------------------------ without a calendar

    def most(self, within: int, cost: Callable[[int, str | None], int], channel: str | None) -> int:
        """No more touches (on `channel`; None: on any) than this lie within so many seconds, if each hop takes at least its cost."""
        best = 0
        heap = [(0, -1, at) for at, own in enumerate(self.channel) if channel in (None, own)]
        heapq.heapify(heap)
        found: dict[int, list[tuple[int, int]]] = {}
        while heap:
            spent, count, here = heapq.heappop(heap)
            ahead = found.setdefault(here, [])
            if any(other <= count for _, other in ahead):
                continue
            ahead.append((spent, count))
            best = max(best, -count)
            if best >= MANY:
                return MANY
            for edge in self.edges[here]:
                after = spent + cost(edge.term, self.channel[here])
                if after < within:
                    heapq.heappush(heap, (after, count - (channel in (None, self.channel[edge.target])), edge.target))
        return best

    def shortest(self, cost: Callable[[int, str | None], int], wanted: Callable[[int, int], bool], first: Iterable[int]) -> int | None:
        """The least cost from a class of `first` over one hop or more to a class for which `wanted(the class before, it)`."""
        heap = [(0, at, False) for at in first]
        done: set[int] = set()
        while heap:
            spent, here, there = heapq.heappop(heap)
            if there:
                return spent
            if here in done:
                continue
            done.add(here)
            for edge in self.edges[here]:
                heapq.heappush(heap, (spent + cost(edge.term, self.channel[here]), edge.target, wanted(here, edge.target)))
        return None

    # ------------------------------------------------------------ with one

    def burst(self, reading: Reading, start: int, within: int, channel: str | None, budget: list[int]) -> Chain | None:
        """The chain with most touches on `channel` (None: on any) that begins at `start` and ends within so many seconds."""
        clock = reading.world.unbroken
        heap: list[tuple[int, int, int, int]] = []
        back: list[tuple[int, int, int, int]] = []  # (before, term, class, made)
        times: list[int] = []
        for at, own in enumerate(self.channel):
            if channel in (None, own) and clock.forward(start, own) == start:
                heap.append((start, -1, at, len(back)))
                back.append((-1, PAST, at, start))
                times.append(start)
        heapq.heapify(heap)
        best: tuple[int, int] | None = None
        most: dict[int, int] = {}
        while heap and budget[0] > 0:
            when, count, here, entry = heapq.heappop(heap)
            if most.get(here, 1) <= count:
                continue
            most[here] = count
            counted = channel in (None, self.channel[here])
            if counted and (best is None or count < best[0]):
                best = (count, entry)
                if count <= -MANY:
                    break
            for edge in self.edges[here]:
                budget[0] -= 1
                after, made = reading.soonest(edge.term, self.channel[here], when)
                if after - start < within and most.get(edge.target, 1) > (then := count - (channel in (None, self.channel[edge.target]))):
                    heapq.heappush(heap, (after, then, edge.target, len(back)))
                    back.append((entry, edge.term, edge.target, made))
                    times.append(after)
        return None if best is None else self._chain(reading, back, times, best[1])

    def nearest(
        self,
        reading: Reading,
        start: int,
        first: Iterable[int],
        wanted: Callable[[int, int], bool],
        end: int,
        budget: list[int],
    ) -> Chain | None:
        """The chain that begins at `start` in a class of `first` (whose channel is open then) and comes soonest to one for which
        `wanted(the class before, it)`, before `end`."""
        clock = reading.world.unbroken
        heap: list[tuple[int, int, bool, int]] = []
        back: list[tuple[int, int, int, int]] = []
        times: list[int] = []
        for at in first:
            if clock.forward(start, self.channel[at]) == start:
                heap.append((start, at, False, len(back)))
                back.append((-1, PAST, at, start))
                times.append(start)
        done: set[int] = set()
        while heap and budget[0] > 0:
            when, here, there, entry = heapq.heappop(heap)
            if there:
                return self._chain(reading, back, times, entry)
            if here in done:
                continue
            done.add(here)
            for edge in self.edges[here]:
                budget[0] -= 1
                if back[entry][0] < 0:  # begun late, the chain is that of another start, and another end
                    after, made = reading.at(edge.term, when), when
                else:
                    after, made = reading.soonest(edge.term, self.channel[here], when)
                if after < end and (edge.target not in done or wanted(here, edge.target)):
                    heapq.heappush(heap, (after, edge.target, wanted(here, edge.target), len(back)))
                    back.append((entry, edge.term, edge.target, made))
                    times.append(after)
        return None

    def _chain(self, reading: Reading, back: list[tuple[int, int, int, int]], times: list[int], entry: int) -> Chain:
        """From the last entry back to the first. A touch that is made late is dated so."""
        classes, instants, terms = [], [], []
        made = times[entry]
        while entry >= 0:
            before, term, at, moved = back[entry]
            classes.append(at)
            instants.append(made)
            if before >= 0:
                terms.append(term)
            entry, made = before, moved
        return Chain(reading, tuple(reversed(classes)), tuple(reversed(instants)), tuple(reversed(terms)))
