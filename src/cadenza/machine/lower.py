"""Lowering: from a playbook to its machine, by exploring forward from `start`.

Each place is asked what it hears (`answers.py` on the way, `ends.py` elsewhere); each move leads to a place, old or new; what is never reached
never becomes a state. Breadth first, with the events in the order of their ranks, gives the canonical order of states, so the same playbook
gives the same machine whatever the order of its keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from ..language.model import Playbook
from ..language.nodes import Span
from .answers import going_moves
from .canon import digest
from .ends import end_moves, owned_moves, pool_moves
from .frame import Cell, Frame, frame
from .names import named
from .places import End, Going, Move, Owned, Place, Pool
from .types import Machine, StepInfo, Transition, rank


def lower(playbook: Playbook, *, hashed: bool = True) -> Machine:
    """The machine of a playbook: reachable states and transitions in canonical order, with origins and content hash.

    `hashed=False` leaves the hash empty, for readers that throw the machine away: writing it out takes as long as making it.
    """
    read = frame(playbook)
    places: list[Place] = [Pool()]
    origins = [playbook.span]
    known: dict[Place, int] = {places[0]: 0}
    transitions: list[Transition] = []
    for source, place in enumerate(places):  # grows while it is walked: a queue
        for move in sorted(_moves(read, place, origins[source]), key=_order):
            target = known.get(move.target)
            if target is None:
                target = known[move.target] = len(places)
                places.append(move.target)
                origins.append(_origin(read, move))
            transitions.append(Transition(source, move.event, target, move.origin, move.actions, move.timer, move.note))
    machine = Machine(
        name=playbook.name,
        steps=tuple(_info(cell, index) for index, cell in enumerate(read.cells)),
        states=named(read, places, origins),
        transitions=tuple(transitions),
        channels=tuple(sorted({cell.step.channel for cell in read.cells})),
        elapsed=read.elapsed.elapsed if read.elapsed is not None else None,
        hash="",
        windows=_windows(playbook),
    )
    return replace(machine, hash=digest(machine)) if hashed else machine


def _moves(read: Frame, place: Place, origin: Span) -> Iterator[Move]:
    if isinstance(place, Going):
        return going_moves(read, place)
    if isinstance(place, End):
        return end_moves(read, place, origin)
    if isinstance(place, Owned):
        return owned_moves(read, place, origin)
    return pool_moves(read, place)


@cache
def _ranked(event: str) -> tuple[int, int, str]:
    return (*rank(event), event)


def _order(move: Move) -> tuple[int, int, str]:
    return _ranked(move.event)


def _origin(read: Frame, move: Move) -> Span:
    """A wait and a touch come from their step; everything else from the line that led there."""
    if isinstance(move.target, Going) and move.target.kind in ("wait", "touch"):
        return read.cells[move.target.step].origin
    return move.origin


def _info(cell: Cell, index: int) -> StepInfo:
    return StepInfo(cell.step.id, index, cell.step.channel, cell.step.work, cell.step.span)


def _windows(playbook: Playbook) -> tuple[tuple[str, str], ...]:
    """The window of each channel that the cadence uses, as text."""
    used = {step.channel for step in playbook.cadence}
    return tuple((channel, str(use.window)) for channel, use in sorted(playbook.channels.items()) if channel in used)
