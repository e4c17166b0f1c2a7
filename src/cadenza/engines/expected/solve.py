"""The walk of all people at once: bundles of one history move through the machine in the order of time, divide where something is uncertain, and
join where nothing tells them apart any more.

Time goes from one certain event to the next (a timer, a touch, the end of a task). Whatever may be heard in between divides the bundle (`split`): a
part for each answer and stretch of time, and the rest, who have heard nothing. Nobody waits for a hand or a mailbox, only for their hours.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from ...world.clocks import COLUMNS
from ...world.program import CODE, EMAIL, END, HANDOFF, HOLD, NONE, PHONE, RETURN, REVIEW, START, TASK, TOUCH, WAIT, Program
from ...world.rates import DEPTH, Rates
from ..common import MOST
from ..people import CHANNEL_COUNT, ENROLLED, Row, Walk
from ..people import DONE as DONE_EVENT
from .answers import Answers, Setting, Touch, Vector
from .bundle import ASKED, AWAY, BEGIN, CLOCK, COOLED, DONE, DUE, ENROL, HEAR, HELD, MAKE, MEET, NOTHING, READ, TOLD, Bundle, Key
from .days import Days
from .heard import REFUSALS, Heard
from .hours import Hours
from .kinds import kinds_of
from .news import Colleagues, News
from .split import Cuts, Edges, between, divide
from .tally import Tally
from .tasks import LEADS, Tasks

BOOKED, MEETING_HELD, ASKED_BACK = CODE["meeting.booked"], CODE["meeting.held"], CODE["asked_back"]
_CODES = {DUE: CODE["due"], ASKED: ASKED_BACK, COOLED: CODE["cooled"], DONE: DONE_EVENT, CLOCK: CODE["elapsed"], HELD: MEETING_HELD}
NEGATIVE, BOUNCED = CODE["replied.negative"], CODE["bounced"]
_SPREADS = (CODE["unsubscribed"], CODE["complained"])
_LEAST = 1e-9
FINENESS = 1e-5
WEEK = 604800


class Solver:
    """Everybody, as bundles."""

    def __init__(self, program: Program, rates: Rates, fineness: float = FINENESS) -> None:
        self.program, self.rates = program, rates
        self.walk = Walk(program, held=True)
        self.kinds = kinds_of(program, rates)
        self.answers = Answers(program, rates, self.kinds)
        self.tally = Tally(program, [rates.chain[c] for c in program.roles.selling_time], (*rates.paces, ()))
        self.news = News(program)
        self.days = Days(self)
        self.hours = Hours(program, rates)
        self.heard = Heard(self)
        self.tasks = Tasks(self)
        self.colleagues = Colleagues(self)
        self.heap: list[tuple[int, int, Key]] = []
        self.waiting: dict[Key, Bundle] = {}
        self.count = 0
        self.grain = max(1e-5, fineness * len(program.people.key))
        self.small, self.least, self.cutoff = 20 * self.grain, 0.1 * self.grain, 0.001 * self.grain
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
            AWAY: self.colleagues.leave,
        }

    def run(self) -> Tally:
        for day, at in enumerate(self.program.days.at[:-1]):
            heapq.heappush(self.heap, (at, -1, (day,)))
        for cohort, calendar, arrive, weight in self.groups():
            bundle = Bundle(Row(0, cohort, self.program.cohorts.start[cohort], calendar, 0, 0, self.program.start), weight, self.program.start)
            bundle.own_at, bundle.own_why = arrive, ENROL
            self.advance(bundle, self.program.start)
        while self.heap:
            at, rank, key = heapq.heappop(self.heap)
            if rank < 0:
                self.days.begin(int(str(key[0])), at)
                continue
            self._handle(self.waiting.pop(key))
        self.days.close()
        return self.tally

    def groups(self) -> Iterator[tuple[int, int, int, Vector]]:
        """Everybody who will be let in, by playbook, calendar and time: how many of each kind. Who comes at any hour: by the hour, in its mean."""
        people = self.program.people
        groups: dict[tuple[int, int, int], tuple[list[float], list[int]]] = {}
        for cohort, calendar, segment, arrive in zip(people.cohort, people.calendar, people.segment, people.arrive, strict=True):
            hour = arrive // 3600 if self.program.cohorts.inbound[cohort] else arrive
            counts, instants = groups.setdefault((cohort, calendar, hour), ([0.0] * self.program.cohorts.segments[cohort], []))
            counts[segment] += 1
            instants.append(arrive)
        for (cohort, calendar, _), (counts, instants) in groups.items():
            yield cohort, calendar, round(sum(instants) / len(instants)), [counts[kind.segment] * kind.share for kind in self.kinds[cohort]]

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
            unclear = self.rates.chain[self.program.cohorts.unclassified[row.cohort]]
            for part in divide(bundle, now, at, self._cuts(bundle, now, at), self.grain, unclear):
                if part.at < end:
                    self.heard.hear(bundle, part)
        if bundle.mass() <= _LEAST:
            return
        if at >= end and not (self.news.colleagues[row.cohort] and now < end and self.colleagues.listens(row.state)):
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
        kind = self.kind_of[state]
        loose = kind == END or (kind == START and bundle.own_why != ENROL) or (kind == TASK and self.program.states.task[state] != REVIEW)
        day = self.tally.day(bundle.own_at) + (bundle.own_at >= self.program.end) if bundle.own_why in (COOLED, ASKED) else -1
        key = bundle.key(loose, bundle.mass() < self.small, day)
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
        """Where stretches end. A refusal's: always where it would come too late for the touch or the clock that is next. Where an answer
        ends the cadence: with the week. Else with somebody's hours."""
        row = bundle.row
        touch = bundle.own_why in (DUE, BEGIN, MAKE) and self.kind_of[row.state] in (WAIT, TOUCH)
        ends = Edges((), between(self.weeks, now, until))
        clock = [row.expires] if row.expires >= 0 and row.expires != bundle.clocked else []
        known: dict[object, Edges] = {}

        def cuts(code: int, step: int, unclear: bool) -> Edges:
            if code in REFUSALS and (touch or clock):
                if unclear not in known:
                    before = [self.hours.made_at(row, bundle.own_at), *clock] if touch else clock
                    late = [self.days.too_late(row.cohort, row.state, each, unclear) for each in before]
                    known[unclear] = Edges([at for each in late for at in between(each, now, until)], ends.soft)
                return known[unclear]
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

    def _handle(self, bundle: Bundle) -> None:
        now, why = bundle.at, bundle.why
        if self.news.colleagues[bundle.row.cohort]:
            self.colleagues.reach(bundle, now)
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

    # ------------------------------------------------------------ the machine

    def take(self, bundle: Bundle, event: int, step: int, now: int) -> int:
        """As the reference engine's `take`: -1 nothing changed, 0 a flag, 1 a new state."""
        row = bundle.row
        taken = self.walk.find(row, event, step)
        moved = self.walk.move(row, event, step, now)
        if moved < 0:
            return moved
        if event == ASKED_BACK:
            self.tally.add("asked_back", row.cohort, bundle.mass())
            row.refused, row.pending = -1, None
        if moved:
            self._enter(bundle, now)
        elif row.due >= 0 and bundle.own_why == DUE:
            bundle.own_at = max(row.due, now)
        self._after(bundle, event, taken, now)
        if moved > 0 and step >= 0 and self.program.states.timer[taken] == RETURN and self.program.cohorts.away[row.cohort] >= 0:
            self._away(bundle, taken, now)
        return moved

    def _away(self, bundle: Bundle, taken: int, now: int) -> None:
        """They are away for different times: as many equally likely ones as their number is worth."""
        row, program = bundle.row, self.program
        table = program.tables[program.cohorts.away[row.cohort]]
        window = program.clocks.forward_window[row.calendar * COLUMNS + program.states.channel[taken]]
        points = self.points(table, bundle)
        for n, after in enumerate(points):
            part = bundle.share([w / (len(points) - n) for w in bundle.weight])
            bundle.weight = [w - p for w, p in zip(bundle.weight, part.weight, strict=True)]
            part.row.due = program.clocks.forward(window, now + after)
            part.own_at, part.own_why = part.row.due, DUE
            self.advance(part, now)

    def points(self, table: tuple[int, ...], bundle: Bundle) -> list[int]:
        """A few equally likely values, fewer for few people."""
        count = 1 if table[0] == table[-1] else max(1, min(LEADS, int(bundle.mass() / self.least)))
        width = len(table) // count
        return [table[n * width + width // 2] for n in range(count)]

    def _after(self, bundle: Bundle, event: int, taken: int, now: int) -> None:
        """What an event means beyond the person, and who of those who opted out will ask to come back."""
        row = bundle.row
        cohort = row.cohort
        if event == BOOKED:
            self.tally.add("meetings.booked", cohort, bundle.mass())
            self.news.tell(cohort, 2, now, bundle.mass())
        elif event == NEGATIVE:
            self.news.tell(cohort, 3, now, bundle.mass())
        elif event == MEETING_HELD:
            self.tasks.held(bundle, now)
        if event not in _SPREADS:
            return
        if self.program.states.scope[taken] > 0:
            self.news.tell(cohort, 0, now, bundle.mass())
        if self.program.cohorts.asked_back[cohort] >= 0 and row.round >= 0 and self.walk.find(row, ASKED_BACK, -1) >= 0:
            self._asks(bundle, now)

    def _asks(self, bundle: Bundle, now: int) -> None:
        cohorts, cohort = self.program.cohorts, bundle.row.cohort
        share = self.rates.chain[cohorts.asked_back[cohort]]
        whole = bundle.share([w * share for w in bundle.weight])
        bundle.weight = [w * (1.0 - share) for w in bundle.weight]
        points = self.points(self.program.tables[cohorts.asked_back_delay[cohort]], whole)
        for after in points if whole.mass() > _LEAST else ():
            part = whole.share([w / len(points) for w in whole.weight])
            if part.own_at < 0 or now + after < part.own_at:
                part.own_at, part.own_why = now + after, ASKED
            self.advance(part, now)

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
        if program.steps.answer[step] == EMAIL and role != self.hours.nobody:
            bundle.own_at, bundle.own_why = self.hours.open(role, -1, now), BEGIN
        else:
            bundle.own_at, bundle.own_why = self.hours.open(role, window, now), MAKE

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
        bundle.own_at, bundle.own_why = program.clocks.forward(window, now + self.hours.stretch(role, seconds)), MAKE

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
        recent = [at for at in row.made if at > now - WEEK][-DEPTH + 1 :]
        reputation = self.days.reputation[sender] if sender >= 0 else 1.0
        touch = self.answers.of(
            step, Setting(min(row.on_channel[channel], DEPTH - 1), len(recent), row.refused >= 0, row.speed, max(1.0, reputation))
        )
        row.made = [*recent, now]
        if kind != EMAIL or steps.role[step] == self.hours.nobody:
            talks = steps.talk[step] * sum(w * c for w, c in zip(bundle.weight, touch.first or (), strict=False)) if kind == PHONE else 0.0
            tally.work(steps.role[step], steps.seconds[step] * mass + talks, now)
        self._good_and_bad(bundle, step, touch, min(1.0, reputation) if kind == EMAIL else 1.0, now)

    def _good_and_bad(self, bundle: Bundle, step: int, touch: Touch, placement: float, now: int) -> None:
        """Those whose address is bad get their mail back; the others may answer. Then the machine goes on."""
        row = bundle.row
        bad = self.heard.bad_address(bundle, step, touch)
        row.on_channel = [n + (c == self.program.steps.channel[step]) for c, n in enumerate(row.on_channel)]
        if bad is not None:
            bad.row.on_channel = row.on_channel
            bad.items = [*bad.items, self.heard.bounce(step, touch, bad, now)]
            self.take(bad, DONE_EVENT, -1, now)
            self.advance(bad, now)
        if touch.lands is not None:
            lands = [placement * share for share in touch.lands]
            placement = 1.0
            lost = bundle.share([w * (1.0 - share) for w, share in zip(bundle.weight, lands, strict=True)])
            bundle.weight = [w * share for w, share in zip(bundle.weight, lands, strict=True)]
            if lost.mass() > _LEAST:
                self.take(lost, DONE_EVENT, -1, now)
                self.advance(lost, now)
        if self.program.steps.answer[step] != NONE:
            bundle.items = [*bundle.items, *self.heard.items(bundle, step, touch, placement, now)]
        self.take(bundle, DONE_EVENT, -1, now)

    def _speed(self, row: Row, now: int) -> float:
        cohorts = self.program.cohorts
        length = cohorts.slice[row.cohort]
        if not length:
            return 1.0
        floor, halves = self.rates.chain[cohorts.floor[row.cohort]], self.program.halves
        return floor + (1.0 - floor) * halves[min((now - row.enrolled) // length, len(halves) - 1)]
