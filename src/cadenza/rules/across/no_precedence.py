"""X005: two playbooks claim a person, and nothing says which has them."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ._overlap import overlaps


@rule(code="X005", name="no-precedence", level="warning", on="workspace")
def no_precedence(ctx: Context) -> Iterator[Finding]:
    """Pairs that can select one person, with the same priority and without one that leaves out who was contacted recently."""
    told: set[str] = set()
    for pair in overlaps(ctx):
        if pair.settled or pair.second.file in told:
            continue
        told.add(pair.second.file)
        yield ctx.finding(
            f"nothing says whether `{pair.first.name}` or `{pair.second.name}` has {pair.person}: both have priority {pair.second.priority}",
            pair.second.places["priority"],
            help=f"Write `priority: {min(9, pair.second.priority + 1)}` into the one that comes second.",
            related=[Related(pair.first.places["priority"], f"`{pair.first.name}`")],
        )
