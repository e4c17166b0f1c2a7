"""The clock of the person whom a case is about: where they are decides their hours and their holidays, as in a plan."""

from __future__ import annotations

from ..calendars import Calendar, RecipientClock, UnknownCountry, UnknownPlace, UnknownZone, check_place, zone, zones_for
from ..language.findings import Finding
from ..language.model import Playbook
from ..language.nodes import Map, span_at
from ..language.report import error
from ..language.take import text
from ..language.values import Window


def clock_of(playbook: Playbook, person: Map) -> RecipientClock | Finding:
    """By country, time zone and telephone number; without any, somebody in the first country of the market, else in the organization's zone.
    Y004 where there is no such place."""
    country, name, phone = (text(person, key) for key in ("country", "timezone", "phone"))
    market = playbook.icp.countries[:1]
    if country is None and name is None and phone is None and market:
        country = market[0]
    try:
        if country is not None:
            check_place(country)
        if name is not None:
            zone(name)
        zones = (name,) if name is not None else zones_for(country.partition("-")[0] if country else None, phone)
    except (UnknownCountry, UnknownPlace) as problem:
        return _finding(problem, person, "country", playbook)
    except UnknownZone as problem:
        return _finding(problem, person, "timezone", playbook)
    places = (country,) if country is not None else playbook.icp.countries or playbook.workspace.organization.holidays
    windows: dict[str, Window] = {channel: use.window for channel, use in playbook.channels.items()}
    return RecipientClock(Calendar(zones or (playbook.workspace.organization.timezone,), places), windows)


def _finding(problem: ValueError, person: Map, key: str, playbook: Playbook) -> Finding:
    message, _, help = str(problem).partition("; ") if "; " in str(problem) else str(problem).partition(": ")
    span = span_at(person, key) if key in person else playbook.icp.node.span
    return error("Y004", message, span, help)
