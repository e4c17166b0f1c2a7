"""P009: it rings at dinner."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.model import ChannelUse
from ...language.values import DAYS
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, shortest
from ..registry import rule
from ..words import known


@rule(
    code="P009",
    name="quiet-hours",
    level="error",
    source="Florida Statutes 501.616(6): 8:00 to 20:00 of the called person's time; 47 CFR 64.1200(c)(1): 8:00 to 21:00",
    options={"from": 8, "to": 20, "channels": ("phone", "sms"), "rest_days": ("sun",)},
)
def quiet_hours(ctx: Context) -> Iterator[Finding]:
    """The window of each channel that interrupts, for which some path has a touch, against the hours and days that are quiet."""
    opens, shuts = ctx.option("from", int), ctx.option("to", int)
    for channel in ctx.option("channels", tuple):
        use = ctx.playbook.channels.get(channel)
        if use is None:
            continue
        wrong = _wrong(ctx, use, opens, shuts)
        path = _first_touch(ctx, channel) if wrong else None
        if path is None:
            continue
        yield ctx.finding(
            f"{channel} may reach people {wrong}, on their own clock; quiet hours are before {opens:02}:00, from {shuts:02}:00 on{_rest(ctx)}",
            known(ctx.playbook.node, "channels", channel, "window"),
            help="Write `window: mon-fri 09:00-12:00, mon-fri 14:00-17:00`.",
            witness=ctx.subject.teller.tell(path),
        )


def _first_touch(ctx: Context, channel: str) -> tuple[Move, ...] | None:
    def judge(memory: int, move: Move) -> int:
        state = ctx.graph.states[move.source]
        return BAD if state.kind == "touch" and state.channel == channel and move.event == "done" else memory

    return shortest(ctx.graph, judge)


def _rest(ctx: Context) -> str:
    days = ctx.option("rest_days", tuple)
    return f", and all {' and '.join(days)}" if days else ""


def _wrong(ctx: Context, use: ChannelUse, opens: int, shuts: int) -> str:
    """When the window is open though it is quiet, in words; empty where it never is."""
    said = [f"from {_clock(span.start)}" for span in use.window.spans if span.start < opens * 3600][:1]
    said += [f"until {_clock(span.end)}" for span in use.window.spans if span.end > shuts * 3600][:1]
    resting = {DAYS.index(day) for day in ctx.option("rest_days", tuple) if day in DAYS}
    said += [f"on {DAYS[day]}" for day in sorted({day for span in use.window.spans for day in span.days} & resting)]
    return " and ".join(said)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"
