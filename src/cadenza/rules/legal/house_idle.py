"""L002: house rules that are not in force."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..registry import rule
from ..words import many
from .pack import HOUSE


@rule(code="L002", name="house-idle", level="advice")
def house_idle(ctx: Context) -> Iterator[Finding]:
    """A workspace with a `house:` that `policies:` does not switch on."""
    workspace = ctx.playbook.workspace
    count = len(workspace.house)
    if count and HOUSE not in workspace.policies:
        yield ctx.finding(
            f"{many(count, 'house rule')} {'is' if count == 1 else 'are'} not in force: `policies` does not list `house`",
            key_span(workspace.node, "house"),
            help=f"Write `policies: [{', '.join([*workspace.policies, HOUSE])}]`.",
        )
