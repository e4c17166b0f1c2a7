"""Steps whose window never opens: the recipient's zone is unknown, and the zones that the country allows have no common hour in it.

DESIGN: an unknown zone is the intersection of the zones that are possible. For a country with one zone, or with the audience's field
`timezone`, there is nothing to prove, and nothing is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...language.model import Playbook


def shut_steps(playbook: Playbook) -> dict[str, str]:
    """Step -> the country in which its channel's window never opens."""
    if any(field.name == "timezone" for field in playbook.audience.fields) or not playbook.icp.countries:
        return {}
    from ...calendars import NEVER, Calendar, UnknownCountry, zones_for

    found: dict[str, str] = {}
    for country in playbook.icp.countries:
        try:
            zones = zones_for(country)
        except UnknownCountry:
            continue
        if len(zones) < 2:
            continue
        calendar = Calendar(zones, ())
        for step in playbook.cadence:
            use = playbook.channels.get(step.channel)
            if use is not None and step.id not in found and calendar.forward(0, use.window) >= NEVER:
                found[step.id] = country
    return found
