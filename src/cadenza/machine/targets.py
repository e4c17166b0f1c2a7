"""Where a move can lead, and the actions that come with it: on to a step, into a pause, into a task, to an end."""

from __future__ import annotations

from functools import lru_cache

from ..language.values import Duration
from .frame import CADENCE, KEPT, NO_TIMER, OPT_OUT, SCOPE, Frame, Stop, Way
from .places import End, Going, Manner, Move, Owned, Place, Pool, longer
from .types import Action


def settle(frame: Frame, at: Going, flags: int) -> Going:
    """The same place with these flags, as far as anything ahead reads them."""
    live = flags & frame.live[at.step]
    return at if live == at.flags else at._replace(flags=live)


def pool(frame: Frame, flags: int, again: int) -> Pool:
    """Back in the pool: signals are forgotten; a channel that the person closed stays closed."""
    live = frame.live[0] & frame.outs if frame.live else 0
    return Pool("start", flags & live, again)


def wait(frame: Frame, at: Going, step: int) -> Going:
    """Waiting for `step`, whatever held the person before."""
    return Going("wait", step, "", False, at.flags & frame.live[step], at.touches, at.rounds, at.again)


def onward(frame: Frame, event: str, at: Going, step: int, note: str, line: int = -1) -> Move:
    """To the wait before `step`, or to the end `finished` where there is no such step."""
    if step < len(frame.cells):
        cell = frame.cells[step]
        return Move(event, wait(frame, at, step), cell.after if line < 0 else line, cell.next, (), note)
    last = frame.cells[-1].origin if frame.cells else CADENCE
    return over(event, last if line < 0 else line, ran(frame, at, "finished", None), note or "last step")


def over(event: str, line: int, end: End, note: str = "", before: Place | None = None) -> Move:
    """Into an end: its timer, and its outcome on record (once)."""
    return Move(event, end, line, NO_TIMER if end.back is None else end.back, () if end == before else (recorded(end.outcome),), note)


def ran(frame: Frame, at: Going, outcome: str, cooldown: Duration | None) -> End:
    """The end of a cadence that ran its course: `audience.reenroll` applies where the rule itself has no cooldown."""
    counted = False
    if cooldown is None and frame.reenroll is not None:
        after, at_most = frame.reenroll
        if at_most is None or at.again < at_most:
            cooldown, counted = after, at_most is not None
    return end(frame, outcome, "ran", cooldown, at.flags, at.again, counted)


def end(frame: Frame, outcome: str, manner: Manner, back: Duration | None, flags: int, again: int, counted: bool = False) -> End:
    """An end remembers flags and rounds only if it leads back."""
    if back is None:
        return End("end", outcome, manner)
    return End("end", outcome, manner, back, counted, pool(frame, flags, again).flags, again)


def stricter(frame: Frame, before: End, outcome: str, manner: Manner, back: Duration | None) -> End:
    """From one end into another: a later word never brings a person back sooner than the earlier one did."""
    return end(frame, outcome, manner, longer(before.back, back), before.flags, before.again, before.counted)


def manner_of(name: str) -> Manner:
    """What a stop by this reply, signal or account event is: a no, or just a stop."""
    return "no" if name in ("negative", "account.replied_negative", "account.opted_out") else "stopped"


def handoff(way: Way) -> Move:
    place = Owned("owned", "handoff", way.role, way.within, way.then)
    return Move(way.event, place, way.line, NO_TIMER, (Action("handoff", role=way.role, within=way.within),))


def pause(frame: Frame, way: Way, at: Going) -> Move | None:
    """Into a hold, or over where its rounds are used up. Being away pauses nobody who asked for time already, and extends an absence."""
    rounds = at.rounds
    if at.pause and way.name == "out_of_office" and at.pause != "out_of_office":
        return None
    if way.counter >= 0:
        used = rounds[way.counter]
        if used >= way.at_most:
            return over(way.event, way.line, ran(frame, at, way.name, None), "rounds used up")
        rounds = (*rounds[: way.counter], used + 1, *rounds[way.counter + 1 :])
    step, named = (way.resume, True) if way.resume >= 0 else (at.step, at.named)
    held = Going("hold", step, way.name, named, at.flags & frame.live[step], at.touches, rounds, at.again)
    return Move(way.event, held, way.line, way.timer)


def stop_by(frame: Frame, rule: Stop, before: Place | None = None) -> Move:
    """A stop rule's event came."""
    manner = manner_of(rule.event)
    if isinstance(before, End):
        return over(rule.event, rule.line, stricter(frame, before, rule.outcome, manner, rule.cooldown), rule.id, before)
    flags, again = (before.flags, before.again) if isinstance(before, Going | Pool) else (0, 0)
    return over(rule.event, rule.line, end(frame, rule.outcome, manner, rule.cooldown, flags, again), rule.id)


# ---------------------------------------------------------------- opting out


def refusals(frame: Frame, at: Place) -> list[Move]:
    """Unsubscribing and complaining: out of everything, or out of some channels. Without `opt_out:` nobody listens."""
    return [_refusal(frame, event, at, frame.refused) for event in ("complained", "unsubscribed")] if frame.refused else []


def colleague_refused(frame: Frame, at: Place) -> list[Move]:
    """With the scope account or domain, a colleague's opt-out is this person's too."""
    return [_refusal(frame, "account.opted_out", at, ())] if frame.refused and frame.shared_out else []


def _refusal(frame: Frame, event: str, at: Place, told: tuple[Action, ...]) -> Move:
    line = SCOPE if event.startswith("account.") else OPT_OUT
    if frame.closes_all:
        return Move(event, End("end", "opted_out", "out"), line, NO_TIMER, (*told, recorded("opted_out")), "refused")
    target = at
    if isinstance(at, Going):
        raised = target = settle(frame, at, at.flags | frame.outs)
        if at.kind == "touch" and frame.cells[at.step].channel_out:
            move = onward(frame, event, raised, at.step + 1, "channel refused", line)
            return move._replace(actions=told + move.actions)
    elif isinstance(at, Pool):
        target = pool(frame, frame.outs, at.again)
    elif isinstance(at, End) and at.back is not None:
        target = at._replace(flags=pool(frame, frame.outs, at.again).flags)
    return Move(event, target, line, KEPT, told, "channel refused")


@lru_cache(256)
def recorded(outcome: str) -> Action:
    return Action("record", outcome=outcome)
