"""What exploration asks of a playbook: all that decides which places there are and which move leads where, and nothing else.

A playbook is read into two halves (`survey.py`). Playbooks whose frames are equal have machines of one pattern; what the pattern is filled with,
lines of the file and delays, is on the `Sheet`. The frame names those by their numbers there, and the lengths of time that places know by
stand-ins. Sets of steps and sets of flags are bits of an integer.
"""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple

from ..language.records import record
from ..language.values import Duration
from .places import Move
from .types import Action

ALL, CADENCE, ENROLL, REENROLL, OPT_OUT, SCOPE, UNDO, REPLIED = range(8)
"""The numbers of the lines that every sheet has first."""
NO_TIMER, KEPT = 0, 1
"""The numbers of the timers that every sheet has first."""


class Way(NamedTuple):
    """One route and where it is heard. `step` is -1 for a route of the whole playbook; `counter` is its place in `rounds`, or -1. `goto` and
    `resume` are steps, or -1; `until` is None where a pause lasts until the person is back."""

    event: str
    name: str  # the reply class or the signal
    kind: str
    line: int
    step: int
    counter: int
    timer: int  # of a pause
    outcome: str
    cooldown: Duration | None
    until: Duration | None
    at_most: int
    goto: int
    resume: int
    role: str
    within: Duration | None
    then: str | None

    @property
    def same(self) -> bool:
        """Whether it leads to the same place from wherever the person is on the way."""
        return self.step < 0 and self.kind in ("stop", "handoff")


class Stop(NamedTuple):
    """A stop rule."""

    id: str
    event: str
    touches: int
    outcome: str
    cooldown: Duration | None
    line: int


class Ask(NamedTuple):
    """A condition over flags: all bits of `every`, one of `any_of` if there is any, none of `none_of`."""

    every: int
    any_of: tuple[Ask, ...]
    none_of: tuple[Ask, ...]


class Gate(NamedTuple):
    """`when` or `skip_if` of a step: it goes on where the answer is not `wanted`."""

    ask: Ask
    wanted: bool
    line: int
    note: str


class Signal(NamedTuple):
    """A signal in answer to a step: the flag that it raises (0: none), the route that it takes, and the first condition that asks for it."""

    name: str
    step: int
    event: str
    bit: int
    way: Way | None
    reader: int


class Cell(NamedTuple):
    """One step with everything that exploration asks of it: numbers of lines and timers on the sheet, and actions, made once."""

    id: str
    channel: str
    channel_out: int  # the bit of `out(channel)`, or 0
    origin: int
    after: int  # the line of its delay
    next: int
    planned: int
    resume: int
    gates: tuple[Gate, ...]
    told: tuple[Action, ...]


@record
class Frame:
    cells: tuple[Cell, ...]
    flags: tuple[str, ...]  # the name of each bit
    outs: int  # the bits of all `out(...)`
    closes_all: bool  # an opt-out ends the cadence, rather than closing some channels
    later: tuple[int, ...]  # for each step, the steps that may follow it
    live: tuple[int, ...]  # for each step, the flags that are read there or later
    replies: tuple[Way, ...]
    signals: tuple[Signal, ...]  # what a flag or a route listens to
    counters: tuple[tuple[str, int], ...]  # (name, at_most) of each counted route
    touches: Stop | None  # the stop rule that counts touches and fires first
    elapsed: Stop | None
    events: tuple[Stop, ...]  # the first stop rule of each event
    reenroll: tuple[Duration, int | None] | None  # after how long, and at most how often
    refused: tuple[Action, ...]  # what an opt-out tells; empty where nobody listens to one
    shared_out: bool  # a colleague's opt-out counts, too
    undone: bool  # a person can undo an opt-out (by asking, or by the same page)
    reviewer: tuple[Action, ...]  # the task of whoever reads a reply that nobody has classified
    heard: dict[tuple[int, int], tuple[Move, ...]] = field(default_factory=dict, compare=False)  # moves that are the same from many places, made once
    late: dict[tuple[int, int], Move] = field(default_factory=dict, compare=False)  # likewise, where `elapsed` leads

    @property
    def asked(self) -> tuple[Way, ...]:
        """The routes that do not lead to the same place from everywhere."""
        return tuple(way for way in self.replies if not way.same)


def flag_name(signal: str, step: str) -> str:
    return f"{signal}({step})"


def out_name(channel: str) -> str:
    return f"out({channel})"


def holds(ask: Ask, flags: int) -> bool:
    """Whether the condition is true for a person with these flags."""
    return (
        ask.every & ~flags == 0
        and (not ask.any_of or any(holds(item, flags) for item in ask.any_of))
        and not any(holds(item, flags) for item in ask.none_of)
    )
