"""P003: the same channel again too soon."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.values import Duration
from ..context import Context
from ..proof.timed_search import Web
from ..registry import rule
from ._close import Touch, closest


@rule(
    code="P003",
    name="too-close",
    level="warning",
    source="France, Décret 2022-1313, and Florida 501.616 count attempts, not conversations; practice: two business days between mails",
    options={"least": Duration(1, "business day"), "email": Duration(2, "business day")},
)
def too_close(ctx: Context) -> Iterator[Finding]:
    """Two touches of one channel, with none of it between them, closer than `least` (for mail, than `email`), on some path."""
    for channel in dict.fromkeys(step.channel for step in ctx.playbook.cadence):
        limit = ctx.duration("email" if channel == "email" else "least")

        def says(first: Touch, last: Touch, gap: str, limit: Duration = limit) -> str:
            return f"`{last[1]}` comes {gap} after `{first[1]}`, both by {last[2]}; the least is {limit}"

        def same(_: int, at: int, web: Web, channel: str = channel) -> bool:
            return web.channel[at] == channel

        yield from closest(ctx, channel, same, limit, says, "Wait longer before this step, or use another channel.")
