"""E001: it gives up after one or two attempts."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.longest import longest
from ..registry import rule
from ..words import known, many


@rule(
    code="E001",
    name="gives-up-too-soon",
    level="warning",
    source="Belkins 2025 (7.5 million mails): 58.6% of replies come after the first mail; RAIN Group: 8 touches to a meeting",
    options={"touches": 4},
)
def gives_up_too_soon(ctx: Context) -> Iterator[Finding]:
    """The most touches that a person who never answers can get, on any path of a cold cadence."""
    if ctx.playbook.motion != "cold":
        return
    most, limit = longest(ctx.graph), ctx.option("touches", int)
    if most.touches < limit:
        yield ctx.finding(
            f"the longest path has {many(most.touches, 'touch', 'touches')}; most who answer a cold cadence do so later: the least is {limit}",
            known(ctx.playbook.node, "cadence"),
            help="Add steps that each give something new, or raise the stop rule that ends the cadence.",
            facts={"touches": most.touches},
        )
