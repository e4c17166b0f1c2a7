"""R013: "not now" is taken for "in two weeks"."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import Span
from ...language.values import Duration
from ...machine.types import Transition
from ..context import Context
from ..proof.graph import Move
from ..proof.pace import least
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule
from ._after import broken, still_touched

LATER = "replied.not_now"


@rule(code="R013", name="not-now-too-soon", level="warning", profile="minimal", options={"least": Duration(30, "day")})
def not_now_too_soon(ctx: Context) -> Iterator[Finding]:
    """Every pause that "not now" begins, against the least that it should last."""
    limit = ctx.duration("least")
    short: dict[Span, dict[tuple[int, str], Duration]] = {}
    for move in ctx.graph.named(LATER):
        delay = _pause(ctx, move)
        if delay is not None and least(delay) < least(limit):
            short.setdefault(move.origin, {})[move.source, move.event] = delay
    for origin, pauses in sorted(short.items()):

        def judge(memory: int, move: Move, pauses: dict[tuple[int, str], Duration] = pauses) -> int:
            if memory == 0:
                return (1 if (move.source, move.event) in pauses else SAFE) if move.name == LATER else 0
            over = move.name == "replied.positive" or ctx.graph.states[move.target].kind in ("task", "end")
            return BAD if ctx.graph.enters_touch(move) else SAFE if over else 1

        path = shortest(ctx.graph, judge)
        if path is not None:
            found = broken(ctx, path, (LATER,))
            delay = pauses[found.said.source, found.said.event]
            message = f'"not now" pauses for {delay}, then `{found.step}` follows; the least is {limit}'
            yield still_touched(ctx, found, message, origin, "Write `not_now: {pause: 90 days, at_most: 1}` under `replies:`.")


def _pause(ctx: Context, move: Transition) -> Duration | None:
    """How long the pause lasts that this move begins; None where it begins none for "not now"."""
    begins = move.timer is not None and ctx.graph.states[move.target].kind == "hold" and move.target != move.source
    return move.timer.delay if begins and move.timer else None
