"""D007: nobody knows what time it is where they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known
from ._people import people, tally, told

WHERE = ("timezone", "country", "phone")


@rule(code="D007", name="no-time-zone", level="warning", options={"show": 5})
def no_time_zone(ctx: Context) -> Iterator[Finding]:
    """People whose hours cannot be known: neither their zone, nor their country, nor their number says where they are."""
    fields = {field.name for field in ctx.playbook.audience.fields}
    listed = people(ctx)
    if listed is None:
        if fields and not fields.intersection(WHERE):
            yield ctx.finding(
                "nobody's time zone is known: the audience has none of `timezone`, `country` and `phone`, and windows are in the recipient's time",
                known(ctx.playbook.node, "audience", "fields"),
                help="Add `timezone`, or `country`, to `audience.fields`.",
            )
        return
    wrong = tally(ctx)
    for row in listed:
        zone, country, phone = (row.cells.get(name, "") for name in WHERE)
        why = _why(zone, country, phone)
        if why:
            column = next((name for name in ("timezone", "country", "phone", "email", "id") if name in row.cells), row.table.columns[0])
            wrong.add(row, column, why)
    help = "Fill in `timezone` (`Europe/Dublin`) or `country` (`IE`): `plan` leaves out whose hours it does not know."
    yield from told(ctx, wrong, "does not say what time it is there", "do not say what time it is there", help)


@lru_cache(maxsize=10_000)
def _why(name: str, country: str, phone: str) -> str:
    """Why somebody's hours are not known; empty where they are."""
    from ...calendars import UnknownCountry, UnknownZone, zone, zones_for

    try:
        if name:
            zone(name)
            return ""
        return "" if zones_for(country or None, phone or None) else "neither zone nor country, and no number that tells"
    except UnknownZone:
        return "no time zone of that name"
    except UnknownCountry:
        return "no country of that code"
