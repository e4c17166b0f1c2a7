"""X002: two playbooks press one person, each within its limits."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ..words import many
from ._overlap import overlaps

WINDOWS = ((1, "day"), (7, "week"), (30, "month"))


@rule(
    code="X002",
    name="combined-pressure",
    level="warning",
    on="workspace",
    source="Belkins 2024 (16.5 million mails): from 4 mails on, opt-outs and complaints more than triple",
    options={"day": 2, "week": 4, "month": 12},
)
def combined_pressure(ctx: Context) -> Iterator[Finding]:
    """The most touches of both playbooks in any 1, 7 and 30 days, for pairs that can select one person and do not keep out of each other's way."""
    told: set[str] = set()
    for pair in overlaps(ctx):
        if pair.apart or pair.second.file in told:
            continue
        for days, name in WINDOWS:
            limit, both = ctx.option(name, int), pair.first.most[days] + pair.second.most[days]
            if both > limit and max(pair.first.most[days], pair.second.most[days]) <= limit:
                told.add(pair.second.file)
                yield ctx.finding(
                    f"who is in `{pair.second.name}` and in `{pair.first.name}` gets up to {both} touches within {many(days, 'day')} "
                    f"({pair.second.most[days]} and {pair.first.most[days]}); the limit is {limit}",
                    pair.second.places["cadence"],
                    help="Let the one that comes second leave out `recently_contacted`, or narrow its profile.",
                    related=[Related(pair.first.places["cadence"], f"the cadence of `{pair.first.name}`")],
                    facts={"touches": both, "days": days},
                )
                break
