"""D004: too many addresses that are none."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule


@rule(
    code="D004",
    name="unverified-list",
    level="warning",
    source="practice: stop sending at 2 to 3% bounces; vendors suspend at 5%",
    options={"least": 0.95},
)
def unverified_list(ctx: Context) -> Iterator[Finding]:
    """`audience.source.valid_emails` of a playbook that mails, against the least share."""
    source, limit = ctx.playbook.audience.source, ctx.option("least", float)
    if source is None or source.valid_emails is None or not any(step.channel == "email" for step in ctx.playbook.cadence):
        return
    rate = source.valid_emails
    share = rate.hits / rate.trials if rate.kind == "seen" and rate.trials else (rate.low + rate.high) / 2 if rate.kind == "believed" else rate.low
    if share < limit:
        yield ctx.finding(
            f"{share:.1%} of the addresses are valid; the least is {limit:.0%}: the rest bounces, and that costs reputation",
            source.place("valid_emails"),
            help="Verify the list, and leave out what cannot be verified.",
        )
