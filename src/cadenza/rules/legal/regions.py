"""Countries that share a law, by the name that a pack gives to all of them."""

from __future__ import annotations

from collections.abc import Iterable

_NORTH = frozenset({"AT", "BE", "CZ", "DE", "DK", "EE", "FI", "FR", "IE", "LT", "LU", "LV", "NL", "PL", "SE", "SK"})
_SOUTH = frozenset({"BG", "CY", "ES", "GR", "HR", "HU", "IT", "MT", "PT", "RO", "SI"})
EU = _NORTH | _SOUTH
REGIONS: dict[str, frozenset[str]] = {"EU": EU, "EEA": EU | {"IS", "LI", "NO"}}


def countries(named: Iterable[str]) -> frozenset[str]:
    """The countries that are meant: `EU` and `EEA` stand for their members."""
    return frozenset(country for name in named for country in REGIONS.get(name, {name}))
