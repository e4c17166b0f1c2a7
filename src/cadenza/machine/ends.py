"""What is heard where no touch is planned: in the pool, in the tasks after a hand-off, and in ends.

An end still listens, because answers to the last touch arrive after it and because people change their minds. But nothing that is heard
there plans a touch by itself: the only ways back are a cooldown that is over (`cooled`), the person's own wish (`asked_back`) and the pool.
And a later word never weakens an earlier one: it may bring a person back later, or not at all, but not sooner (`stricter`).
"""

from __future__ import annotations

from collections.abc import Iterator

from .frame import ENROLL, NO_TIMER, REENROLL, UNDO, Frame, Way
from .places import End, Going, Move, Owned, Pool
from .targets import (
    colleague_refused,
    end,
    handoff,
    manner_of,
    over,
    pool,
    refusals,
    stop_by,
    stricter,
    wait,
)
from .types import Action


def pool_moves(frame: Frame, at: Pool) -> Iterator[Move]:
    """In the pool: `enrolled` begins a cadence; a refusal, a no, a colleague's news and a yes count before that, too."""
    yield from refusals(frame, at)
    yield from _stops(frame, at)
    for way in frame.replies:
        move = _pool_reply(frame, way, at)
        if move is not None:
            yield move
    rounds = (0,) * len(frame.counters)
    if not frame.cells:
        yield over("enrolled", ENROLL, End("end", "finished", "ran"), "no steps")
        return
    first = Going("wait", 0, "", False, at.flags, 0, rounds, at.again)
    yield Move("enrolled", wait(frame, first, 0), ENROLL, frame.cells[0].next)


def _pool_reply(frame: Frame, way: Way, at: Pool) -> Move | None:
    if way.kind == "handoff":
        return handoff(way)
    if way.kind == "stop":
        return over(way.event, way.line, end(frame, way.outcome, manner_of(way.name), way.cooldown, at.flags, at.again))
    if way.kind == "pause" and way.until is not None:
        return over(way.event, way.line, end(frame, way.name, "ran", way.until, at.flags, at.again))
    return None


def _stops(frame: Frame, at: Pool | End) -> Iterator[Move]:
    """Stop rules where a person could still come back. From an end, only those that are for good: a shorter cooldown must not lift a longer one."""
    colleagues = colleague_refused(frame, at)
    yield from colleagues
    taken = {move.event for move in colleagues}
    for rule in frame.events:
        heard = rule.event.startswith("account.") if isinstance(at, Pool) else at.back is not None and rule.cooldown is None
        if heard and rule.event not in taken:
            yield stop_by(frame, rule, at)


# ---------------------------------------------------------------- tasks


def owned_moves(frame: Frame, at: Owned, line: int) -> Iterator[Move]:
    """A human owns the person. Refusals go to their ends, for good: who was handed over never falls back into the pool by the clock alone. Every
    other reply is the owner's business."""
    yield from refusals(frame, at)
    for way in frame.replies:
        if way.name == "negative" and way.kind == "stop":
            yield over(way.event, way.line, End("end", way.outcome, "no"))
    task = (Action("task", role=at.role, within=None),)
    if at.task == "handoff":
        booking = Move("done", at._replace(task="booking", within=None), line, NO_TIMER, task)
        yield booking if at.then == "meeting" else over("done", line, End("end", "handed_off", "owned"))
    elif at.task == "booking":
        yield Move("meeting.booked", at._replace(task="meeting"), line, NO_TIMER, task)
        yield over("meeting.declined", line, End("end", "declined", "owned"))
    else:
        yield over("meeting.held", line, End("end", "meeting", "owned"))
        yield over("meeting.missed", line, End("end", "no_show", "owned"))


# ---------------------------------------------------------------- ends


def end_moves(frame: Frame, at: End, line: int) -> Iterator[Move]:
    """What an end hears, by the manner in which it was reached."""
    if at.manner == "out":
        if frame.undone:
            yield Move("asked_back", Pool(), UNDO, NO_TIMER, (), "asked back")
        return
    yield from refusals(frame, at)
    if at.manner == "owned":
        return
    if at.back is not None:
        yield Move("cooled", pool(frame, at.flags, at.again + at.counted), _way_back(frame, at, line), NO_TIMER, (), "cooldown over")
    yield from _stops(frame, at)
    for way in frame.replies:
        move = _end_reply(frame, way, at)
        if move is not None and not (move.target == at and at.back is None):
            yield move


def _way_back(frame: Frame, at: End, line: int) -> int:
    """The line that lets a person return: `audience.reenroll` where a cadence ran its course, else the stop with its cooldown."""
    return REENROLL if frame.reenroll is not None and at.manner == "ran" and at.back == frame.reenroll[0] else line


def _end_reply(frame: Frame, way: Way, at: End) -> Move | None:
    heard = way.name in ("positive", "negative") or at.manner == "ran"
    if way.kind == "handoff" and heard:
        return handoff(way) if way.name == "positive" or at.manner != "no" else None
    if way.kind == "stop" and (way.name == "negative" or at.manner == "ran"):
        return over(way.event, way.line, stricter(frame, at, way.outcome, manner_of(way.name), way.cooldown), "", at)
    if way.kind == "pause" and at.manner == "ran" and way.until is not None:
        return over(way.event, way.line, stricter(frame, at, way.name, "ran", way.until), "", at)
    return None
