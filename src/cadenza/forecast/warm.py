"""A forecast that does not begin with an empty house: the people of a log are where it has brought them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..machine.log import Book, Entry
    from ..world.program import Program


class NotWarm(ValueError):
    """The simulation cannot begin from a log. `str(error)` says why."""


@dataclass(frozen=True, slots=True)
class Warm:
    """What happened before the start (at least one event), and the lists of those to whom it happened, by playbook, from the workspace's root."""

    log: tuple[Entry, ...]
    lists: dict[str, str]

    def playbooks(self, playbooks: tuple[Playbook, ...]) -> tuple[Playbook, ...]:
        """The playbooks with these lists for their audiences."""
        return tuple(_with_list(playbook, self.lists[playbook.name]) if playbook.name in self.lists else playbook for playbook in playbooks)


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
    """Read a log. `prospects` is the list of a single playbook, or of those of several that name none. Raises NotWarm, and Refused for what is wrong
    with the files."""
    from ..calendars import day, zone
    from ..language import playbooks_of
    from ..machine.log import Until, read_logs
    from .points import points_of

    playbooks = playbooks_of(simulation, points_of(simulation, (), False)[0].changes)
    lists = _lists(playbooks, simulation.workspace.root, prospects)
    where = zone(simulation.workspace.organization.timezone)
    until = Until(
        where.from_wall(day(simulation.start) * 86400),
        f"this is not before the start of the forecast, {simulation.start}",
        "take the line out of the log, or let the forecast start later",
    )
    entries = read_logs(events, _books(playbooks, simulation.workspace.root, lists), until)
    if not entries:
        raise NotWarm(f"nothing has happened in {events.name}: leave --events out")
    return Warm(tuple(entries), lists)


def _lists(playbooks: tuple[Playbook, ...], root: Path, prospects: Path | None) -> dict[str, str]:
    """The list of each playbook that has one."""
    from ..language.places import within

    given = within(root, prospects) if prospects is not None else None
    own = {playbook.name: source.list for playbook in playbooks if (source := playbook.audience.source) is not None and source.list is not None}
    found = {playbook.name: given for playbook in playbooks if given is not None and (len(playbooks) == 1 or playbook.name not in own)}
    if not own | found:
        raise NotWarm("a log is about people of a list: give --prospects lists/prospects.csv, or name one under audience.source.list")
    return own | found


def _books(playbooks: tuple[Playbook, ...], root: Path, lists: dict[str, str]) -> dict[str, Book]:
    """What a line of the log may name. A playbook without a list has people whom nobody knows, so no line can be about them."""
    from ..language import read_people
    from ..machine.log import Book

    people = {written: {person.key for person in read_people(root / written, root=root)} for written in sorted(set(lists.values()))}
    return {each.name: Book(people[lists[each.name]], {step.id for step in each.cadence}) for each in playbooks if each.name in lists}


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
