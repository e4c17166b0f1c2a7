"""One replication, event by event: who was where when, and why, for logs that other tools read; or as the log that people keep."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
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
    from .points import choose_engine

    _, program = _base(simulation, log)
    chosen = choose_engine(engine, [program], tell)
    playbook_of = _playbooks(program)
    count = 0

    def trace(at: int, key: int, state: str, name: str, resource: str, draw: int) -> None:
        nonlocal count
        count += 1
        take(Event(at, f"{key:016x}", playbook_of(key), name, state, resource, draw))

    run(program, replication, chosen, trace)
    return count


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log that people keep; `at` and `until` in UTC seconds, `step` empty and `until` None where there is none."""

    at: int
    prospect: str
    playbook: str
    event: str
    step: str
    until: int | None


def diary(simulation: Simulation, replication: int, take: Callable[[Line], None], *, log: Warm | None = None) -> int:
    """Run one replication of base, on the reference engine, and give `take` what it would leave in the log that people keep (`machine.log`), line by
    line; gives their number. People of a list have its keys, others 16 hexadecimal digits.

    Raises as `forecast` does.
    """
    from ..engines.diary import keep

    playbooks, program = _base(simulation, log)
    names, people, count = _names(playbooks), program.people, 0

    def write(at: int, person: int, event: str, step: int, until: int) -> None:
        nonlocal count
        count += 1
        key, playbook = people.key[person], program.cohorts.name[people.cohort[person]]
        own = program.steps.id[step] if step >= 0 else ""
        take(Line(at, names.get(key, f"{key:016x}"), playbook, event, own, until if until >= 0 else None))

    keep(program, replication, write)
    return count


def _base(simulation: Simulation, log: Warm | None) -> tuple[tuple[Playbook, ...], Program]:
    from ..language import playbooks_of
    from ..world import build
    from .points import points_of

    playbooks = playbooks_of(simulation, points_of(simulation, (), False)[0].changes)
    playbooks = playbooks if log is None else log.playbooks(playbooks)
    return playbooks, build(playbooks, simulation.start, simulation.horizon, simulation.seed, log=log.log if log else None)


def _names(playbooks: tuple[Playbook, ...]) -> dict[int, str]:
    """By the program's keys, the keys in their lists of those who are on one."""
    from ..language import read_people
    from ..world.draws import text64

    lists = {(playbook.workspace.root, source.list) for playbook in playbooks if (source := playbook.audience.source) is not None}
    written = [(root, path) for root, path in lists if path is not None]
    return {text64(f"{path}/{person.key}"): person.key for root, path in written for person in read_people(root / path, root=root)}


def _playbooks(program: Program) -> Callable[[int], str]:
    """The playbook of a person: people stand in the order of their keys, so no table is needed."""
    names, keys, cohort = program.cohorts.name, program.people.key, program.people.cohort
    if len(names) == 1:
        return lambda _: names[0]
    return lambda key: names[cohort[bisect_left(keys, key)]]
