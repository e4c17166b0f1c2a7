"""R011: one person says no, and the next one at the same account is written to."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.values import Duration
from ..context import Context
from ..proof.graph import Move
from ..proof.pace import least
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule
from ..words import known
from ._after import broken, still_touched

NO = "account.replied_negative"


@rule(
    code="R011",
    name="colleague-next",
    level="advice",
    profile="strict",
    source="The critique of prospecting (Buyer Centric Revenue Model): who declined told their colleagues, too",
    options={"quiet": Duration(30, "day")},
)
def colleague_next(ctx: Context) -> Iterator[Finding]:
    """Any touch of a person after a colleague's no, unless the account was left alone for `quiet` first."""
    quiet = least(ctx.duration("quiet"))
    back = _cooldowns(ctx)

    def judge(memory: int, move: Move) -> int:
        if memory == 0:
            return 1 if move.name == NO else 0
        if move.name in ("asked_back", "replied.positive"):
            return SAFE
        if move.event == "cooled" and back.get(move.source, 0) >= quiet:
            return SAFE
        return BAD if ctx.graph.enters_touch(move) else 1

    path = shortest(ctx.graph, judge, (NO,), called=("R011", quiet), timed=True)
    if path is None:
        return
    found = broken(ctx, path, (NO,))
    routed = found.said.transition
    yield still_touched(
        ctx,
        found,
        f"after a colleague's no `{found.step}` still reaches the person by {found.channel} {found.when}; "
        f"the account's quiet time is {ctx.duration('quiet')}",
        routed.origin if routed is not None else known(ctx.playbook.node, "stop_rules"),
        "Write `- {id: colleague-said-no, when: {event: account.replied_negative}, stop: account_said_no, cooldown: 90 days}` under `stop_rules:`.",
    )


def _cooldowns(ctx: Context) -> dict[int, int]:
    """End -> how many seconds it lasts at least before it leads back. What is heard there without a cooldown of its own leaves the one that runs."""
    into = [move for move in ctx.machine.transitions if move.timer is not None and ctx.graph.states[move.target].kind == "end"]
    found = {move.target: least(move.timer.delay) for move in into if move.timer is not None and move.timer.delay is not None}
    todo = list(found)
    while todo:
        source = todo.pop()
        for move in ctx.graph.out[source].values():
            if move.timer is not None and move.timer.kind == "keep" and move.target not in found:
                found[move.target] = found[source]
                todo.append(move.target)
    return found
