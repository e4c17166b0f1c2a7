"""R014: a reply that nobody has read yet does not pause."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, SAFE, shortest
from ..registry import rule
from ..words import known
from ._after import broken, still_touched

UNREAD = "replied.unclassified"


@rule(code="R014", name="unclassified-continues", level="error", profile="minimal")
def unclassified_continues(ctx: Context) -> Iterator[Finding]:
    """Any touch between a reply that nobody has classified and the end of its review, wherever a touch is still planned."""

    def judge(memory: int, move: Move) -> int:
        source = ctx.graph.states[move.source]
        if memory == 0:
            planned = source.kind in ("wait", "touch", "hold") or source.task == "review"
            return (1 if planned else SAFE) if move.name == UNREAD else 0
        read = (move.event == "done" and source.task == "review") or (move.name.startswith("replied.") and move.name != UNREAD)
        if read or move.name in ("asked_back", "cooled"):
            return SAFE
        return BAD if ctx.graph.enters_touch(move) else 1

    path = shortest(ctx.graph, judge, (UNREAD,), called="R014")
    if path is not None:
        found = broken(ctx, path, (UNREAD,))
        routed = found.said.transition
        place = routed.origin if routed is not None else known(ctx.playbook.node, "replies")
        message = f"a reply that nobody has classified does not pause: `{found.step}` follows {found.when}"
        yield still_touched(ctx, found, message, place, "Let a human look first: no route may lead past the review.")
