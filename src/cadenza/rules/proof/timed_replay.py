"""A chain of touches as a life: enrolled, led to the first touch, and on from there, event by event through the machine's own `step`.

What the search has found in the unbroken calendar is told in the real one, with its holidays: in that week, or in a later one like it. Only what the
replay shows to the second counts as exact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from ...machine import begin, step
from ...machine.types import Event, Life
from .graph import Graph, Move
from .pace import LeastClock
from .story import Teller, Told
from .timed_paths import Hop
from .timed_terms import DAY

if TYPE_CHECKING:
    from ...calendars import Calendar
    from .timed_worlds import World

EARLIER = (0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 18, 23, 30, 40, 55, 75, 100)
"""By how many days before the least time of a path a person is enrolled, so that it has come to the wanted touch in time."""
HOPELESS = 6
"""Weeks after which a path to which nobody could keep is given up: a timer fires before it goes on."""
MOST_NODES = 20_000
"""Places (with the touches behind one) up to which paths are searched."""
Node: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Now:
    """A replay under way."""

    life: Life
    at: int
    moves: list[Move]
    instants: list[int]


class Player:
    """Replays in one world."""

    def __init__(self, graph: Graph, world: World, prefixes: Prefixes) -> None:
        self.graph, self.world, self.prefixes = graph, world, prefixes
        self.clock = world.real
        self.arrived = False  # somebody came to the state at which a life was to begin, in time

    def life(self, target: int, needs: int, wanted: Sequence[tuple[Sequence[Move], int]], first: int, *, touch: bool = False) -> Told | None:
        """Someone who is in the state `target` before `first`, has the touches of `needs` behind them, and then takes each part of `wanted`: its
        moves as soon as they can be, the first of them at the part's instant; and `touch`: makes the touch to which they lead. None where time
        does not allow it."""
        before = self.prefixes.to(target, needs)
        if before is None:
            return None
        for days in EARLIER:
            start = first - self.prefixes.least(before) - days * DAY
            now = Now(begin(self.graph.machine, start), start, [], [])
            if all(self.move(now, move, None) for move in before) and now.at <= first:
                self.arrived = True
                good = self._parts(now, wanted) and (not touch or self._touch(now))
                return Told(tuple(now.moves), tuple(now.instants)) if good else None
        return None

    def refused(self, target: int, needs: int, moves: Sequence[Move], start: int) -> Told | None:
        """Someone enrolled at `start` who, in the state `target`, says the first of `moves` at the last moment before a timer (or at once where none
        runs), and then takes the others, and the touch to which they lead, as soon as they can be."""
        before = self.prefixes.to(target, needs)
        now = Now(begin(self.graph.machine, start), start, [], [])
        if before is None or not all(self.move(now, move, None) for move in before):
            return None
        said = now.life.due if now.life.due is not None and self.graph.states[target].kind != "touch" else now.at
        good = self._parts(now, [(moves, max(said, now.at))]) and self._touch(now)
        return Told(tuple(now.moves), tuple(now.instants)) if good else None

    def _touch(self, now: Now) -> bool:
        done = self.graph.out[now.life.state]["done"]
        return self.move(now, Move("done", done.source, done.target, done), None)

    def _parts(self, now: Now, wanted: Sequence[tuple[Sequence[Move], int]]) -> bool:
        for moves, at in wanted:
            for number, move in enumerate(moves):
                if not self.move(now, move, at if number == 0 else None):
                    return False
        return True

    def move(self, now: Now, move: Move, at: int | None) -> bool:
        """One move, at `at` or as soon as it can be; False where another timer comes first, or the machine goes elsewhere."""
        self.graph.spend(4)  # a replayed move costs as much as four that are searched
        when = self._soonest(now, move) if at is None else at
        if when is None or when < now.at or self._overtaken(now.life, move, when):
            return False
        source = self.graph.states[now.life.state]
        if source.kind == "touch" and move.event == "done" and self.clock.forward(when, source.channel) != when:
            return False
        name, _, answered = move.event.partition(":")
        until = when if name == "replied.out_of_office" else None  # back at once
        life, _ = step(self.graph.machine, now.life, Event(name, answered or None, until), when, self.clock)
        if life.state != move.target:
            return False
        now.life, now.at = life, when
        now.moves.append(move)
        now.instants.append(when)
        return True

    def _soonest(self, now: Now, move: Move) -> int | None:
        life = now.life
        if move.event in ("due", "cooled"):
            return None if life.due is None else max(now.at, life.due)
        if move.event == "elapsed":
            return None if life.expires is None else max(now.at, life.expires)
        state = self.graph.states[life.state]
        if state.kind == "touch" and move.event == "done":
            return self.clock.forward(now.at, state.channel)
        timer = move.transition.timer if move.transition is not None else None
        if timer is not None and timer.kind == "now" and timer.delay is not None and timer.delay.unit == "business day":
            later = self.world.next_midnight(now.at)
            limit = life.due if life.due is not None else later
            if later <= limit and self.clock.add(later, timer.delay, None) < self.clock.add(now.at, timer.delay, None):
                return later
        return now.at

    def _overtaken(self, life: Life, move: Move, when: int) -> bool:
        """Whether a timer would have fired before this."""
        out = self.graph.out[life.state]
        timed = move.event in ("due", "cooled", "done", "enrolled")
        if "elapsed" in out and move.event != "elapsed" and life.expires is not None and (life.expires <= when if timed else life.expires < when):
            return True
        waits = "due" in out or "cooled" in out
        return waits and not timed and life.due is not None and life.due < when


class Prefixes:
    """The shortest ways from the start to a state, with given touches behind one."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._found: dict[Node, tuple[Move, ...] | None] = {}
        self._least: dict[tuple[Move, ...], int] = {}
        first = (graph.start, 0)
        self._queue: deque[Node] = deque([first])
        self._cost: dict[Node, int] = {first: 0}
        self._came: dict[Node, tuple[Node, Move]] = {}
        self._nodes: dict[Node, None] = {}  # settled, in their order
        self._first: dict[int, Node] = {}

    def to(self, target: int, needs: int) -> tuple[Move, ...] | None:
        """The path with fewest beats to the state with the touches of `needs` behind one, or None."""
        key = (target, needs)
        if key not in self._found:
            node = self._first.get(target)
            if node is None or needs & ~node[1]:
                node = next((node for node in self._nodes if node[0] == target and not needs & ~node[1]), None)
            if node is None or needs & ~node[1]:
                node = self._search(target, needs)
            self._found[key] = None if node is None else tuple(self._back(node))[::-1]
        return self._found[key]

    def _search(self, target: int, needs: int) -> Node | None:
        """Go on with the one search that all paths come from, until it settles what is wanted."""
        graph, queue = self.graph, self._queue
        while queue and len(self._nodes) < MOST_NODES:
            here = queue.popleft()
            if here in self._nodes:
                continue
            self._nodes[here] = None
            self._first.setdefault(here[0], here)
            for move in graph.moves(*here):
                beat = graph.beat(move)
                after = (move.target, graph.touched(here[1], move))
                if after not in self._nodes and self._cost[here] + beat < self._cost.get(after, 1 << 30):
                    self._cost[after] = self._cost[here] + beat
                    self._came[after] = (here, move)
                    (queue.append if beat else queue.appendleft)(after)
            if here[0] == target and not needs & ~here[1]:
                return here
        return None

    def _back(self, node: Node) -> Iterator[Move]:
        while node in self._came:
            node, move = self._came[node]
            yield move

    def least(self, path: tuple[Move, ...]) -> int:
        """The fewest seconds that a path takes."""
        if path not in self._least:
            clock, at, life = LeastClock(), 0, begin(self.graph.machine, 0)
            for move in path:
                if move.event in ("due", "cooled") and life.due is not None:
                    at = max(at, life.due)
                name, _, answered = move.event.partition(":")
                life, _ = step(self.graph.machine, life, Event(name, answered or None, at), at, clock)
            self._least[path] = at
        return self._least[path]


