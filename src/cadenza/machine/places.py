"""Places and moves: the vocabulary in which lowering thinks before states get their numbers and names.

A place is everything that decides what may happen next to a person, as a plain tuple, so that two ways of getting there meet in one state.
`Pool` becomes the start states, `Going` the waits, touches, holds and reviews, `Owned` the tasks after a hand-off, `End` the ends.
Flags are bits here (`Frame.flags` names them); `rounds` counts the pauses with `at_most`, `again` the re-enrolments with `at_most`.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from ..language.values import Duration
from .types import Action, Timer, rank

Manner: TypeAlias = Literal["ran", "stopped", "no", "out", "owned"]
"""How a cadence ended, which decides what its end still hears: it ran its course · a stop rule or another reply stopped it · a no ·
an opt-out · somebody took the person over."""


class Pool(NamedTuple):
    kind: Literal["start"] = "start"
    flags: int = 0
    again: int = 0


class Going(NamedTuple):
    """On the way: `step` is the touch that comes next. `pause` is the class that paused the person (hold, and a review inside a hold);
    `named` says that the pause resumes at a step that the route names, rather than where it was."""

    kind: Literal["wait", "touch", "hold", "review"]
    step: int
    pause: str = ""
    named: bool = False
    flags: int = 0
    touches: int = 0
    rounds: tuple[int, ...] = ()
    again: int = 0


class Owned(NamedTuple):
    kind: Literal["owned"]
    task: Literal["handoff", "booking", "meeting"]
    role: str
    within: Duration | None
    then: str | None


class End(NamedTuple):
    """`back`: after this long the person returns to the pool (None: never). `counted`: returning uses up one of `reenroll.at_most`."""

    kind: Literal["end"]
    outcome: str
    manner: Manner
    back: Duration | None = None
    counted: bool = False
    flags: int = 0
    again: int = 0


Place: TypeAlias = Pool | Going | Owned | End


class Move(NamedTuple):
    """A transition before its states have numbers. `line` and `timer` are numbers on the sheet; a timer that is a length of time is that of an end
    that lasts so long."""

    event: str
    target: Place
    line: int
    timer: int | Duration = 0
    actions: tuple[Action, ...] = ()
    note: str = ""


class Shared(Move):
    """A move that many places have. `number`: that of its target, as soon as it has one (-1 before)."""

    number = -1


@cache
def _ranked(event: str) -> tuple[int, str]:
    major, minor = rank(event)
    return 100 * major + minor, event


def order(move: Move) -> tuple[int, str]:
    """Where a move stands among those of one place: by the rank of its event, then by the step that it answers."""
    return _ranked(move.event)


KEEP = Timer("keep")
_DAY = 86400
_LENGTHS = {"second": 1, "minute": 60, "hour": 3600, "day": _DAY, "week": 7 * _DAY, "business hour": 4 * 3600, "business day": _DAY * 7 // 5}


def length(duration: Duration) -> int:
    """Rough seconds, to put durations of different units in order: a business day is 7/5 of a day, a business hour 4 hours."""
    return duration.amount * _LENGTHS[duration.unit]


def longer(a: Duration | None, b: Duration | None) -> Duration | None:
    """The longer of two times to stay away; None is for good."""
    if a is None or b is None:
        return None
    return a if length(a) >= length(b) else b
