"""A slow and obvious judge: it lives lives, one after the other, and watches what happens in them.

Every life is driven through `machine.step()` with a real calendar. What must happen happens when it is due; at each moment a person may say anything
that they can say, at once or in the second in which the next timer fires; a touch may be made late. Lives with fewer such turns come first, until a
budget of steps is used up. Nothing of what the rules use (graphs, terms, searches) is used here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rules_truth.watched import DAY, Seen, Turn, watch

from cadenza.calendars import RecipientClock, zone
from cadenza.language.values import Duration
from cadenza.machine import alphabet, begin, find, step
from cadenza.machine.types import Event, Life, Machine, State

SAID = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
COLLEAGUES = ("account.opted_out", "account.replied_negative", "account.meeting_booked")
REPLIES = ("replied.negative", "replied.positive", "replied.not_now", "replied.out_of_office", "replied.wrong_person", "replied.unclassified")
ALWAYS = (*REPLIES, "unsubscribed", "complained", *COLLEAGUES)
"""What may be said wherever somebody is, whether the machine listens or not."""
SPANS = (1, 7, 30)
INTERRUPTING = ("phone", "sms")


@dataclass
class Record:
    """The worst over all lives of one playbook. `reaches`: how long an opt-out takes to be known to each channel."""

    reaches: Mapping[str, Duration] = field(default_factory=dict)
    most: dict[int, int] = field(default_factory=dict)
    apart: int | None = None
    broken: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)  # channels of which two touches came within two business days (mail) or one
    overtaken: set[str] = field(default_factory=set)  # channels on which a touch came before an opt-out at the touch before it would be known
    rang: set[str] = field(default_factory=set)  # channels that interrupted somebody in quiet hours

    def touch(self, seen: Seen, clock: RecipientClock) -> None:
        """The last touch of a life against all before it."""
        at, channel = seen.touches[-1]
        for days in SPANS:
            inside = [when for when, _ in seen.touches if at - when < days * DAY]
            self.most[days] = max(self.most.get(days, 0), len(inside))
        if channel in INTERRUPTING and quiet(at, clock):
            self.rang.add(channel)
        if len(seen.touches) > 1:
            self._next(*seen.touches[-2], at, channel, clock)
        for when, name in reversed(seen.touches[:-1]):
            if name == channel:
                if at < clock.add(when, Duration(2 if channel == "email" else 1, "business day"), None):
                    self.near.add(channel)
                break

    def _next(self, when: int, name: str, at: int, channel: str, clock: RecipientClock) -> None:
        """Two touches that follow one another."""
        if name != channel:
            self.apart = at - when if self.apart is None else min(self.apart, at - when)
        if channel in self.reaches and at < clock.add(when, self.reaches[channel], None):
            self.overtaken.add(channel)


def quiet(at: int, clock: RecipientClock) -> bool:
    """Before eight, from eight in the evening on, or on a Sunday, where the person is."""
    day, second = divmod(zone(clock.calendar.zones[0]).to_wall(at), DAY)
    return not 8 * 3600 <= second < 20 * 3600 or (day + 3) % 7 == 6


# ---------------------------------------------------------------- lives


@dataclass(frozen=True)
class Moment:
    life: Life
    now: int
    seen: Seen
    turns: int = 0
    cooled: int = 0


class Judge:
    """Lives of one machine in one calendar. `pretends`: the steps whose subjects claim to answer a mail; `reaches`: see Record."""

    def __init__(
        self, machine: Machine, clock: RecipientClock, pretends: frozenset[str] = frozenset(), reaches: Mapping[str, Duration] | None = None
    ) -> None:
        self.machine, self.clock, self.pretends, self.reaches = machine, clock, pretends, reaches or {}
        self.sayable = tuple(dict.fromkeys((*(event for event in alphabet(machine) if event.startswith((*SAID, "account."))), *ALWAYS)))

    def live(self, starts: Sequence[int], budget: int, turns: int = 3) -> Record:
        """What is worst over all lives from `starts`, those with fewest turns first, until so many steps were made."""
        record = Record(self.reaches)
        heap = [(0, number, Moment(begin(self.machine, start), start, Seen())) for number, start in enumerate(starts)]
        count = len(heap)
        known: set[tuple[Life, int, frozenset[str], tuple[tuple[int, int], ...], tuple[tuple[int, str], ...]]] = set()
        while heap and budget > 0:
            _, _, here = heapq.heappop(heap)
            for then in self._ahead(here, turns):
                budget -= 1
                record.broken |= then.seen.broken
                if len(then.seen.touches) > len(here.seen.touches):
                    record.touch(then.seen, self.clock)
                key = (then.life, then.now, then.seen.made, then.seen.on, then.seen.touches)
                if key not in known and len(then.seen.touches) < 14:
                    known.add(key)
                    count += 1
                    heapq.heappush(heap, (then.turns, count, then))
        return record

    def _ahead(self, here: Moment, turns: int) -> Iterator[Moment]:
        life, state = here.life, self.machine.states[here.life.state]
        timers = sorted(at for at in (life.due, life.expires if self._ends_by_clock(life) else None) if at is not None)
        timer = max(here.now, timers[0]) if timers else None
        yield from self._by_itself(here, state)
        if here.turns >= turns:
            return
        moments = [here.now] if timer is None or timer == here.now else [here.now, timer]
        for at in moments:
            for event in self.sayable:
                name, _, answered = event.partition(":")
                if (name.startswith(SAID) and not here.seen.made) or (answered and answered not in here.seen.made):
                    continue
                yield from self._take(here, event, at, 1)
        if find(self.machine, life.state, "asked_back") is not None:
            yield from self._take(here, "asked_back", here.now, 1)
        if state.kind == "touch":
            for late in (3600, 20 * 3600, 44 * 3600):
                at = self.clock.forward(here.now + late, state.channel)
                if not self._ends_by_clock(life) or life.expires is None or at < life.expires:
                    yield from self._take(here, "done", at, 1)

    def comes_back(self, start: int, most: int = 100) -> bool | None:
        """Whether somebody who says nothing until then, and opts out at some moment, may come back by asking; None where nobody can opt out."""
        here, found = Moment(begin(self.machine, start), start, Seen()), None
        for _ in range(most):
            refusals = [event for event in ("unsubscribed", "complained", "account.opted_out") if here.seen.made or event.startswith("account.")]
            for out in (then for event in refusals for then in self._take(here, event, here.now, 1)):
                if find(self.machine, out.life.state, "asked_back") is not None:
                    return True
            found = False if here.seen.made else found
            ahead = list(self._by_itself(here, self.machine.states[here.life.state]))
            if not ahead:
                break
            here = ahead[0]
        return found

    def _ends_by_clock(self, life: Life) -> bool:
        return find(self.machine, life.state, "elapsed") is not None

    def _by_itself(self, here: Moment, state: State) -> Iterator[Moment]:
        """What happens without anybody's doing, at its time."""
        life = here.life
        over = (
            self._ends_by_clock(life)
            and life.expires is not None
            and (state.kind in ("touch", "task") or life.due is None or life.expires <= life.due)
        )
        if state.kind == "start":
            yield from self._take(here, "enrolled", here.now, 0)
        elif state.kind == "touch" and not (life.expires is not None and self._ends_by_clock(life) and life.expires <= here.now):
            at = self.clock.forward(here.now, state.channel)
            yield from self._take(here, "done", at, 0)
        elif state.kind == "task" and state.task in ("review", "handoff"):
            yield from self._take(here, "done", here.now, 0)
        elif over and life.expires is not None:
            yield from self._take(here, "elapsed", max(here.now, life.expires), 0)
        elif state.kind in ("wait", "hold") and life.due is not None:
            yield from self._take(here, "due", max(here.now, life.due), 0)
        elif state.kind == "end" and life.due is not None and here.cooled < 2:
            yield from self._take(here, "cooled", max(here.now, life.due), 0)

    def _take(self, here: Moment, event: str, at: int, turns: int) -> Iterator[Moment]:
        name, _, answered = event.partition(":")
        move = find(self.machine, here.life.state, name, answered or None)
        if move is None and name not in ALWAYS:
            return
        life, seen = taken(self.machine, self.clock, here.life, here.seen, event, at, self.pretends)
        yield Moment(life, at, seen, here.turns + turns, here.cooled + (name == "cooled"))