class Stories:
    """Replays with dates, in whichever week the real calendar follows."""

    def __init__(self, graph: Graph, teller: Teller) -> None:
        self.graph, self.teller = graph, teller
        self.prefixes = Prefixes(graph)
        self._tellers: dict[Calendar, Teller] = {}

    def teller_for(self, world: World) -> Teller:
        """The teller whose beats are dated in the world's zone."""
        key = world.real.calendar
        if key not in self._tellers:
            made = Teller(self.graph, self.teller.playbook, self.teller.as_of)
            made.zone, made.clock = world.zone, world.real
            self._tellers[key] = made
        return self._tellers[key]

    @cached_property
    def bits(self) -> dict[str, int]:
        """Step -> the bit by which the graph remembers that it was touched."""
        return {step.id: self.graph.touched(0, move) for step in self.graph.machine.steps for move in self._done(step.id)}

    def _done(self, step: str) -> Iterator[Move]:
        for state in self.graph.states:
            if state.kind == "touch" and state.step == step:
                move = self.graph.out[state.index]["done"]
                yield Move("done", state.index, move.target, move)
                return

    def needs(self, moves: Sequence[Move]) -> int:
        """The touches (as bits) that must be behind somebody who takes these moves, as far as they do not make them themselves."""
        wanted = made = 0
        for move in moves:
            step = move.event.partition(":")[2]
            if step:
                wanted |= self.bits.get(step, 0) & ~made
            made = self.graph.touched(made, move)
        return wanted & ~1

    def tell(self, world: World, target: int, parts: Sequence[tuple[Sequence[Move], int]], holds: Callable[[Told], bool]) -> Told | None:
        """The first replay for which `holds`, in the week in which the parts are dated or in one like it."""
        player = Player(self.graph, world, self.prefixes)
        needs = self.needs([move for moves, _ in parts for move in moves])
        first = parts[0][1]
        before = self.prefixes.to(target, needs)
        if before is None:
            return None
        for number, shift in enumerate(world.shifts(first, self.prefixes.least(before))):
            if number >= HOPELESS and not player.arrived:
                return None
            told = player.life(target, needs, [(moves, at + shift) for moves, at in parts], first + shift)
            if told is not None and holds(told):
                return told
        return None

    def refused(self, world: World, hop: Hop, start: int) -> Told | None:
        """The life of somebody enrolled at `start` who takes a hop that begins with a refusal."""
        player = Player(self.graph, world, self.prefixes)
        return player.refused(hop.source, self.needs(hop.moves), hop.moves, start)

    def refused_at(self, world: World, hop: Hop, at: tuple[int, int], holds: Callable[[Told], bool]) -> Told | None:
        """The same, the refusal coming at a given second, or in a week that is like it so many seconds later."""
        player = Player(self.graph, world, self.prefixes)
        for shift in world.shifts(sum(at)):
            told = player.life(hop.source, self.needs(hop.moves), [(hop.moves, at[0] + shift)], at[0] + shift, touch=True)
            if told is not None and holds(told):
                return told
        return None

    def lasting(self, world: World, moves: Sequence[Move], start: int) -> Told | None:
        """Somebody enrolled at `start` to whom each of the moves happens at the last moment before the timer that runs."""
        player = Player(self.graph, world, self.prefixes)
        now = Now(begin(self.graph.machine, start), start, [], [])
        for move in moves:
            waits = self.graph.states[now.life.state].kind in ("wait", "hold") and now.life.due is not None
            if not player.move(now, move, max(now.at, now.life.due or now.at) if waits else None):
                return None
        return Told(tuple(now.moves), tuple(now.instants))
