"""Where a move can lead, and the actions that come with it: on to a step, into a pause, into a task, to an end."""

from __future__ import annotations

from ..language.model import Route, StopRule
from ..language.nodes import Span, key_span, span_at
from ..language.values import Duration
from .frame import Frame, Way
from .places import KEEP, End, Going, Manner, Move, Owned, Place, Pool, longer
from .types import Action, Timer


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


def next_touch(frame: Frame, step: int) -> Timer:
    return frame.cells[step].next


def onward(frame: Frame, event: str, at: Going, step: int, note: str, origin: Span | None = None) -> Move:
    """To the wait before `step`, or to the end `finished` where there is no such step."""
    if step < len(frame.cells):
        return Move(event, wait(frame, at, step), origin or frame.cells[step].after, next_touch(frame, step), (), note)
    here = origin or (frame.cells[-1].origin if frame.cells else span_at(frame.playbook.node, "cadence"))
    return over(event, here, ran(frame, at, "finished", None), note or "last step")


def over(event: str, origin: Span, end: End, note: str = "", before: Place | None = None) -> Move:
    """Into an end: its timer, and its outcome on record (once)."""
    timer = Timer("now", end.back) if end.back is not None else None
    return Move(event, end, origin, timer, () if end == before else (Action("record", outcome=end.outcome),), note)


def ran(frame: Frame, at: Going, outcome: str, cooldown: Duration | None) -> End:
    """The end of a cadence that ran its course: `audience.reenroll` applies where the rule itself has no cooldown."""
    reenroll = frame.playbook.audience.reenroll
    counted = False
    if cooldown is None and reenroll is not None and (reenroll.at_most is None or at.again < reenroll.at_most):
        cooldown, counted = reenroll.after, reenroll.at_most is not None
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


def handoff(event: str, route: Route, origin: Span) -> Move:
    place = Owned("owned", "handoff", route.role, route.within, route.then)
    return Move(event, place, origin, None, (Action("handoff", role=route.role, within=route.within),))


def pause(frame: Frame, way: Way, at: Going) -> Move | None:
    """Into a hold, or over where its rounds are used up. Being away pauses nobody who asked for time already, and extends an absence."""
    route, rounds = way.route, at.rounds
    if at.pause and way.name == "out_of_office" and at.pause != "out_of_office":
        return None
    if way.counter >= 0:
        used = rounds[way.counter]
        if used >= (route.at_most or 0):
            return over(way.event, way.origin, ran(frame, at, way.name, None), "rounds used up")
        rounds = (*rounds[: way.counter], used + 1, *rounds[way.counter + 1 :])
    step, named = (frame.index[route.resume], True) if route.resume else (at.step, at.named)
    held = Going("hold", step, way.name, named, at.flags & frame.live[step], at.touches, rounds, at.again)
    return Move(way.event, held, way.origin, way.timer)


def stop_by(frame: Frame, rule: StopRule, event: str, before: Place | None = None) -> Move:
    """A stop rule's event came."""
    manner = manner_of(event)
    if isinstance(before, End):
        return over(event, rule.span, stricter(frame, before, rule.outcome, manner, rule.cooldown), rule.id, before)
    flags, again = (before.flags, before.again) if isinstance(before, Going | Pool) else (0, 0)
    return over(event, rule.span, end(frame, rule.outcome, manner, rule.cooldown, flags, again), rule.id)


# ---------------------------------------------------------------- opting out


def refusals(frame: Frame, at: Place) -> list[Move]:
    """Unsubscribing and complaining: out of everything, or out of some channels. Without `opt_out:` nobody listens."""
    opt_out = frame.playbook.opt_out
    if opt_out is None or not opt_out.channels:
        return []
    told = Action("suppress", scope=opt_out.scope, channels=tuple(sorted(opt_out.channels)))
    return [_refusal(frame, event, at, (told,)) for event in ("complained", "unsubscribed")]


def colleague_refused(frame: Frame, at: Place) -> list[Move]:
    """With the scope account or domain, a colleague's opt-out is this person's too."""
    opt_out = frame.playbook.opt_out
    if opt_out is None or not opt_out.channels or opt_out.scope == "person":
        return []
    return [_refusal(frame, "account.opted_out", at, ())]


def _refusal(frame: Frame, event: str, at: Place, told: tuple[Action, ...]) -> Move:
    origin = opt_out_origin(frame, "scope" if event.startswith("account.") else "")
    if frame.closes_all:
        return Move(event, End("end", "opted_out", "out"), origin, None, (*told, Action("record", outcome="opted_out")), "refused")
    if isinstance(at, Going):
        raised = settle(frame, at, at.flags | frame.outs)
        if at.kind == "touch" and frame.cells[at.step].channel_out:
            move = onward(frame, event, raised, at.step + 1, "channel refused", origin)
            return move._replace(actions=told + move.actions)
        return Move(event, raised, origin, KEEP, told, "channel refused")
    if isinstance(at, Pool):
        return Move(event, pool(frame, frame.outs, at.again), origin, KEEP, told, "channel refused")
    if isinstance(at, End) and at.back is not None:
        return Move(event, at._replace(flags=pool(frame, frame.outs, at.again).flags), origin, KEEP, told, "channel refused")
    return Move(event, at, origin, KEEP, told, "channel refused")


def opt_out_origin(frame: Frame, key: str = "") -> Span:
    route = ("opt_out", key) if key and frame.playbook.opt_out is not None and key in _keys(frame) else ("opt_out",)
    return key_span(frame.playbook.node, *route)


def _keys(frame: Frame) -> tuple[str, ...]:
    found = frame.playbook.node.get("opt_out")
    return tuple(getattr(found, "entries", ()))


def may_come_back(frame: Frame) -> bool:
    """Whether a person can undo an opt-out (by asking, or by the same page)."""
    opt_out = frame.playbook.opt_out
    return opt_out is not None and opt_out.undo in ("by_request", "self_service")
