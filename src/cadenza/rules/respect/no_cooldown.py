"""R006: after a no a person is soon in the pool again."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import Span
from ...language.values import Duration
from ..context import Context
from ..edits import instead, route_value, suggestion
from ..proof.graph import Move
from ..proof.pace import least
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule


@rule(
    code="R006",
    name="no-cooldown",
    level="error",
    profile="minimal",
    source="Washington RCW 80.36.390: 12 months after a refusal; France, Décret 2022-1313: 60 days",
    options={"least": Duration(90, "day")},
)
def no_cooldown(ctx: Context) -> Iterator[Finding]:
    """Every end that a no leads to, against the time until it may lead back to the pool. Without a `cooldown` it never does."""
    limit = ctx.duration("least")
    short: dict[Span, set[tuple[int, str]]] = {}
    for transition in ctx.graph.named("replied.negative"):
        delay = transition.timer.delay if transition.timer else None
        if delay is None or ctx.graph.states[transition.target].kind != "end":
            continue
        if least(delay) < least(limit):
            short.setdefault(transition.origin, set()).add((transition.source, transition.event))
    for origin, moves in short.items():

        def judge(memory: int, move: Move, moves: set[tuple[int, str]] = moves) -> int:
            if memory == 0:
                return 1 if (move.source, move.event) in moves else 0
            return BAD if move.event == "cooled" else SAFE

        path = shortest(ctx.graph, judge)
        if path is not None:  # else nobody says no there
            yield _finding(ctx, path, origin, limit)


def _finding(ctx: Context, path: tuple[Move, ...], origin: Span, limit: Duration) -> Finding:
    said = path[-2].transition
    assert said is not None and said.timer is not None
    return ctx.finding(
        f"{said.timer.delay} after a no the person may be enrolled again; the least is {limit}",
        origin,
        help="Write `cooldown: 365 days`, or leave it out: then a no is for good.",
        witness=ctx.subject.teller.tell(path),
        fix=suggestion("write `cooldown: 365 days`", instead(route_value(ctx.playbook.node.get("replies"), said, "cooldown"), "365 days")),
    )
