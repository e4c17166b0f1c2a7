"""P013: software acts where a person is expected."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..edits import instead, suggestion
from ..registry import rule

FORBIDDEN = {"linkedin": "LinkedIn's user agreement forbids it", "phone": "calls by machines need prior consent in writing (47 CFR 64.1200)"}


@rule(code="P013", name="automated-personal", level="error", source="LinkedIn User Agreement, 8.2; 47 CFR 64.1200(a)")
def automated_personal(ctx: Context) -> Iterator[Finding]:
    """Channels that are marked as worked by software, and whose owner or law forbids that."""
    for channel, use in ctx.playbook.channels.items():
        if use.automation and channel in FORBIDDEN:
            yield ctx.finding(
                f"software makes the touches by {channel}: {FORBIDDEN[channel]}",
                key_span(ctx.playbook.node, "channels", channel, "automation"),
                help="Write `automation: false`, and let the people in `role:` do it.",
                fix=suggestion("write `automation: false`", instead(use.node.get("automation"), "false")),
            )
