"""R004: even who refuses the moment a touch reaches them gets the next one, because the refusal is still on its way."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Beat, Finding, Related
from ...language.model import OptOut
from ...language.nodes import key_span
from ...language.values import Duration
from ..context import Context
from ..proof.graph import TooDear
from ..proof.pace import greatest, least
from ..proof.story import Told
from ..proof.timed_gaps import Worst
from ..proof.timed_paths import TooMany
from ..proof.timed_search import Web
from ..registry import rule
from ..words import lasting


@rule(
    code="R004",
    name="opt-out-too-slow",
    level="error",
    profile="minimal",
    source="GDPR Art. 21(3): at once; Gmail and Yahoo sender guidelines: 2 days; 16 CFR 316: 10 business days at most",
)
def opt_out_too_slow(ctx: Context) -> Iterator[Finding]:
    """For each channel, the least gap from any touch to the next one there, against how long a refusal takes to reach it; and that against
    `honour_within`."""
    opt_out = ctx.playbook.opt_out
    if opt_out is None:
        return  # R002 says that
    yield from _promised(ctx, opt_out)
    for channel, delay in opt_out.reaches.items():
        found = _overtaken(ctx, channel, delay)
        if found is not None:
            yield found


def _promised(ctx: Context, opt_out: OptOut) -> Iterator[Finding]:
    promise = opt_out.honour_within
    if promise is None:
        return
    for channel, delay in opt_out.reaches.items():
        same = delay.unit == promise.unit
        if delay.amount > promise.amount if same else greatest(delay) > least(promise):
            yield ctx.finding(
                f"a refusal reaches {channel} after {delay}, and `honour_within` promises {promise}",
                opt_out.place("reaches", channel),
                help=f"Make it known to {channel} sooner, or promise less.",
                related=[Related(opt_out.place("honour_within"), "the promise")],
            )


def _overtaken(ctx: Context, channel: str, delay: Duration) -> Finding | None:
    """The closest touch on the channel that comes before the refusal does."""

    def there(_: int, at: int, web: Web) -> bool:
        return web.channel[at] == channel

    try:
        worst = ctx.subject.bounds.afresh().nearer(None, there, delay, ("to", channel))
    except TooMany:
        raise TooDear from None
    return None if worst is None or worst.told is None else _finding(ctx, worst, worst.told, channel, delay)


def _finding(ctx: Context, worst: Worst, told: Told, channel: str, delay: Duration) -> Finding:
    first, last = told.touches(ctx.graph)[-2:]
    teller = ctx.subject.bounds.stories.teller_for(worst.world)
    knows = worst.world.real.add(first[0], delay, None)
    place = key_span(ctx.playbook.node, "opt_out", "reaches", channel)
    beats = [Beat(first[0], "opted out at once", place, teller.zone), Beat(knows, f"{channel} learns of it", place, teller.zone)]
    gap = lasting(last[0] - first[0])
    goes_out = next(step.origin for step in ctx.machine.steps if step.id == last[1])
    return ctx.finding(
        f"a refusal reaches {channel} after {delay}, but `{last[1]}` follows `{first[1]}` after {gap}: even who refuses at once gets it",
        place,
        help=f"Make it known to {channel} sooner than that, or wait longer before `{last[1]}`.",
        related=[Related(goes_out, f"`{last[1]}` goes out")],
        witness=teller.witness(told, beats),
        facts={"gap_seconds": last[0] - first[0], "reaches_seconds": knows - first[0]},
    )
