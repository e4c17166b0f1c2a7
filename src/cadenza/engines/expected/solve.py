"""The walk of all people at once: bundles of one history move through the machine in the order of time, divide where something is uncertain, and
join where nothing tells them apart any more.

Time goes from one certain event to the next (a timer, a touch, the end of a task). Whatever may be heard in between divides the bundle (`split`): a
part for each answer and stretch of time, and the rest, who have heard nothing. Nobody waits for a hand or a mailbox, only for their hours.
"""

from __future__ import annotations

import heapq
import math

from ...world.clocks import COLUMNS
from ...world.program import CODE, EMAIL, END, HANDOFF, HOLD, NONE, PHONE, REVIEW, START, TASK, TOUCH, WAIT, Program
from ...world.rates import Rates
from ..answers import NOT_NOW, POSITIVE
from ..common import MOST
from ..people import CHANNEL_COUNT, ENROLLED, Row, Walk
from ..people import DONE as DONE_EVENT
from .answers import Answers, Setting, Touch, Vector
from .bundle import AWAY, BEGIN, CLOCK, COOLED, DONE, DUE, ENROL, HEAR, HELD, MAKE, MEET, NOTHING, READ, TOLD, Bundle, Key
from .days import Days
from .heard import REFUSALS, Heard
from .latent import MANY, NODES, rule
from .split import Cuts, Edges, between, divide
from .tally import NEWS, News, Tally
from .tasks import Tasks

_CODES = {DUE: CODE["due"], COOLED: CODE["cooled"], DONE: DONE_EVENT, CLOCK: CODE["elapsed"], HELD: CODE["meeting.held"]}
BOOKED, MEETING_HELD = CODE["meeting.booked"], CODE["meeting.held"]
NEGATIVE, BOUNCED = CODE["replied.negative"], CODE["bounced"]
_SPREADS = (CODE["unsubscribed"], CODE["complained"])
_LEAST = 1e-9
FINENESS = 1e-4
WEEK = 604800


