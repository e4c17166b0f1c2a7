"""M009: a stop rule that never fires, because another one always comes first."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.model import SIGNALS, SIGNALS_OF, StopRule
from ..context import Context
from ..proof.pace import greatest, least
from ..registry import rule


@rule(code="M009", name="shadowed-stop-rule", level="warning", profile="minimal")
def shadowed_stop_rule(ctx: Context) -> Iterator[Finding]:
    """Stop rules from which no transition comes in any state that somebody can be in, with what stands before them."""
    for stop in ctx.playbook.stop_rules:
        found = _before(ctx, stop)
        if found is not None and not _fires(ctx, stop):
            why, winner = found
            yield ctx.finding(
                f"`{stop.id}` never fires: {why}",
                stop.span,
                help="Remove it, or change what comes before it.",
                related=[Related(winner.span, f"`{winner.id}` comes first")] if winner else [],
            )
    yield from _silent(ctx)


def _fires(ctx: Context, stop: StopRule) -> bool:
    return any(move.origin == stop.span and move.source in ctx.graph.reachable for move in ctx.machine.transitions)


def _before(ctx: Context, stop: StopRule) -> tuple[str, StopRule | None] | None:
    """Why a rule is shadowed, and by which; None where none of its kind comes before it."""
    others = [other for other in ctx.playbook.stop_rules if other is not stop]
    if stop.touches is not None:
        winner = min((other for other in others if other.touches is not None), key=lambda other: other.touches or 0, default=None)
        if winner is not None and (winner.touches or 0) <= stop.touches:
            return f"`{winner.id}` ends the cadence after {winner.touches} touches, and this one waits for {stop.touches}", winner
    if stop.elapsed is not None:
        clocks = [other for other in others if other.elapsed is not None]
        winner = next((other for other in clocks if other.elapsed and greatest(other.elapsed) <= greatest(stop.elapsed)), None)
        winner = winner or next((other for other in clocks if other.elapsed and least(other.elapsed) <= least(stop.elapsed)), None)
        if winner is not None:
            return f"`{winner.id}` ends the cadence after {winner.elapsed}, and this one waits for {stop.elapsed}", winner
    return None


def _silent(ctx: Context) -> Iterator[Finding]:
    """Rules for a signal that nothing in the cadence gives, or that every step which gives it routes elsewhere."""
    for stop in ctx.playbook.stop_rules:
        if stop.event not in SIGNALS:
            continue
        giving = [step for step in ctx.playbook.cadence if stop.event in SIGNALS_OF[step.channel]]
        if not giving:
            yield ctx.finding(f"`{stop.id}` never fires: no step of the cadence can give `{stop.event}`", stop.span, help="Remove it.")
        elif all(stop.event in step.on for step in giving):
            own = ", ".join(f"`{step.id}`" for step in giving)
            yield ctx.finding(
                f"`{stop.id}` never fires: {own} {'has its' if len(giving) == 1 else 'have their'} own route for `{stop.event}`, which comes first",
                stop.span,
                help="Remove it, or the step's own route.",
                related=[Related(step.on[stop.event].span, f"`{step.id}` takes it") for step in giving],
            )
