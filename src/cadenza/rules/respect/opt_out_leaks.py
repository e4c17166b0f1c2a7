"""R003: after an opt-out somebody is still touched: on a channel that it does not close, or a colleague whom it should cover."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..proof.graph import Move
from ..registry import rule
from ..words import known
from ._after import came_back, still_touched, touch_follows


@rule(
    code="R003",
    name="opt-out-leaks",
    level="error",
    profile="minimal",
    source="GDPR Art. 21(3): no longer processed for that purpose; 47 CFR 64.1200(a)(10): revoked by any reasonable means",
)
def opt_out_leaks(ctx: Context) -> Iterator[Finding]:
    """Any touch after `unsubscribed`, on each channel that is used; and after a colleague's opt-out where the scope is the account or the domain."""
    opt_out = ctx.playbook.opt_out
    if opt_out is None:
        return  # R002 says that
    for channel in dict.fromkeys(step.channel for step in ctx.playbook.cadence):
        there = partial(_by, ctx, channel)
        found = touch_follows(ctx, ("unsubscribed",), came_back, there, channel)
        if found is not None:
            closes = ", ".join(opt_out.channels) or "nothing"
            why = (
                "though the opt-out closes it: on the way back to the pool it is forgotten"
                if channel in opt_out.channels
                else f"because the opt-out closes only {closes}"
            )
            yield still_touched(
                ctx,
                found,
                f"an opt-out leaks by {channel}: `{found.step}` still goes out {found.when}, {why}",
                key_span(ctx.playbook.node, "opt_out", "channels"),
                "Write `channels: all` under `opt_out:`.",
            )
    if opt_out.scope != "person":
        found = touch_follows(ctx, ("account.opted_out",), came_back)
        if found is not None:
            yield still_touched(
                ctx,
                found,
                f"an opt-out does not cover the {opt_out.scope}: after a colleague's, `{found.step}` still goes out {found.when}",
                known(ctx.playbook.node, "opt_out", "scope"),
                "Write `channels: all` under `opt_out:`, so that the whole scope is covered.",
            )


def _by(ctx: Context, channel: str, move: Move) -> bool:
    return ctx.graph.states[move.source if move.event == "done" else move.target].channel == channel