class Solver:
    """Everybody, as bundles."""

    def __init__(self, program: Program, rates: Rates, fineness: float = FINENESS) -> None:
        self.program, self.rates = program, rates
        self.walk = Walk(program, held=True)
        self.kinds, self.shares = _kinds(program, rates)
        self.answers = Answers(program, rates, self.kinds)
        self.tally = Tally(program, [rates.chain[c] for c in program.roles.selling_time], (*rates.paces, ()))
        self.news = News(program)
        self.days = Days(self)
        self.heard = Heard(self)
        self.tasks = Tasks(self)
        self.nobody = len(program.roles.name) - 1
        self.heap: list[tuple[int, int, Key]] = []
        self.waiting: dict[Key, Bundle] = {}
        self.count = 0
        self.grain = max(1e-5, fineness * len(program.people.key))
        self.small, self.least, self.cutoff = 20 * self.grain, 0.1 * self.grain, 0.001 * self.grain
        self._newsy: dict[int, list[tuple[int, bool]]] = {}
        self.weeks = list(range(program.start + WEEK, program.end, WEEK))
        self.step_of, self.kind_of = program.states.step, program.states.kind
        self.does = {
            TOLD: self.heard.told,
            BEGIN: self._begin,
            MAKE: self._make,
            MEET: self.tasks.meet,
            READ: self.heard.read,
            HEAR: self.heard.hears,
            ENROL: self._enrol,
            AWAY: self._leaves,
        }

    def run(self) -> Tally:
        for day, at in enumerate(self.program.days.at[:-1]):
            heapq.heappush(self.heap, (at, -1, (day,)))
        self._people()
        while self.heap:
            at, rank, key = heapq.heappop(self.heap)
            if rank < 0:
                self.days.begin(int(str(key[0])), at)
                continue
            self._handle(self.waiting.pop(key))
        self.days.close()
        return self.tally

    def _people(self) -> None:
        """Everybody who will be let in, by playbook, calendar and time; those who come at any hour, by the hour."""
        people, start = self.program.people, self.program.cohorts.start
        groups: dict[tuple[int, int, int], list[float]] = {}
        for cohort, calendar, segment, arrive in zip(people.cohort, people.calendar, people.segment, people.arrive, strict=True):
            if self.program.cohorts.inbound[cohort]:
                arrive = max(self.program.start, arrive // 3600 * 3600 + 1800)
            counts = groups.setdefault((cohort, calendar, arrive), [0.0] * self.program.cohorts.segments[cohort])
            counts[segment] += 1
        for (cohort, calendar, arrive), counts in groups.items():
            weight = [counts[segment] * share for (segment, _), share in zip(self.kinds[cohort], self.shares[cohort], strict=True)]
            bundle = Bundle(Row(0, cohort, start[cohort], calendar, 0, 0, self.program.start), weight, self.program.start)
            bundle.own_at, bundle.own_why = arrive, ENROL
            self.advance(bundle, self.program.start)

    # ------------------------------------------------------------ time

    def advance(self, bundle: Bundle, now: int) -> None:
        """Divide what may be heard until the next certain event, and wait for that."""
        row, end = bundle.row, self.program.end
        at, why = (bundle.own_at, bundle.own_why) if bundle.own_at >= 0 else (end, NOTHING)
        if row.expires >= 0 and row.expires != bundle.clocked and max(now, row.expires) <= at:
            at, why = max(now, row.expires), CLOCK
        if row.pending:
            told = min(each[0] for each in row.pending)
            if told <= at:
                at, why = told, TOLD
        at = min(at, end)
        if bundle.items and at > now:
            for part in divide(bundle, now, at, self._cuts(bundle, now, at), self.grain):
                if part.at < end:
                    self.heard.hear(bundle, part.weight, part.item, part.code, part.at)
        if bundle.mass() <= _LEAST:
            return
        if at >= end and not (self.news.colleagues[row.cohort] and now < end and self._listens(row)):
            self.tally.stand(bundle)
            return
        bundle.at, bundle.why = at, why
        if (not bundle.items and (why in (TOLD, READ) or (why == BEGIN and self.kind_of[row.state] == TASK))) or (
            why == MAKE and at == now and not row.pending and bundle.mass() > self.small
        ):
            self._handle(bundle)
        else:
            self._push(bundle)

    def _push(self, bundle: Bundle) -> None:
        state = bundle.row.state
        loose = self.kind_of[state] in (START, END) or (self.kind_of[state] == TASK and self.program.states.task[state] != REVIEW)
        key = bundle.key(loose, bundle.mass() < self.small)
        found = self.waiting.get(key)
        if found is not None:
            found.join(bundle)
            return
        self.wait(key, bundle)

    def wait(self, key: Key, bundle: Bundle) -> None:
        """Look at the bundle again when its time has come; until then others of the same key join it."""
        self.waiting[key] = bundle
        self.count += 1
        heapq.heappush(self.heap, (bundle.at, self.count, key))

    def _cuts(self, bundle: Bundle, now: int, until: int) -> Cuts:
        """Where stretches end. A refusal's: always where it would come too late for the touch that is next. Where an answer ends the cadence: with
        the week. Else with somebody's hours."""
        row = bundle.row
        touch = bundle.own_why in (DUE, BEGIN, MAKE) and self.kind_of[row.state] in (WAIT, TOUCH)
        ends = Edges((), between(self.weeks, now, until))
        known: dict[str, Edges] = {}

        def cuts(code: int, step: int) -> Edges:
            if code in REFUSALS and touch:
                if "late" not in known:
                    known["late"] = Edges(between(self.days.too_late(row.cohort, bundle.own_at), now, until), ends.soft)
                return known["late"]
            taken = self.walk.find(row, code, step)
            target = self.program.states.target[taken] if taken >= 0 else -1
            if target < 0 or self.kind_of[target] == END:
                return ends
            if self.program.states.task[target] == HANDOFF:
                office = self.days.office(self.tasks.role_in(target, row.cohort, HANDOFF))
                return Edges((), between(office, now, until))
            if "hours" not in known:
                known["hours"] = Edges((), between(self.days.edges(row.cohort, row.calendar), now, until))
            return known["hours"]

        return cuts

    def _listens(self, row: Row) -> bool:
        return bool(self._news_for(row.state))

    def _handle(self, bundle: Bundle) -> None:
        now, why = bundle.at, bundle.why
        if self.news.colleagues[bundle.row.cohort]:
            self._colleagues(bundle, now)
        if now >= self.program.end:
            self.tally.stand(bundle)
            return
        if why not in (CLOCK, TOLD, HEAR):
            bundle.own_at, bundle.own_why = -1, NOTHING
        if why == CLOCK:
            bundle.clocked = bundle.row.expires
        if why in _CODES:
            self.take(bundle, _CODES[why], -1, now)
        else:
            self.does[why](bundle, now)
        self.advance(bundle, now)

    def _colleagues(self, bundle: Bundle, now: int) -> None:
        """Those whom the news of a colleague has reached since the bundle was looked at last go their own way; where that is an end, all of one week
        go together."""
        row, last = bundle.row, now >= self.program.end
        at = min(now, self.program.end - 1)
        events = self._news_for(row.state)
        times = [self.news.heard(row.cohort, number, bundle.seen, now) for number, _ in events]
        gone = sum(times) * bundle.mass()
        if gone <= _LEAST or (gone < self.least and not last and not all(ends for _, ends in events)):
            return
        bundle.seen = now
        for (number, ends), expected in zip(events, times, strict=True):
            share = -math.expm1(-expected)
            weight = [w * share for w in bundle.weight]
            bundle.weight = [w * (1.0 - share) for w in bundle.weight]
            if ends:
                self._away(bundle, weight, number, at)
            elif sum(weight) > _LEAST:
                part = bundle.share(weight)
                self.take(part, CODE[NEWS[number]], -1, at)
                self.advance(part, at)

    def _away(self, bundle: Bundle, weight: Vector, number: int, at: int) -> None:
        """Out of the cadence, together with others in the same place in the same week."""
        row = bundle.row
        week = (at - self.program.start) // WEEK + 1
        key: Key = (AWAY, number, row.state, row.calendar, week, row.answered < 0, row.refused >= 0, row.round)
        found = self.waiting.get(key)
        if found is not None:
            found.weight = [a + b for a, b in zip(found.weight, weight, strict=True)]
            return
        part = bundle.share(weight)
        part.news, part.at, part.why = number, min(self.program.start + week * WEEK, self.program.end) - 1, AWAY
        self.wait(key, part)

    def _leaves(self, bundle: Bundle, now: int) -> None:
        self.take(bundle, CODE[NEWS[bundle.news]], -1, now)

    def _news_for(self, state: int) -> list[tuple[int, bool]]:
        """Which news of colleagues a state listens to, and whether they lead to an end."""
        found = self._newsy.get(state)
        if found is None:
            states = self.program.states
            taken = {n: states.go[state * len(states.events) + CODE[name]] for n, name in enumerate(NEWS)}
            if taken[1] >= 0 and taken[2] >= 0:
                taken[1] = -1  # who becomes a customer had a meeting before, and that has been told
            found = self._newsy[state] = [(n, self.kind_of[states.target[t]] == END) for n, t in taken.items() if t >= 0]
        return found

    # ------------------------------------------------------------ the machine

    def take(self, bundle: Bundle, event: int, step: int, now: int) -> int:
        """As the reference engine's `take`: -1 nothing changed, 0 a flag, 1 a new state."""
        row = bundle.row
        taken = self.walk.find(row, event, step) if event in _SPREADS else -1
        moved = self.walk.move(row, event, step, now)
        if moved < 0:
            return moved
        if moved:
            self._enter(bundle, now)
        elif row.due >= 0 and bundle.own_why == DUE:
            bundle.own_at = max(row.due, now)
        self._after(bundle, event, taken, now)
        return moved

    def _after(self, bundle: Bundle, event: int, taken: int, now: int) -> None:
        """What an event means for the colleagues."""
        cohort = bundle.row.cohort
        if event == BOOKED:
            self.tally.add("meetings.booked", cohort, bundle.mass())
            self.news.tell(cohort, 2, now, bundle.mass())
        elif event == NEGATIVE:
            self.news.tell(cohort, 3, now, bundle.mass())
        elif event == MEETING_HELD:
            self.tasks.held(bundle, now)
        if taken >= 0 and self.program.states.scope[taken] > 0:
            self.news.tell(cohort, 0, now, bundle.mass())

    def _enter(self, bundle: Bundle, now: int) -> None:
        """What a state waits for by itself."""
        row = bundle.row
        kind = self.kind_of[row.state]
        bundle.own_at, bundle.own_why = -1, NOTHING
        if kind in (WAIT, HOLD):
            bundle.own_at, bundle.own_why = max(row.due, now), DUE
        elif kind == TOUCH:
            self._touch(bundle, now)
        elif kind == TASK:
            self.tasks.task(bundle, now)
        elif kind == END:
            if row.due >= 0:
                bundle.own_at, bundle.own_why = max(row.due, now), COOLED
        else:
            bundle.items = []
            self.days.back(bundle)

    def _enrol(self, bundle: Bundle, now: int) -> None:
        """As the reference engine's `enrol`."""
        row, tally = bundle.row, self.tally
        if self.kind_of[row.state] != START:
            return
        again = row.round >= 0
        row.round += 1
        row.last_step = -1
        row.on_channel = [0] * CHANNEL_COUNT
        tally.add("reenrolled" if again else "enrolled", row.cohort, bundle.mass())
        if not again:
            tally.mark("enrolled", row.cohort, now, bundle.mass())
        self.take(bundle, ENROLLED, -1, now)

    # ------------------------------------------------------------ touches

    def _touch(self, bundle: Bundle, now: int) -> None:
        """When the touch is made, or the mail begun: hands and mailboxes are there, in their hours and the recipient's window."""
        program, row = self.program, bundle.row
        step = self.step_of[row.state]
        role = program.steps.role[step]
        window = program.clocks.forward_window[row.calendar * COLUMNS + program.steps.channel[step]]
        if program.steps.answer[step] == EMAIL and role != self.nobody:
            bundle.own_at, bundle.own_why = self.hours(role, -1, now), BEGIN
        else:
            bundle.own_at, bundle.own_why = self.hours(role, window, now), MAKE

    def hours(self, role: int, window: int, now: int) -> int:
        """The first second from `now` on in which both the role works and the window is open."""
        clocks, roles = self.program.clocks, self.program.roles
        if self.rates.chain[roles.selling_time[role]] <= 0.0:
            return self.program.end
        while True:
            at = clocks.forward(roles.window[role], now)
            now = clocks.forward(window, at)
            if now == at or now >= self.program.end:
                return now

    def stretch(self, role: int, seconds: int) -> int:
        return int(seconds / self.rates.chain[self.program.roles.selling_time[role]] + 0.5) if seconds else 0

    def _begin(self, bundle: Bundle, now: int) -> None:
        """Somebody's work on a mail or on a task begins."""
        row, program = bundle.row, self.program
        if self.kind_of[row.state] == TASK:
            self.tasks.work_on(bundle, now)
            return
        step = self.step_of[row.state]
        if not self.heard.still_wanted(bundle, step, now):
            return
        role, seconds = program.steps.role[step], program.steps.seconds[step]
        self.tally.work(role, seconds * bundle.mass(), now)
        window = program.clocks.forward_window[row.calendar * COLUMNS + program.steps.channel[step]]
        bundle.own_at, bundle.own_why = program.clocks.forward(window, now + self.stretch(role, seconds)), MAKE

    def _make(self, bundle: Bundle, now: int) -> None:
        """As the reference engine's `make`, with chances instead of draws."""
        row, program, tally = bundle.row, self.program, self.tally
        step = self.step_of[row.state]
        if row.touches >= MOST or not self.heard.still_wanted(bundle, step, now):
            return
        steps, mass = program.steps, bundle.mass()
        channel, kind, sender = steps.channel[step], steps.answer[step], steps.sender[step]
        row.round += step <= row.last_step
        row.last_step = step
        row.touches += 1
        if row.touches == 1:
            row.speed = self._speed(row, now)
        tally.touched(step, row.cohort, now, mass)
        if row.refused >= 0:
            tally.add("contacts_after_no", row.cohort, mass)
        if kind == EMAIL and sender >= 0:
            tally.sent[sender] += mass
            tally.mails[sender][tally.day(now)] += mass
        recent = [at for at in row.made if at > now - WEEK]
        reputation = self.days.reputation[sender] if sender >= 0 else 1.0
        touch = self.answers.of(step, Setting(row.on_channel[channel], len(recent), row.refused >= 0, row.speed, reputation))
        row.made = [*recent, now]
        if kind != EMAIL or steps.role[step] == self.nobody:
            talks = steps.talk[step] * sum(w * c for w, c in zip(bundle.weight, touch.first or (), strict=False)) if kind == PHONE else 0.0
            tally.work(steps.role[step], steps.seconds[step] * mass + talks, now)
        self._good_and_bad(bundle, step, touch, now)

    def _good_and_bad(self, bundle: Bundle, step: int, touch: Touch, now: int) -> None:
        """Those whose address is bad get their mail back; the others may answer. Then the machine goes on."""
        row = bundle.row
        bad = self.heard.bad_address(bundle, step, touch)
        row.on_channel = [n + (c == self.program.steps.channel[step]) for c, n in enumerate(row.on_channel)]
        if bad is not None:
            bad.row.on_channel = row.on_channel
            bad.items = [*bad.items, self.heard.bounce(step, touch, bad, now)]
            self.take(bad, DONE_EVENT, -1, now)
            self.advance(bad, now)
        if self.program.steps.answer[step] != NONE:
            bundle.items = [*bundle.items, *self.heard.items(bundle, step, touch, now)]
        self.take(bundle, DONE_EVENT, -1, now)

    def _speed(self, row: Row, now: int) -> float:
        cohorts = self.program.cohorts
        length = cohorts.slice[row.cohort]
        if not length:
            return 1.0
        floor, halves = self.rates.chain[cohorts.floor[row.cohort]], self.program.halves
        return floor + (1.0 - floor) * halves[min((now - row.enrolled) // length, len(halves) - 1)]


def _kinds(program: Program, rates: Rates) -> tuple[list[list[tuple[int, float]]], list[Vector]]:
    """By playbook: the kinds of person (segment, propensity), and how many of a segment's people are of each.

    Where the keenest people are so keen that their chances add up to more than 1, what is cut off is no polynomial, and it takes more kinds."""
    kinds, shares = [], []
    for c, (segments, table) in enumerate(zip(program.cohorts.segments, program.cohorts.propensity, strict=True)):
        keen = max((rates.share[row][POSITIVE] + rates.share[row][NOT_NOW] for row in _rows(program, c)), default=0.0)
        nodes = rule(table, MANY if keen * table[len(table) * 99 // 100] > 1.0 else NODES)
        kinds.append([(segment, x) for segment in range(segments) for x, _ in nodes])
        shares.append([weight for _ in range(segments) for _, weight in nodes])
    return kinds, shares


def _rows(program: Program, cohort: int) -> list[int]:
    """All rows of rates of a playbook's steps."""
    steps, segments = program.steps, program.cohorts.segments[cohort]
    found: list[int] = []
    for s, c in enumerate(steps.cohort):
        if c == cohort:
            variants = max(1, steps.variant[s + 1] - steps.variant[s])
            found += range(steps.row[s], steps.row[s] + variants * segments)
    return found
