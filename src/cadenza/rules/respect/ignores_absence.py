"""R008: somebody is away, and finds our touches when they are back."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule
from ..words import known
from ._after import broken, still_touched

AWAY = "replied.out_of_office"


@rule(code="R008", name="ignores-absence", level="warning", profile="minimal")
def ignores_absence(ctx: Context) -> Iterator[Finding]:
    """An absence notice after which a touch goes out although nothing waited for the return. Only mail brings such notices."""
    if not any(step.channel == "email" for step in ctx.playbook.cadence):
        return

    def judge(memory: int, move: Move) -> int:
        source, target = ctx.graph.states[move.source], ctx.graph.states[move.target]
        if memory == 0:
            if move.name != AWAY:
                return 0
            waits = move.transition is not None and move.transition.timer is not None and move.transition.timer.kind == "return"
            return SAFE if waits or source.kind in ("hold", "task", "end", "start") or target.kind in ("task", "end") else 1
        if target.kind in ("task", "end"):
            return SAFE
        return BAD if ctx.graph.enters_touch(move) else 1

    path = shortest(ctx.graph, judge, (AWAY,), called="R008")
    if path is None:
        return
    found = broken(ctx, path, (AWAY,))
    routed = found.said.transition
    paused = any(ctx.graph.states[move.target].kind == "hold" for move in path)
    why = "the pause has a fixed length, whenever the person is back" if paused else "nothing pauses"
    yield still_touched(
        ctx,
        found,
        f"an absence is ignored: `{found.step}` goes out {found.when}, because {why}",
        routed.origin if routed is not None else known(ctx.playbook.node, "replies"),
        "Write `out_of_office: {pause: until_return, assume: 7 days}` under `replies:`.",
    )
