"""P004: nothing bounds how often one person is touched."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.cycles import cycles
from ..registry import rule
from ..words import known


@rule(code="P004", name="no-limit", level="error", profile="minimal")
def no_limit(ctx: Context) -> Iterator[Finding]:
    """A round with a touch in it, within one enrolment, where no stop rule counts touches and none looks at the clock."""
    rules = ctx.playbook.stop_rules
    if any(rule.touches is not None or rule.elapsed is not None for rule in rules):
        return
    loop = next(cycles(ctx.graph, touching=True), None)
    if loop is not None:
        yield ctx.finding(
            "nothing bounds the touches to one person: neither their number nor the time is limited, and they can go round",
            known(ctx.playbook.node, "stop_rules"),
            help="Add `- {id: enough, when: {touches: 8}, stop: exhausted}` under `stop_rules:`.",
            witness=ctx.subject.teller.tell(loop.path),
        )
