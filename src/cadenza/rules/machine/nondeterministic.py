"""M005: two lines claim one event, and only one of them can have it."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.model import StopRule
from ..context import Context
from ..registry import rule
from ..words import known

REFUSED = "account.opted_out"


@rule(code="M005", name="nondeterministic", level="error", profile="minimal")
def nondeterministic(ctx: Context) -> Iterator[Finding]:
    """Stop rules for an event that something before them takes already: another stop rule, or an opt-out that reaches the whole account.

    The machine is deterministic by construction: the first claim wins. So it is the line that loses which is wrong.
    """
    first: dict[str, StopRule] = {}
    opt_out = ctx.playbook.opt_out
    for stop in ctx.playbook.stop_rules:
        if stop.event is None:
            continue
        winner = first.setdefault(stop.event, stop)
        if winner is not stop:
            yield _claims(ctx, stop, f"`{winner.id}` has it first, and stops with `{winner.outcome}`", Related(winner.span, f"`{winner.id}` wins"))
        elif stop.event == REFUSED and opt_out is not None and opt_out.scope != "person" and opt_out.channels:
            place = Related(known(ctx.playbook.node, "opt_out", "scope"), "the scope of an opt-out")
            yield _claims(ctx, stop, f"`opt_out: {{scope: {opt_out.scope}}}` takes it before any stop rule", place)


def _claims(ctx: Context, stop: StopRule, why: str, winner: Related) -> Finding:
    return ctx.finding(
        f"`{stop.id}` never decides: {why}",
        stop.span,
        help="Remove one of the two, or make them one.",
        related=[winner],
        facts={"event": stop.event},
    )
