"""Which time zones somebody may live in: by country, by telephone number, by both.

The country's zones come from the `zone.tab` of the tzdata package, a number's from the `phonenumbers` package. Zones that have shown the same
time since 2020 count as one (`Europe/Busingen` is `Europe/Berlin`), under the name that comes first.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from .free import way_out
from .zones import UnknownZone, Zone, table, zone

_SINCE = 1577836800  # 2020-01-01: what clocks did before plays no part in when to call


class UnknownCountry(ValueError):
    """There is no such country code; the message suggests one."""


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """Country code (ISO 3166 alpha-2) -> its zones, in the order of `zone.tab`."""
    found: dict[str, list[str]] = {}
    for line in table("zone.tab").splitlines():
        if line and not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            found.setdefault(code, []).append(name)
    return {code: tuple(names) for code, names in sorted(found.items())}


def zones_for(country: str | None, phone: str | None = None) -> tuple[str, ...]:
    """The zones that a country and a telephone number (E.164, or national with the country) allow, those first that are first in `zone.tab`.

    Both known: the zones that agree; where none does, all of both. Nothing known: none, and then there is no safe hour: leave the person alone.
    Raises UnknownCountry for a code that is none.
    """
    by_country = _of_country(country) if country else ()
    by_phone = _of_phone(phone, country) if phone else ()
    allowed = {_clock(zone(name)) for name in by_phone}
    agreed = tuple(name for name in by_country if _clock(zone(name)) in allowed)
    return agreed or _distinct((*by_country, *by_phone))


@cache
def _of_country(country: str) -> tuple[str, ...]:
    known = countries()
    if country not in known:
        raise UnknownCountry(f"no country has the code `{country}`{way_out(country, known)}")
    return _distinct(known[country])


@cache
def _of_phone(phone: str, country: str | None) -> tuple[str, ...]:
    import phonenumbers
    from phonenumbers import timezone

    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return ()
    found = []
    for name in timezone.time_zones_for_number(number):
        try:
            zone(name)
        except UnknownZone:  # "Etc/Unknown", or a zone that tzdata has no longer
            continue
        found.append(name)
    return _distinct(tuple(found))


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    first: dict[object, str] = {}
    for name in names:
        first.setdefault(_clock(zone(name)), name)
    return tuple(first.values())


def _clock(where: Zone) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What a zone's clocks have done since 2020."""
    i = bisect_right(where.at, _SINCE)
    return where.at[i:], where.offset[i - 1 :]
