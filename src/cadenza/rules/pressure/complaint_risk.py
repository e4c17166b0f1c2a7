"""P011: complaints will come near to what mailbox providers bear."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Level
from ..context import Context
from ..registry import rule
from ..words import known


@rule(
    code="P011",
    name="complaint-risk",
    level="warning",
    on="forecast",
    source="Gmail sender guidelines: stay below 0.10% spam reports, never reach 0.30%",
    options={"below": 0.001, "never": 0.003},
)
def complaint_risk(ctx: Context) -> Iterator[Finding]:
    """P90 of the complaints for each e-mail, against the two limits."""
    share = ctx.figure("complained.share")
    below, never = ctx.option("below", float), ctx.option("never", float)
    if share is None or share.p90 < below:
        return
    worse = share.p90 >= never
    yield ctx.finding(
        f"one forecast in ten has {share.p90:.2%} complaints for each e-mail or more; the limit is {never if worse else below:.2%}",
        known(ctx.playbook.node, "audience"),
        level=Level.error if worse else None,
        help="Choose people for whom there is a reason, send fewer mails to each, and make the way out easier than the spam button.",
        facts={"p90": share.p90, "mean": share.mean},
    )
