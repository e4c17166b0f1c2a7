"""M008: a hand-off to a role in which nobody works."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.model import Route
from ..context import Context
from ..registry import rule


@rule(code="M008", name="handoff-to-nobody", level="error", profile="minimal")
def handoff_to_nobody(ctx: Context) -> Iterator[Finding]:
    """Every route that hands a person over, against the team."""
    team = ctx.playbook.workspace.team
    for route in _handoffs(ctx):
        role = team.get(route.role)
        if role is not None and role.everybody == 0:
            yield ctx.finding(
                f"this hands people over to `{role.id}`, and nobody works there (0 people)",
                route.place("handoff"),
                help="Hand over to a role with people in it, or give this one somebody.",
                related=[Related(role.place("people"), "the role")],
            )


def _handoffs(ctx: Context) -> Iterator[Route]:
    routes = [*ctx.playbook.replies.values()]
    for step in ctx.playbook.cadence:
        routes += [*step.on.values(), *step.replies.values()]
    seen = set()
    for route in routes:
        if route.kind == "handoff" and route.span not in seen:
            seen.add(route.span)
            yield route
