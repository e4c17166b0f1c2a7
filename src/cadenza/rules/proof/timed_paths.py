"""How one touch leads to the next: every path between them as one term, with the moves that take it.

The search walks over the machine from a touch that was just made (at T) to every touch that may follow with none between. What people do they
do in that same second: all that the machine computes from a moment is monotone in it, so waiting brings nothing nearer. The one exception is
business days, which are the same for all of a weekend: there the term is `free`. Nobody asks to come back here (`asked_back` is no pressure).
The clock of `elapsed` may run out at any moment; a replay has the last word on that, as on answers to steps that were never made.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from ...language.records import record
from ...machine import incoming
from ...machine.types import Timer, Transition
from .graph import Graph, Move
from .shape import remembered
from .timed_terms import DAY, PAST, T, Terms

MOST = 4000
"""Places that one search may look at; beyond, bounds are sought over shorter hops, and may not be exact."""
ALL = 20_000
"""Places that all searches of one `Paths` may look at."""


@record
class Hop:
    """From the touch (or refusal) at T to a touch that can be made at `term`. `moves` lead from `source` into the touch state `target`."""

    source: int
    target: int
    term: int
    moves: tuple[Move, ...]


@record
class After:
    """What can follow a refusal: `hops` begin with it; any touch that is not among them comes at least `beyond` seconds later."""

    hops: tuple[Hop, ...]
    beyond: int


class Place(NamedTuple):
    """Where a person is, with the registers of `Life` as terms. `begun`: delays count from a moment after T that may come later,
    too: a touch while that channel is open, or with "" any moment (enrolled again)."""

    state: int
    now: int
    due: int
    planned: int
    touched: int
    begun: str | None


class TooMany(Exception):
    """The search has met more places than it may look at."""


class Paths:
    """The hops of one machine that can take at most `horizon` seconds (None: however long they take)."""

    def __init__(self, graph: Graph, horizon: int | None = None) -> None:
        self.graph = graph
        self.horizon = horizon
        self._left = ALL
        self.terms = Terms()
        self._hops: dict[int, tuple[Hop, ...]] = {}
        self._moves: dict[int, tuple[tuple[int, Move, bool], ...]] = {}
        self._from: dict[tuple[Place, int], tuple[tuple[int, int, tuple[Move, ...]], ...]] = {}

    @cached_property
    def touches(self) -> tuple[int, ...]:
        """The touch states that somebody can be in, in canonical order."""
        return tuple(state.index for state in self.graph.states if state.kind == "touch" and state.index in self.made)

    @cached_property
    def made(self) -> dict[int, int]:
        """State -> the touches (as bits) that may have been made before one is there; states that nobody can be in are missing."""
        return remembered(self.graph, "made before", self._made, timeless=True)

    def _made(self) -> dict[int, int]:
        graph = self.graph
        found, todo = {graph.start: 0}, deque([graph.start])
        while todo:
            here = todo.popleft()
            graph.spend()
            mask = found[here]
            for event, transition in graph.out[here].items():
                if graph.needs[event] & ~mask:
                    continue
                after = mask | graph.made(here) if event == "done" else mask
                before = found.get(transition.target)
                if before is None or after & ~before:
                    found[transition.target] = after | (before or 0)
                    todo.append(transition.target)
                    mask = found[here]
        return found

    def hops(self, source: int) -> tuple[Hop, ...]:
        """The touches that can follow the one in `source`: for each the terms of which none is known to be later than another."""
        found = self._hops.get(source)
        if found is None:
            done = self.graph.out[source]["done"]
            first = Move("done", source, done.target, done)
            place = self._take(Place(source, T, PAST, PAST, T, None), done, "done", T)
            mask = self.graph.touched(self.made[source], first)
            found = tuple(Hop(source, target, term, (first, *moves)) for target, term, moves in self._search(place, mask))
            self._hops[source] = found
        return found

    def after(self, events: Sequence[str]) -> After:
        """The touches that can follow one of `events` (at T), wherever it comes, when the last touch is long ago and a timer that runs may be over.

        Other touches may lie between. The touch before may be as long ago as one likes, because a human may take long over a reply that nobody has
        classified, and then the cadence goes on. The search goes by the least times and ends when every channel that can be reached has been
        reached, and a week more: what was not looked at takes at least `beyond` seconds.
        """
        graph, starts = self.graph, dict[Place, tuple[int, Move]]()
        mask = 0
        for source in sorted(graph.answering, key=lambda state: (graph.states[state].kind != "touch", state)):
            mask |= self.made.get(source, 0)
            heard = [move for _, move in graph.listened(source) if move.name in events]
            heard += [Move(event, source, source) for event in events if event not in graph.out[source]]
            for move in heard:
                if move.target in self.leading:
                    starts.setdefault(self._said(source, move), (source, move))
        found, beyond = self._spread(tuple(starts), mask)
        hops = [Hop(starts[first][0], target, term, (starts[first][1], *moves)) for target, term, moves, first in found]
        return After(tuple(hops), beyond)

    def _spread(self, starts: tuple[Place, ...], mask: int) -> tuple[list[tuple[int, int, tuple[Move, ...], Place]], int]:
        """Every way on from `starts`, touches being made on the way, the soonest first."""
        channels = self._reached({place.state for place in starts})
        came: dict[Place, tuple[Place, Move] | None] = dict.fromkeys(starts)
        kept: dict[int, list[Place]] = {}
        arrived: dict[int, list[tuple[int, Place]]] = {}
        heap = [(self.terms.least(place.now), number, place) for number, place in enumerate(starts) if self._keep(place, kept)]
        end = 1 << 60
        while heap and heap[0][0] <= end and len(came) <= MOST + 20 * len(starts):
            least, _, here = heapq.heappop(heap)
            if here not in kept[here.state]:
                continue
            if self._arrive(here, arrived) and channels:
                channels.discard(self.graph.states[here.state].channel)
                end = end if channels else least + 7 * DAY
            ahead = self._ahead(here, mask)
            for move, then in chain(ahead, [self._make(here)] if self.graph.states[here.state].kind == "touch" else []):
                if then not in came and self._keep(then, kept):
                    came[then] = (here, move)
                    heapq.heappush(heap, (self.terms.least(then.now), len(came) + len(starts), then))
        ways = [(target, term, *_path(came, place)) for target in sorted(arrived) for term, place in arrived[target]]
        return ways, heap[0][0] if heap else 1 << 60

    def _reached(self, states: set[int]) -> set[str | None]:
        """The channels of all touches that lie ahead of some states."""
        seen, todo = set(states), list(states)
        while todo:
            here = todo.pop()
            for _, move in self.graph.listened(here):
                if move.event != "asked_back" and move.target not in seen and move.target in self.leading:
                    seen.add(move.target)
                    todo.append(move.target)
        return {self.graph.states[state].channel for state in seen if self.graph.states[state].kind == "touch"}

    def _said(self, source: int, move: Move) -> Place:
        state = self.graph.states[source]
        timed = state.kind in ("wait", "hold") or (state.kind == "end" and "cooled" in self.graph.out[source])
        due = self.terms.forward(T, state.channel if state.kind == "wait" else None) if timed else PAST
        place = Place(source, T, due, PAST, PAST, None)
        return place if move.transition is None else self._take(place, move.transition, move.event, T)

    # ------------------------------------------------------------ the search

    def _search(self, first: Place, mask: int) -> tuple[tuple[int, int, tuple[Move, ...]], ...]:
        key = (first, mask)
        if key not in self._from:
            self._from[key] = tuple(self._walk(first, mask))
        return self._from[key]

    def _walk(self, first: Place, mask: int) -> Iterator[tuple[int, int, tuple[Move, ...]]]:
        """(touch state, term, moves) of every touch that may come next."""
        came: dict[Place, tuple[Place, Move] | None] = {first: None}
        kept: dict[int, list[Place]] = {first.state: [first]}
        arrived: dict[int, list[tuple[int, Place]]] = {}
        todo = deque([first])
        while todo:
            here = todo.popleft()
            if here not in kept[here.state]:
                continue
            self._left -= 1
            if self._left < 0:
                raise TooMany
            self._arrive(here, arrived)
            for move, then in self._ahead(here, mask):
                if then not in came and self._keep(then, kept):
                    came[then] = (here, move)
                    todo.append(then)
                    if len(came) > MOST:
                        raise TooMany
        for target in sorted(arrived):
            for term, place in arrived[target]:
                yield target, term, _path(came, place)[0]

    def _arrive(self, here: Place, arrived: dict[int, list[tuple[int, Place]]]) -> bool:
        state = self.graph.states[here.state]
        if state.kind != "touch":
            return False
        term = self.terms.forward(here.now, state.channel)
        ways = arrived.setdefault(here.state, [])
        if not any(self.terms.leq(other, term) for other, _ in ways):
            ways[:] = [way for way in ways if not self.terms.leq(term, way[0])]
            ways.append((term, here))
        return True

    def _keep(self, place: Place, kept: dict[int, list[Place]]) -> bool:
        others = kept.setdefault(place.state, [])
        if any(self._sooner(other, place) for other in others):
            return False
        others[:] = [other for other in others if not self._sooner(place, other)]
        others.append(place)
        return True

    def _sooner(self, a: Place, b: Place) -> bool:
        leq = self.terms.leq
        free = a.begun in (b.begun, "") or b.begun is None or a.touched == PAST
        return free and leq(a.now, b.now) and leq(a.due, b.due) and leq(a.planned, b.planned) and leq(a.touched, b.touched)

    def _ahead(self, here: Place, mask: int) -> Iterator[tuple[Move, Place]]:
        for needs, move, timed in self._useful(here.state):
            if needs & ~mask or move.transition is None:
                continue
            now = self.terms.latest(here.now, here.due) if timed else here.now
            if self.horizon is not None and timed and self.terms.least(now) > self.horizon:
                continue
            yield move, self._take(here, move.transition, move.event, now)

    def _make(self, here: Place) -> tuple[Move, Place]:
        """The touch is made as soon as it can be, and delays are counted from then on."""
        done = self.graph.out[here.state]["done"]
        channel = self.graph.states[here.state].channel
        now = self.terms.forward(here.now, channel)
        place = Place(here.state, now, here.due, here.planned, here.touched, channel)
        return Move("done", here.state, done.target, done), self._take(place, done, "done", now)

    def _useful(self, state: int) -> tuple[tuple[int, Move, bool], ...]:
        """The moves that lead towards a touch; of those that differ only in their event, the first. A touch on the way is not made."""
        found = self._moves.get(state)
        if found is None:
            touch = self.graph.states[state].kind == "touch"
            kept: dict[tuple[int, int, Timer | None, bool, bool], tuple[int, Move, bool]] = {}
            self.graph.spend()
            for event, transition in self.graph.out[state].items():
                if transition.target in self.leading and event != "asked_back" and not (touch and event == "done"):
                    needs, timed = self.graph.needs[event], event in ("due", "cooled")
                    key = (needs, transition.target, transition.timer, timed, event == "enrolled")
                    if key not in kept:
                        kept[key] = (needs, Move(event, state, transition.target, transition), timed)
            found = self._moves[state] = tuple(kept.values())
        return found

    @cached_property
    def leading(self) -> frozenset[int]:
        """The states from which a touch can come without the person asking for it."""
        return remembered(self.graph, "leading", self._leading, timeless=True)

    def _leading(self) -> frozenset[int]:
        inward = incoming(self.graph.machine)
        found = set(self.touches)
        todo = list(found)
        while todo:
            for move in inward[todo.pop()]:
                if move.source not in found and move.event != "asked_back":
                    found.add(move.source)
                    todo.append(move.source)
        return frozenset(found)

    def _take(self, here: Place, move: Transition, event: str, now: int) -> Place:
        """As `machine.runtime.advance`, over terms."""
        states = self.graph.states
        source, target = states[move.source], states[move.target]
        enrolled = event == "enrolled"
        touched = now if enrolled or (event == "done" and source.kind == "touch") else here.touched
        begun = "" if enrolled else here.begun
        planned = PAST
        if target.kind == "hold" or target.task == "review":
            planned = here.due if source.kind == "wait" else now if source.kind == "touch" else here.planned
        return Place(move.target, now, self._due(move.timer, here, now, touched, begun), planned, touched, begun)

    def _due(self, timer: Timer | None, here: Place, now: int, touched: int, begun: str | None) -> int:
        terms = self.terms
        if timer is None:
            return PAST
        if timer.kind == "keep":
            return here.due
        if timer.kind == "return":
            return now
        if timer.kind == "planned":
            start = terms.latest(now, here.planned)
        elif timer.kind == "after":
            start = terms.latest(now, terms.add(touched, timer.delay, timer.channel, free=begun))
        else:
            start = terms.add(now, timer.delay, timer.channel, free="")
        return terms.forward(start, timer.channel)


def _path(came: dict[Place, tuple[Place, Move] | None], place: Place) -> tuple[tuple[Move, ...], Place]:
    moves: list[Move] = []
    step = came[place]
    while step is not None:
        place, move = step
        moves.append(move)
        step = came[place]
    return tuple(reversed(moves)), place
