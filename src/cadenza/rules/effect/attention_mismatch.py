"""E011: more work than the deals are worth."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known


@rule(
    code="E011",
    name="attention-mismatch",
    level="advice",
    on="forecast",
    source="a business guide to inbound and outbound leads: attention goes with the size of the deal and against the number of leads",
    options={"hour": 60.0, "share": 0.2},
)
def attention_mismatch(ctx: Context) -> Iterator[Finding]:
    """The cost of all minutes that people work, against the pipeline that they create."""
    outlook, pipeline, enrolled = ctx.outlook, ctx.figure("pipeline"), ctx.figure("enrolled")
    if outlook is None or pipeline is None or pipeline.mean <= 0:
        return
    minutes = sum(figure.mean for key, figure in outlook.metrics.items() if key.startswith("minutes."))
    cost, worth = minutes / 60 * ctx.option("hour", float), pipeline.mean / 100
    if cost <= worth * ctx.option("share", float):
        return
    each = f", {minutes / enrolled.mean:.1f} minutes for each person," if enrolled and enrolled.mean else ""
    yield ctx.finding(
        f"{minutes / 60:,.0f} hours of work{each} cost {cost:,.0f} and create a pipeline of {worth:,.0f}: "
        f"{cost / worth:.0%} of it; the limit is {ctx.option('share', float):.0%}",
        known(ctx.playbook.node, "cadence"),
        help="Give small deals steps that take nobody's time, and keep calls and personal mails for large ones.",
        facts={"hours": minutes / 60, "cost": cost, "pipeline": worth},
    )
