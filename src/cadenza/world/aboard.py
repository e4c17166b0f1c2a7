"""From a log to the people who are under way: the people of the lists walk through their machines up to the program's start.

Whom a list does not have any more, or who is suppressed, is nowhere in the program; but what they did is told to their colleagues, as in a plan, and
what was sent to them was sent by the mailboxes. Somebody who is in several playbooks walks in each, and all of them hear what the person says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..language.model import Playbook
from ..language.people import Person, read_people
from ..machine import Machine, lower
from ..machine.log import Entry
from ..machine.replay import Replay
from .flights import Passenger, Reach, flight
from .lists import account_of
from .program import Program


def boarded(program: Program, playbooks: Sequence[Playbook], names: Mapping[int, str], log: Sequence[Entry]) -> Program:
    """The program with the people of the log under way. `names` says who is who, by the keys of the program; entries say whose playbook they are
    of."""
    books = {playbook.name: _Book(program, playbook, cohort, lower(playbook)) for cohort, playbook in enumerate(playbooks)}
    entries = [replace(entry, prospect=_walker(entry.playbook, entry.prospect)) for entry in log]
    named: dict[str, set[str]] = defaultdict(set)  # by list
    for entry in log:
        named[books[entry.playbook].list].add(entry.prospect)
    seats, walkers, deaf = _Seats({}, {}), dict[str, Passenger](), dict[str, Passenger]()
    for book in books.values():
        if book.list:
            book.seat(names, named[book.list], seats, walkers)
    for entry in log:
        key, book = _walker(entry.playbook, entry.prospect), books[entry.playbook]
        if key not in walkers and key not in deaf:
            deaf[key] = book.passenger(key, program.calendar, book.account(entry.prospect))
    Replay(walkers, deaf, seats.same()).run(entries, program.start)
    known = {key for keys in seats.of_key.values() if any(walkers[key].aboard for key in keys) for key in keys}  # with their luck, in all playbooks
    seated = {number: walkers[key] for key, number in seats.number.items() if key in known}
    gone = {book.cohort: [walker for key, walker in deaf.items() if walker.machine is book.machine] for book in books.values()}
    return replace(program, people=replace(program.people, flight=flight(program, seated, gone)))


def _walker(playbook: str, person: str) -> str:
    return f"{playbook}\n{person}"


@dataclass(frozen=True, slots=True)
class _Seats:
    """The numbers of walkers in the program, and the walkers of each of its keys."""

    number: dict[str, int]
    of_key: dict[int, list[str]]

    def same(self) -> dict[str, list[str]]:
        """By walker, the same person's others."""
        return {key: [other for other in keys if other != key] for keys in self.of_key.values() if len(keys) > 1 for key in keys}


class _Book:
    """One playbook: its machine, its list, and the people whom the list has."""

    def __init__(self, program: Program, playbook: Playbook, cohort: int, machine: Machine) -> None:
        source = playbook.audience.source
        self.program, self.playbook, self.cohort, self.machine = program, playbook, cohort, machine
        self.list = "" if source is None or source.list is None else source.list
        self.reach = Reach.of(program, cohort)
        self.read: dict[str, Person] = {}

    def passenger(self, key: str, calendar: int, account: str) -> Passenger:
        return Passenger.new(self.machine, key, self.program.clocks, calendar, account, self.reach)

    def account(self, key: str) -> str:
        """Whom colleagues share, by the list: they are colleagues in it alone."""
        if not self.read:
            root = self.playbook.workspace.root
            self.read = {person.key: person for person in read_people(root / self.list, root=root)}
        return f"{self.list}: {account_of(self.read[key])}"

    def seat(self, names: Mapping[int, str], named: set[str], seats: _Seats, walkers: dict[str, Passenger]) -> None:
        """Everybody of the playbook to whom the log may have done something: those whom it names, in any playbook, and their colleagues."""
        people, accounts = self.program.people, {self.account(key) for key in named}
        for number, (key, cohort) in enumerate(zip(people.key, people.cohort, strict=True)):
            if cohort != self.cohort:
                continue
            person = names[key]
            if (account := self.account(person)) in accounts:
                walker = _walker(self.playbook.name, person)
                walkers[walker] = self.passenger(walker, people.calendar[number], account)
                seats.number[walker] = number
                seats.of_key.setdefault(key, []).append(walker)
