"""R015: somebody owns the conversation, and the cadence talks on."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.graph import Move
from ..proof.search import BAD, SAFE, shortest
from ..proof.shape import remembered
from ..registry import rule
from ..words import known
from ._after import broken, still_touched

MEETS = "account.meeting_booked"


@rule(code="R015", name="handover-gap", level="warning", profile="minimal")
def handover_gap(ctx: Context) -> Iterator[Finding]:
    """A touch after a hand-off, of the person who was handed over or of a colleague with whose account a meeting is booked."""
    owned = [state.index for state in ctx.graph.states if state.task == "handoff"]
    # most often no touch is ahead, and then no path has to be looked for
    ahead = remembered(ctx.graph, "R015 ahead", lambda: ctx.graph.touch_ahead(owned, ("asked_back",)), timeless=True)
    own = shortest(ctx.graph, lambda memory, move: _judge(ctx, memory, move)) if ahead else None
    if own is not None:
        said = next(move.name for move in own if ctx.graph.states[move.target].task == "handoff")
        found = broken(ctx, own, (said,))
        message = f"after the hand-off the cadence goes on: `{found.step}` reaches the person by {found.channel} {found.when}"
        yield still_touched(ctx, found, message, found.origin, "End the cadence with the hand-off.")
    if any(state.task == "booking" for state in ctx.machine.states):
        yield from _colleagues(ctx)


def _judge(ctx: Context, memory: int, move: Move) -> int:
    if memory == 0:
        return 1 if ctx.graph.states[move.target].task == "handoff" else 0
    return SAFE if move.name == "asked_back" else BAD if ctx.graph.enters_touch(move) else 1


def _colleagues(ctx: Context) -> Iterator[Finding]:
    def judge(memory: int, move: Move) -> int:
        if memory == 0:
            quiet = move.transition is not None and ctx.graph.states[move.target].kind in ("end", "task")
            return 0 if move.name != MEETS else SAFE if quiet else 1
        return SAFE if move.name in ("asked_back", "replied.positive") else BAD if ctx.graph.enters_touch(move) else 1

    path = shortest(ctx.graph, judge, (MEETS,), called="R015")
    if path is None:
        return
    found = broken(ctx, path, (MEETS,))
    yield still_touched(
        ctx,
        found,
        f"a meeting is booked with the account, and a colleague is still in the cadence: `{found.step}` follows by {found.channel} {found.when}",
        known(ctx.playbook.node, "stop_rules"),
        "Write `- {id: colleague-meets-us, when: {event: account.meeting_booked}, stop: account_engaged}` under `stop_rules:`.",
    )
