"""One replication, event by event: who was where when, and why, for logs that other tools read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..language.model import Simulation
    from ..world.program import Program
    from .warm import Warm


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: UTC second. `person`: 16 hexadecimal digits. `state`: where the person is after it. `resource`: the role or mailbox that made a touch.
    `draw`: the 64 bits that decided what a touch brought; 0 where nothing was drawn."""

    at: int
    person: str
    playbook: str
    event: str
    state: str
    resource: str
    draw: int


def follow(
    simulation: Simulation,
    replication: int,
    take: Callable[[Event], None],
    *,
    engine: str = "auto",
    tell: Callable[[str], None] | None = None,
    log: Warm | None = None,
) -> int:
    """Run one replication of base and give every event to `take`, in the order in which they happen; gives their number.

    Raises as `forecast` does.
    """
    from ..engines import run
    from ..language import playbooks_of
    from ..world import build
    from .points import choose_engine, points_of

    base = points_of(simulation, (), False)[0]
    playbooks = playbooks_of(simulation, base.changes)
    playbooks = playbooks if log is None else log.playbooks(playbooks)
    program = build(playbooks, simulation.start, simulation.horizon, simulation.seed, log=log.log if log else None)
    chosen = choose_engine(engine, [program], tell)
    playbook_of = _playbooks(program)
    count = 0

    def trace(at: int, key: int, state: str, name: str, resource: str, draw: int) -> None:
        nonlocal count
        count += 1
        take(Event(at, f"{key:016x}", playbook_of(key), name, state, resource, draw))

    run(program, replication, chosen, trace)
    return count


def _playbooks(program: Program) -> Callable[[int], str]:
    """The playbook of a person: people stand in the order of their keys, so no table is needed."""
    names, keys, cohort = program.cohorts.name, program.people.key, program.people.cohort
    if len(names) == 1:
        return lambda _: names[0]
    return lambda key: names[cohort[bisect_left(keys, key)]]
