"""C006: a target that hardly any forecast reaches."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known


@rule(code="C006", name="target-out-of-reach", level="warning", on="forecast", options={"probability": 0.1})
def target_out_of_reach(ctx: Context) -> Iterator[Finding]:
    """Every target, against the share of the replications that reach it."""
    least = ctx.option("probability", float)
    for goal in ctx.outlook.goals if ctx.outlook else ():
        if goal.probability < least:
            yield ctx.finding(
                f"the target {goal.name}: {goal.written} is out of reach: {goal.probability:.0%} of the forecasts get there; half of them have "
                f"{goal.p50:,.4g} or less of {goal.needed:,.4g}",
                known(ctx.playbook.node, "targets", goal.name),
                help="Set a target that can be met, or change the playbook until this one can.",
                facts={"probability": goal.probability, "p50": goal.p50, "needed": goal.needed},
            )
