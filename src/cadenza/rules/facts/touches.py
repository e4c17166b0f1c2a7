"""How much, how close together and how long: bounds over all paths, each with the path that reaches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...language.findings import Witness
from ...language.nodes import Span
from ._longest import Most, most
from ._tools import named, used, where
from .registry import BY_CHANNEL, DAY, FOREVER, NO_LIMIT, Known, fact

if TYPE_CHECKING:
    from ..context import Subject
    from ..proof.bounds import Bound
    from ..proof.pace import Hop

WINDOWS = ("1d", "7d", "30d")


def _bound(found: Bound | None, otherwise: int, place: Span) -> Known:
    """A bound as a fact; without one (it never happens) `otherwise`."""
    return Known(otherwise, place) if found is None else Known(found.value, _because(found.witness, place), found.exact)


def _because(witness: Witness, place: Span) -> Span | Witness:
    return witness if witness.beats else place


def _channel(subject: Subject, channel: str) -> Span:
    """The first step on a channel, else the channel's own place, else the playbook's name."""
    return next((step.place("id") for step in subject.playbook.cadence if step.channel == channel), where(subject, "channels", channel))


@fact(name="first_channel", type="string")
def first_channel(subject: Subject) -> Known:
    """The channel of the first touch that a person gets; none where there is no touch at all."""
    graph = subject.graph
    here, seen = graph.start, set[int]()
    while here not in seen:
        seen.add(here)
        state = graph.states[here]
        if state.kind == "touch":
            return Known(state.channel or "", state.origin)
        move = next((graph.out[here][event] for event in ("enrolled", "due") if event in graph.out[here]), None)
        here = move.target if move is not None else here
    return Known("", named(subject))


@fact(name="touches_max", type="int", unit="touches")
def touches_max(subject: Subject) -> Known:
    """The most touches that one enrolment can bring."""
    return _most(subject, most(subject.graph, lambda _: 1), NO_LIMIT)


@fact(name="touch_minutes_per_prospect_max", type="int", unit="minutes")
def touch_minutes_per_prospect_max(subject: Subject) -> Known:
    """The most minutes of people's time that the touches of one enrolment can take, begun ones counted whole; replies and meetings not counted."""
    takes = {step.id: subject.playbook.workspace.work.get(step.work) for step in subject.playbook.cadence}
    seconds = {id: _seconds(work.takes.amount, work.takes.unit) for id, work in takes.items() if work is not None}
    found = most(subject.graph, lambda step: seconds.get(step, 0))
    return _most(subject, Most(None if found.total is None else -(-found.total // 60), found.path), NO_LIMIT)


def _seconds(amount: int, unit: str) -> int:
    from ...language.values import SECONDS

    return amount * SECONDS.get(unit.removeprefix("business "), 60)


def _most(subject: Subject, found: Most, endless: int) -> Known:
    value = endless if found.total is None else found.total
    if not found.path:
        return Known(value, named(subject), exact=found.total is None)
    story = subject.teller.tell(found.path)
    return Known(value, story, exact=bool(story.events))


def _burst(subject: Subject, window: str, channel: str | None = None) -> int:
    """The most touches in a window as far as least times can tell: what P001 asks first, too."""
    most = subject.bounds.gaps.roughly(channel, int(window[:-1]) * DAY)
    return NO_LIMIT if most is None else most


def _soonest(subject: Subject, wanted: Callable[[Hop], bool]) -> int:
    """The least seconds of a hop from touch to touch if every calendar stood open. Hops longer than the search goes are at least as long as it."""
    from ..proof.pace import HORIZON

    pace = subject.pace
    return min((hop.seconds for touch in pace.touches for hop in pace.hops(touch) if wanted(hop)), default=HORIZON)


def _soonest_to(subject: Subject, channel: str) -> int:
    states = subject.graph.states
    return _soonest(subject, lambda hop: states[hop.target].channel == channel)


@fact(name="touches_max_in", type="int", unit="touches", keys=(WINDOWS,), most=_burst)
def touches_max_in(subject: Subject, window: str) -> Known:
    """The most touches, over all channels, in any rolling window of 1, 7 or 30 days."""
    return _bound(subject.bounds.touches_max_in.get(("any", int(window[:-1]))), 0, named(subject))


@fact(
    name="touches_max_in_by_channel",
    type="int",
    unit="touches",
    keys=(BY_CHANNEL, WINDOWS),
    most=lambda subject, channel, window: _burst(subject, window, channel) if channel in used(subject) else 0,
)
def touches_max_in_by_channel(subject: Subject, channel: str, window: str) -> Known:
    """The most touches on one channel in any rolling window of 1, 7 or 30 days."""
    return _bound(subject.bounds.touches_max_in.get((channel, int(window[:-1]))), 0, _channel(subject, channel))


@fact(
    name="calls_max_in_24h",
    type="int",
    unit="calls",
    most=lambda subject: _burst(subject, "1d", "phone") if "phone" in used(subject) else 0,
)
def calls_max_in_24h(subject: Subject) -> Known:
    """The most calls in any 24 hours; attempts count."""
    return _bound(subject.bounds.calls_max_in_24h, 0, _channel(subject, "phone"))


@fact(name="gap_min", type="duration", keys=(BY_CHANNEL,), least=_soonest_to)
def gap_min(subject: Subject, channel: str) -> Known:
    """The least time between two touches of one channel; without end where there are never two."""
    return _bound(subject.bounds.gap_min.get(channel), FOREVER, _channel(subject, channel))


@fact(name="gap_min_any", type="duration", least=lambda subject: _soonest(subject, lambda _: True))
def gap_min_any(subject: Subject) -> Known:
    """The least time between touches of two different channels; without end where there is one channel only."""
    return _bound(subject.bounds.gap_min_any, FOREVER, named(subject))


@fact(name="gap_min_before", type="duration", keys=(BY_CHANNEL,), least=_soonest_to)
def gap_min_before(subject: Subject, channel: str) -> Known:
    """The least time from any touch to the next one on a channel; without end where none follows another."""
    return _bound(subject.bounds.gap_min_before.get(channel), FOREVER, _channel(subject, channel))


@fact(name="after_refusal_min", type="duration", keys=(BY_CHANNEL,))
def after_refusal_min(subject: Subject, channel: str) -> Known:
    """The least time from an opt-out, a complaint or a no to the next touch on a channel, as the machine allows it; without end where none can."""
    return _bound(subject.bounds.after_refusal_min.get(channel), FOREVER, _channel(subject, channel))


@fact(name="elapsed_max", type="duration")
def elapsed_max(subject: Subject) -> Known:
    """The longest time from enrolment to an end or a hand-off; pauses count."""
    found = subject.bounds.elapsed_max
    return Known(FOREVER if found.value is None else found.value, _because(found.witness, where(subject, "cadence")), found.exact)


@fact(name="windows", type="string", keys=(BY_CHANNEL,))
def windows(subject: Subject, channel: str) -> Known:
    """When touches of a channel may be made, in the recipient's time zone; empty where the cadence does not use it. Compare it with `within`."""
    use = subject.playbook.channels.get(channel)  # type: ignore[call-overload]
    text = str(use.window) if use is not None and channel in used(subject) else ""
    return Known(text, where(subject, "channels", channel, "window"))


@fact(name="open_on_holidays", type="bool", keys=(BY_CHANNEL,))
def open_on_holidays(subject: Subject, channel: str) -> Known:
    """Whether touches of a channel may be made on public holidays of the recipient's country: only a channel without a window is open then."""
    from ...language.values import ALWAYS

    use = subject.playbook.channels.get(channel)  # type: ignore[call-overload]
    return Known(use is not None and channel in used(subject) and use.window == ALWAYS, where(subject, "channels", channel, "window"))


@fact(name="invitations_per_week_max", type="int", unit="invitations")
def invitations_per_week_max(subject: Subject) -> Known:
    """The most LinkedIn invitations that one person of the team may send in a week: the weekly cap; no limit where there is none."""
    invites = [step for step in subject.playbook.cadence if step.channel == "linkedin" and step.action in (None, "invite")]
    use = subject.playbook.channels.get("linkedin")
    place = where(subject, "channels", "linkedin", "weekly_cap")
    if not invites:
        return Known(0, place)
    return Known(use.weekly_cap if use is not None and use.weekly_cap is not None else NO_LIMIT, place)
