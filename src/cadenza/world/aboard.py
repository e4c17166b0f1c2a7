"""From a log to the people who are under way: the list's people walk through their machine up to the program's start.

Whom the list does not have any more, or who is suppressed, is nowhere in the program; but what they did is told to their colleagues, as in a plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..language.model import Playbook
from ..language.people import Person, read_people
from ..machine import lower
from ..machine.log import Entry
from ..machine.replay import Replay, Walker
from .flights import Passenger, flight
from .lists import account_of
from .program import Program


def boarded(program: Program, playbook: Playbook, persons: Mapping[int, Person], log: Sequence[Entry]) -> Program:
    """The program with the people of the log under way. `persons` says who is who, by the keys of the program."""
    people, machine = program.people, lower(playbook)
    numbers = {persons[key].key: number for number, key in enumerate(people.key)}
    named = {entry.prospect for entry in log}
    everybody = {**_missing(playbook, named - numbers.keys()), **{person.key: person for person in persons.values()}}
    accounts = {account_of(everybody[key]) for key in named}
    walkers: dict[str, Walker] = {}
    for key, number in numbers.items():
        account = account_of(everybody[key])
        if account in accounts:
            walkers[key] = Passenger.new(machine, key, program.clocks, people.calendar[number], account)
    deaf: dict[str, Walker] = {
        key: Passenger.new(machine, key, program.clocks, program.calendar, account_of(everybody[key])) for key in sorted(named - numbers.keys())
    }
    Replay(walkers, deaf).run(log, program.start)
    seated = {numbers[key]: walker for key, walker in walkers.items() if isinstance(walker, Passenger) and walker.aboard}
    return replace(program, people=replace(people, flight=flight(program, seated)))


def _missing(playbook: Playbook, keys: set[str]) -> dict[str, Person]:
    """Those of the list whom the playbook must not contact."""
    source = playbook.audience.source
    if not keys or source is None or source.list is None:
        return {}
    root = playbook.workspace.root
    return {person.key: person for person in read_people(root / source.list, root=root) if person.key in keys}
