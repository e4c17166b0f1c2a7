"""What the rules of this family share: the first touch that can follow what a person said, told as a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...language.findings import Finding, Related, Witness
from ...language.nodes import Span
from ...language.records import record
from ..context import Context
from ..proof.graph import Move
from ..proof.search import touch_after
from ..words import lasting


@record
class Broken:
    """A path on which `said` happens and `touch` still follows. `later`: seconds between them as told, None where no date is known."""

    path: tuple[Move, ...]
    said: Move
    step: str
    channel: str
    origin: Span
    later: int | None
    witness: Witness

    @property
    def when(self) -> str:
        """`2 days later`, `at once`, or `later`."""
        if self.later is None:
            return "later"
        return f"{lasting(self.later)} later" if self.later else "at once"


def touch_follows(
    ctx: Context, events: Sequence[str], lets_go: Callable[[Move], bool], counts: Callable[[Move], bool] | None = None, narrowed: str = ""
) -> Broken | None:
    """The shortest path on which one of `events` comes and a touch follows, or None where none does. See `proof.search.touch_after`. What a rule
    asks must differ in its events, or in how it is `narrowed`."""
    path = touch_after(ctx.graph, events, lets_go, counts, called=(ctx.rule.code, events, narrowed))
    return None if path is None else broken(ctx, path, events)


def broken(ctx: Context, path: tuple[Move, ...], events: Sequence[str], *, last: bool = False) -> Broken:
    """The story of a path whose final move is the touch that should not be. It counts from the first of `events`, or from the `last` one."""
    places = [place for place, move in enumerate(path) if move.name in events]
    said = places[-1 if last else 0]
    touch = ctx.graph.states[path[-1].target if path[-1].event != "done" else path[-1].source]
    witness = ctx.subject.teller.tell(path)
    instants = [at for _, at in witness.events]
    later = instants[-1] - instants[said] if instants else None
    return Broken(path, path[said], touch.step or "", touch.channel or "", touch.origin, later, witness)


def still_touched(ctx: Context, found: Broken, message: str, place: Span, help: str) -> Finding:
    """The finding: it stands where the answer is (or is not) routed, and shows the touch beside it."""
    return ctx.finding(
        message,
        place,
        help=help,
        related=[Related(found.origin, f"`{found.step}` goes out")],
        witness=found.witness,
        facts={"seconds_after": found.later, "step": found.step, "channel": found.channel},
    )


def came_back(move: Move) -> bool:
    """Whether the person wishes to hear from us again: they asked to come back."""
    return move.name == "asked_back"
