"""D003: the addresses were verified too long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ...language.findings import Finding
from ..context import Context
from ..registry import rule


@rule(code="D003", name="stale-list", level="warning", source="contact data decay by about 22.5% a year (Dialfyne)", options={"days": 90})
def stale_list(ctx: Context) -> Iterator[Finding]:
    """The age of `audience.source.verified` on the day of the run."""
    source = ctx.playbook.audience.source
    if source is None or source.verified is None:
        return
    age, limit = (ctx.as_of - date.fromisoformat(source.verified)).days, ctx.option("days", int)
    if age > limit:
        lost = 1 - (1 - 0.225) ** (age / 365)
        yield ctx.finding(
            f"the list was verified {age} days ago; the limit is {limit}: about {lost:.0%} of its addresses may be wrong by now",
            source.place("verified"),
            help="Verify it again before anybody is enrolled.",
            facts={"age_days": age},
        )
