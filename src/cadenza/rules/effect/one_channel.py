"""E002: everything hangs on one channel."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.longest import longest
from ..registry import rule
from ..words import known


@rule(code="E002", name="one-channel", level="warning", source="Gong Labs 2024: a voicemail doubles the reply to the next mail (2.73% to 5.87%)")
def one_channel(ctx: Context) -> Iterator[Finding]:
    """A cold cadence of several touches whose every path stays on one channel."""
    if ctx.playbook.motion != "cold":
        return
    most = longest(ctx.graph)
    if most.touches > 1 and len(most.channels) == 1:
        yield ctx.finding(
            f"every path uses one channel, {most.channels[0]}: who does not look there is never reached",
            known(ctx.playbook.node, "cadence"),
            help="Add a step on another channel.",
        )
