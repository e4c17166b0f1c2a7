"""A list of real people, as the population of a forecast: who they are is read, how they answer is drawn.

A row gives a person's key, country, time zone, account (`account`, else `domain`, else the domain of the e-mail address) and segment (where the
column `segment` names one of `assumptions.segments`; without the column segments are dealt out by their shares). Suppressed rows and rows of another
country than `icp.accounts.countries` are nobody's. Nothing depends on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..calendars import Calendar, UnknownCountry, UnknownZone, zone, zones_for
from ..language.model import Playbook
from ..language.people import Person, read_people, read_suppression
from .assumptions import Assumptions
from .clocks import ClockMaker
from .draws import draw, text64
from .population import Member, dealt, holidays_of, segment_bounds


@dataclass(frozen=True, slots=True)
class Listed:
    """The people of one file who may be contacted, by key. `account` is the number of each one's account in the file."""

    people: tuple[Person, ...]
    keys: tuple[int, ...]
    account: tuple[int, ...]


def read_list(playbook: Playbook, path: str) -> Listed:
    """Everybody of the list but who is suppressed. Raises Refused with what is wrong with the list, or with those of who is not to be contacted."""
    workspace, source = playbook.workspace, playbook.audience.source
    own = workspace.suppression
    people = read_people(workspace.root / path, root=workspace.root, referred=source.place("list") if source is not None else None)
    if own.lists or own.customers:
        suppressed = read_suppression(workspace)
        people = [person for person in people if suppressed.reason(person) is None]
    keys = [text64(f"{path}/{person.key}") for person in people]
    order = sorted(range(len(people)), key=keys.__getitem__)
    numbers: dict[str, int] = {}
    accounts = {n: numbers.setdefault(account_of(people[n]), len(numbers)) for n in range(len(people))}
    return Listed(tuple(people[n] for n in order), tuple(keys[n] for n in order), tuple(accounts[n] for n in order))


def account_of(person: Person) -> str:
    """Whom colleagues share; somebody of whom nothing says so has none."""
    cells = person.fields
    found = cells.get("account", "") or cells.get("domain", "") or cells.get("email", "").rpartition("@")[2]
    return f"of {found.casefold()}" if found else f"alone {person.key}"


def reachable(playbook: Playbook, listed: Listed) -> list[int]:
    """Places in the list of those whom the playbook may enrol: the countries of its market, or any where it names none."""
    wanted = playbook.icp.countries
    return [n for n, person in enumerate(listed.people) if not wanted or (person.fields.get("country", "").upper() or wanted[0]) in wanted]


def listed_members(
    playbook: Playbook, assumed: Assumptions, listed: Listed, chosen: Sequence[int], seed: int, maker: ClockMaker, first: int
) -> list[Member]:
    """These people of the list. `first` is the number of the list's first account."""
    windows = {str(channel): use.window for channel, use in playbook.channels.items()}
    names = [name for name, _ in assumed.segments()]
    bounds = segment_bounds(assumed)
    found = []
    for n in chosen:
        person, key = listed.people[n], listed.keys[n]
        calendar = maker.calendar(_calendar(playbook, person), windows)
        named = person.fields.get("segment")
        segment = (names.index(named) + 1 if named in names else 0) if named is not None else dealt(bounds, seed, key)
        found.append(Member(key, first + listed.account[n], calendar, segment))
    return found


def in_turn(playbook: Playbook, listed: Listed, places: list[int], shared: bool) -> list[int]:
    """In the order in which the playbook enrols them: by key, and each playbook in an order of its own where several have the list."""
    turn = text64(f"order/{playbook.name}")
    return sorted(places, key=lambda n: draw(listed.keys[n], turn)) if shared else places


def _calendar(playbook: Playbook, person: Person) -> Calendar:
    """The person's own zone, else those of the country and the phone number, else the organization's; with the holidays of the country."""
    organization = playbook.workspace.organization
    country = person.fields.get("country", "").upper()
    name = person.fields.get("timezone", "")
    try:
        if name:
            zone(name)
        zones = (name,) if name else zones_for(country, person.fields.get("phone") or None)
    except (UnknownZone, UnknownCountry):
        zones = ()
    if not zones:
        return Calendar((organization.timezone,), organization.holidays)
    return Calendar(zones, holidays_of(country))
