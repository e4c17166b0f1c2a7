"""E014: it goes on long after the reason for it is gone."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ...language.values import Duration
from ..capacity._demand import silent_path
from ..context import Context
from ..registry import rule
from ..words import known

DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "business hour": 1 / 8 * 7 / 5, "business day": 7 / 5}


@rule(
    code="E014",
    name="cadence-outlasts-window",
    level="warning",
    source="a practitioner's rule of critical mass: people are reached in cycles of 4 to 6 weeks",
    options={"longest": Duration(6, "week")},
)
def cadence_outlasts_window(ctx: Context) -> Iterator[Finding]:
    """The delays before each touch of somebody who never answers, added up; the first touch that comes too late, unless time ends it before."""
    limit = _days(ctx.duration("longest"))
    clock = min((_days(rule.elapsed) for rule in ctx.playbook.stop_rules if rule.elapsed), default=float("inf"))
    at = 0.0
    for name in silent_path(ctx.graph):
        step = ctx.playbook.step(name)
        if step is None:
            return
        at += _days(step.after) if step.after else 0.0
        if at >= clock:
            return
        if at > limit:
            place = key_span(step.node, "after") if "after" in step.node else known(ctx.playbook.node, "cadence")
            yield ctx.finding(
                f"`{name}` comes {at:.0f} days after the first touch of somebody who never answered; the limit is {ctx.duration('longest')}",
                place,
                help="End the cadence before, and let who did not answer rest: `audience.reenroll: {after: 180 days, at_most: 2}`.",
                facts={"days": round(at, 1)},
            )
            return


def _days(duration: Duration) -> float:
    """In calendar days; five business days are a week."""
    return duration.amount * DAYS[duration.unit]
