"""Windows, business time, holidays and time zones. Local time exists only inside this package: everybody else speaks integer UTC seconds."""

from .calendar import Calendar, Openings
from .clock import RecipientClock
from .free import UnknownPlace, check_place
from .openings import NEVER
from .places import UnknownCountry, zones_for
from .zones import UnknownZone, Zone, day, instant, iso, names, parse_instant, utc, zone

__all__ = [
    "NEVER",
    "Calendar",
    "Openings",
    "RecipientClock",
    "UnknownCountry",
    "UnknownPlace",
    "UnknownZone",
    "Zone",
    "check_place",
    "day",
    "instant",
    "iso",
    "names",
    "parse_instant",
    "utc",
    "zone",
    "zones_for",
]
