"""M003: something that can go round for ever."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.cycles import cycles
from ..registry import rule


@rule(code="M003", name="loop-without-limit", level="warning", profile="minimal")
def loop_without_limit(ctx: Context) -> Iterator[Finding]:
    """A round of pauses, with or without touches, that no `at_most` and no count bounds. One finding for each line that closes a round."""
    for loop in cycles(ctx.graph):
        if not loop.pauses:
            continue  # P004 has those
        what = "and touches the person again" if loop.touches else "and resumes"
        yield ctx.finding(
            f"this can go round for ever: each `{loop.event}` pauses {what}, and nothing counts the rounds",
            loop.origin,
            help="Add `at_most: 1` to the pause, or a stop rule on `touches`.",
            witness=ctx.subject.teller.tell(loop.path),
        )
