"""R007: somebody answers, and the cadence talks on."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.graph import Graph, Move
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule
from ..words import known
from ._after import broken, still_touched

HEARD = {"replied.positive": "yes", "replied.not_now": "not now"}
GOOD = {
    "replied.positive": "positive: {handoff: ae, within: 1 business hour, then: meeting}",
    "replied.not_now": "not_now: {pause: 90 days, at_most: 1}",
}


@rule(code="R007", name="talks-over-reply", level="error", profile="minimal")
def talks_over_reply(ctx: Context) -> Iterator[Finding]:
    """A positive reply or a "not now" that neither stops nor pauses before the next touch. (A no is R001, a wrong person R010, an absence R008.)"""
    for event, said in HEARD.items():
        path = _talked_over(ctx.graph, event)
        if path is None:
            continue
        found = broken(ctx, path, (event,))
        routed = found.said.transition
        yield still_touched(
            ctx,
            found,
            f'who answers "{said}" is talked over: `{found.step}` follows {found.when}, and nothing stopped or paused before it',
            routed.origin if routed is not None else known(ctx.playbook.node, "replies"),
            f"Write `{GOOD[event]}` under `replies:`.",
        )


def _talked_over(graph: Graph, event: str) -> tuple[Move, ...] | None:
    """The shortest path from the reply to a touch with no pause, task or end between them."""

    def judge(memory: int, move: Move) -> int:
        quiet = graph.states[move.target].kind in ("hold", "task", "end", "start")
        if memory == 0:
            return 1 if move.name == event and not quiet else SAFE if move.name == event else 0
        if quiet:
            return SAFE
        return BAD if graph.enters_touch(move) else 1

    return shortest(graph, judge, (event,), called=("R007", event))
