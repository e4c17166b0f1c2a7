"""What the machines of playbooks that differ in words, places and delays only have in common: their pattern, explored once.

A team's playbooks repeat each other's cadences. Exploring a frame gives a `Pattern`: states and transitions in columns of numbers, with gaps for
lines of the file, delays and lengths of time. `fill` puts a playbook's sheet into the gaps. Because exploration reads nothing but the frame, equal
frames have one pattern, and it is kept for the next playbook; who comes first decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from ..language.nodes import Span
from ..language.records import record
from ..language.values import Duration
from .names import GAP, filled
from .types import Action, Machine, State, Timer, Transition

if TYPE_CHECKING:
    from .frame import Frame
    from .sheet import Sheet

KEPT = 48
"""Patterns that are kept."""
LARGEST = 20_000
"""Transitions beyond which a pattern is not kept."""
FILLED = 32
"""Machines whose pattern is known."""


@record
class Pattern:
    """Columns with one entry a transition, those of one state in a row: `first[state]` is where they begin. `lines` and `timers` are numbers on the
    sheet, `ends` the stand-ins of further timers; `told` holds actions, those at `dated` with stand-ins. Told apart by identity."""

    sources: list[int] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    actions: list[int] = field(default_factory=list)
    timers: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    told: list[tuple[Action, ...]] = field(default_factory=list)
    dated: list[int] = field(default_factory=list)
    ends: list[Duration] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    state_lines: list[int] = field(default_factory=list)
    memo: dict[str, object] = field(default_factory=dict)  # what readers of a machine found out about its pattern

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


class Filling(NamedTuple):
    """Of which pattern a machine is, and the timers that the pattern's numbers mean there."""

    pattern: Pattern
    timers: Sequence[Timer | None]


_kept: dict[Frame, Pattern] = {}
_filled: dict[int, tuple[Machine, Filling]] = {}


def kept(frame: Frame) -> Pattern | None:
    """The pattern of a frame, if it was explored before."""
    return _kept.get(frame)


def keep(frame: Frame, pattern: Pattern) -> None:
    """Keep what exploring a frame gave, and forget what was kept first."""
    if len(pattern.sources) <= LARGEST:
        if len(_kept) >= KEPT:
            del _kept[next(iter(_kept))]
        _kept[frame] = pattern


def forget() -> None:
    """As if nothing had been lowered yet."""
    _kept.clear()
    _filled.clear()


def filling(machine: Machine) -> Filling | None:
    """The filling of a machine that was lowered lately; None of others, and of those that were changed by hand."""
    found = _filled.get(id(machine))
    return found[1] if found is not None and found[0] is machine else None


def note(machine: Machine, filling: Filling) -> None:
    """Remember of which pattern a machine is."""
    if len(_filled) >= FILLED:
        del _filled[next(iter(_filled))]
    _filled[id(machine)] = machine, filling


_transition = partial(tuple.__new__, Transition)  # from a row of values: there are thousands of them


def fill(pattern: Pattern, sheet: Sheet) -> tuple[tuple[State, ...], tuple[Transition, ...], Filling]:
    """The states and transitions of a pattern with a playbook's lines, delays and lengths of time."""
    lines, lasting = sheet.lines, sheet.lasting
    timers = [*sheet.timers, *(Timer("now", lasting[duration]) for duration in pattern.ends)]
    told = list(pattern.told)
    for index in pattern.dated:
        told[index] = tuple(_dated(action, lasting) for action in told[index])
    rows = zip(
        pattern.sources,
        pattern.events,
        pattern.targets,
        map(lines.__getitem__, pattern.lines),
        map(told.__getitem__, pattern.actions),
        map(timers.__getitem__, pattern.timers),
        pattern.notes,
        strict=True,
    )
    states = tuple(_placed(state, lines[line], lasting) for state, line in zip(pattern.states, pattern.state_lines, strict=True))
    return states, cast(tuple[Transition, ...], tuple(map(_transition, rows))), Filling(pattern, timers)


def _dated(action: Action, lasting: dict[Duration, Duration]) -> Action:
    return action if action.within is None else Action(action.kind, action.step, role=action.role, within=lasting[action.within])


def _placed(state: State, origin: Span, lasting: dict[Duration, Duration]) -> State:
    """A state of the pattern at its line."""
    id = filled(state.id, lasting) if GAP in state.id else state.id
    within = None if state.within is None else lasting[state.within]
    return State(
        state.index,
        id,
        state.kind,
        origin,
        state.step,
        state.channel,
        state.outcome,
        state.task,
        state.role,
        within,
        state.pause,
        state.flags,
        state.touches,
        state.rounds,
    )
