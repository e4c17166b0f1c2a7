"""E010: a meeting with whoever says yes."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known


@rule(
    code="E010",
    name="no-qualification",
    level="advice",
    source="Commons OS pattern library, Outbound Sales: qualification by BANT or MEDDIC",
)
def no_qualification(ctx: Context) -> Iterator[Finding]:
    """A cadence that leads to meetings, without a single criterion for whom to meet."""
    found = ctx.playbook.qualification
    if (found is not None and found.criteria) or not any(state.task == "booking" for state in ctx.machine.states):
        return
    yield ctx.finding(
        "hand-offs lead to meetings, and nothing says with whom: there is no criterion" + (f" under `{found.framework}`" if found else ""),
        known(ctx.playbook.node, "qualification") if found else known(ctx.playbook.node, "replies", "positive"),
        help="Write `qualification: {framework: BANT, criteria: {budget: asked, authority: required, need: required, timeline: asked}}`.",
    )
