"""M001: a step that no path reaches."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ..words import many


@rule(code="M001", name="unreachable-step", level="error", profile="minimal")
def unreachable_step(ctx: Context) -> Iterator[Finding]:
    """A step that is neither waited for nor made in any state that somebody can be in."""
    reached = {ctx.graph.states[state].step for state in ctx.graph.reachable}
    counts = [rule for rule in ctx.playbook.stop_rules if rule.touches is not None]
    first = min(counts, key=lambda rule: rule.touches or 0, default=None)
    for step in ctx.playbook.cadence:
        if step.id in reached:
            continue
        if first is None:
            yield ctx.finding(f"no path reaches the step `{step.id}`", step.span, help="Remove it, or route something to it.")
            continue
        touches = many(first.touches or 0, "touch", "touches")
        yield ctx.finding(
            f"no path reaches the step `{step.id}`: `{first.id}` ends the cadence after {touches}",
            step.span,
            help=f"Raise `touches` of `{first.id}`, or remove the step.",
            related=[Related(first.span, f"`{first.id}` stops here")],
            facts={"touches": first.touches},
        )
