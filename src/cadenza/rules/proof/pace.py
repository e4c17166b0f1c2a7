"""How soon one touch can follow another: least times, over all paths and all calendars.

From each touch the search walks on through the machine's own `step`, always by what comes soonest: people act in the same second, a pause
"until return" ends at once. Its clock is the shortest that any calendar allows (`LeastClock`), so its times are lower bounds: no weekday, window,
holiday or time zone makes two touches closer. What such a bound forbids is forbidden; what it allows is tried with real dates (`confirm`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from ...language.values import Duration, Window
from ...machine import step
from ...machine.types import Event, Life
from .graph import Graph, Move, answers
from .search import reach
from .story import Teller, Told

DAY = 86400
HORIZON = 31 * DAY
FAR = 1 << 40


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


class LeastClock:
    """A clock on which every window is open and every business day is a day: nothing takes less time than here."""

    def forward(self, at: int, channel: str | None) -> int:
        return at

    def add(self, at: int, delay: Duration, channel: str | None) -> int:
        return at + least(delay)


@dataclass(frozen=True, slots=True)
class Hop:
    """From one touch state to a touch that can follow it, with no touch between them: at least `seconds` later. The moves begin with `done`."""

    source: int
    target: int
    seconds: int
    moves: tuple[Move, ...]


class Pace:
    """Least times between the touches of one machine."""

    def __init__(self, graph: Graph, windows: Mapping[str, Window]) -> None:
        self.graph = graph
        self.windows = windows
        self.clock = LeastClock()
        self.hops = cache(self._hops)

    @property
    def touches(self) -> Iterator[int]:
        """The touch states, in canonical order."""
        return (state.index for state in self.graph.states if state.kind == "touch")

    def _hops(self, source: int) -> tuple[Hop, ...]:
        """The touches that can follow the one in `source` within the horizon, each by its quickest path."""
        machine, states = self.graph.machine, self.graph.states
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
        """What may come next, each at the first instant at which it can. Nobody asks to come back here, and time does not run out."""
        for event, transition in self.graph.out[life.state].items():
            if event in ("asked_back", "elapsed") or event.startswith("account."):
                continue
            when = max(at, life.due) if event in ("due", "cooled") and life.due is not None else at
            name, _, answered = event.partition(":")
            until = when if name == "replied.out_of_office" else None
            after, _ = step(self.graph.machine, life, Event(name, answered or None, until), when, self.clock)
            if after != life and after.state == transition.target:
                yield Move(event, life.state, after.state, transition), when, after

    def pairs(self, limit: int, same: Callable[[int, int], bool]) -> list[Hop]:
        """Touches with less than `limit` seconds (by the bound) to a later touch for which `same(first, later)`, the closest first.

        Other touches may lie between them; the moves then run over all of them.
        """
        found: dict[tuple[int, int], Hop] = {}
        for source in self.touches:
            heap = [(0, 0, source, ())]
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
                    if at + hop.seconds < limit:
                        count += 1
                        heapq.heappush(heap, (at + hop.seconds, count, hop.target, (*moves, *hop.moves)))
        return sorted(found.values(), key=lambda hop: (hop.seconds, hop.source, hop.target))

    def burst(self, touches: int, within: int) -> list[Hop]:
        """Paths with `touches` touches, the last less than `within` seconds (by the bound) after the first; for each last touch the quickest."""
        best = {state: Hop(state, state, 0, ()) for state in self.touches}
        for _ in range(touches - 1):
            after: dict[int, Hop] = {}
            for path in best.values():
                for hop in self.hops(path.target):
                    at = path.seconds + hop.seconds
                    if at < within and (hop.target not in after or at < after[hop.target].seconds):
                        after[hop.target] = Hop(path.source, hop.target, at, (*path.moves, *hop.moves))
            best = after
        return sorted(best.values(), key=lambda hop: (hop.seconds, hop.source, hop.target))


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


def gaps(told: Told, graph: Graph) -> Iterator[tuple[tuple[int, str, str], tuple[int, str, str]]]:
    """Each two touches that follow one another."""
    return pairwise(told.touches(graph))


__all__ = ["Hop", "LeastClock", "Pace", "answers", "confirm", "gaps", "greatest", "least"]
