"""What a refusal leads to: how a person gets out, how fast and how far that reaches, and whether anything can still come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...language.nodes import Span
from ...language.values import Duration
from ._tools import at_most, business_days, used, where
from .registry import BY_CHANNEL, FOREVER, Known, fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...machine.types import Transition
    from ..context import Subject
    from ..proof.graph import Move

NO = "replied.negative"
REFUSALS = ("unsubscribed", "complained")


def _promise(subject: Subject) -> tuple[list[Duration | None], Span]:
    """In what time a refusal is honoured: as promised, else as it reaches the channels that are used; [None] where nobody can refuse."""
    opt_out = subject.playbook.opt_out
    if opt_out is None:
        return [None], where(subject, "opt_out")
    if opt_out.honour_within is not None:
        return [opt_out.honour_within], where(subject, "opt_out", "honour_within")
    delays = [opt_out.reaches.get(channel, Duration(0, "minute")) for channel in used(subject)]
    return [*delays] or [None], where(subject, "opt_out", "reaches")


def _reach(subject: Subject, channel: str) -> tuple[Duration | None, Span]:
    opt_out = subject.playbook.opt_out
    delay = None if opt_out is None else opt_out.reaches.get(channel, Duration(0, "minute"))
    return delay, where(subject, "opt_out", "reaches", channel)


@fact(name="opt_out.honour_within", type="duration")
def honour_within(subject: Subject) -> Known:
    """In what time an opt-out is honoured, as promised; where nothing is promised, the longest time in which it reaches a channel that is used."""
    delays, place = _promise(subject)
    return Known(max(map(at_most, delays)), place)


@fact(name="opt_out.honour_within_business_days", type="int", unit="business days")
def honour_within_business_days(subject: Subject) -> Known:
    """The same in business days, begun ones counted whole: 14 days are at most 10."""
    delays, place = _promise(subject)
    return Known(max(map(business_days, delays)), place)


@fact(name="opt_out.reaches", type="duration", keys=(BY_CHANNEL,))
def reaches(subject: Subject, channel: str) -> Known:
    """In what time an opt-out is known to whoever works a channel; without end where nobody can opt out."""
    delay, place = _reach(subject, channel)
    return Known(at_most(delay), place)


@fact(name="opt_out.reaches_business_days", type="int", unit="business days", keys=(BY_CHANNEL,))
def reaches_business_days(subject: Subject, channel: str) -> Known:
    """The same in business days, begun ones counted whole."""
    delay, place = _reach(subject, channel)
    return Known(business_days(delay), place)


@fact(name="opt_out.ways", type="list<string>")
def ways(subject: Subject) -> Known:
    """How a person can opt out: one_click_header, body_link, reply, spoken, sms_keyword, preference_page."""
    opt_out = subject.playbook.opt_out
    return Known(opt_out.ways if opt_out else (), where(subject, "opt_out", "ways"))


@fact(name="opt_out.page.steps", type="int", unit="clicks")
def page_steps(subject: Subject) -> Known:
    """How many clicks it takes on the page after the link; 0: the link alone is enough."""
    page = subject.playbook.opt_out.page if subject.playbook.opt_out else None
    return Known(page.steps if page else 0, where(subject, "opt_out", "page", "steps"))


@fact(name="opt_out.page.login", type="bool")
def page_login(subject: Subject) -> Known:
    """Whether a person must log in to opt out."""
    page = subject.playbook.opt_out.page if subject.playbook.opt_out else None
    return Known(bool(page and page.login), where(subject, "opt_out", "page", "login"))


@fact(name="opt_out.page.asks_reason", type="bool")
def page_asks_reason(subject: Subject) -> Known:
    """Whether a person is asked why."""
    page = subject.playbook.opt_out.page if subject.playbook.opt_out else None
    return Known(bool(page and page.asks_reason), where(subject, "opt_out", "page", "asks_reason"))


@fact(name="opt_out.scope", type="string")
def scope(subject: Subject) -> Known:
    """For whom an opt-out holds: person, account or domain; nobody where there is none."""
    opt_out = subject.playbook.opt_out
    return Known(opt_out.scope if opt_out else "nobody", where(subject, "opt_out", "scope"))


@fact(name="opt_out.channels_left", type="list<string>")
def channels_left(subject: Subject) -> Known:
    """The channels that the cadence uses and an opt-out does not end."""
    opt_out = subject.playbook.opt_out
    covered: tuple[str, ...] = opt_out.channels if opt_out else ()
    left = () if "all" in covered else tuple(channel for channel in used(subject) if channel not in covered)
    return Known(left, where(subject, "opt_out", "channels"))


@fact(name="opt_out.keep", type="duration")
def keep(subject: Subject) -> Known:
    """How long an opt-out is kept; without end for `forever`, nought where there is none."""
    opt_out = subject.playbook.opt_out
    place = where(subject, "opt_out", "keep")
    if opt_out is None:
        return Known(0, place)
    return Known(FOREVER if opt_out.keep == "forever" else _least(opt_out.keep), place)


@fact(name="opt_out.kept_forever", type="bool")
def kept_forever(subject: Subject) -> Known:
    """Whether an opt-out is kept until the person takes it back."""
    opt_out = subject.playbook.opt_out
    return Known(opt_out is not None and opt_out.keep == "forever", where(subject, "opt_out", "keep"))


@fact(name="after_opt_out.touch_reachable", type="bool")
def touch_after_opt_out(subject: Subject) -> Known:
    """Whether any touch, on any channel, can follow an opt-out or a spam complaint before the person asks to come back."""
    return _touch_after(subject, REFUSALS, lambda move: move.name == "asked_back", where(subject, "opt_out"))


@fact(name="after_no.touch_reachable", type="bool")
def touch_after_no(subject: Subject) -> Known:
    """Whether any touch can follow a negative reply before its cooldown is over, and before the person comes back of their own accord."""
    states = subject.graph.states

    def lets_go(move: Move) -> bool:
        back = move.name == "replied.positive" and states[move.target].kind == "task"
        return back or move.name in ("asked_back", "cooled")

    return _touch_after(subject, (NO,), lets_go, where(subject, "replies", "negative"))


def _touch_after(subject: Subject, events: tuple[str, ...], lets_go: Callable[[Move], bool], place: Span) -> Known:
    from ..proof.search import touch_after

    path = touch_after(subject.graph, events, lets_go, called=("facts", events))
    return Known(False, place) if path is None else Known(True, subject.teller.tell(path))


@fact(name="after_no.cooldown", type="duration")
def after_no_cooldown(subject: Subject) -> Known:
    """The least time from a negative reply until the person can be enrolled again; without end where that never happens."""
    shortest = FOREVER
    because: Span = where(subject, "replies", "negative")
    for move in subject.machine.transitions:
        end = subject.graph.states[move.target]
        if move.event.partition(":")[0] != NO:
            continue
        if end.kind != "end":
            return Known(0, move.origin)
        if _cools(subject, move):
            least = _least(move.timer.delay) if move.timer is not None and move.timer.delay is not None else 0
            if least < shortest:
                shortest, because = least, move.origin
    return Known(shortest, because)


def _cools(subject: Subject, move: Transition) -> bool:
    return "cooled" in subject.graph.out[move.target]


def _least(delay: Duration) -> int:
    from ..proof.pace import least

    return least(delay)
