"""What the rules of this family share: two touches that come closer than they may, shown with real dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...language.findings import Finding, Related
from ..context import Context
from ..proof.pace import Hop, confirm
from ..proof.story import Told
from ..words import lasting

Touch = tuple[int, str, str]


def closest(
    ctx: Context, hops: Sequence[Hop], breaks: Callable[[Touch, Touch], bool], says: Callable[[Touch, Touch, str], str], help: str
) -> Iterator[Finding]:
    """A finding for each pair of steps (the later one is where it stands) that a dated replay shows to break the limit, closest first.

    `hops` are candidates by their least times; `breaks` and `says` are given the first and the last touch as replayed.
    """
    told_of: set[tuple[str | None, str | None]] = set()
    for hop in hops:
        first, last = ctx.graph.states[hop.source], ctx.graph.states[hop.target]
        pair = (first.step, last.step)
        if pair in told_of:
            continue
        count = sum(1 for move in hop.moves if ctx.graph.states[move.source].kind == "touch" and move.event == "done")

        def broken(told: Told, count: int = count) -> bool:
            touches = told.touches(ctx.graph)
            return breaks(touches[-1 - count], touches[-1])

        told = confirm(ctx.subject.teller, hop, broken)
        if told is None:
            continue
        told_of.add(pair)
        touches = told.touches(ctx.graph)
        early, late = touches[-1 - count], touches[-1]
        yield ctx.finding(
            says(early, late, lasting(late[0] - early[0])),
            last.origin,
            help=help,
            related=[Related(first.origin, f"`{first.step}` before it")],
            witness=ctx.subject.teller.witness(told),
            facts={"gap_seconds": late[0] - early[0]},
        )
