"""R009: somebody marks us as spam, and we go on."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..registry import rule
from ._after import came_back, still_touched, touch_follows


@rule(
    code="R009",
    name="complaint-continues",
    level="error",
    profile="minimal",
    source="Gmail sender guidelines: stay below 0.10% spam reports, never reach 0.30%",
)
def complaint_continues(ctx: Context) -> Iterator[Finding]:
    """Any touch, on any channel, after `complained`."""
    if ctx.playbook.opt_out is None:
        return  # R002 says that
    found = touch_follows(ctx, ("complained",), came_back)
    if found is not None:
        yield still_touched(
            ctx,
            found,
            f"after a complaint the cadence goes on: `{found.step}` reaches the person by {found.channel} {found.when}",
            key_span(ctx.playbook.node, "opt_out", "channels"),
            "Write `channels: all` under `opt_out:`: a complaint is the strongest no there is.",
        )
