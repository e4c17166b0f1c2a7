"""Who may be planned for: nobody suppressed, nobody outside the playbook's market, nobody whose address, fields or hours are not known.

Each check gives a reason that repeats nothing of the person but the key. The order of the checks is fixed, so a person is left out for one
reason, the same one each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from ..calendars import NEVER, Calendar, RecipientClock, UnknownCountry, UnknownPlace, UnknownZone, check_place, zone, zones_for
from ..language.model import Playbook
from ..language.values import Window
from .types import LeftOut, Reason

if TYPE_CHECKING:
    from ..language.people import Person

UNSUBSCRIBE = "unsubscribe_link"
ADDRESS = {"email": "email", "phone": "phone", "sms": "phone"}
"""The field that holds a channel's address. Others (linkedin, direct_mail) have one only where `audience.fields` makes it required."""


class Suppressor(Protocol):
    """What `read_suppression` gives."""

    def reason(self, person: Person) -> str | None:
        """Why this person must not be contacted, or None."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A person with whom the plan may begin, and their clock. `account` is whom their colleagues share: `account`, else `domain`, else the
    e-mail's domain."""

    person: Person
    clock: RecipientClock
    account: str

    @property
    def key(self) -> str:
        return self.person.key


Verdict: TypeAlias = tuple[Reason, str]


class Where(NamedTuple):
    """A person's zones, and the places whose holidays count."""

    zones: tuple[str, ...]
    places: tuple[str, ...]


def admit(playbook: Playbook, people: Iterable[Person], suppressed: Suppressor, start: int) -> tuple[list[Admitted], list[LeftOut]]:
    """Everybody of the list by key: those to plan for from `start` (UTC seconds) on, and the others with the reason."""
    clocks: dict[Where, RecipientClock | Verdict] = {}
    required = required_fields(playbook)
    windows: dict[str, Window] = {name: use.window for name, use in playbook.channels.items()}
    chosen: list[Admitted] = []
    left: list[LeftOut] = []
    seen: dict[tuple[str, str], Person] = {}
    for person in sorted(people, key=lambda one: (one.key, sorted(one.fields.items()))):
        verdict = _verdict(playbook, person, suppressed, required) or _double(person, seen)
        where = verdict or _where(playbook, person)
        if isinstance(where, Where):
            if where not in clocks:
                clocks[where] = _clock(playbook, where, windows, start)
            found = clocks[where]
        else:
            found = where
        if isinstance(found, RecipientClock):
            chosen.append(Admitted(person, found, account_of(person)))
        else:
            left.append(LeftOut(person.key, person.line, *found))
    return chosen, left


def required_fields(playbook: Playbook) -> dict[str, str]:
    """Field -> why a person must have it: their channel's address, a field marked required, a merge field without a default."""
    found: dict[str, str] = {}
    for step in playbook.cadence:
        if step.channel in ADDRESS:
            found.setdefault(ADDRESS[step.channel], f"step `{step.id}` goes by {step.channel}")
    for field in playbook.audience.fields:
        if field.required:
            found.setdefault(field.name, "`audience.fields` requires it")
    for step in playbook.cadence:
        for file in (step.message, step.script, *(v.message for v in step.variants), *(v.script for v in step.variants)):
            message = playbook.messages.get(file or "")
            for merge in message.merges if message else ():
                if "." not in merge.path and merge.path != UNSUBSCRIBE and not merge.has_default:
                    found.setdefault(merge.path, f"`{file}` uses it without a default")
    return found


def account_of(person: Person) -> str:
    """Whom colleagues share; empty where nothing says so (then the person has no colleagues)."""
    for name in ("account", "domain"):
        if person.fields.get(name, "").strip():
            return person.fields[name].strip().casefold()
    return person.fields.get("email", "").rpartition("@")[2].strip().casefold()


def _verdict(playbook: Playbook, person: Person, suppressed: Suppressor, required: dict[str, str]) -> Verdict | None:
    reason = suppressed.reason(person)
    if reason is not None:
        return "suppressed", reason
    return _outside(playbook, person) or next(_missing(person, required), None)


def _outside(playbook: Playbook, person: Person) -> Verdict | None:
    icp = playbook.icp
    country, industry, employees = (person.fields.get(name, "").strip() for name in ("country", "industry", "employees"))
    if country and icp.countries and country not in icp.countries:
        return "outside_icp", f"the country is none of {', '.join(icp.countries)}"
    if industry and icp.industries and industry.casefold() not in {known.casefold() for known in icp.industries}:
        return "outside_icp", f"the industry is none of {', '.join(icp.industries)}"
    size = int(employees) if employees.isascii() and employees.isdigit() and len(employees) < 12 else None
    if icp.employees and size is not None:
        low, high = icp.employees.low, icp.employees.high
        if (low is not None and size < low) or (high is not None and size > high):
            return "outside_icp", f"the number of employees is not in {icp.employees}"
    return None


def _missing(person: Person, required: dict[str, str]) -> Iterator[Verdict]:
    for name, why in required.items():
        value = person.fields.get(name, "").strip()
        if not value:
            yield "missing_field", f"`{name}` is empty, and {why}"
        elif name == "email" and not _is_email(value):
            yield "bad_address", "`email` is no e-mail address"
        elif name == "phone" and not _is_phone(value, person.fields.get("country", "").strip()):
            yield "bad_address", "`phone` is no telephone number; write it with its country: +442079460001"


def _is_email(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and "@" not in name and "." in domain.strip(".") and not any(letter.isspace() or letter in "<>,;" for letter in text))


def _is_phone(text: str, country: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(text, country or None)))
    except phonenumbers.NumberParseException:
        return False


def _double(person: Person, seen: dict[tuple[str, str], Person]) -> Verdict | None:
    if seen.setdefault(("key", person.key), person) is not person:
        return "duplicate", "the same key stands in the list twice"
    address = person.fields.get("email", "").strip().casefold()
    first = seen.setdefault(("email", address), person) if address else person
    return None if first is person else ("duplicate", f"the same e-mail address as {first.key}")


def _where(playbook: Playbook, person: Person) -> Where | Verdict:
    """Where the person is, or why that is not known."""
    country, name = (person.fields.get(field, "").strip() for field in ("country", "timezone"))
    try:
        if country:
            check_place(country)
        if name:
            zone(name)
        zones = (name,) if name else zones_for(country or None, person.fields.get("phone", "").strip() or None)
    except (UnknownCountry, UnknownPlace):
        return "unknown_country", "`country` is no ISO 3166 code whose holidays are known; write one such as GB"
    except UnknownZone:
        return "unknown_zone", "`timezone` is no time zone; write one such as Europe/Dublin, or leave it empty"
    if not zones:
        return "unknown_zone", "`timezone` is empty, and neither `country` nor `phone` says where the person is: no hour is safe"
    # Without a country every place of the market may be theirs: its holidays are all kept.
    return Where(zones, (country,) if country else playbook.icp.countries or playbook.workspace.organization.holidays)


def _clock(playbook: Playbook, where: Where, windows: Mapping[str, Window], start: int) -> RecipientClock | Verdict:
    """The clock of people there; a cadence of which one step could never be made is not begun."""
    clock = RecipientClock(Calendar(where.zones, where.places), windows)
    for step in playbook.cadence:
        if clock.forward(start, step.channel) >= NEVER:
            all_of = f"all {len(where.zones)} zones that the person may be in: write `timezone`" if len(where.zones) > 1 else "the person's zone"
            return "no_common_hours", f"no hour of the {step.channel} window is open in {all_of}"
    return clock
