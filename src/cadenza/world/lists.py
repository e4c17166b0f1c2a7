"""A list of real people, as the population of a forecast: who they are is read, how they answer is drawn.

A row gives a person's key, country, time zone, account (`account`, else `domain`, else the domain of the e-mail address) and segment (where the
column `segment` names one of `assumptions.segments`; without the column segments are dealt out by their shares). Suppressed rows and rows of another
country than `icp.accounts.countries` are nobody's. Nothing depends on the order of the rows.

From the file to the program people are numbers in columns: a row's texts become a key, and places in short tables of what other rows say, too. Only
names are kept, end to end in one text, for whoever must know who is who.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, compress, islice
from operator import eq
from typing import TypeVar

from ..calendars import Calendar, UnknownCountry, UnknownZone, zone, zones_for
from ..language.model import Playbook
from ..language.noted import Mark, mark, note
from ..language.people import KEYS, Person, read_people, read_suppression
from ..language.rows import Odd, read_columns
from ..language.suppression import Suppressed, same_emails
from .assumptions import Assumptions
from .clocks import ClockMaker
from .crowd import numbered, sorted_places
from .draws import draw, text64, texts64
from .population import dealt, holidays_of, segment_bounds

Columns = Mapping[str, Sequence[str]]
T = TypeVar("T")
KEPT = 2
"""Lists that stay in memory."""


@dataclass(slots=True)
class Texts:
    """Many short texts, end to end."""

    together: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("q", (0,)))

    def extend(self, texts: Sequence[str]) -> None:
        written = "".join(texts)
        lengths = map(len, texts if written.isascii() else [text.encode() for text in texts])
        self.ends.extend(islice(accumulate(lengths, initial=self.ends[-1]), 1, None))
        self.together += written.encode()

    def __getitem__(self, place: int) -> str:
        return self.together[self.ends[place] : self.ends[place + 1]].decode()


@dataclass(slots=True)
class Listed:
    """The people of one file who may be contacted; `order` has the rows by key, the other columns are by row. `place` and `segment` are places in
    the tables; `phones` are those of rows that name no time zone; `segments` is None where the file has no such column."""

    keys: array[int] = field(default_factory=lambda: array("Q"))
    accounts: array[int] = field(default_factory=lambda: array("Q"))  # until all are there: numbers that stand for their names
    place: array[int] = field(default_factory=lambda: array("i"))
    segment: array[int] = field(default_factory=lambda: array("i"))
    order: Sequence[int] = ()
    account: Sequence[int] = ()
    names: Texts = field(default_factory=Texts)
    phones: Texts = field(default_factory=Texts)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    segments: dict[str, int] | None = None

    def take(self, path: str, columns: Columns, names: Sequence[str]) -> None:
        """More rows, of people with these names."""
        self.names.extend(names)
        self.keys.extend(_numbers(f"{path}/", names))
        self.accounts.extend(_account_numbers(columns, names))
        blank = [""] * len(names)
        zones, phones = columns.get("timezone", blank), columns.get("phone", blank)
        self.place.extend(_coded(self.places, list(zip(columns.get("country", blank), zones, strict=True))))
        self.phones.extend(["" if known else phone for phone, known in zip(phones, zones, strict=True)] if any(phones) else blank)
        if "segment" in columns:
            self.segments = {} if self.segments is None else self.segments
            self.segment.extend(_coded(self.segments, columns["segment"]))

    def settle(self) -> Listed:
        """Everybody is there: rows by key, and accounts numbered through."""
        self.order, self.account = sorted_places(self.keys), array("i", bytes(4 * len(self.keys)))
        last, number = None, -1
        for row in sorted_places(self.accounts):
            if self.accounts[row] != last:
                last, number = self.accounts[row], number + 1
            self.account[row] = number
        self.accounts = array("Q")
        return self


def _coded(table: dict[T, int], values: Sequence[T]) -> Iterator[int]:
    """The place of each value in the table, into which new ones come."""
    for value in dict.fromkeys(values):
        table.setdefault(value, len(table))
    return map(table.__getitem__, values)


def _numbers(before: str, texts: Sequence[str]) -> array[int]:
    found = numbered(before, texts)
    return texts64(before, texts) if found is None else found


# ---------------------------------------------------------------- reading


_kept: dict[tuple[str, ...], tuple[list[Mark], Listed]] = {}


def read_list(playbook: Playbook, path: str) -> Listed:
    """Everybody of the list but who is suppressed. Raises Refused with what is wrong with the list, or with those of who is not to be contacted.

    The last lists are kept for the other scenarios, as long as none of the files has changed.
    """
    own, root = playbook.workspace.suppression, playbook.workspace.root
    files = tuple(str(root / file) for file in (path, *own.lists, *filter(None, (own.customers,))))
    for file in files:
        note(file)
    marks = [mark(file) for file in files]
    before, found = _kept.get(files, (None, None))
    if found is None or before != marks:
        found = _read_list(playbook, path)
        for old in list(_kept)[: 1 - KEPT]:
            _kept.pop(old, None)
        _kept[files] = marks, found
    return found


def _read_list(playbook: Playbook, path: str) -> Listed:
    try:
        found = _read(playbook, path, lambda suppressed: _plainly(playbook, path, suppressed))
    except Odd:
        found = _read(playbook, path, lambda suppressed: _closely(playbook, path, suppressed))
    return found.settle()


def _read(playbook: Playbook, path: str, rows: Callable[[Suppressed | None], Iterator[tuple[Columns, Sequence[str]]]]) -> Listed:
    own, found = playbook.workspace.suppression, Listed()
    for columns, names in rows(read_suppression(playbook.workspace) if own.lists or own.customers else None):
        found.take(path, columns, names)
    return found


def _plainly(playbook: Playbook, path: str, suppressed: Suppressed | None) -> Iterator[tuple[Columns, Sequence[str]]]:
    """The rows of a list in which nothing is odd, and nobody is twice; raises Odd where that is not so."""
    source = playbook.audience.source
    referred = source.place("list") if source is not None else None
    named, written = array("q"), array("q")
    for columns in read_columns(playbook.workspace.root / path, playbook.workspace.root, KEYS, referred):
        names, emails = _names(columns), same_emails(columns.get("email", ()))
        if not all(names):
            raise Odd
        named.extend(map(hash, names))
        written.extend(map(hash, filter(None, emails)))
        silent = suppressed.silent(columns, emails) if suppressed is not None else ()
        yield _without(columns, names, silent) if silent else (columns, names)
    if _has_twice(named) or _has_twice(written):
        raise Odd


def _has_twice(values: array[int]) -> bool:
    numbers = array("Q", values.tobytes())
    ordered = array("Q", map(numbers.__getitem__, sorted_places(numbers)))
    return any(map(eq, ordered, islice(ordered, 1, None)))


def _closely(playbook: Playbook, path: str, suppressed: Suppressed | None) -> Iterator[tuple[Columns, Sequence[str]]]:
    """The rows of any list, one by one; raises Refused with what is wrong with any of them."""
    workspace, source = playbook.workspace, playbook.audience.source
    people = read_people(workspace.root / path, root=workspace.root, referred=source.place("list") if source is not None else None)
    people = people if suppressed is None else [person for person in people if suppressed.reason(person) is None]
    if people:
        yield {name: [person.fields[name] for person in people] for name in people[0].fields}, [person.key for person in people]


def _names(columns: Columns) -> Sequence[str]:
    """The key of each row: id, else the folded e-mail address, else the phone number."""
    ids, emails, phones = (columns.get(name) for name in KEYS)
    if ids is not None and all(ids):
        return ids
    count = len(next(iter(columns.values())))
    blank = [""] * count
    return [one or two.casefold() or three for one, two, three in zip(ids or blank, emails or blank, phones or blank, strict=True)]


def _without(columns: Columns, names: Sequence[str], rows: set[int]) -> tuple[Columns, Sequence[str]]:
    stays = bytearray(b"\1") * len(names)
    for row in rows:
        stays[row] = 0
    return {name: list(compress(cells, stays)) for name, cells in columns.items()}, list(compress(names, stays))


def _account_numbers(columns: Columns, names: Sequence[str]) -> array[int]:
    """64 bits that stand for what `account_of` says."""
    blank = [""] * len(names)
    own, domains, emails = (columns.get(name, blank) for name in ("account", "domain", "email"))
    found = [_account(*cells) for cells in zip(own, domains, emails, strict=True)]
    numbers = _numbers("of ", found)
    for n, text in enumerate(found) if not all(found) else ():
        if not text:
            numbers[n] = text64(f"alone {names[n]}")
    return numbers


def _account(own: str, domain: str, email: str) -> str:
    return (own or domain or email.rpartition("@")[2]).casefold()


def account_of(person: Person) -> str:
    """Whom colleagues share; somebody of whom nothing says so has none."""
    found = _account(*(person.fields.get(name, "") for name in ("account", "domain", "email")))
    return f"of {found}" if found else f"alone {person.key}"


# ---------------------------------------------------------------- who is enrolled


def reachable(playbook: Playbook, listed: Listed) -> Sequence[int]:
    """The rows, by key, of those whom the playbook may enrol: the countries of its market, or any where it names none."""
    wanted = playbook.icp.countries
    if not wanted:
        return listed.order
    good = bytearray((country.upper() or wanted[0]) in wanted for country, _ in listed.places)
    return listed.order if all(good) else array("i", (row for row in listed.order if good[listed.place[row]]))


def in_turn(playbook: Playbook, listed: Listed, rows: Sequence[int], shared: bool) -> Sequence[int]:
    """In the order in which the playbook enrols them: by key, and each playbook in an order of its own where several have the list."""
    if not shared:
        return rows
    turn = text64(f"order/{playbook.name}")
    order = sorted_places(array("Q", (draw(listed.keys[row], turn) for row in rows)))
    return array("i", map(rows.__getitem__, order))


def calendars(playbook: Playbook, listed: Listed, rows: Sequence[int], maker: ClockMaker) -> array[int]:
    """The calendar of each: with the person's own zone, else those of the country and the phone number, else the organization's."""
    windows = {str(channel): use.window for channel, use in playbook.channels.items()}
    places, phones = list(listed.places), listed.phones if listed.phones.together else None
    who = [(listed.place[row], phones[row] if phones else "") for row in rows]
    found = {each: maker.calendar(_calendar(playbook, *places[each[0]], each[1]), windows) for each in dict.fromkeys(who)}
    return array("i", map(found.__getitem__, who))


def segments(assumed: Assumptions, listed: Listed, rows: Sequence[int], seed: int) -> array[int]:
    """The segment of each, counted from 1; 0: none."""
    if listed.segments is None:
        return dealt(segment_bounds(assumed), seed, [listed.keys[row] for row in rows])
    names = [name for name, _ in assumed.segments()]
    code = [names.index(text) + 1 if text in names else 0 for text in listed.segments]
    return array("i", (code[listed.segment[row]] for row in rows))


def _calendar(playbook: Playbook, country: str, name: str, phone: str) -> Calendar:
    organization, country = playbook.workspace.organization, country.upper()
    try:
        if name:
            zone(name)
        zones = (name,) if name else zones_for(country, phone or None)
    except (UnknownZone, UnknownCountry):
        zones = ()
    if not zones:
        return Calendar((organization.timezone,), organization.holidays)
    return Calendar(zones, holidays_of(country))