def taken(
    machine: Machine, clock: RecipientClock, life: Life, seen: Seen, event: str, at: int, pretends: frozenset[str] = frozenset()
) -> tuple[Life, Seen]:
    """A life after one more event, and what it has shown then. An absence ends in the second in which it is told."""
    name, _, answered = event.partition(":")
    move = find(machine, life.state, name, answered or None)
    after, _ = step(machine, life, Event(name, answered or None, at if name == "replied.out_of_office" else None), at, clock)
    states = machine.states
    return after, watch(seen, Turn(event, at, states[life.state], states[after.state], move, life.since, after.due), pretends)


def replayed(machine: Machine, clock: RecipientClock, events: Sequence[tuple[str, int]], pretends: frozenset[str] = frozenset()) -> tuple[Seen, Life]:
    """What a life shows in which just these events happen (as a witness tells them). AssertionError where that cannot be: an answer to what never
    came, a touch outside its window, a timer that was passed over."""
    life, seen = begin(machine, events[0][1]), Seen()
    for event, at in events:
        name, _, answered = event.partition(":")
        state = machine.states[life.state]
        assert not (name.startswith(SAID) and not seen.made), f"{event} answers nothing"
        assert not answered or answered in seen.made, f"{event} answers a step that was never made"
        assert name != "done" or state.kind != "touch" or clock.forward(at, state.channel) == at, f"{state.id} is made while its window is shut"
        if name not in ("due", "cooled", "done", "elapsed", "enrolled"):
            assert life.due is None or state.kind == "touch" or at <= life.due, f"{event} comes after a timer that was over"
        life, seen = taken(machine, clock, life, seen, event, at, pretends)
    return seen, life
