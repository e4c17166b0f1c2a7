"""Where people live: the country of everybody in an audience, drawn exactly as the population draws it.

An engine needs a person's calendar and no more; who asks what each country is put through needs the country.
"""

from __future__ import annotations

from ..calendars import UnknownCountry, zones_for
from ..language.model import Playbook
from .assumptions import resolve
from .draws import base, draw, key, unit
from .population import CODES, LIST, MANY, homes

NOWHERE = ""


def countries_of(playbook: Playbook, seed: int, wanted: int) -> dict[int, str]:
    """Key -> country of every person who may be among the first `wanted` of the audience; "" where the playbook names no country that is known."""
    size = min(playbook.audience.size, max(MANY, wanted))
    keys = [key(playbook.name, i) for i in range(size)]
    names = [country for country in playbook.icp.countries if _is_known(country)]
    if not names:
        return dict.fromkeys(keys, NOWHERE)
    found: dict[int, str] = {}
    for own, first in zip(keys, homes(keys, seed, size, resolve(playbook).number("accounts", "people", default=1.0)), strict=True):
        home = keys[first]
        found[own] = found[home] if home != own else names[int(unit(draw(base(seed, LIST, home), CODES["country"])) * len(names))]
    return found


def _is_known(country: str) -> bool:
    try:
        return bool(zones_for(country))
    except UnknownCountry:
        return False
