"""P006: nothing says on what ground people are contacted."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known


@rule(
    code="P006",
    name="no-consent-basis",
    level="error",
    source="GDPR Art. 6(1) and Recital 47; Buyer Centric Revenue Model, Prospecting: consent is an axis of its own",
)
def no_consent_basis(ctx: Context) -> Iterator[Finding]:
    """`audience.consent` that is missing, or `none`."""
    audience = ctx.playbook.audience
    help = "Write `consent: legitimate_interest` (with the balancing test done), `express`, `implied`, `existing_customer` or `inbound_request`."
    if audience.consent is None:
        yield ctx.finding("nothing says on what ground these people are contacted", known(ctx.playbook.node, "audience"), help=help)
    elif audience.consent == "none":
        who = f"{audience.size:,} people" if audience.size else "people"
        message = f"{who} are contacted on no ground at all (`consent: none`)"
        yield ctx.finding(message, ctx.playbook.place("audience", "consent"), help=help)
