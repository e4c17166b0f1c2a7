"""P002: two channels at once."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.values import Duration
from ..context import Context
from ..registry import rule
from ._close import Touch, closest


@rule(code="P002", name="pile-up", level="warning", options={"least": Duration(1, "hour")})
def pile_up(ctx: Context) -> Iterator[Finding]:
    """Two touches that follow one another on different channels with less than `least` between them, on some path."""
    limit = ctx.duration("least")
    states = ctx.graph.states
    pace, within = ctx.subject.pace_for(limit)
    hops = [hop for touch in pace.touches for hop in pace.hops(touch)]
    near = [hop for hop in hops if hop.seconds < within and states[hop.source].channel != states[hop.target].channel]

    def breaks(first: Touch, last: Touch) -> bool:
        return last[0] < ctx.subject.teller.clock.add(first[0], limit, None)

    def says(first: Touch, last: Touch, gap: str) -> str:
        return f"two channels at once: `{last[1]}` by {last[2]} comes {gap} after `{first[1]}` by {first[2]}; the least is {limit}"

    yield from closest(ctx, pace.ordered(near), breaks, says, "Give this step an `after:` of a day or more.")
