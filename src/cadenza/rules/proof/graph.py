"""The machine as a graph on which an adversary walks.

A `Move` is one event in one state. Where the machine has a transition for it, the move takes it; where it has none, the event is heard by
nobody and the move stays in place: that is how "the machine does not listen to a no" becomes visible to a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...machine.types import Machine, State, Transition

PERSON = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
"""Events that answer a touch: none of them can come before one was made."""


def answers(event: str) -> bool:
    """Whether the event is an answer to a touch (a reply, a refusal, a signal)."""
    return event.startswith(PERSON)


@dataclass(frozen=True, slots=True)
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

    @cached_property
    def start(self) -> int:
        return next(state.index for state in self.states if state.kind == "start")

    def touched(self, mask: int, move: Move) -> int:
        """The touches made, after a move: bit 0 for any, one bit for each step that some event answers by name."""
        state = self.states[move.source]
        if state.kind != "touch" or move.event != "done" or state.step is None:
            return mask
        return mask | 1 | self._bit.get(state.step, 0)

    def moves(self, state: int, mask: int, heard: Sequence[str] = ()) -> Iterator[Move]:
        """All that may happen in a state, in canonical order: refusals first, timers last. `heard`: events that count even where nobody listens."""
        out = self.out[state]
        if mask & 1 and self.states[state].kind != "start":
            for event in heard:
                if event not in out:
                    yield Move(event, state, state)
        for event, transition in out.items():
            step = event.partition(":")[2]
            if answers(event) and not (mask & 1 and (not step or mask & self._bit[step])):
                continue
            yield Move(event, state, transition.target, transition)

    def enters_touch(self, move: Move) -> bool:
        """Whether a touch is given out, or made, by this move: its state is entered, or the person was in it and it is done all the same."""
        if self.states[move.target].kind == "touch" and move.target != move.source:
            return True
        return self.states[move.source].kind == "touch" and move.event == "done"
