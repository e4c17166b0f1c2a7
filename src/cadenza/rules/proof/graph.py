"""The machine as a graph on which an adversary walks.

A `Move` is one event in one state. Where the machine has a transition for it, the move takes it; where it has none, the event is heard by
nobody and the move stays in place: that is how "the machine does not listen to a no" becomes visible to a proof.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from ...language.records import record
from ...machine.types import Machine, State, Transition

PERSON = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
"""Events that answer a touch: none of them can come before one was made."""


BUDGET = 400_000
"""Steps that all searches over one machine may take together, counted and not timed, so that every computer gives up at the same place."""


class TooDear(Exception):
    """A proof would take too long: what it was to show is not decided."""


def answers(event: str) -> bool:
    """Whether the event is an answer to a touch (a reply, a refusal, a signal)."""
    return event.startswith(PERSON)


@record
class Move:
    """One event taken in state `source`. `transition` is None where the machine does not listen; then `target` is `source`."""

    event: str
    source: int
    target: int
    transition: Transition | None = None

    @property
    def name(self) -> str:
        """The event without the step that it answers."""
        return self.event.partition(":")[0]


class Graph:
    """A machine with its transitions at hand: `out[state][event]`."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.states: tuple[State, ...] = machine.states
        self.out: list[dict[str, Transition]] = [{} for _ in machine.states]
        for transition in machine.transitions:
            self.out[transition.source][transition.event] = transition
        answered = sorted({t.event.partition(":")[2] for t in machine.transitions if ":" in t.event})
        self._bit = {step: 2 << index for index, step in enumerate(answered)}
        self._needs = {event: self._mask(event) for event in {move.event for move in machine.transitions}}
        self._names = {event: event.partition(":")[0] for event in self._needs}
        self._moves: dict[int, tuple[tuple[int, Move], ...]] = {}
        self.left = BUDGET

    def spend(self, steps: int = 1) -> None:
        """Count the steps of a search. Raises TooDear when there are none left: hostile playbooks are searched no longer than others."""
        self.left -= steps
        if self.left < 0:
            raise TooDear

    def _mask(self, event: str) -> int:
        """Which touches must have been made before an event can come."""
        step = event.partition(":")[2]
        return (1 if answers(event) else 0) | self._bit.get(step, 0)

    @cached_property
    def start(self) -> int:
        return next(state.index for state in self.states if state.kind == "start")

    def touched(self, mask: int, move: Move) -> int:
        """The touches made, after a move: bit 0 for any, one bit for each step that some event answers by name."""
        if move.event != "done":
            return mask
        state = self.states[move.source]
        return mask if state.kind != "touch" or state.step is None else mask | 1 | self._bit.get(state.step, 0)

    def listened(self, state: int) -> tuple[tuple[int, Move], ...]:
        """The moves that the machine has in a state, in canonical order, each with the touches that it needs."""
        self.spend()
        found = self._moves.get(state)
        if found is None:
            found = tuple((self._needs[event], Move(event, state, t.target, t)) for event, t in self.out[state].items())
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
        if move.event in ("done", "enrolled"):
            return 0
        return 0 if move.event == "due" and self.states[move.source].kind == self.states[move.target].kind else 1

    @cached_property
    def distance(self) -> dict[int, int]:
        """State -> how many beats lead there at least; a state that nobody can be in (its events need touches that were not made) is missing."""
        first = (self.start, 0)
        cost, found, todo = {first: 0}, {self.start: 0}, deque([first])
        settled: set[tuple[int, int]] = set()
        while todo:
            here = todo.popleft()
            if here in settled:
                continue
            settled.add(here)
            state, mask = here
            found.setdefault(state, cost[here])
            for needs, move in self.listened(state):
                if needs & ~mask:
                    continue
                after = (move.target, self.touched(mask, move) if move.event == "done" else mask)
                if after in settled:
                    continue
                beat = self.beat(move)
                if cost[here] + beat < cost.get(after, 1 << 30):
                    cost[after] = cost[here] + beat
                    (todo.append if beat else todo.appendleft)(after)
        return found

    @cached_property
    def _walked(self) -> frozenset[tuple[int, bool]]:
        """(state, whether a touch was made before), as far as anybody gets."""
        seen = {(self.start, False)}
        todo = [(self.start, False)]
        while todo:
            state, made = todo.pop()
            touch = self.states[state].kind == "touch"
            for event, transition in self.out[state].items():
                if made or not self._needs[event]:
                    after = (transition.target, made or (touch and event == "done"))
                    if after not in seen:
                        seen.add(after)
                        todo.append(after)
        return frozenset(seen)

    @cached_property
    def reachable(self) -> frozenset[int]:
        """The states in which somebody may be; answers come only after a touch."""
        return frozenset(state for state, _ in self._walked)

    @cached_property
    def answering(self) -> tuple[int, ...]:
        """The states in which a person may be after a touch was made: only there anything can be answered."""
        return tuple(sorted(state for state, made in self._walked if made))

    def holds(self, judge: Callable[[int, Move], int], heard: Sequence[str], bad: int) -> bool:
        """Whether a property about what follows one of `heard` holds, decided without paths: from all states at once.

        For judges that remember nothing (0) until one of `heard` came. It may say no where the order of touches saves the property; never yes
        where it is broken.
        """
        seen: set[tuple[int, int]] = set()
        for state in self.answering if all(map(answers, heard)) else self.reachable:  # a colleague's news may come before any touch
            out = self.out[state]
            moves = [move for _, move in self.listened(state) if self._names[move.event] in heard]
            moves += [Move(event, state, state) for event in heard if event not in out]
            for move in moves:
                memory = judge(0, move)
                if memory == bad:
                    return False
                if memory > 0:
                    seen.add((move.target, memory))
        todo = list(seen)
        while todo:
            state, memory = todo.pop()
            for _, move in self.listened(state):
                after = judge(memory, move)
                if after == bad:
                    return False
                if after >= 0 and (move.target, after) not in seen:
                    seen.add((move.target, after))
                    todo.append((move.target, after))
        return True
