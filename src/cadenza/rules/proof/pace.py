"""How soon one touch can follow another: least times, over all paths and all calendars.

From each touch the search walks on through the machine's own `step`, always by what comes soonest: people act in the same second, a pause
"until return" ends at once. Its clock is the shortest that any calendar allows (`LeastClock`), so its times are lower bounds: no weekday, window,
holiday or time zone makes two touches closer. What such a bound forbids is forbidden; what it allows is tried with real dates (`confirm`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property

from ...language.records import record
from ...language.values import Duration
from ...machine import begin, incoming, step
from ...machine.runtime import advance
from ...machine.types import Event, Life
from .graph import Graph, Move
from .search import reach
from .shape import remembered
from .story import Teller, Told

DAY = 86400
HORIZON = 31 * DAY
FAR = 1 << 40
SKIPPED = ("asked_back", "elapsed")
"""What plays no part in how soon a touch follows: nobody asks to come back here, and time does not run out."""


def least(delay: Duration) -> int:
    """The fewest seconds that a delay can take.

    `n business days` keep the wall time and are at least n days: weekends and holidays only add, and an hour lost to daylight saving time is lost on
    a weekend, which adds two days. (Where clocks change on a working day, as in Egypt, the bound is an hour too long; the replay has the
    last word.) `n business hours` are at least n hours.
    """
    if delay.unit == "business day":
        return delay.amount * DAY
    if delay.unit == "business hour":
        return delay.amount * 3600
    return delay.seconds


def greatest(delay: Duration) -> int:
    """The most seconds that a delay can take: two days for each weekend that it can meet, and four holidays in a row."""
    if delay.unit == "business day":
        return (delay.amount + 2 * (delay.amount // 5 + 1) + 4) * DAY
    if delay.unit == "business hour":
        return greatest(Duration(max(1, delay.amount), "business day"))
    return delay.seconds


def least_business(delay: Duration) -> int:
    """The least business time of a delay, a business day being 86,400 seconds. Of n calendar days, weekends and four holidays may be none."""
    if delay.business:
        return least(delay)
    weekends = delay.seconds // (7 * DAY) + 1
    return max(0, delay.seconds - (2 * weekends + 4) * DAY)


@record
class LeastClock:
    """A clock on which every window is open and every delay takes the least that it can: nothing comes sooner than here."""

    measure: Callable[[Duration], int] = least

    def forward(self, at: int, channel: str | None) -> int:
        return at

    def add(self, at: int, delay: Duration, channel: str | None) -> int:
        return at + self.measure(delay)


@record
class Hop:
    """From one touch state to a touch that can follow it, with no touch between them: at least `seconds` later. The moves begin with `done`."""

    source: int
    target: int
    seconds: int
    moves: tuple[Move, ...]


class Pace:
    """Least times between the touches of one machine; in `business` time, or in seconds."""

    def __init__(self, graph: Graph, *, business: bool = False) -> None:
        self.graph = graph
        self.machine = graph.machine
        self.clock = LeastClock(least_business if business else least)
        self.hops = cache(self._hops)
        self._ways = cache(self._on)

    @cached_property
    def leading(self) -> frozenset[int]:
        """The states from which a touch may come within the horizon; the others are not worth a step."""
        inward = incoming(self.machine)
        found = set(self.touches)
        todo = list(found)
        while todo:
            for move in inward[todo.pop()]:
                if move.source in found or move.event in SKIPPED or (move.event == "cooled" and self._cooldown(move.source) > HORIZON):
                    continue
                found.add(move.source)
                todo.append(move.source)
        return frozenset(found)

    def _cooldown(self, end: int) -> int:
        timers = [move.timer.delay for move in incoming(self.machine)[end] if move.timer is not None and move.timer.delay is not None]
        return min(map(self.clock.measure, timers), default=0)

    @property
    def touches(self) -> Iterator[int]:
        """The touch states, in canonical order."""
        return (state.index for state in self.graph.states if state.kind == "touch")

    def _hops(self, source: int) -> tuple[Hop, ...]:
        """The touches that can follow the one in `source` within the horizon, each by its quickest path."""
        machine, states = self.machine, self.graph.states
        life = Life(source, 0, 0, 0, expires=None if machine.elapsed is None else FAR)
        life, _ = step(machine, life, Event("done"), 0, self.clock)
        first = Move("done", source, life.state, self.graph.out[source].get("done"))
        heap: list[tuple[int, int, Life, tuple[Move, ...]]] = [(0, 0, life, (first,))]
        seen, found, count = {(0, life)}, dict[int, Hop](), 0
        while heap:
            at, _, life, moves = heapq.heappop(heap)
            if states[life.state].kind == "touch":
                found.setdefault(life.state, Hop(source, life.state, at, moves))
                continue
            for move, when, after in self._ahead(life, at):
                if when <= HORIZON and (when, after) not in seen:
                    seen.add((when, after))
                    count += 1
                    heapq.heappush(heap, (when, count, after, (*moves, move)))
        return tuple(found.values())

    def _ahead(self, life: Life, at: int) -> Iterator[tuple[Move, int, Life]]:
        """What may come next on the way to a touch, each at the first instant at which it can."""
        ways = self._ways(life.state)
        self.graph.spend(len(ways))
        for move, event, timed in ways:
            when = at
            if timed:
                if life.due is None:
                    continue  # no such timer runs
                when = max(at, life.due)
            elif event.name == "replied.out_of_office":
                event = Event(event.name, event.step, when)
            assert move.transition is not None
            after = advance(self.machine, life, move.transition, event, when, self.clock)
            if after.state != life.state or after != life:
                yield move, when, after

    def _on(self, state: int) -> tuple[tuple[Move, Event, bool], ...]:
        """The moves of a state that play a part, as events; whether its timer gives them."""
        found = []
        for event, transition in self.graph.out[state].items():
            if event not in SKIPPED and transition.target in self.leading:
                name, _, answered = event.partition(":")
                found.append((Move(event, state, transition.target, transition), Event(name, answered or None), event in ("due", "cooled")))
        return tuple(found)

    def soonest(self) -> dict[str, int]:
        """Step -> the fewest seconds from enrolment until it is due, pauses not counted. Empty where even the sum of all delays is under the
        machine's `elapsed`: then nothing can come too late, and nothing has to be searched."""
        return remembered(self.graph, ("soonest", self.clock.measure), self._soonest)

    def _soonest(self) -> dict[str, int]:
        limit = self.machine.elapsed
        steps = [state for state in self.graph.states if state.kind == "wait"]
        delays = {state.step: self._longest_delay(state.index) for state in steps}
        if limit is None or sum(delays.values()) < least(limit):
            return {}
        found: dict[str, int] = {}
        first = begin(self.machine, 0)
        heap: list[tuple[int, int, int, Life]] = [(0, 0, 0, first)]
        seen: set[tuple[int, int, int]] = set()
        count = 0
        while heap:
            active, _, at, life = heapq.heappop(heap)
            state = self.graph.states[life.state]
            if state.kind == "touch" and state.step:
                found.setdefault(state.step, active)
            for _, when, after in self._ahead(life, at):
                spent = active if state.pause is not None else active + when - at
                key = (after.state, max(0, (after.due or when) - when), max(0, (after.planned or when) - when))
                if key not in seen and spent <= greatest(limit) + HORIZON:
                    seen.add(key)
                    count += 1
                    heapq.heappush(heap, (spent, count, when, after))
        return found

    def _longest_delay(self, wait: int) -> int:
        return max(
            (self.clock.measure(m.timer.delay) for m in incoming(self.machine)[wait] if m.timer and m.timer.kind == "after" and m.timer.delay),
            default=0,
        )

    def upper(self, delay: Duration) -> int:
        """The most seconds that a delay can take."""
        return greatest(delay)

    def ordered(self, hops: Iterable[Hop]) -> list[Hop]:
        """The closest first; of equally close ones that whose first touch is reached soonest. What nobody can reach is left out."""
        hops = list(hops)
        if not hops:
            return []  # most often: then no distance has to be known
        distance = self.graph.distance
        return sorted((hop for hop in hops if hop.source in distance), key=lambda hop: (hop.seconds, distance[hop.source], hop.source, hop.target))

    def pairs(self, limit: int, same: Callable[[int, int], bool]) -> list[Hop]:
        """Touches with less than `limit` seconds (by the bound) to a later touch for which `same(first, later)`, the closest first.

        Other touches may lie between them; the moves then run over all of them.
        """
        found: dict[tuple[int, int], Hop] = {}
        for source in self.touches:
            heap: list[tuple[int, int, int, tuple[Move, ...]]] = [(0, 0, source, ())]
            done: set[int] = set()
            count = 0
            while heap:
                at, _, here, moves = heapq.heappop(heap)
                if here in done and moves:
                    continue
                if moves:
                    done.add(here)
                    if same(source, here):
                        found.setdefault((source, here), Hop(source, here, at, moves))
                        continue
                for hop in self.hops(here):
                    self.graph.spend()
                    if at + hop.seconds < limit:
                        count += 1
                        heapq.heappush(heap, (at + hop.seconds, count, hop.target, (*moves, *hop.moves)))
        return self.ordered(found.values())

    def most(self, within: int, cap: int) -> int:
        """The most touches of which the last comes less than `within` seconds (by the bound) after the first; no more than `cap` are counted."""
        best = {state: (0, state) for state in self.touches}
        made = 1
        while made < cap and best:
            after: dict[int, tuple[int, int]] = {}
            for here, (spent, source) in best.items():
                for hop in self.hops(here):
                    self.graph.spend()
                    at = spent + hop.seconds
                    if at < within and (hop.target not in after or at < after[hop.target][0]):
                        after[hop.target] = (at, source)
            best = after
            if any(source in self.graph.distance for _, source in best.values()):
                made += 1
            else:
                break
        return made


def confirm(teller: Teller, hop: Hop, broken: Callable[[Told], bool]) -> Told | None:
    """The path replayed with real dates so that `broken` holds of it, or None where no start in a week shows it.

    The path to the hop's first touch goes as it goes; from there on people act at once.
    """
    before = reach(teller.graph, hop.source)
    if before is None:
        return None
    moves = (*before, *hop.moves, *((_done(teller.graph, hop.target),) if teller.graph.states[hop.target].kind == "touch" else ()))
    for start in teller.starts():
        told = teller.replay(moves, start, at_once=len(before))
        if told is not None and broken(told):
            return told
    return None


def _done(graph: Graph, touch: int) -> Move:
    transition = graph.out[touch]["done"]
    return Move("done", touch, transition.target, transition)
