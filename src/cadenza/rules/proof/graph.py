"""The machine as a graph on which an adversary walks.

A `Move` is one event in one state. Where the machine has a transition for it, the move takes it; where it has none, the event is heard by
nobody and the move stays in place: that is how "the machine does not listen to a no" becomes visible to a proof.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from ...machine.graph import per_machine
from ...machine.pattern import filling
from ...machine.types import Machine, State, Transition
from .shape import remembered

PERSON = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
"""Events that answer a touch: none of them can come before one was made."""


SILENT = ("done", "enrolled")
"""What no story tells: it goes without saying."""
FAR = 1 << 30
BUDGET = 400_000
"""Steps that all searches over one machine may take together, counted and not timed, so that every computer gives up at the same place."""


class TooDear(Exception):
    """A proof would take too long: what it was to show is not decided."""


def answers(event: str) -> bool:
    """Whether the event is an answer to a touch (a reply, a refusal, a signal)."""
    return event.startswith(PERSON)


class Move(NamedTuple):
    """One event taken in state `source`. `transition` is None where the machine does not listen; then `target` is `source`."""

    event: str
    source: int
    target: int
    transition: Transition | None = None

    @property
    def name(self) -> str:
        """The event without the step that it answers."""
        return self.event.partition(":")[0]


class _Events:
    """What the events of transitions are called, what must have been made before they can come, and at which transitions they do."""

    def __init__(self, events: Sequence[str]) -> None:
        places: dict[str, list[int]] = {}
        for at, event in enumerate(events):
            places.setdefault(event, []).append(at)
        self.names = {event: event.partition(":")[0] for event in places}
        self.at: dict[str, list[int]] = {}
        for event, found in places.items():
            self.at.setdefault(self.names[event], []).extend(found)
        answered = sorted({step for event in places if (step := event.partition(":")[2])})
        self.bit = {step: 2 << index for index, step in enumerate(answered)}
        self.needs = {event: (1 if answers(event) else 0) | self.bit.get(event.partition(":")[2], 0) for event in places}


def _events(machine: Machine) -> _Events:
    """The same for all machines of a pattern."""
    filled = filling(machine)
    if filled is None:
        return _Events([transition.event for transition in machine.transitions])
    found = filled.pattern.memo.get("events")
    if not isinstance(found, _Events):
        found = filled.pattern.memo["events"] = _Events(filled.pattern.events)
    return found


class _Out(dict[int, dict[str, Transition]]):
    """State -> event -> its transition. Of a machine that fills a pattern, a state's are looked up when they are first asked for."""

    def __init__(self, machine: Machine) -> None:
        filled = filling(machine)
        self.transitions = machine.transitions
        self.first = [] if filled is None else [*filled.pattern.first, len(machine.transitions)]
        if filled is None:
            self.update((state.index, {}) for state in machine.states)
            for transition in machine.transitions:
                self[transition.source][transition.event] = transition

    def __missing__(self, state: int) -> dict[str, Transition]:
        rows = self.transitions[self.first[state] : self.first[state + 1]]
        found = self[state] = {row.event: row for row in rows}
        return found


class _Tables:
    """What is read off a machine once, for every graph of it: `out[state][event]`, and its events."""

    def __init__(self, machine: Machine) -> None:
        self.out = _Out(machine)
        self.events = _events(machine)
        self.named: dict[str, list[Transition]] = {}
        self.moves: dict[int, tuple[tuple[int, Move], ...]] = {}


_tables = per_machine(_Tables)


