"""A forecast that does not begin with an empty house: the people of a log are where it has brought them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..machine.log import Entry
    from ..world.program import Program


class NotWarm(ValueError):
    """The simulation cannot begin from a log. `str(error)` says why."""


@dataclass(frozen=True, slots=True)
class Warm:
    """What happened before the start (at least one event), and the list of those to whom it happened, from the workspace's root."""

    log: tuple[Entry, ...]
    list: str

    def playbooks(self, playbooks: tuple[Playbook, ...]) -> tuple[Playbook, ...]:
        """The playbook with this list for its audience."""
        return tuple(_with_list(playbook, self.list) for playbook in playbooks)


@dataclass(frozen=True, slots=True)
class Begun:
    """Who is under way when a forecast starts. `states` counts people by the kind of their state (wait, touch, hold, task); `ended` those whose
    cadence is over, `pool` those who may begin again; `events` are those of the log."""

    events: int
    states: dict[str, int]
    ended: int
    pool: int

    @property
    def in_flight(self) -> int:
        return sum(self.states.values())


def warm(simulation: Simulation, events: Path, prospects: Path | None = None) -> Warm:
    """Read a log, for the list `prospects` (or the one that the playbook names). Raises NotWarm, and Refused for what is wrong with the files."""
    from ..calendars import day, zone
    from ..language import playbooks_of, read_people
    from ..language.places import within
    from ..machine.log import Until, read_log
    from .points import points_of

    playbooks = playbooks_of(simulation, points_of(simulation, (), False)[0].changes)
    if len(playbooks) != 1:
        names = ", ".join(playbook.name for playbook in playbooks)
        raise NotWarm(
            f"a log does not say whose playbook its events are of, and {simulation.name} has {len(playbooks)} ({names}): forecast them one by one"
        )
    root, source = simulation.workspace.root, playbooks[0].audience.source
    written = within(root, prospects) if prospects is not None else source.list if source is not None else None
    if written is None:
        raise NotWarm("a log is about people of a list: give --prospects lists/prospects.csv, or name one under audience.source.list")
    people = read_people(root / written, root=root)
    where = zone(simulation.workspace.organization.timezone)
    until = Until(
        where.from_wall(day(simulation.start) * 86400),
        f"this is not before the start of the forecast, {simulation.start}",
        "take the line out of the log, or let the forecast start later",
    )
    entries = read_log(events, {person.key for person in people}, {step.id for step in playbooks[0].cadence}, until)
    if not entries:
        raise NotWarm(f"nothing has happened in {events.name}: leave --events out")
    return Warm(tuple(entries), written)


def _with_list(playbook: Playbook, written: str) -> Playbook:
    from ..language.model import Source

    audience = playbook.audience
    if audience.source is None:
        source = Source(kind="crm", verified=None, valid_emails=None, list=written, node=playbook.node)
    else:
        source = replace(audience.source, list=written)
    return replace(playbook, audience=replace(audience, source=source))


def begun(program: Program, log: Warm) -> Begun:
    """Who is under way in a program."""
    from ..world.program import END, KINDS, START

    flight, found = program.people.flight, Counter[int]()
    if flight is not None:
        found.update(program.states.kind[state] for state, turn in zip(flight.state, flight.round, strict=True) if turn >= 0)
    states = {name: found[kind] for kind, name in enumerate(KINDS) if kind not in (START, END)}
    return Begun(len(log.log), states, found[END], found[START])
