"""Machines as one table of integers: the transition of a state on an event is `go[state * len(events) + code]`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..language.model import CHANNELS
from ..machine import Machine, Transition, table
from .clocks import EXACT, NO_CHANNEL, lowered
from .program import CODE, EVENTS, KINDS, SCOPES, TASKS, TIMERS, States


@dataclass(slots=True)
class _Moves:
    target: list[int] = field(default_factory=list)
    timer: list[int] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    unit: list[int] = field(default_factory=list)
    channel: list[int] = field(default_factory=list)
    scope: list[int] = field(default_factory=list)

    def add(self, move: Transition, first: int) -> int:
        timer = move.timer
        amount, unit = (-1, EXACT) if timer is None or timer.delay is None else lowered(timer.delay)
        self.target.append(first + move.target)
        self.timer.append(-1 if timer is None else TIMERS.index(timer.kind))
        self.amount.append(amount)
        self.unit.append(unit)
        self.channel.append(NO_CHANNEL if timer is None or timer.channel is None else CHANNELS.index(timer.channel))
        scopes = [SCOPES.index(action.scope) for action in move.actions if action.kind == "suppress"]
        self.scope.append(scopes[0] if scopes else -1)
        return len(self.target) - 1


def lower_machines(machines: Sequence[Machine], first_step: Sequence[int], roles: Sequence[str]) -> tuple[States, list[int]]:
    """All machines in one table, and the first state of each. `first_step` is where each machine's steps begin in the program."""
    steps = {(m, step.id): first_step[m] + step.index for m, machine in enumerate(machines) for step in machine.steps}
    events, named = _events(machines, steps)
    each = [(m, state) for m, machine in enumerate(machines) for state in machine.states]
    outcomes = sorted({state.outcome for _, state in each if state.outcome})
    starts = [sum(len(machine.states) for machine in machines[:m]) for m in range(len(machines))]
    go, moves = _go(machines, starts, len(events))
    limits = [lowered(state.within) for _, state in each]
    return States(
        name=tuple(state.id for _, state in each),
        cohort=tuple(m for m, _ in each),
        kind=tuple(KINDS.index(state.kind) for _, state in each),
        step=tuple(-1 if state.step is None else steps[(m, state.step)] for m, state in each),
        task=tuple(-1 if state.task is None else TASKS.index(state.task) for _, state in each),
        role=tuple(roles.index(state.role) if state.role in roles else -1 for _, state in each),
        within=tuple(amount for amount, _ in limits),
        within_unit=tuple(unit for _, unit in limits),
        outcome=tuple(-1 if state.outcome is None else outcomes.index(state.outcome) for _, state in each),
        owned=_owned(machines),
        paused=tuple(int(state.pause is not None) for _, state in each),
        outcomes=tuple(outcomes),
        events=tuple(events),
        named=named,
        go=go,
        target=tuple(moves.target),
        timer=tuple(moves.timer),
        amount=tuple(moves.amount),
        unit=tuple(moves.unit),
        channel=tuple(moves.channel),
        scope=tuple(moves.scope),
    ), starts


def _events(machines: Sequence[Machine], steps: dict[tuple[int, str], int]) -> tuple[list[str], tuple[int, ...]]:
    """Event names by code: EVENTS, then each machine's events that name a step."""
    events, width = list(EVENTS), len(EVENTS)
    named = [-1] * (width * (max(steps.values(), default=-1) + 1))
    for m, machine in enumerate(machines):
        for event in _naming(machine):
            name, _, step = event.partition(":")
            named[steps[(m, step)] * width + CODE[name]] = len(events)
            events.append(event)
    return events, tuple(named)


def _owned(machines: Sequence[Machine]) -> tuple[int, ...]:
    """Which ends a hand-off leads to by what its owner does, not by what the person says."""
    found: list[int] = []
    for machine in machines:
        owners = {n for n, state in enumerate(machine.states) if state.task in TASKS[1:]}
        ends = {move.target for move in machine.transitions if move.source in owners and (move.event == "done" or move.event.startswith("meeting."))}
        found.extend(int(n in ends and state.kind == "end") for n, state in enumerate(machine.states))
    return tuple(found)


def _naming(machine: Machine) -> list[str]:
    return sorted({move.event for move in machine.transitions if ":" in move.event})


def _go(machines: Sequence[Machine], starts: list[int], width: int) -> tuple[tuple[int, ...], _Moves]:
    """The dense table and the transitions it points to. A state that has no transition for a named event falls back to the plain one."""
    moves, next_code = _Moves(), len(EVENTS)
    go = [-1] * (width * sum(len(machine.states) for machine in machines))
    for first, machine in zip(starts, machines, strict=True):
        codes = {event: next_code + n for n, event in enumerate(_naming(machine))}
        next_code += len(codes)
        numbers = {key: moves.add(move, first) for key, move in table(machine).items()}
        for (source, event), number in numbers.items():
            go[(first + source) * width + (codes[event] if event in codes else CODE[event])] = number
        for event, code in codes.items():
            for source in range(len(machine.states)):
                at = (first + source) * width + code
                if go[at] < 0:
                    go[at] = numbers.get((source, event.partition(":")[0]), -1)
    return tuple(go), moves
