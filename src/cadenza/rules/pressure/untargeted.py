"""P005: it selects nobody out."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known


@rule(
    code="P005",
    name="untargeted",
    level="warning",
    source="Commons OS pattern library, Outbound Sales: choose whom; spamming is generic, untargeted, low value, to large lists",
)
def untargeted(ctx: Context) -> Iterator[Finding]:
    """A cold or warm playbook whose profile of accounts is empty, or that names no persona. (Inbound people chose us.)"""
    playbook, icp = ctx.playbook, ctx.playbook.icp
    if playbook.motion == "inbound":
        return
    wide = icp.employees is None or (icp.employees.low in (None, 0, 1) and icp.employees.high is None)
    if not icp.industries and not icp.signals and wide:
        yield ctx.finding(
            "the profile selects nobody out: no industries, no signals, no range of employees",
            known(playbook.node, "icp", "accounts"),
            help="Say whom this is for: `accounts: {industries: [software], employees: 200..2000, signals: [hiring_platform_engineers]}`.",
        )
    if not icp.personas:
        yield ctx.finding(
            "the profile names no persona: whoever works there is meant",
            known(playbook.node, "icp", "personas"),
            help="Add `personas: [{id: platform-lead, titles: [Head of Platform], pains: [alert fatigue]}]` under `icp:`.",
        )
