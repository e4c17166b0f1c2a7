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

    def says(first: Touch, last: Touch, gap: str) -> str:
        return f"two channels at once: `{last[1]}` by {last[2]} comes {gap} after `{first[1]}` by {first[2]}; the least is {limit}"

    help = "Give this step an `after:` of a day or more."
    yield from closest(ctx, None, lambda before, at, web: web.channel[before] != web.channel[at], limit, says, help)
