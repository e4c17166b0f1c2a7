"""The reference engine: SimPy keeps the time, people are rows.

SimPy's processes are what has a rhythm of its own: the organization's days, and each role's office hours. A person is a row that events move
through the machine; a process for each of them would cost ten times as much and say no more (see `benchmarks/`). The flow of one touch:

    due → (rep's queue → work) → (mailbox) → made: answers are drawn and planned → done → the next wait

The order within an instant is told in `agenda`; what may be drawn in `answers`; who waits for what in `queues`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ..world.clocks import COLUMNS
from ..world.draws import GOLDEN, MASK, UNIT, mix, stem, text64
from ..world.program import CODE, EMAIL, END, HOLD, PHONE, REVIEW, START, TASK, TOUCH, WAIT, Flight, Program
from ..world.quantiles import INDEX_SHIFT
from ..world.rates import Held, Rates, draw_rates
from .agenda import Agenda, Happening
from .answers import Answers
from .common import ANSWER, CLOCK, LATER, MOST, RESUME, SIGNAL, TIMER, WRITTEN, made_by, spread
from .days import Days
from .funnel import Funnel
from .ledger import Ledger
from .others import Others
from .outcome import Outcome
from .people import CHANNEL_COUNT, DONE, ENROLLED, Row, Walk
from .queues import Lane, Mailbox, Resource, Team
from .refusals import Refusals
from .totals import outcome
from .warm import board, opening, refuse

if TYPE_CHECKING:
    from . import Trace

DUE, COOLED, ELAPSED, UNCLASSIFIED, BOUNCED = (CODE[name] for name in ("due", "cooled", "elapsed", "replied.unclassified", "bounced"))
_PROPENSITY = text64("propensity/")


def run(program: Program, replication: int, trace: Trace | None, fixed_rates: Held, lateness: bool = False) -> Outcome:
    """One replication of the program, on SimPy."""
    simulation = Simulation(program, replication, trace, draw_rates(program, replication, fixed_rates))
    if program.people.flight is not None:
        simulation.board(program.people.flight, replication)
    return simulation.run(lateness)


class Simulation:
    """Everybody and everything in one replication."""

    def __init__(self, program: Program, replication: int, trace: Trace | None, rates: Rates) -> None:
        self.program = program
        self.trace = trace
        self.rates = rates
        self.stem = stem(program.seed, replication)
        self.agenda = Agenda(program.start, program.end)
        self.walk = Walk(program)
        self.answers = Answers(program, rates)
        self.ledger = Ledger(program)
        self.rows = self._people()
        self.teams, self.boxes = self._resources()
        self.others = Others(self)
        self.refusals = Refusals(self)
        self.funnel = Funnel(self)
        self.days = Days(self)
        self.agenda.handle = self.handle
        self.lanes: dict[tuple[bool, int, int, int], tuple[Resource, Lane]] = {}
        self.spread = [spread(program, step) for step in range(len(program.steps.id))]
        self.kinds = program.states.kind
        self.step_of = program.states.step
        f = self.funnel
        self.handlers = (
            self.timer,
            self.clock,
            self.signal,
            self.answer,
            self.refusals.told,
            self.read,
            self.written,
            f.meet,
            f.won,
            self.enrol,
            self.resume,
        )

    def run(self, lateness: bool = False) -> Outcome:
        self.agenda.run()
        totals = self.ledger.totals(self.rows, self.teams, self.days.sends)
        return outcome(self.program, replace(totals, lateness=self.ledger.lateness()) if lateness else totals)

    def _people(self) -> list[Row]:
        people, start = self.program.people, self.program.cohorts.start
        columns = zip(people.cohort, people.calendar, people.account, people.segment, strict=True)
        return [Row(n, c, start[c], calendar, account, segment, self.program.start) for n, (c, calendar, account, segment) in enumerate(columns)]

    def _resources(self) -> tuple[list[Team], list[Mailbox]]:
        """Teams first, then mailboxes: the order in which capacity is dealt out."""
        program, roles = self.program, self.program.roles
        chain, paces = self.rates.chain, (*self.rates.paces, ())
        teams = [
            Team(self.agenda, program.clocks, self.rows, i, roles.people[i], roles.window[i], chain[roles.selling_time[i]], paces[i])
            for i in range(len(roles.name))
        ]
        boxes = [Mailbox(self.agenda, program.clocks, self.rows, len(teams) + i) for i in range(program.senders.mailbox[-1])]
        for team in teams:
            team.begin = self.begin
        for box in boxes:
            box.send = self.make
        return teams, boxes

    # ------------------------------------------------------------ who is under way

    def board(self, flight: Flight, replication: int) -> None:
        """People who are under way at the start, and what is on its way to them."""
        found, start = opening(self.program, replication, self.rates), self.program.start
        for role, rep, channel, made in zip(*[iter(flight.capped)] * 4, strict=True):
            self.teams[role].cap(rep, channel).week = made
        for place, person in enumerate(flight.person):
            board(self.program, self.rates, self.rows[person], place, found.base[place])
            self.agenda.plan(start, (LATER, person, RESUME, -1, 0))
            for at, *told in refuse(flight, self.rows[person], place):
                self.agenda.plan(at, cast(Happening, tuple(told)))
        for place, event, step in found.unclear:
            row = self.rows[flight.person[place]]
            row.review = [(event, step)]
            row.refused = start if event in self.refusals.events else row.refused
        for at, *happening in found.later:
            self.agenda.plan(at, cast(Happening, tuple(happening)))

    def resume(self, now: int, happening: Happening) -> None:
        """What the state of somebody who is under way asks for, unless something has moved them on in this instant."""
        row = self.rows[happening[1]]
        if row.expires >= 0:
            self.agenda.plan(max(now, row.expires), (ELAPSED, row.number, CLOCK, -1, 0))
        if row.stamp or (row.round < 0 and self.kinds[row.state] == START):  # whose turn is still to come
            return
        if self.kinds[row.state] == TOUCH:
            self._queue(row, self.step_of[row.state], row.since, False, now)
        elif self.kinds[row.state] == TASK:
            self.funnel.resume(row, self.program.states.task[row.state], now)
        else:
            self.enter(row, now)

    # ------------------------------------------------------------ what happens

    def handle(self, now: int, happening: Happening) -> None:
        self.handlers[happening[2]](now, happening)

    def timer(self, now: int, happening: Happening) -> None:
        """A state's timer, or the end of a task: unless the person has moved on."""
        row = self.rows[happening[1]]
        if row.stamp == happening[4]:
            self.take(row, happening[0], -1, now)

    def clock(self, now: int, happening: Happening) -> None:
        row = self.rows[happening[1]]
        if 0 <= row.expires <= now:
            self.take(row, ELAPSED, -1, now)

    def signal(self, now: int, happening: Happening) -> None:
        row = self.rows[happening[1]]
        if happening[0] == BOUNCED:
            self.days.bounced(row, happening[3])
        self.take(row, happening[0], happening[3], now)

    def enrol(self, now: int, happening: Happening) -> None:
        """Out of the pool and into the cadence, unless something ended it before it began."""
        row = self.rows[happening[1]]
        if self.kinds[row.state] != START:
            return
        if not self.others.free(row, now, True):
            self.ledger.add("turned_away", row.cohort)
            self.days.back(row)
            return
        if row.round < 0 and not row.base:  # who is known from another playbook has their luck already
            key = self.program.people.key[row.number]
            row.base = mix(self.stem ^ key)
            row.propensity = self.program.cohorts.propensity[row.cohort][mix((row.base + _PROPENSITY) & MASK) >> INDEX_SHIFT]
        again = row.round >= 0
        row.round += 1
        row.last_step = -1
        row.on_channel = [0] * CHANNEL_COUNT
        self.ledger.add("reenrolled" if again else "enrolled", row.cohort)
        if not again:
            self.ledger.mark("enrolled", row.cohort, now)
        self.take(row, ENROLLED, -1, now)

    def answer(self, now: int, happening: Happening) -> None:
        """A reply, an opt-out or a complaint comes in. Who has spoken since the touch was made does not answer it as well."""
        event, person, _, step, made = happening
        row = self.rows[person]
        if not self.refusals.counts(row, event, step, made, now):
            return
        if event in self.refusals.replies and self._unclear(row, step):
            self.ledger.add("unclassified", row.cohort)
            if self.take(row, UNCLASSIFIED, step, now) > 0 or self._in_review(row):
                row.review = [*(row.review or []), (event, step)]
                return
        self.heard(row, event, step, now)

    def heard(self, row: Row, event: int, step: int, now: int) -> None:
        """A reply whose class is known: refusals set out on their way, everything else is the machine's."""
        if event in self.refusals.events:
            self.refusals.send(row, event, step, now)
        else:
            self.take(row, event, step, now)
        self.others.told(row, event, now)

    def again(self, row: Row, now: int) -> None:
        """A touch that waited for the person: back into its queue, at the place of when it was due."""
        self._queue(row, self.step_of[row.state], row.since, False, now)

    def read(self, now: int, happening: Happening) -> None:
        """Somebody has read what was unclear: the reply is what it is, and where that changes nothing the cadence goes on."""
        row = self.rows[happening[1]]
        if row.stamp != happening[4]:
            return
        unclear, row.review = row.review or [], None
        for event, step in unclear:
            self.heard(row, event, step, now)
        if row.stamp == happening[4]:
            self.take(row, DONE, -1, now)

    def written(self, now: int, happening: Happening) -> None:
        """A personalised mail is ready for its mailbox; its place there is by when it was due."""
        row = self.rows[happening[1]]
        if row.stamp == happening[4]:
            self._queue(row, self.step_of[row.state], row.since, True, now)

    def _unclear(self, row: Row, step: int) -> bool:
        share = self.rates.chain[self.program.cohorts.unclassified[row.cohort]]
        return (mix((row.base + self.answers.code[step][9] + GOLDEN * row.round) & MASK) >> 11) * UNIT < share

    def _in_review(self, row: Row) -> bool:
        return self.program.states.task[row.state] == REVIEW

    # ------------------------------------------------------------ the machine

    def take(self, row: Row, event: int, step: int, now: int, resource: str = "", draw: int = 0) -> int:
        """The machine takes an event; what the new state asks for is set going. -1: nothing changed, 0: a flag, 1: a new state."""
        walk = self.walk
        taken = walk.find(row, event, step) if event in self.funnel.spreads else -1
        expires = row.expires
        moved = walk.move(row, event, step, now)
        if moved < 0:
            return moved
        if self.trace is not None:
            self.tell(row, event, step, now, resource, draw)
        if row.expires >= 0 and row.expires != expires:
            self.agenda.plan(max(now, row.expires), (ELAPSED, row.number, CLOCK, -1, 0))
        if moved:
            self.enter(row, now)
        if taken >= 0 or event in self.funnel.watched:
            self.funnel.after(row, event, taken, now)
        return moved

    def enter(self, row: Row, now: int) -> None:
        """What a state asks for when it is entered: a timer, a touch, a task, or nothing."""
        kind = self.kinds[row.state]
        if kind in (WAIT, HOLD):
            self.agenda.plan(row.due if row.due > now else now, (DUE, row.number, TIMER, -1, row.stamp))
        elif kind == TOUCH:
            self._queue(row, self.step_of[row.state], now, False, now)
        elif kind == TASK:
            self.funnel.task(row, self.program.states.task[row.state], now)
        elif kind == END:
            if row.due >= 0:
                self.agenda.plan(row.due if row.due > now else now, (COOLED, row.number, TIMER, -1, row.stamp))
        else:
            self.days.back(row)
        self.others.moved(row, now)

    def tell(self, row: Row, event: int, step: int, now: int, resource: str, draw: int) -> None:
        states, trace = self.program.states, self.trace
        assert trace is not None
        name = states.events[event] if step < 0 else f"{states.events[event]}:{self.program.steps.id[step]}"
        trace(now, self.program.people.key[row.number], states.name[row.state], name, resource, draw)

    # ------------------------------------------------------------ touches

    def _queue(self, row: Row, step: int, due: int, written: bool, now: int) -> None:
        """Into the queue of whoever is next: the rep, then (for e-mail) the mailbox."""
        slot = self.program.people.position[row.number] % self.spread[step]
        key = (written, step, row.calendar, slot)
        found = self.lanes.get(key)
        if found is None:
            found = self.lanes[key] = self._lane(row.calendar, step, slot, written)
        resource, lane = found
        resource.push(lane, (self.program.cohorts.priority[row.cohort], due, row.number, row.stamp), now)

    def _lane(self, calendar: int, step: int, slot: int, written: bool) -> tuple[Resource, Lane]:
        """Whose queue, and behind which gate: the recipient's window, a rep's cap."""
        program, steps = self.program, self.program.steps
        role, channel = steps.role[step], steps.channel[step]
        window = program.clocks.forward_window[calendar * COLUMNS + channel]
        sender, nobody = steps.sender[step], len(self.teams) - 1
        mails = steps.answer[step] == EMAIL
        if mails and sender >= 0 and (written or role == nobody):
            box = self.boxes[program.senders.mailbox[sender] + slot]
            return box, box.lane(window)
        team = self.teams[nobody if written else role]
        gate = -1 if mails and not written and role != nobody else window
        weekly, daily = steps.weekly_cap[step], steps.daily_cap[step]
        if weekly < 0 and daily < 0:
            return team, team.lane(gate)
        return team, team.capped_lane(gate, step, slot % max(1, steps.reps[step]), channel, weekly, daily)

    def begin(self, now: int, person: int, stamp: int) -> int:
        """A job starts: seconds of work, or -1 where nobody needs it any more. A touch is made when its work begins; a mail is written first."""
        row = self.rows[person]
        state = row.state
        if self.kinds[state] == TASK:
            return self.funnel.begin(row, self.program.states.task[state], now)
        step, steps = self.step_of[state], self.program.steps
        seconds = steps.seconds[step]
        if steps.answer[step] == EMAIL and steps.role[step] < len(self.teams) - 1:
            if not self.refusals.still_wanted(row, step, now):
                return -1
            self.agenda.plan(now + self.teams[steps.role[step]].stretch(seconds), (LATER, person, WRITTEN, step, stamp))
            return seconds
        return self.make(now, person, stamp)

    def make(self, now: int, person: int, stamp: int) -> int:
        """The touch is made: counted, its answers drawn and planned, and the machine goes on. Gives its seconds of work, -1 where it was stopped."""
        row = self.rows[person]
        step, steps, ledger = self.step_of[row.state], self.program.steps, self.ledger
        if row.touches >= MOST or not self.refusals.still_wanted(row, step, now):
            return -1
        channel, cohort = steps.channel[step], row.cohort
        if step <= row.last_step:
            row.round += 1
        row.last_step = step
        row.touches += 1
        if row.touches == 1:
            row.speed = self._speed(row, now)
        ledger.touches[step] += 1
        ledger.mark("touches", cohort, now)
        ledger.touch_late[cohort].append(now - row.since)
        if row.refused >= 0:
            ledger.add("contacts_after_no", cohort)
        if steps.answer[step] == EMAIL:
            self.days.sent(step)
        draw, answers = self.answers.of(row, step, now)
        row.on_channel[channel] += 1
        seconds = steps.seconds[step]
        if answers:
            seconds = self._expect(row, step, now, answers)
        self.take(row, DONE, -1, now, "" if self.trace is None else made_by(self.program, step, row.number), draw)
        del stamp
        return seconds

    def _expect(self, row: Row, step: int, now: int, answers: list[tuple[int, int]]) -> int:
        """Plan what was drawn; gives the seconds of work, with the conversation where the phone was answered."""
        steps, agenda = self.program.steps, self.agenda
        seconds, phone = steps.seconds[step], steps.answer[step] == PHONE
        ends = now + 1
        if phone:
            seconds += steps.talk[step]
            ends = now + max(1, self.teams[steps.role[step]].stretch(seconds))
        for event, after in answers:
            if event in self.refusals.classes:
                agenda.plan(ends if phone else now + max(1, after), (event, row.number, ANSWER, step, row.touches))
            else:
                self.days.noticed(row, event)
                agenda.plan(now + max(1, after), (event, row.number, SIGNAL, step, 0))
        return seconds

    def _speed(self, row: Row, now: int) -> float:
        """What a late first touch keeps of an inbound lead's interest."""
        cohorts = self.program.cohorts
        length = cohorts.slice[row.cohort]
        if not length:
            return 1.0
        floor = self.rates.chain[cohorts.floor[row.cohort]]
        halves = self.program.halves
        return floor + (1.0 - floor) * halves[min((now - row.enrolled) // length, len(halves) - 1)]
