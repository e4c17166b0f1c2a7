"""R005: the way out is made hard."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..registry import rule
from ..words import many


@rule(
    code="R005",
    name="opt-out-friction",
    level="error",
    profile="minimal",
    source='16 CFR 316.5: one reply or one page, nothing asked but the address; PostHog\'s handbook: no form, no "are you sure?"',
    options={"steps": 1},
)
def opt_out_friction(ctx: Context) -> Iterator[Finding]:
    """What the page after the link asks of a person: a login, a reason, more steps than `steps`."""
    page = ctx.playbook.opt_out.page if ctx.playbook.opt_out else None
    if page is None:
        return
    here = ("opt_out", "page")
    if page.login:
        yield ctx.finding(
            "who wants out must log in first",
            key_span(ctx.playbook.node, *here, "login"),
            help="Write `login: false`: the link knows whom it was sent to.",
        )
    if page.asks_reason:
        yield ctx.finding(
            "who wants out must give a reason",
            key_span(ctx.playbook.node, *here, "asks_reason"),
            help="Write `asks_reason: false`; ask afterwards, if at all.",
        )
    if page.steps > ctx.option("steps", int):
        limit = ctx.option("steps", int)
        yield ctx.finding(
            f"the way out takes {many(page.steps, 'step')} after the link; the limit is {limit}",
            key_span(ctx.playbook.node, *here, "steps"),
            help="Write `steps: 0`: the link alone is enough.",
        )
