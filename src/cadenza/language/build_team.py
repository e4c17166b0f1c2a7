"""The team's tree as roles: people and hours, and how they come, go and are away."""

from __future__ import annotations

from .model import Attrition, Away, Hire, Leave, Ramp, Role
from .nodes import Map
from .take import maps, need, number, section, sections, text, unit, wanted, whole
from .values import Duration, Rate, Window

OFFICE_HOURS = "mon-fri 09:00-17:00"


def build_team(node: Map) -> dict[str, Role]:
    """Roles; one without a time zone works in the organization's, else in the first one that is written in the team."""
    roles = sections(node, "team")
    written = [zone for _, item in roles if (zone := text(item, "timezone"))]
    zone = text(section(node, "organization"), "timezone") or (written[0] if written else "UTC")
    return {name: _role(name, item, zone) for name, item in roles}


def _role(name: str, node: Map, zone: str) -> Role:
    return Role(
        id=name,
        people=number(node, "people", 1),
        hours=need(Window, node, "hours", OFFICE_HOURS),
        timezone=text(node, "timezone") or zone,
        selling_time=need(Rate, node, "selling_time", "100%"),
        node=node,
        hires=tuple(Hire(wanted(item, "id"), number(item, "people", 1), wanted(item, "starts").strip(), item) for item in maps(node, "hires")),
        ramp=_ramp(node),
        leave=_leave(node),
        attrition=_attrition(node),
    )


def _ramp(node: Map) -> Ramp | None:
    own = node.entries.get("ramp")
    return Ramp(need(Duration, own, "over"), need(Rate, own, "from", "0%"), own) if isinstance(own, Map) else None


def _leave(node: Map) -> Leave | None:
    own = node.entries.get("leave")
    if not isinstance(own, Map):
        return None
    periods = (
        Away(wanted(item, "id"), wanted(item, "from").strip(), wanted(item, "until").strip(), whole(item, "people"), item)
        for item in maps(own, "periods")
    )
    return Leave(number(own, "days", 0), tuple(periods), own)


def _attrition(node: Map) -> Attrition | None:
    own = node.entries.get("attrition")
    return Attrition(need(Rate, own, "each_year"), unit(Duration, own, "backfill"), own) if isinstance(own, Map) else None
