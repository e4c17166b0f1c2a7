"""P001: too many touches in a short time, in the worst case."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.pace import DAY, Hop, confirm
from ..proof.story import Told
from ..registry import rule
from ..words import lasting, many

WINDOWS = (("day", 1), ("week", 7), ("month", 30))


@rule(
    code="P001",
    name="too-many-touches",
    level="error",
    source="Belkins 2024 (16.5 million mails): from 4 mails on, opt-outs and complaints more than triple",
    options={"day": 2, "week": 4, "month": 12},
)
def too_many_touches(ctx: Context) -> Iterator[Finding]:
    """The most touches in any rolling 1, 7 and 30 days, on every path, whatever people answer.

    Least times decide whether a burst can exist at all; it is reported when a replay with real dates shows it.
    """
    for name, days in WINDOWS:
        limit = ctx.option(name, int)
        found = _worst(ctx, limit, days * DAY)
        if found is None:
            continue
        hop, told = found
        touches = told.touches(ctx.graph)[-limit - 1 :]
        yield ctx.finding(
            f"{many(limit + 1, 'touch', 'touches')} within {many(days, 'day')}: from `{touches[0][1]}` to `{touches[-1][1]}` "
            f"it takes {lasting(touches[-1][0] - touches[0][0])}; the limit is {limit}",
            ctx.graph.states[hop.target].origin,
            help="Wait longer before this step, or leave one out.",
            witness=ctx.subject.teller.witness(told),
            facts={"touches": limit + 1, "days": days, "seconds": touches[-1][0] - touches[0][0]},
        )


def _worst(ctx: Context, limit: int, within: int) -> tuple[Hop, Told] | None:
    """One touch more than allowed, in less than `within` seconds, as replayed: the quickest such burst."""

    def broken(told: Told) -> bool:
        touches = told.touches(ctx.graph)
        return len(touches) > limit and touches[-1][0] - touches[-limit - 1][0] < within

    for hop in ctx.subject.pace.burst(limit + 1, within):
        told = confirm(ctx.subject.teller, hop, broken)
        if told is not None:
            return hop, told
    return None
