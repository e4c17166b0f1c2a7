"""A slow and obvious judge: it lives lives, one after the other, and watches what happens in them.

Every life is driven through `machine.step()` with a real calendar. What must happen happens when it is due; at each moment a person may say anything
that they can say, at once or in the second in which the next timer fires; a touch may be made late. Lives with fewer such turns come first, until a
budget of steps is used up. Nothing of what the rules use (graphs, terms, searches) is used here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cadenza.calendars import RecipientClock
from cadenza.language.values import Duration
from cadenza.machine import alphabet, begin, find, step
from cadenza.machine.types import Event, Life, Machine, State, Transition

DAY = 86400
SAID = ("replied.", "unsubscribed", "complained", "bounced", "opened", "clicked", "accepted", "connected", "delivered")
ALWAYS_SAID = ("replied.negative", "replied.positive", "replied.not_now", "replied.out_of_office", "replied.wrong_person", "replied.unclassified")
REFUSALS = ("replied.negative", "unsubscribed", "complained")
SPANS = (1, 7, 30)


@dataclass(frozen=True)
class Seen:
    """What a life has shown so far. `on`: what each watched rule remembers; `broken`: the rules that it breaks."""

    touches: tuple[tuple[int, str], ...] = ()
    made: frozenset[str] = frozenset()
    visited: frozenset[int] = frozenset()
    refused: tuple[tuple[str, int], ...] = ()
    on: tuple[str, ...] = ()
    broken: frozenset[str] = frozenset()


@dataclass
class Record:
    """The worst over all lives of one playbook."""

    most: dict[tuple[str, int], int] = field(default_factory=dict)
    gap: dict[str, int] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    apart: int | None = None
    after: dict[tuple[str, str], int] = field(default_factory=dict)  # (refusal, channel)
    broken: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)  # channels of which two touches came within two business days (mail) or one

    def touch(self, seen: Seen, clock: RecipientClock) -> None:
        """The last touch of a life against all before it."""
        at, channel = seen.touches[-1]
        for days in SPANS:
            inside = [name for when, name in seen.touches if at - when < days * DAY]
            for key, count in (("any", len(inside)), (channel, inside.count(channel))):
                self.most[key, days] = max(self.most.get((key, days), 0), count)
        if len(seen.touches) > 1:
            when, name = seen.touches[-2]
            _least(self.before, channel, at - when)
            if name != channel:
                self.apart = at - when if self.apart is None else min(self.apart, at - when)
        for when, name in reversed(seen.touches[:-1]):
            if name == channel:
                _least(self.gap, channel, at - when)
                if at < clock.add(when, Duration(2 if channel == "email" else 1, "business day"), None):
                    self.near.add(channel)
                break
        for name, when in seen.refused:
            _least(self.after, (name, channel), at - when)


def _least(found: dict[object, int] | dict[str, int] | dict[tuple[str, str], int], key: object, value: int) -> None:
    found[key] = min(found.get(key, value), value)  # type: ignore[index, call-overload]


# ---------------------------------------------------------------- what the rules are about, told once more


def watch(seen: Seen, event: str, at: int, before: State, after: State, move: Transition | None) -> Seen:
    """What a life has shown after one more event. Each rule as its page says it: what arms it, what lets go, and that a touch breaks it."""
    name = event.partition(":")[0]
    on = set(seen.on)
    returns = move is not None and move.timer is not None and move.timer.kind == "return"
    reached = (after.kind == "touch" and after.index != before.index) or (before.kind == "touch" and name == "done")
    heard = after.kind in ("hold", "task", "end", "start")
    letting: dict[str, bool] = {
        "R001": name == "asked_back" or (name == "replied.positive" and after.kind == "task"),
        "R001 ended": name in ("asked_back", "cooled") or (name == "replied.positive" and after.kind == "task"),
        "R003": name == "asked_back",
        "R003 colleague": name == "asked_back",
        "R009": name == "asked_back",
        "R010": name in ("asked_back", "replied.positive", "cooled"),
        "R014": (name == "done" and before.task == "review")
        or (name.startswith("replied.") and name != "replied.unclassified")
        or name in ("asked_back", "cooled"),
        "R007 replied.positive": heard,
        "R007 replied.not_now": heard,
        "R008": after.kind in ("task", "end"),
    }
    on = {rule for rule in on if not letting[rule]}
    broken = {rule for rule in on if reached}
    if name == "replied.negative":
        on.discard("R001 ended")
        on.add("R001 ended" if after.kind == "end" and move is not None else "R001")
    if name == "unsubscribed":
        on.add("R003")
    if name == "account.opted_out":
        on.add("R003 colleague")
    if name == "complained":
        on.add("R009")
    if name == "replied.wrong_person":
        on.add("R010")
    if name == "replied.unclassified" and (before.kind in ("wait", "touch", "hold") or before.task == "review"):
        on.add("R014")
    if name in ("replied.positive", "replied.not_now") and not heard:
        on.add(f"R007 {name}")
    if name == "replied.out_of_office" and not returns and before.kind in ("wait", "touch") and after.kind not in ("task", "end"):
        on.add("R008")
    touches, made, visited, refused = seen.touches, seen.made, seen.visited, seen.refused
    if name in REFUSALS:
        refused = (*((kind, when) for kind, when in refused if kind != name), (name, at))
    if name == "asked_back":  # what comes then, the person has asked for
        touches, refused = (), ()
    if name == "enrolled":
        visited = frozenset()
    if before.kind == "touch" and name == "done":
        touches = (*touches, (at, before.channel or ""))
        made = made | {before.step or ""}
        if before.index in visited:
            broken.add("P004")
        visited = visited | {before.index}
    return Seen(touches, made, visited, refused, tuple(sorted(on)), seen.broken | {rule.partition(" ended")[0] for rule in broken})


# ---------------------------------------------------------------- lives


@dataclass(frozen=True)
class Moment:
    life: Life
    now: int
    seen: Seen
    turns: int
    cooled: int


class Judge:
    """Lives of one machine in one calendar."""

    def __init__(self, machine: Machine, clock: RecipientClock) -> None:
        self.machine, self.clock = machine, clock
        self.sayable = tuple(
            dict.fromkeys((*(e for e in alphabet(machine) if e.startswith((*SAID, "account."))), *ALWAYS_SAID, *REFUSALS, "account.opted_out"))
        )

    def live(self, starts: Sequence[int], budget: int, turns: int = 3) -> Record:
        """What is worst over all lives from `starts`, those with fewest turns first, until so many steps were made."""
        record = Record()
        heap = [(0, number, Moment(begin(self.machine, start), start, Seen(), 0, 0)) for number, start in enumerate(starts)]
        count = len(heap)
        known: set[tuple[Life, int, frozenset[str], tuple[str, ...], tuple[tuple[int, str], ...]]] = set()
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
        yield from self._by_itself(here, state, timer)
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

    def _ends_by_clock(self, life: Life) -> bool:
        return find(self.machine, life.state, "elapsed") is not None

    def _by_itself(self, here: Moment, state: State, timer: int | None) -> Iterator[Moment]:
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
        if move is None and name not in (*ALWAYS_SAID, *REFUSALS, "account.opted_out"):
            return
        until = at if name == "replied.out_of_office" else None
        life, _ = step(self.machine, here.life, Event(name, answered or None, until), at, self.clock)
        states = self.machine.states
        seen = watch(here.seen, event, at, states[here.life.state], states[life.state], move)
        yield replace(here, life=life, now=at, seen=seen, turns=here.turns + turns, cooled=here.cooled + (name == "cooled"))


def replayed(machine: Machine, clock: RecipientClock, events: Sequence[tuple[str, int]]) -> tuple[Seen, Life]:
    """What a life shows in which just these events happen (as a witness tells them). AssertionError where that cannot be: an answer to
    what never came,
    a touch outside its window, a timer that was passed over."""
    life, seen = begin(machine, events[0][1]), Seen()
    states = machine.states
    for event, at in events:
        name, _, answered = event.partition(":")
        state = states[life.state]
        assert not (name.startswith(SAID) and not seen.made), f"{event} answers nothing"
        assert not answered or answered in seen.made, f"{event} answers a step that was never made"
        assert name != "done" or state.kind != "touch" or clock.forward(at, state.channel) == at, f"{state.id} is made while its window is shut"
        if name not in ("due", "cooled", "done", "elapsed", "enrolled"):
            assert life.due is None or state.kind == "touch" or at <= life.due, f"{event} comes after a timer that was over"
        move = find(machine, life.state, name, answered or None)
        after, _ = step(machine, life, Event(name, answered or None, at if name == "replied.out_of_office" else None), at, clock)
        seen = watch(seen, event, at, state, states[after.state], move)
        life = after
    return seen, life
