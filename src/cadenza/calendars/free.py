"""Days off: the public holidays and weekends of a place, as sets of day ordinals.

A place is a country by its ISO 3166 code, with a subdivision where that has holidays of its own: `GB`, `DE-BY`. The days come from the `holidays`
package, which is imported when the first place is asked for and not before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any

_EPOCH = date(1970, 1, 1).toordinal()


class UnknownPlace(ValueError):
    """There is no such country, or no such subdivision of it; the message suggests one."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year of one place, in day ordinals since 1970-01-01. `idle` are the days on which nobody works: holidays and weekends
    (which are Friday and Saturday in some countries, and are worked on some days in others)."""

    holidays: frozenset[int]
    idle: frozenset[int]


@cache
def year_of(place: str, year: int) -> Year:
    """The days off of a place in a year. Raises UnknownPlace."""
    if not place:
        first, days = date(year, 1, 1), range(366)
        idle = (first + timedelta(days=i) for i in days)
        return Year(frozenset(), frozenset(d.toordinal() - _EPOCH for d in idle if d.weekday() >= 5 and d.year == year))
    check_place(place)
    import holidays

    country, _, part = place.partition("-")
    known: Any = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False)
    off = frozenset(d.toordinal() - _EPOCH for d in known if d.year == year)
    first = date(year, 1, 1)
    every = [first + timedelta(days=i) for i in range(366)]
    return Year(off, frozenset(d.toordinal() - _EPOCH for d in every if d.year == year and not known.is_working_day(d)))


def way_out(country: str, codes: Collection[str]) -> str:
    """How a sentence about a code that is none ends. Two letters are near to too many others, so only case and habit are guessed."""
    meant = {"UK": "GB", "EL": "GR"}.get(country.upper(), country.upper())
    return f": did you mean `{meant}`?" if meant in codes else "; write an ISO 3166 code such as `GB`"


@cache
def check_place(place: str) -> None:
    """Raises UnknownPlace, with a suggestion where one is near, unless `place` is a country (and subdivision) whose holidays are known."""
    import holidays

    country, _, part = place.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    codes = sorted(code for code in known if len(code) == 2)
    if country not in codes:
        raise UnknownPlace(f"no holidays are known for the country `{country}`{way_out(country, codes)}")
    if part and part not in known[country]:
        near = get_close_matches(part, known[country], n=1, cutoff=0.5)
        hint = f": did you mean `{country}-{near[0]}`?" if near else f"; write the country alone: `{country}`"
        raise UnknownPlace(f"`{country}` has no subdivision `{part}`{hint}")