class Graph:
    """A machine with its transitions at hand: `out[state][event]`; `names[event]` without the step that it answers; `needs[event]`: which touches
    must have been made before it can come."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.states: tuple[State, ...] = machine.states
        tables = _tables(machine)
        self._events, self._named, self._moves = tables.events, tables.named, tables.moves
        self.out, self.names, self.needs = tables.out, tables.events.names, tables.events.needs
        self.left = BUDGET

    def spend(self, steps: int = 1) -> None:
        """Count the steps of a search. Raises TooDear when there are none left: hostile playbooks are searched no longer than others."""
        self.left -= steps
        if self.left < 0:
            raise TooDear

    @cached_property
    def start(self) -> int:
        return next(state.index for state in self.states if state.kind == "start")

    def touched(self, mask: int, move: Move) -> int:
        """The touches made, after a move: bit 0 for any, one bit for each step that some event answers by name."""
        if move.event != "done":
            return mask
        return mask | self.made(move.source)

    def made(self, source: int) -> int:
        """What is made when the work of a state is done: the bits of its touch, if it is one."""
        state = self.states[source]
        return 0 if state.kind != "touch" or state.step is None else 1 | self._events.bit.get(state.step, 0)

    def listened(self, state: int) -> tuple[tuple[int, Move], ...]:
        """The moves that the machine has in a state, in canonical order, each with the touches that it needs."""
        self.spend()
        found = self._moves.get(state)
        if found is None:
            found = tuple((self.needs[event], Move(event, state, t.target, t)) for event, t in self.out[state].items())
            self._moves[state] = found
        return found

    def moves(self, state: int, mask: int, heard: Sequence[str] = ()) -> Iterator[Move]:
        """All that may happen in a state: what nobody listens to (of `heard`) first, then the machine's moves, refusals first, timers last."""
        out = self.out[state]
        for event in heard:
            if event not in out and (mask & 1 or not answers(event)):
                yield Move(event, state, state)
        for needs, move in self.listened(state):
            if needs & ~mask == 0:
                yield move

    def enters_touch(self, move: Move) -> bool:
        """Whether a touch is given out, or made, by this move: its state is entered, or the person was in it and it is done all the same."""
        if move.target != move.source and self.states[move.target].kind == "touch":
            return True
        return move.event == "done" and self.states[move.source].kind == "touch"

    def beat(self, move: Move) -> int:
        """1 for what a story tells (a touch that goes out, something that a person does), 0 for what goes without saying."""
        if move.event in SILENT:
            return 0
        return 0 if move.event == "due" and self.states[move.source].kind == self.states[move.target].kind else 1

    @cached_property
    def distance(self) -> dict[int, int]:
        """State -> how many beats lead there at least; a state that nobody can be in (its events need touches that were not made) is missing."""
        return remembered(self, "distance", self._distances, timeless=True)

    def _distances(self) -> dict[int, int]:
        first = (self.start, 0)
        cost, found, todo = {first: 0}, {self.start: 0}, deque([first])
        settled: set[tuple[int, int]] = set()
        while todo:
            here = todo.popleft()
            if here in settled:
                continue
            settled.add(here)
            self.spend()
            state, mask = here
            spent, kind = cost[here], self.states[state].kind
            found.setdefault(state, spent)
            for event, transition in self.out[state].items():
                if self.needs[event] & ~mask:
                    continue
                after = (transition.target, mask | self.made(state) if event == "done" else mask)
                if after in settled:
                    continue
                beat = 0 if event in SILENT or (event == "due" and self.states[after[0]].kind == kind) else 1
                if spent + beat < cost.get(after, FAR):
                    cost[after] = spent + beat
                    (todo.append if beat else todo.appendleft)(after)
        return found

    @cached_property
    def reachable(self) -> frozenset[int]:
        """The states in which somebody may be; answers come only after a touch."""
        return remembered(self, "reachable", lambda: frozenset(state for state, _ in self._walked), timeless=True)

    @cached_property
    def answering(self) -> frozenset[int]:
        """The states in which a person may be after a touch was made: only there anything can be answered."""
        return remembered(self, "answering", lambda: frozenset(state for state, made in self._walked if made), timeless=True)

    @cached_property
    def _walked(self) -> frozenset[tuple[int, bool]]:
        """(state, whether a touch was made before), as far as anybody gets."""
        seen = {(self.start, False)}
        todo = [(self.start, False)]
        while todo:
            state, made = todo.pop()
            touch = self.states[state].kind == "touch"
            for event, transition in self.out[state].items():
                if made or not self.needs[event]:
                    after = (transition.target, made or (touch and event == "done"))
                    if after not in seen:
                        seen.add(after)
                        todo.append(after)
        return frozenset(seen)

    def named(self, name: str) -> Sequence[Transition]:
        """The transitions on an event, whatever step it answers, in canonical order."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = [self.machine.transitions[at] for at in sorted(self._events.at.get(name, ()))]
        return found

    def touch_ahead(self, states: Iterable[int], without: Collection[str]) -> bool:
        """Whether a touch may follow where somebody is in one of `states` and no event called one of `without` comes. It may say yes where the order
        of touches forbids it; never no where one can follow."""
        todo = list(states)
        seen = set(todo)
        while todo:
            here = todo.pop()
            touch = self.states[here].kind == "touch"
            for event, transition in self.out[here].items():
                target = transition.target
                if self.names[event] in without:
                    continue
                if (touch and event == "done") or (target != here and self.states[target].kind == "touch"):
                    return True
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return False

    def _comes(self, heard: Sequence[str], judged: Collection[int]) -> Iterator[Move]:
        """The moves with which one of `heard` comes in one of those states, and those that stay there where nobody listens to it."""
        for name in heard:
            for transition in self.named(name):
                if transition.source in judged:
                    yield Move(transition.event, transition.source, transition.target, transition)
            for state in judged:
                if name not in self.out[state]:
                    yield Move(name, state, state)

    def holds(self, judge: Callable[[int, Move], int], heard: Sequence[str], bad: int) -> bool:
        """Whether a property about what follows one of `heard` holds, decided without paths: from all states at once.

        For judges that remember nothing (0) until one of `heard` came. It may say no where the order of touches saves the property; never yes
        where it is broken.
        """
        judged = self.answering if all(map(answers, heard)) else self.reachable  # a colleague's news may come before any touch
        self.spend(len(judged))
        seen: set[tuple[int, int]] = set()
        for move in self._comes(heard, judged):
            memory = judge(0, move)
            if memory == bad:
                return False
            if memory > 0:
                seen.add((move.target, memory))
        todo = list(seen)
        while todo:
            state, memory = todo.pop()
            out = self.out[state]
            unheard = (Move(event, state, state) for event in heard if event not in out)  # said once more, it may count otherwise
            for move in (*unheard, *(move for _, move in self.listened(state))):
                after = judge(memory, move)
                if after == bad:
                    return False
                if after >= 0 and (move.target, after) not in seen:
                    seen.add((move.target, after))
                    todo.append((move.target, after))
        return True
