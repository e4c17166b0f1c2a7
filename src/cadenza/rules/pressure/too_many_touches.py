"""P001: too many touches in a short time, in the worst case."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..proof.bounds import ANY, Bound
from ..proof.timed_terms import DAY
from ..registry import rule
from ..words import lasting, many
from ._close import origin

WINDOWS = (("day", 1), ("week", 7), ("month", 30))


@rule(
    code="P001",
    name="too-many-touches",
    level="error",
    source="Belkins 2024 (16.5 million mails): from 4 mails on, opt-outs and complaints more than triple",
    options={"day": 2, "week": 4, "month": 12},
)
def too_many_touches(ctx: Context) -> Iterator[Finding]:
    """The most touches in any rolling 1, 7 and 30 days, on every path and in every calendar, whatever people answer."""
    for name, days in WINDOWS:
        limit = ctx.option(name, int)
        if ctx.subject.bounds.gaps.may_exceed(None, days * DAY, limit):
            bound = ctx.subject.bounds.touches_max_in.get((ANY, days))
            if bound is not None and bound.value > limit:
                yield _finding(ctx, bound, limit, days)


def _finding(ctx: Context, bound: Bound, limit: int, days: int) -> Finding:
    took = bound.instants[-1] - bound.instants[0] if bound.instants else 0
    which = f": from `{bound.steps[0]}` to `{bound.steps[-1]}` it takes {lasting(took)}" if bound.steps else ""
    most = "" if bound.exact else "at most "
    return ctx.finding(
        f"{most}{many(bound.value, 'touch', 'touches')} within {many(days, 'day')}{which}; the limit is {limit}",
        origin(ctx, bound.steps[-1]) if bound.steps else key_span(ctx.playbook.node, "cadence"),
        help="Wait longer before this step, or leave one out.",
        witness=bound.witness,
        facts={"touches": bound.value, "days": days, "seconds": took, "exact": bound.exact},
    )
