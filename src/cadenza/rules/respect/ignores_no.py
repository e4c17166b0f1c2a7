"""R001: after a no, somebody touches the person again."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule
from ..words import known
from ._after import Broken, broken, still_touched

NO = "replied.negative"
UNHEARD, ENDED = 1, 2


@rule(
    code="R001",
    name="ignores-no",
    level="error",
    profile="minimal",
    source='Commons OS pattern library, Outbound Sales: the anti-pattern of ignoring the "no"; GDPR Art. 21(2)-(3)',
)
def ignores_no(ctx: Context) -> Iterator[Finding]:
    """Any touch, on any channel, through any pause, branch, resume or re-enrolment, after `negative` and before its own cooldown is over."""

    def judge(memory: int, move: Move) -> int:
        if move.name == NO:  # the last one counts: where nobody hears it, the cooldown that runs is not its own
            heard = move.transition is not None and ctx.graph.states[move.target].kind == "end"
            return ENDED if heard else UNHEARD
        if memory == 0:
            return 0
        if move.name == "asked_back" or (move.name == "replied.positive" and ctx.graph.states[move.target].kind == "task"):
            return SAFE
        if move.event == "cooled" and memory == ENDED:
            return SAFE
        return BAD if ctx.graph.enters_touch(move) else memory

    path = shortest(ctx.graph, judge, (NO,), called="R001")
    if path is not None:
        yield _finding(ctx, broken(ctx, path, (NO,), last=True))


def _finding(ctx: Context, found: Broken) -> Finding:
    routed = found.said.transition
    place = routed.origin if routed is not None else known(ctx.playbook.node, "replies")
    elsewhere = any(move.event.startswith(NO) for move in ctx.machine.transitions)
    why = "" if routed is not None else ": nothing hears it there" if elsewhere else ": nothing says what a `negative` reply leads to"
    return still_touched(
        ctx,
        found,
        f"after a no the cadence goes on: `{found.step}` reaches the person by {found.channel} {found.when}{why}",
        place,
        "Write `negative: {stop: said_no, cooldown: 365 days}` under `replies:`.",
    )
