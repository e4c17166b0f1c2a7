"""What the rules of this family share: two touches that come closer than they may, shown with real dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...language.findings import Finding, Related
from ...language.nodes import Span
from ...language.values import Duration
from ..context import Context
from ..proof.graph import TooDear
from ..proof.timed_paths import TooMany
from ..proof.timed_search import Web
from ..words import lasting

Touch = tuple[int, str, str]
MOST = 12
"""Pairs that are told: a cadence with more is too close throughout, and each pair takes a replay of everything before it."""


def closest(
    ctx: Context, channel: str | None, wanted: Callable[[int, int, Web], bool], limit: Duration, says: Callable[[Touch, Touch, str], str], help: str
) -> Iterator[Finding]:
    """For each step (of a channel, where one is given) the touch that comes soonest after it, where that is sooner than `limit`: a finding for each
    pair of steps (the first MOST of them), the closest first, which stands at the later one. `wanted` says which later touches count; `says` is
    given both, and the gap.
    """
    found: list[tuple[int, Touch, Touch, Finding]] = []
    gaps = ctx.subject.bounds.afresh()
    for step in ctx.machine.steps:
        if channel not in (None, step.channel):
            continue
        try:
            worst = gaps.nearer(step.id, wanted, limit, (ctx.rule.code, channel))
        except TooMany:
            raise TooDear from None
        if worst is None or worst.told is None:
            continue
        touches = worst.told.touches(ctx.graph)
        early, late = touches[-worst.touches], touches[-1]
        finding = ctx.finding(
            says(early, late, lasting(late[0] - early[0])),
            origin(ctx, late[1]),
            help=help,
            related=[Related(origin(ctx, early[1]), f"`{early[1]}` before it")],
            witness=ctx.subject.bounds.shown(worst).witness,
            facts={"gap_seconds": worst.value},
        )
        found.append((worst.value, early, late, finding))
        if len(found) == MOST:
            break
    for _, _, _, finding in sorted(found, key=lambda one: one[0]):
        yield finding


def origin(ctx: Context, step: str) -> Span:
    """Where a step is written."""
    return next(info.origin for info in ctx.machine.steps if info.id == step)
