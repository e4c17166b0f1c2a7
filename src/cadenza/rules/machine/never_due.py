"""M006: a step that never falls due: its window never opens, or a stop rule always comes first."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..proof.shut import shut_steps
from ..registry import rule
from ..words import lasting


@rule(code="M006", name="never-due", level="error", profile="minimal")
def never_due(ctx: Context) -> Iterator[Finding]:
    """Steps that time forbids, though a path leads to them."""
    shut = shut_steps(ctx.playbook)
    for step in ctx.playbook.cadence:
        if step.id in shut:
            where = f"the zones of {shut[step.id]} have no common hour in the window of {step.channel}"
            yield ctx.finding(
                f"`{step.id}` never falls due: nobody's time zone is known, and {where}",
                step.span,
                help="Give the audience the field `timezone`, or widen the window.",
                related=[Related(ctx.playbook.place("channels", step.channel, "window"), "the window")],
            )
    yield from _outlived(ctx)


def _outlived(ctx: Context) -> Iterator[Finding]:
    """A lower bound on how long a step takes to come round, against the `elapsed` rule. Pauses stand still for both, and so play no part."""
    limit = ctx.machine.elapsed
    rule = next((rule for rule in ctx.playbook.stop_rules if rule.elapsed is not None and rule.elapsed == limit), None)
    if limit is None or rule is None:
        return
    soonest = ctx.subject.pace.soonest()
    for step in ctx.playbook.cadence:
        at = soonest.get(step.id)
        if at is not None and at >= ctx.subject.pace.upper(limit):
            yield ctx.finding(
                f"`{step.id}` never falls due: it comes after {lasting(at)} at the earliest, and `{rule.id}` ends the cadence after {limit}",
                step.span,
                help=f"Raise `elapsed` of `{rule.id}`, shorten the delays before the step, or remove it.",
                related=[Related(rule.span, f"`{rule.id}` stops here")],
                facts={"earliest_seconds": at},
            )
