"""What must still be true when a touch is made, read off the machine: every event that would take the person out of this touch state forbids it."""

from __future__ import annotations

from ..language.model import Step
from ..machine import Machine, outgoing, rank
from .conditions import as_data
from .types import Guard

CLOCKS = ("done", "due", "elapsed", "cooled")


def guards_of(machine: Machine, state: int, step: Step) -> tuple[Guard, ...]:
    """Guards in the order in which the machine takes events, then the step's own conditions. `elapsed` is none: `not_after` has it."""
    here = machine.states[state]
    found: list[Guard] = []
    for move in sorted(outgoing(machine)[state], key=lambda move: (rank(move.event), move.event)):
        target = machine.states[move.target]
        stays = target.kind == "touch" and target.step == here.step
        if move.event.partition(":")[0] not in CLOCKS and not stays:
            found.append(Guard("without", event=move.event))
    if step.when is not None:
        found.append(Guard("when", condition=as_data(step.when)))
    if step.skip_if is not None:
        found.append(Guard("unless", condition=as_data(step.skip_if)))
    return tuple(found)
