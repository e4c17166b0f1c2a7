"""The organization's days, a SimPy process: caps begin again, reputations are judged, people are let in."""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice
from typing import TYPE_CHECKING

from ..world.program import CODE
from .agenda import CALENDAR, At
from .common import ENROL, MEMORY
from .people import ENROLLED, Row
from .warm import before, judged

if TYPE_CHECKING:
    from .simpy_engine import Simulation

_COUNTED = {CODE["connected"]: "connected", CODE["accepted"]: "accepted"}


class Days:
    __slots__ = ("arrivals", "bounces", "complaints", "returned", "sends", "sim", "today")

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        days, senders = len(sim.program.days.business), len(sim.program.senders.name)
        self.today = 0
        self.sends = [[0] * days for _ in range(senders)]
        self.complaints = [[0] * days for _ in range(senders)]
        self.bounces = [[0] * days for _ in range(senders)]
        self.returned: list[list[int]] = [[] for _ in sim.program.cohorts.name]
        self.arrivals: list[list[int]] = [[] for _ in range(days)]
        for person, day in enumerate(sim.program.people.arrive_day):
            if day >= 0:
                self.arrivals[day].append(person)
        sim.agenda.env.process(self.rhythm())

    def rhythm(self) -> Generator[At, None, None]:
        """The process: one turn for each day."""
        env, days = self.sim.agenda.env, self.sim.program.days
        for day, at in enumerate(days.at[:-1]):
            if at > env.now:
                yield At(env, at, CALENDAR)
            self.today = day
            self._caps(day, bool(days.monday[day]))
            self._judge(day)
            self._enrol(day)

    def _caps(self, day: int, monday: bool) -> None:
        senders, now = self.sim.program.senders, int(self.sim.agenda.env.now)
        count = len(self.arrivals)
        for s in range(len(senders.name)):
            for box in self.sim.boxes[senders.mailbox[s] : senders.mailbox[s + 1]]:
                box.left = senders.cap[s * count + day]
                if box.waiting():
                    box.ring(now)
        for team in self.sim.teams:
            team.new_day(monday)
            team.today = day
            if (team.caps or team.until) and team.waiting():
                team.ring(now)

    def _judge(self, day: int) -> None:
        """A sender's standing today, by the seven days before."""
        rates, first, flight = self.sim.rates, max(0, day - MEMORY), self.sim.program.people.flight
        counts = {"sent": self.sends, "complained": self.complaints, "bounced": self.bounces}
        for s in range(len(self.sends)):
            week = (sum(days[s][first:day]) + before(flight, name, s, day) for name, days in counts.items())
            self.sim.answers.reputation[s] = judged(rates, s, *week)

    def _enrol(self, day: int) -> None:
        """Today's people; and where the day has more room than the list has people, those whom a cooldown gave back, longest waiting first.

        Who is with another playbook keeps the place."""
        program, plan = self.sim.program, self.sim.agenda.plan
        fresh = [0] * len(self.returned)
        for person in self.arrivals[day]:
            fresh[program.people.cohort[person]] += 1
            plan(program.people.arrive[person], (ENROLLED, person, ENROL, -1, 0))
        for cohort, waiting in enumerate(self.returned):
            room, nine = max(0, program.cohorts.quota[cohort * len(self.arrivals) + day] - fresh[cohort]), program.days.nine[day]
            chosen = list(islice((n for n, person in enumerate(waiting) if self.sim.others.free(self.sim.rows[person], nine, True)), room))
            for n in chosen:
                plan(nine, (ENROLLED, waiting[n], ENROL, -1, 0))
            for n in reversed(chosen):
                del waiting[n]

    def back(self, row: Row) -> None:
        """Somebody is in the pool again."""
        self.returned[row.cohort].append(row.number)

    # ------------------------------------------------------------ what is counted by day

    def sent(self, step: int) -> None:
        sender = self.sim.program.steps.sender[step]
        if sender >= 0:
            self.sends[sender][self.today] += 1
            self.sim.ledger.sent[sender] += 1

    def complained(self, step: int) -> None:
        sender = self.sim.program.steps.sender[step]
        if sender >= 0:
            self.complaints[sender][self.today] += 1

    def bounced(self, row: Row, step: int) -> None:
        sender = self.sim.program.steps.sender[step]
        self.sim.ledger.add("bounced", row.cohort)
        if sender >= 0:
            self.bounces[sender][self.today] += 1

    def noticed(self, row: Row, event: int) -> None:
        """Conversations and acceptances are counted when they are drawn."""
        if event in _COUNTED:
            self.sim.ledger.add(_COUNTED[event], row.cohort)
