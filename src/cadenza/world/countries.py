"""Where people live: the country of everybody in an audience, drawn exactly as the population draws it.

An engine needs a person's calendar and no more; who asks what each country is put through needs the country.
"""

from __future__ import annotations

from ..calendars import UnknownCountry, zones_for
from ..language.model import Playbook
from .assumptions import resolve
from .draws import base, draw, key, unit
from .population import CODES, LIST, MANY, account_starts

NOWHERE = ""


def countries_of(playbook: Playbook, seed: int, wanted: int) -> dict[int, str]:
    """Key -> country of every person who may be among the first `wanted` of the audience; "" where the playbook names no country that is known."""
    size = min(playbook.audience.size, max(MANY, wanted))
    keys = [key(playbook.name, i) for i in range(size)]
    names = [country for country in playbook.icp.countries if _is_known(country)]
    if not names:
        return dict.fromkeys(keys, NOWHERE)
    starts, account_of = account_starts(keys, seed, size, resolve(playbook).number("accounts", "people", default=1.0))
    homes = [names[int(unit(draw(base(seed, LIST, keys[start]), CODES["country"])) * len(names))] for start in starts]
    return {keys[i]: homes[account_of[i]] for i in range(size)}


def _is_known(country: str) -> bool:
    try:
        return bool(zones_for(country))
    except UnknownCountry:
        return False
