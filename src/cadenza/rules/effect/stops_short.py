"""E016: a stop rule that leaves written steps unmade, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import many


@rule(
    code="E016",
    name="stops-short",
    level="advice",
    on="forecast",
    source="Belkins 2025 (7.5 million mails): 58.6% of replies come after the first mail; RAIN Group: 8 touches to a meeting",
    options={"share": 0.05},
)
def stops_short(ctx: Context) -> Iterator[Finding]:
    """The meetings of a cold cadence without its limits on touches, against those with them: the same people, the same luck."""
    now, then = ctx.figure("meetings"), ctx.outlook.uncut.get("meetings") if ctx.outlook else None
    limits = [stop for stop in ctx.playbook.stop_rules if stop.touches is not None and stop.touches < len(ctx.playbook.cadence)]
    if ctx.playbook.motion != "cold" or now is None or then is None or not limits:
        return
    lost = then.p50 - now.p50
    if lost < 1 or lost < ctx.option("share", float) * then.p50:
        return
    stop = min(limits, key=lambda stop: stop.touches or 0)
    yield ctx.finding(
        f"`{stop.id}` stops after {many(stop.touches or 0, 'touch', 'touches')} of {len(ctx.playbook.cadence)} that are written: "
        f"that costs {many(lost, 'meeting')} of {then.p50:,.0f} (P50)",
        stop.place("when"),
        help=f"Write `touches: {len(ctx.playbook.cadence)}`, or leave out the steps that nobody gets.",
        facts={"lost": lost, "meetings": now.p50, "without": then.p50},
    )
