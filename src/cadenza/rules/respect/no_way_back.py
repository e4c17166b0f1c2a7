"""R012: who opted out cannot come back, however much they would like to."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known


@rule(
    code="R012",
    name="no-way-back",
    level="advice",
    source="PostHog's handbook: who opts out can change their mind later by reaching out",
)
def no_way_back(ctx: Context) -> Iterator[Finding]:
    """A machine in which an opt-out is possible, and `asked_back` leads out of none of them."""
    opt_out = ctx.playbook.opt_out
    if opt_out is None or not opt_out.channels:
        return  # R002 and R003 say that
    if any(move.event == "asked_back" for move in ctx.machine.transitions):
        return
    said = "`undo: never`" if opt_out.undo == "never" else "nothing says how"
    yield ctx.finding(
        f"an opt-out cannot be undone by the person who made it: {said}",
        known(ctx.playbook.node, "opt_out", "undo"),
        help="Write `undo: by_request` under `opt_out:`: only the person can come back, by asking.",
    )
