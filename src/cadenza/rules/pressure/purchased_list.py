"""P007: the people were bought, or scraped."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known

SAID = {"purchased": "bought", "scraped": "scraped"}


@rule(
    code="P007",
    name="purchased-list",
    level="warning",
    source="GDPR Art. 14(3): the first message tells people where their data came from; Commons OS pattern library: poor data",
    options={"kinds": ("purchased", "scraped")},
)
def purchased_list(ctx: Context) -> Iterator[Finding]:
    """The kind of the audience's source, for channels on which people are written to or called by name."""
    source = ctx.playbook.audience.source
    if source is not None and source.kind in ctx.option("kinds", tuple):
        people = f"{ctx.playbook.audience.size:,} people" if ctx.playbook.audience.size else "the people"
        yield ctx.finding(
            f"{people} come from a list that was {SAID.get(source.kind, source.kind)}: nobody on it knows of it, and much of it is out of date",
            known(ctx.playbook.node, "audience", "source"),
            help="Research the accounts yourself, or ask people in; then write `kind: researched` or `kind: opt_in`.",
        )
