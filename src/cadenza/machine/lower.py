"""Lowering: from a playbook to its machine, by exploring forward from `start`.

Each place is asked what it hears (`answers.py` on the way, `ends.py` elsewhere); each move leads to a place, old or new; what is never reached
never becomes a state. Breadth first, with the events in the order of their ranks, gives the canonical order of states, so the same playbook
gives the same machine whatever the order of its keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..language.findings import Finding, Level, Refused, Related
from ..language.model import Playbook
from ..language.nodes import Span, key_span
from .answers import going_moves
from .canon import digest
from .ends import end_moves, owned_moves, pool_moves
from .frame import Cell, Frame, frame
from .names import named
from .places import End, Going, Move, Owned, Place, Pool, Shared, order
from .types import Machine, StepInfo, Transition

STEPS, STATES, TRANSITIONS = 1_000, 20_000, 300_000
"""What a machine may have at most. The largest honest cadences have a few thousand states; each flag that is still to be read doubles them."""


def lower(playbook: Playbook, *, hashed: bool = True) -> Machine:
    """The machine of a playbook: reachable states and transitions in canonical order, with origins and content hash.

    `hashed=False` leaves the hash empty, for readers that throw the machine away: writing it out takes as long as making it.
    Raises Refused (M012) where the machine would be larger than STEPS, STATES or TRANSITIONS.
    """
    if len(playbook.cadence) > STEPS:
        raise Refused([_too_many(playbook, f"the cadence has {len(playbook.cadence):,} steps, and at most {STEPS:,} are read")])
    read = frame(playbook)
    places: list[Place] = [Pool()]
    origins = [playbook.span]
    known: dict[Place, int] = {places[0]: 0}
    transitions: list[Transition] = []
    for source, place in enumerate(places):  # grows while it is walked: a queue
        for move in sorted(_moves(read, place, origins[source]), key=order):
            target = move.number if isinstance(move, Shared) else -1
            if target < 0:
                target = known.setdefault(move.target, len(places))
                if target == len(places):
                    places.append(move.target)
                    origins.append(_origin(read, move))
                if isinstance(move, Shared):
                    move.number = target
            transitions.append(Transition(source, move.event, target, move.origin, move.actions, move.timer, move.note))
        if len(places) > STATES or len(transitions) > TRANSITIONS:
            raise Refused([_exploded(read)])
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


def _origin(read: Frame, move: Move) -> Span:
    """A wait and a touch come from their step; everything else from the line that led there."""
    if isinstance(move.target, Going) and move.target.kind in ("wait", "touch"):
        return read.cells[move.target.step].origin
    return move.origin


def _exploded(read: Frame) -> Finding:
    """What multiplies the states: flags that are remembered over many steps, and counted pauses."""
    reasons = [f"whether each of {len(read.readers)} answers came that conditions ask about (each doubles the states)"] if read.readers else []
    reasons += [f"the rounds of pauses with `at_most` ({len(read.counters)})"] if read.counters else []
    reasons += ["the number of touches for a stop rule"] if read.touches is not None else []
    message = f"the machine has more than {STATES:,} states or {TRANSITIONS:,} transitions: it remembers {' and '.join(reasons) or 'too much'}"
    return _too_many(read.playbook, message, sorted(set(read.readers.values())))


def _too_many(playbook: Playbook, message: str, conditions: Sequence[Span] = ()) -> Finding:
    closer = ", or ask in fewer `when` and `skip_if`, nearer to the steps that they ask about"
    help = f"split the cadence into playbooks{closer if conditions else ''}"
    place = conditions[0] if conditions else key_span(playbook.node, "cadence")
    related = tuple(Related(span, "this condition, too") for span in conditions[1:4])
    return Finding("M012", "too-many-states", Level.error, message, place, help, related)


def _info(cell: Cell, index: int) -> StepInfo:
    return StepInfo(cell.step.id, index, cell.step.channel, cell.step.work, cell.step.span)


def _windows(playbook: Playbook) -> tuple[tuple[str, str], ...]:
    """The window of each channel that the cadence uses, as text."""
    used = {step.channel for step in playbook.cadence}
    return tuple((channel, str(use.window)) for channel, use in sorted(playbook.channels.items()) if channel in used)
