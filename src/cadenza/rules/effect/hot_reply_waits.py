"""E008: somebody says yes, or asks for a call, and waits."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import Span
from ...language.values import Duration
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, shortest
from ..registry import rule
from ..words import known

YES = "replied.positive"
BUSINESS_DAY = 8 * 3600


@rule(
    code="E008",
    name="hot-reply-waits",
    level="warning",
    source="Oldroyd et al., The Short Life of Online Sales Leads (HBR 2011): within the hour, 7 times as likely to qualify a lead",
    options={"reply": Duration(1, "business hour"), "lead": Duration(5, "minute")},
)
def hot_reply_waits(ctx: Context) -> Iterator[Finding]:
    """Every way on which a positive reply is handed over or paused, and the first step of an inbound cadence, against their limits."""
    limit = ctx.duration("reply")
    told: set[Span] = set()
    for move in ctx.graph.named(YES):
        if move.origin in told or move.source not in ctx.graph.reachable:
            continue
        target = ctx.graph.states[move.target]
        wait = target.within if target.task == "handoff" else move.timer.delay if target.kind == "hold" and move.timer else None
        if target.task != "handoff" and target.kind != "hold":
            continue
        if wait is not None and _seconds(wait) <= _seconds(limit):
            continue
        told.add(move.origin)
        path = _to(ctx, move.origin)
        said = "nothing says how soon" if wait is None else f"it may take {wait}"
        yield ctx.finding(
            f"who answers yes waits: {said} until somebody answers; the limit is {limit}",
            move.origin,
            help=f"Write `positive: {{handoff: {target.role or 'ae'}, within: {limit}, then: meeting}}`.",
            witness=ctx.subject.teller.tell(path) if path else None,
        )
    yield from _lead(ctx)


def _to(ctx: Context, origin: Span) -> tuple[Move, ...] | None:
    def judge(memory: int, move: Move) -> int:
        return BAD if move.transition is not None and move.name == YES and move.transition.origin == origin else memory

    return shortest(ctx.graph, judge)


def _lead(ctx: Context) -> Iterator[Finding]:
    first, limit = next(iter(ctx.playbook.cadence), None), ctx.duration("lead")
    if ctx.playbook.motion == "inbound" and first is not None and first.after is not None and _seconds(first.after) > _seconds(limit):
        yield ctx.finding(
            f"who asked for a call waits {first.after} for the first touch, even in open hours; the limit is {limit}",
            known(first.node, "after"),
            help=f"Leave `after` of `{first.id}` out: the first touch is then made at once.",
        )


def _seconds(duration: Duration) -> int:
    """Working time in seconds of an eight-hour day, so that like can be compared with like."""
    if duration.unit == "business day":
        return duration.amount * BUSINESS_DAY
    return duration.amount * 3600 if duration.unit == "business hour" else duration.seconds
