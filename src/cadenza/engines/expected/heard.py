"""What an answer does to a bundle: it is counted, what it says about the people is noted, refusals set out on their way, and the unclear is read.

The same rules as in `answers`, `refusals` and `simpy_engine`, for shares of people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...language.model import CHANNELS
from ...world.clocks import NO_CHANNEL
from ...world.program import CODE, END, EVENTS, HANDOFF, PHONE, REVIEW, TASKS
from ..people import DONE as DONE_EVENT
from ..people import Row
from ..totals import HEARD_CODES
from .answers import AT_ONCE, OUT_CODE, Group, Item, Touch
from .bundle import HEAR, NOTHING, Bundle, Key
from .split import REPLIES, Part, comes_after

if TYPE_CHECKING:
    from .solve import Solver

POSITIVE, UNCLASSIFIED, BOUNCED = CODE["replied.positive"], CODE["replied.unclassified"], CODE["bounced"]
REFUSALS = frozenset((CODE["unsubscribed"], CODE["complained"], CODE["replied.negative"]))
_NUMBER = {code: i for i, code in enumerate(HEARD_CODES)}
_COUNTED = {CODE["connected"]: "connected", CODE["accepted"]: "accepted"}
_LEAST = 1e-9
_SOON = 14 * 86400
"""Within this time a refusal has reached everybody, and a reply has been read."""


class Heard:
    def __init__(self, solver: Solver) -> None:
        self.solver = solver
        self.program = solver.program
        self.kind_of = solver.program.states.kind
        self._overs: dict[tuple[int, int, int], bool] = {}

    # ------------------------------------------------------------ what a touch leaves behind

    def bad_address(self, bundle: Bundle, step: int, touch: Touch) -> Bundle | None:
        """The people whose address turns out to be bad; the bundle keeps the others."""
        if not any(touch.bad):
            return None
        kind = self.program.steps.answer[step]
        nothing = (tuple([0.0] * len(touch.bad)), tuple([1.0] * len(touch.bad)))
        low, high = bundle.address.get(kind, nothing)
        share = [min(1.0, max(0.0, (b - a) / (c - a))) if c > a else float(b >= c) for a, b, c in zip(low, touch.bad, high, strict=True)]
        part = bundle.share([w * s for w, s in zip(bundle.weight, share, strict=True)])
        bundle.weight = [w * (1.0 - s) for w, s in zip(bundle.weight, share, strict=True)]
        bundle.address = {**bundle.address, kind: (tuple(max(a, min(b, c)) for a, b, c in zip(low, touch.bad, high, strict=True)), high)}
        part.address = {**part.address, kind: (low, tuple(min(b, c) for b, c in zip(touch.bad, high, strict=True)))}
        return part if part.mass() > _LEAST else None

    def bounce(self, step: int, touch: Touch, bad: Bundle, now: int) -> Item:
        sure = [1.0] * len(bad.weight)
        return Item(step, bad.row.touches, now, [Group(touch.bounce, [(BOUNCED, sure)], sure)], answer=False)

    def items(self, bundle: Bundle, step: int, touch: Touch, scale: float, now: int) -> list[Item]:
        """What is to be heard of a touch."""
        made, steps = bundle.row.touches, self.program.steps
        found = []
        if touch.first is not None and touch.first_code in _COUNTED:
            count = sum(w * s for w, s in zip(bundle.weight, touch.first, strict=True))
            self.solver.tally.add(_COUNTED[touch.first_code], bundle.row.cohort, count)
        ends = now
        if steps.answer[step] == PHONE:
            ends = now + max(1, self.solver.hours.stretch(steps.role[step], steps.seconds[step] + steps.talk[step]))
        if touch.first is not None and touch.waits:
            first = Group(touch.first_delay, [(touch.first_code, touch.first)], touch.first)
            start = now + (touch.first_delay is AT_ONCE)
            found.append(Item(step, made, start, [first], False, touch.groups, ends if steps.answer[step] == PHONE else -1))
        elif touch.groups:
            found.append(Item(step, made, ends, touch.groups, answer=True, scale=scale))
        for code, delay, chance in touch.looks:
            whole = chance if touch.first is None else [a * b for a, b in zip(chance, touch.first, strict=True)]
            found.append(Item(step, made, now, [Group(delay, [(code, whole)], whole)], answer=False))
        return found

    # ------------------------------------------------------------ what is heard

    def hear(self, whole: Bundle, part: Part) -> None:
        """This part of a bundle hears this, at this instant, and goes on from there.

        Most answers end the cadence, or hand the person over: then nothing else about the person matters any more, and those who come to the same
        place in the same hours are one bundle from the start. So are parts that are too small to be worth more.
        """
        now, item, code, unclear, weight = part
        mass = sum(weight)
        if mass <= 0.0:
            return
        if item.answer:
            self._count(whole.row, item.step, code, now, mass)
        simple = item.answer and code != OUT_CODE and self._simple(whole, part)
        if not simple and mass < self.solver.cutoff * (0.1 if code in REFUSALS else 1.0):
            whole.weight = [a + b for a, b in zip(whole.weight, weight, strict=True)]
            return
        if not simple and mass >= self.solver.least:
            bundle = whole.share(weight)
            bundle.items = _next(bundle.items, item, code, now)
            self._hear(bundle, item, code, unclear, now)
            self.solver.advance(bundle, now)
            return
        key = self._pool(whole, part, simple)
        found = self.solver.waiting.get(key)
        if found is not None:
            found.at += round((now - found.at) * mass / (mass + found.mass()))
            found.weight = [a + b for a, b in zip(found.weight, weight, strict=True)]
            return
        bundle = whole.share(weight)
        if simple:  # no touch and no timer comes before they are where they go, whoever of them came first
            bundle.items, bundle.own_at, bundle.own_why = [], -1, NOTHING
            bundle.row.due = self.program.end
        else:
            bundle.items = _next(bundle.items, item, code, now)
        bundle.hears, bundle.at, bundle.why = (item, code, unclear), now, HEAR
        self.solver.wait(key, bundle)

    def _pool(self, whole: Bundle, part: Part, simple: bool) -> Key:
        """Those who hear the same in the same hours and come to the same place. Refusals keep what is next for them, and how soon."""
        row, now, code, step, unclear = whole.row, part.at, part.code, part.item.step, part.unclear
        taken = self._go(row.state, code, step)
        place = row.state if taken < 0 else self.program.states.target[taken]
        begins, hours = -1, 43200
        if self.program.states.task[place] == HANDOFF:  # what comes in while the office is shut is begun when it opens
            begins = self.solver.hours.open(self.solver.tasks.role_in(place, row.cohort, HANDOFF), -1, now)
            begins, hours = (-1, 21600) if begins == now else (begins, 1 << 40)
        waits = unclear and self._go(row.state, UNCLASSIFIED, step) >= 0
        cools = taken >= 0 and self.kind_of[place] == END and self.program.states.timer[taken] >= 0
        day = self.solver.tally.day(now) if cools else -1  # the list has them again after whole days
        same = (HEAR, code, unclear, waits, place, row.cohort, row.calendar, begins, row.round, row.meetings, whole.fate, whole.bounces(), day)
        if simple:
            soon = row.expires // 7200 if now < row.expires < now + _SOON else 0
            return (*same, now // (7200 if soon else hours), soon)
        own, clock = whole.own_at // 43200, 0
        if code in REFUSALS:
            hours, own, clock = 1800, whole.own_at // 300, row.expires // 7200
        return (*same, now // hours, row.state, step, own, whole.own_why, row.refused >= 0, row.answered < 0, clock)

    def _hear(self, bundle: Bundle, item: Item, code: int, unclear: bool, now: int) -> None:
        if item.answer:
            self._note(bundle, item, code, unclear, now)
            return
        if item.then:
            start = item.then_at if item.then_at >= 0 else now
            bundle.items = [*bundle.items, Item(item.step, item.made, start, item.then, answer=True)]
        if code == BOUNCED:
            self._bounced(bundle, item.step, now)
        self.solver.take(bundle, code, item.step, now)

    def _simple(self, whole: Bundle, part: Part) -> bool:
        row, code, step = whole.row, part.code, part.item.step
        if row.pending or row.review or not self._over(row.state, code, step):
            return False
        places = [self.program.states.target[self._go(row.state, code, step)]]
        if part.unclear and (unclear := self._go(row.state, UNCLASSIFIED, step)) >= 0:
            places.append(self.program.states.target[unclear])
        signals = [(other.groups[0].events[0][0], other.step) for other in whole.items if not other.answer]
        if any(self._go(place, *signal) >= 0 for place in places for signal in signals):
            return False
        if code not in REFUSALS or whole.own_at < 0:
            return True
        return whole.own_at > max(self.known(row.cohort, self.read_at(row.state, row.cohort, part.at) if part.unclear else part.at))

    def read_at(self, state: int, cohort: int, now: int) -> int:
        """When an unclear reply is read that comes in now."""
        role = self.solver.tasks.role_in(state, cohort, REVIEW)
        seconds = self.program.cohorts.task_seconds[cohort * len(TASKS) + REVIEW]
        return self.solver.hours.open(role, -1, now) + self.solver.hours.stretch(role, seconds)

    def _over(self, state: int, code: int, step: int) -> bool:
        """Whether this answer in this state leads to an end or a hand-off, read at once or only later."""
        found = self._overs.get((state, code, step))
        if found is None:
            found = self._leads_away(state, code, step)
            unclear = self._go(state, UNCLASSIFIED, step)
            if found and code in REPLIES and unclear >= 0:
                found = self._leads_away(self.program.states.target[unclear], code, step)
            self._overs[state, code, step] = found
        return found

    def _leads_away(self, state: int, code: int, step: int) -> bool:
        states, taken = self.program.states, self._go(state, code, step)
        return taken >= 0 and (states.kind[states.target[taken]] == END or states.task[states.target[taken]] == HANDOFF)

    def _go(self, state: int, code: int, step: int) -> int:
        states = self.program.states
        named = states.named[step * len(EVENTS) + code]
        return states.go[state * len(states.events) + (named if named >= 0 else code)]

    def hears(self, bundle: Bundle, now: int) -> None:
        """Those who were put together are heard together."""
        assert bundle.hears is not None
        (item, code, unclear), bundle.hears = bundle.hears, None
        self._hear(bundle, item, code, unclear, now)

    def _bounced(self, bundle: Bundle, step: int, now: int) -> None:
        tally, sender = self.solver.tally, self.program.steps.sender[step]
        tally.add("bounced", bundle.row.cohort, bundle.mass())
        if sender >= 0:
            tally.bounces[sender][tally.day(now)] += bundle.mass()

    def _count(self, row: Row, step: int, code: int, now: int, mass: float) -> None:
        tally, number = self.solver.tally, _NUMBER[code]
        tally.said[step][number] += mass
        if number >= 2:
            tally.mark("replies", row.cohort, now, mass)
        sender = self.program.steps.sender[step]
        if code == CODE["complained"] and sender >= 0:
            tally.complaints[sender][tally.day(now)] += mass

    def _note(self, bundle: Bundle, item: Item, code: int, unclear: bool, now: int) -> None:
        """What was heard changes what is known of these people, and what comes next: the machine's move, or that somebody reads it first."""
        row = bundle.row
        if code != OUT_CODE:
            row.answered = row.touches
            bundle.items = [kept for other in bundle.items if (kept := _unanswered(other)) is not None]
        if code in REFUSALS:
            row.refused = now if row.refused < 0 else row.refused
        elif code == POSITIVE:
            row.refused = -1
            row.pending = None
        if unclear:
            self.solver.tally.add("unclassified", row.cohort, bundle.mass())
            if self.solver.take(bundle, UNCLASSIFIED, item.step, now) > 0 or self.program.states.task[row.state] == REVIEW:
                row.review = [*(row.review or []), (code, item.step)]
                return
        self.heard(bundle, code, item.step, now)

    def heard(self, bundle: Bundle, code: int, step: int, now: int) -> None:
        if code in REFUSALS:
            self._send(bundle, code, step, now)
        else:
            self.solver.take(bundle, code, step, now)

    def read(self, bundle: Bundle, now: int) -> None:
        """What was unclear is what it is; where that changes nothing the cadence goes on."""
        row = bundle.row
        unclear, row.review = row.review or [], None
        stamp = row.stamp
        for code, step in unclear:
            self.heard(bundle, code, step, now)
        if row.stamp == stamp:
            self.solver.take(bundle, DONE_EVENT, -1, now)

    # ------------------------------------------------------------ refusals

    def _send(self, bundle: Bundle, code: int, step: int, now: int) -> None:
        """A refusal sets out to the executors of the channels."""
        row = bundle.row
        known = self.known(row.cohort, now)
        told = max(known)
        if told <= now:
            self.solver.take(bundle, code, step, now)
            return
        row.pending = [*(row.pending or []), (told, code, step, known)]

    def known(self, cohort: int, now: int) -> tuple[int, ...]:
        """When a refusal is known on each channel."""
        program = self.program
        cohorts, first = program.cohorts, cohort * len(CHANNELS)
        return tuple(
            now if cohorts.reach[i] <= 0 else program.clocks.add(program.calendar, NO_CHANNEL, now, cohorts.reach[i], cohorts.reach_unit[i])
            for i in range(first, first + len(CHANNELS))
        )

    def told(self, bundle: Bundle, now: int) -> None:
        """By now every channel knows."""
        for waiting in sorted(bundle.row.pending or [], key=lambda each: each[:2]):
            if waiting[0] <= now:
                self._tell(bundle, waiting, now)

    def _tell(self, bundle: Bundle, waiting: tuple[int, int, int, tuple[int, ...]], now: int) -> None:
        row = bundle.row
        row.pending = [other for other in row.pending or [] if other is not waiting] or None
        self.solver.take(bundle, waiting[1], waiting[2], now)

    def still_wanted(self, bundle: Bundle, step: int, now: int) -> bool:
        """Whether the touch goes ahead once its executor has said what it knows."""
        row = bundle.row
        if row.pending is None:
            return True
        channel, stamp = self.program.steps.channel[step], row.stamp
        for waiting in sorted(row.pending, key=lambda each: each[1]):
            if waiting[3][channel] <= now and row.stamp == stamp:
                self._tell(bundle, waiting, now)
        return row.stamp == stamp


def _next(items: list[Item], heard: Item, code: int, now: int) -> list[Item]:
    """What is still to be heard after this; what comes in the same second and ranks behind it comes a second later."""
    found = []
    for other in items:
        if other is heard:
            continue
        tie = any(
            group.delay.size == 1 and other.at + group.delay.last == now and comes_after(min(event for event, _ in group.events), other, code, heard)
            for group in other.groups
        )
        found.append(Item(other.step, other.made, other.at + 1, other.groups, other.answer, other.then, other.then_at, other.scale) if tie else other)
    return found


def _unanswered(item: Item) -> Item | None:
    """What is left to be heard of an earlier touch once the person has spoken: signals, and notes that a machine sends."""
    groups = _notes(item.groups) if item.answer else item.groups
    then = _notes(item.then) if item.then else []
    return Item(item.step, item.made, item.at, groups, item.answer, then or None, item.then_at, item.scale) if groups else None


def _notes(groups: list[Group]) -> list[Group]:
    found = []
    for group in groups:
        events = [(code, vector) for code, vector in group.events if code == OUT_CODE]
        found += [Group(group.delay, events, vector) for _, vector in events]
    return found
