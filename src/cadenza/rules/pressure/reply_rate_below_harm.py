"""P014: a step that drives more people away than it wins."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule


@rule(
    code="P014",
    name="reply-rate-below-harm",
    level="warning",
    on="forecast",
    source="Commons OS pattern library, Outbound Sales: the anti-pattern of spamming",
    options={"times": 1.5, "least": 5},
)
def reply_rate_below_harm(ctx: Context) -> Iterator[Finding]:
    """Opt-outs and complaints in answer to each step, against its positive replies; where fewer than `least` are expected, nothing is said."""
    for step in ctx.playbook.cadence:
        yes, out, spam = (ctx.figure(f"replies.step.{step.id}.{name}") for name in ("positive", "unsubscribed", "complained"))
        won = yes.mean if yes else 0.0
        harm = (out.mean if out else 0.0) + (spam.mean if spam else 0.0)
        if harm >= ctx.option("least", int) and harm > won * ctx.option("times", float):
            yield ctx.finding(
                f"`{step.id}` drives more people away than it wins: {harm:.1f} opt-outs and complaints to {won:.1f} positive replies",
                step.span,
                help="Say something that is worth the interruption, or leave the step out.",
                facts={"harm": harm, "positive": won},
            )
