"""From a reply to a deal: reviews, hand-offs, bookings, meetings, opportunities; and what one person's news means for the colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..world.draws import GOLDEN, MASK, PURPOSES, UNIT, mix, text64
from ..world.program import BOOKING, CODE, HANDOFF, MEETING, REVIEW, TASKS
from ..world.quantiles import INDEX_SHIFT
from .agenda import Happening
from .common import LATER, MEET, READ, SIGNAL, TIMER, WON
from .people import DONE, Row

if TYPE_CHECKING:
    from .simpy_engine import Simulation

BOOKED, DECLINED, HELD, MISSED = (CODE[f"meeting.{name}"] for name in ("booked", "declined", "held", "missed"))
NEGATIVE, ASKED_BACK = CODE["replied.negative"], CODE["asked_back"]
_CODE = {name: text64(f"{name}/") for name in PURPOSES}
_FOR_COLLEAGUES = {BOOKED: "account.meeting_booked", NEGATIVE: "account.replied_negative"}


class Funnel:
    __slots__ = ("cohorts", "sim", "spreads", "watched")

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.cohorts = sim.program.cohorts
        self.spreads = frozenset((CODE["unsubscribed"], CODE["complained"]))  # what a whole account may hear, by the machine's own action
        self.watched = frozenset((BOOKED, HELD, NEGATIVE, ASKED_BACK))

    def luck(self, row: Row, purpose: str) -> int:
        """The person's draw for this meeting."""
        return mix((row.base + _CODE[purpose] + GOLDEN * row.meetings) & MASK)

    def chance(self, row: Row, purpose: str, chain: int) -> bool:
        return (self.luck(row, purpose) >> 11) * UNIT < self.sim.rates.chain[chain]

    def look_up(self, row: Row, purpose: str, table: int) -> int:
        return self.sim.program.tables[table][self.luck(row, purpose) >> INDEX_SHIFT]

    # ------------------------------------------------------------ tasks

    def task(self, row: Row, task: int, now: int) -> None:
        """A person's turn. Who has answered comes before who has not: priority 0, by when it is due."""
        agenda = self.sim.agenda
        if task == BOOKING:
            booked = self.chance(row, "booked", self.cohorts.booked[row.cohort])
            agenda.plan(now, (BOOKED if booked else DECLINED, row.number, TIMER, -1, row.stamp))
        elif task == MEETING:
            at = now + self.look_up(row, "lead_time", self.cohorts.lead_time[row.cohort])
            window = self.sim.program.roles.window[self.role(row, task)]
            agenda.plan(self.sim.program.clocks.forward(window, at), (LATER, row.number, MEET, -1, row.stamp))
        else:
            if task == HANDOFF:
                self.sim.ledger.add("handoffs", row.cohort)
            self._queue(row, task, self._limit(row, task, now), now)

    def resume(self, row: Row, task: int, now: int) -> None:
        """A task that was there when it all began: its limit counts from when it was given. The hour of a meeting is planned already (`warm`)."""
        if task == BOOKING:
            self.task(row, task, now)
        elif task != MEETING:
            self._queue(row, task, self._limit(row, task, row.since), now)

    def role(self, row: Row, task: int) -> int:
        """Whose work it is: the role of that kind of work, else the one that the machine names, else nobody."""
        role = self.cohorts.task_role[row.cohort * len(TASKS) + task]
        if role < 0:
            role = self.sim.program.states.role[row.state]
        return role if role >= 0 else len(self.sim.teams) - 1

    def _limit(self, row: Row, task: int, now: int) -> int:
        """When the task is due, in the business time of whoever does it."""
        states, program = self.sim.program.states, self.sim.program
        calendar = program.roles.calendar[self.role(row, task)]
        if calendar < 0:
            return now
        return program.clocks.add(calendar, 0, now, states.within[row.state], states.within_unit[row.state])

    def _queue(self, row: Row, task: int, due: int, now: int) -> None:
        team = self.sim.teams[self.role(row, task)]
        team.push(team.lane(-1), (0, due, row.number, row.stamp), now)

    def meet(self, now: int, happening: Happening) -> None:
        """The hour of the meeting has come; it begins when somebody is free."""
        row = self.sim.rows[happening[1]]
        if row.stamp == happening[4]:
            self._queue(row, MEETING, now, now)

    def begin(self, row: Row, task: int, now: int) -> int:
        """Work on a task starts; gives its seconds. A meeting that the other side misses takes nobody's time."""
        seconds = self.cohorts.task_seconds[row.cohort * len(TASKS) + task]
        ends = now + self.sim.teams[self.role(row, task)].stretch(seconds)
        plan = self.sim.agenda.plan
        if task == REVIEW:
            plan(ends, (LATER, row.number, READ, -1, row.stamp))
        elif task == HANDOFF:
            self.sim.ledger.handoff_late[row.cohort].append(max(0, now - self._limit(row, task, row.since)))
            plan(ends, (DONE, row.number, TIMER, -1, row.stamp))
        elif self.chance(row, "held", self.cohorts.held[row.cohort]):
            plan(ends, (HELD, row.number, TIMER, -1, row.stamp))
        else:
            plan(now, (MISSED, row.number, TIMER, -1, row.stamp))
            return 0
        return seconds

    # ------------------------------------------------------------ after an event

    def after(self, row: Row, event: int, taken: int, now: int) -> None:
        """What an event that the machine has taken means beyond the person."""
        if event == BOOKED:
            self.sim.ledger.add("meetings.booked", row.cohort)
        elif event == HELD:
            self._held(row, now)
        elif event == ASKED_BACK:
            self.sim.ledger.add("asked_back", row.cohort)
            row.refused, row.pending = -1, None
        if event in _FOR_COLLEAGUES:
            self.colleagues(row, _FOR_COLLEAGUES[event], now)
        if taken < 0:
            return
        if self.sim.program.states.scope[taken] > 0:
            self.colleagues(row, "account.opted_out", now)
        share = self.cohorts.asked_back[row.cohort]
        if share >= 0 and row.round >= 0 and self.sim.walk.find(row, ASKED_BACK, -1) >= 0:
            self._asks_back(row, share, now)

    def _asks_back(self, row: Row, share: int, now: int) -> None:
        """Some of those who opted out change their minds, once in each round of the cadence."""
        asks, delay = (mix((row.base + _CODE[name] + GOLDEN * row.round) & MASK) for name in ("asked_back", "asked_back.delay"))
        if (asks >> 11) * UNIT < self.sim.rates.chain[share]:
            table = self.sim.program.tables[self.cohorts.asked_back_delay[row.cohort]]
            self.sim.agenda.plan(now + table[delay >> INDEX_SHIFT], (ASKED_BACK, row.number, TIMER, -1, row.stamp))

    def colleagues(self, row: Row, event: str, now: int) -> None:
        """Everybody else of the account hears of it, at once."""
        people = self.sim.program.people
        for other in people.colleague[people.colleagues[row.account] : people.colleagues[row.account + 1]]:
            if other != row.number:
                self.sim.agenda.plan(now, (CODE[event], other, SIGNAL, -1, 0))

    def _held(self, row: Row, now: int) -> None:
        """The meeting took place. An opportunity counts when it is created; it is won when its cycle is over."""
        ledger, cohort = self.sim.ledger, row.cohort
        ledger.add("meetings", cohort)
        ledger.mark("meetings", cohort, now)
        if self.chance(row, "opportunity", self.cohorts.opportunity[cohort]):
            value = self.look_up(row, "value", self.cohorts.value[cohort])
            ledger.add("opportunities", cohort)
            ledger.mark("opportunities", cohort, now)
            ledger.add("pipeline", cohort, value)
            if self.chance(row, "won", self.cohorts.won[cohort]):
                cycle = self.look_up(row, "cycle", self.cohorts.cycle[cohort])
                self.sim.agenda.plan(now + cycle, (LATER, row.number, WON, -1, value))
        row.meetings += 1

    def won(self, now: int, happening: Happening) -> None:
        row = self.sim.rows[happening[1]]
        self.sim.ledger.add("won", row.cohort)
        self.sim.ledger.add("won_value", row.cohort, happening[4])
        self.sim.ledger.mark("won_value", row.cohort, now, happening[4])
        self.colleagues(row, "account.became_customer", now)
