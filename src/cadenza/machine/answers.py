"""What a person on the way (wait, touch, hold, review) hears: refusals, replies, stop rules, signals, and the clock.

Order of right: an opt-out before everything; a step's own route before the playbook's; a stop rule before a flag; and what pauses a person
(a hold, a review) is broken by a person's answer or by a stop, never by a mere signal such as a click.
"""

from __future__ import annotations

from collections.abc import Iterator

from .frame import KEPT, NO_TIMER, OPT_OUT, REPLIED, UNDO, Frame, Stop, Way, holds
from .places import Going, Move, Shared, order
from .targets import (
    colleague_refused,
    end,
    handoff,
    manner_of,
    onward,
    over,
    pause,
    ran,
    refusals,
    settle,
    stop_by,
    wait,
)


def going_moves(frame: Frame, at: Going) -> Iterator[Move]:
    """Every move of a person on the way."""
    yield from _same_everywhere(frame, at)
    if not frame.closes_all:
        yield from refusals(frame, at)
        yield from colleague_refused(frame, at)
    for way in frame.asked:
        move = take(frame, way, at) if hears(frame, way.step, at) else None
        if move is not None:
            yield move
    yield from _signals(frame, at)
    yield from _clock(frame, at)
    if at.flags & frame.outs and frame.undone:
        yield Move("asked_back", at._replace(flags=at.flags & ~frame.outs), UNDO, KEPT, (), "asked back")


def _same_everywhere(frame: Frame, at: Going) -> tuple[Move, ...]:
    """What does not ask where on the way the person is: full opt-outs, stop rules, the playbook's stops and hand-offs."""
    key = (at.flags & frame.outs, at.again)
    if key not in frame.heard:
        refused = [*refusals(frame, at), *colleague_refused(frame, at)] if frame.closes_all else []
        taken = {move.event for move in (*refused, *colleague_refused(frame, at))}
        stops = [stop_by(frame, rule, at) for rule in frame.events if rule.event not in taken]
        routed = [move for way in frame.replies if way.same and (move := take(frame, way, at)) is not None]
        ordered = sorted((*refused, *stops, *routed), key=order)  # which is half the work of putting all moves in order
        frame.heard[key] = tuple(Shared(*move) for move in ordered)
    return frame.heard[key]


def hears(frame: Frame, step: int, at: Going) -> bool:
    """Whether an answer to `step` can arrive here: the step may have been made on the way (or is being made now)."""
    return step < 0 or bool(frame.later[step] >> at.step & 1) or (at.kind == "touch" and at.step == step)


def take(frame: Frame, way: Way, at: Going) -> Move | None:
    """Where a route leads from here; None where it changes nothing."""
    if way.kind == "stop":
        return over(way.event, way.line, end(frame, way.outcome, manner_of(way.name), way.cooldown, at.flags, at.again))
    if way.kind == "pause":
        return pause(frame, way, at)
    if way.kind == "handoff":
        return handoff(way)
    if way.kind == "goto":
        return Move(way.event, wait(frame, at, way.goto), way.line, frame.cells[way.goto].next)
    return Move(way.event, at, way.line, KEPT, (), "go on")


# ---------------------------------------------------------------- signals


def _signals(frame: Frame, at: Going) -> Iterator[Move]:
    if not frame.signals:
        return
    stopping = {rule.event for rule in frame.events}
    for name, step, event, bit, way, reader in frame.signals:
        if not hears(frame, step, at):
            continue
        raised = settle(frame, at, at.flags | bit)
        move = take(frame, way, raised) if way is not None and _heeded(frame, way, at) else None
        if move is not None:
            yield move
        elif raised != at and name not in stopping:
            yield Move(event, raised, reader, KEPT, (), "flag")


def _heeded(frame: Frame, way: Way, at: Going) -> bool:
    """A signal never breaks a pause, but it may end the cadence. A branch ahead (`on: {clicked: {goto: later}}`) is taken from before it only:
    a second click must not send a person back."""
    if way.kind in ("stop", "go_on"):
        return True
    if at.kind not in ("wait", "touch"):
        return False
    target = way.goto if way.kind == "goto" else len(frame.cells)
    return target <= way.step or at.step < target


# ---------------------------------------------------------------- the clock and the human


def _clock(frame: Frame, at: Going) -> Iterator[Move]:
    if not at.pause and frame.elapsed is not None:
        yield _elapsed(frame, frame.elapsed, at)
    if at.kind == "review":
        yield _reviewed(frame, at)
    else:
        yield _review(frame, at)
    if at.kind == "wait":
        yield _due(frame, at)
    elif at.kind == "touch":
        yield _done(frame, at)
    elif at.kind == "hold":
        yield _resume(frame, at)


def _elapsed(frame: Frame, rule: Stop, at: Going) -> Move:
    key = (at.flags & frame.outs, at.again)
    if key not in frame.late:
        frame.late[key] = Shared(*over("elapsed", rule.line, ran(frame, at, rule.outcome, rule.cooldown), rule.id))
    return frame.late[key]


def _review(frame: Frame, at: Going) -> Move:
    """Default deny: nobody has classified the reply, so nothing goes out until a human has looked."""
    timer = KEPT if at.pause else NO_TIMER
    return Move("replied.unclassified", Going("review", *at[1:]), REPLIED, timer, frame.reviewer, "default deny")


def _reviewed(frame: Frame, at: Going) -> Move:
    if at.pause:
        return Move("done", Going("hold", *at[1:]), REPLIED, KEPT, (), "still paused")
    return Move("done", Going("wait", *at[1:]), REPLIED, frame.cells[at.step].planned, (), "where it was")


def _resume(frame: Frame, at: Going) -> Move:
    cell = frame.cells[at.step]
    timer = cell.resume if at.named else cell.planned
    return Move("due", wait(frame, at, at.step), cell.origin, timer, (), "resume" if at.named else "where it was")


def _due(frame: Frame, at: Going) -> Move:
    """The touch, or on to the next wait where a condition or a closed channel says no."""
    cell = frame.cells[at.step]
    if at.flags & cell.channel_out:
        return onward(frame, "due", at, at.step + 1, "channel refused", OPT_OUT)
    for gate in cell.gates:
        if holds(gate.ask, at.flags) is not gate.wanted:
            return onward(frame, "due", at, at.step + 1, gate.note, gate.line)
    return Move("due", Going("touch", *at[1:]), cell.origin, NO_TIMER, cell.told)


def _done(frame: Frame, at: Going) -> Move:
    rule = frame.touches
    if rule is not None:
        at = at._replace(touches=at.touches + 1)
        if at.touches >= rule.touches:
            return over("done", rule.line, ran(frame, at, rule.outcome, rule.cooldown), rule.id)
    return onward(frame, "done", at, at.step + 1, "")
