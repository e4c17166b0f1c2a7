"""X001: one person, two playbooks."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ._overlap import overlaps


@rule(code="X001", name="overlapping-audiences", level="advice", on="workspace")
def overlapping_audiences(ctx: Context) -> Iterator[Finding]:
    """Every playbook whose profile selects somebody whom an earlier one selects, too, with an example of such a person."""
    told: set[str] = set()
    for pair in overlaps(ctx):
        later, earlier = sorted((pair.first, pair.second), key=lambda one: one.file, reverse=True)
        if later.file in told or pair.apart:
            continue
        told.add(later.file)
        more = pair.alike
        also = f" ({more} more playbook{'s' if more > 1 else ''} with this profile can, too)" if more else ""
        yield ctx.finding(
            f"`{later.name}` and `{earlier.name}` can both select {pair.person}{also}",
            later.places["icp"],
            help="Narrow one of the profiles, give the playbooks circles, or let one leave out `recently_contacted`.",
            related=[Related(earlier.places["icp"], f"whom `{earlier.name}` selects")],
        )
