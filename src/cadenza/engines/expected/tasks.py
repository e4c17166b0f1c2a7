"""From a reply to a deal, for bundles: reviews, hand-offs, bookings, meetings, opportunities. The rules are those of the reference's `funnel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...world.program import BOOKING, CODE, HANDOFF, MEETING, REVIEW, TASKS
from ..people import Row
from .bundle import BEGIN, DONE, HELD, MEET, READ, Bundle

if TYPE_CHECKING:
    from .solve import Solver

BOOKED, DECLINED, MISSED = (CODE[f"meeting.{name}"] for name in ("booked", "declined", "missed"))
LEADS = 24
"""The distance of a meeting, or how long somebody is away, is taken at so many equally likely points, or fewer for few people."""
_LEAST = 1e-9


class Tasks:
    def __init__(self, solver: Solver) -> None:
        self.solver = solver

    def task(self, bundle: Bundle, now: int) -> None:
        """A person's turn begins when somebody is at work."""
        row = bundle.row
        task = self.solver.program.states.task[row.state]
        if task == BOOKING:
            self.book(bundle, now)
        elif task == MEETING:
            bundle.own_at, bundle.own_why = now, MEET
        else:
            if task == HANDOFF:
                self.solver.tally.add("handoffs", row.cohort, bundle.mass())
            bundle.own_at, bundle.own_why = self.solver.hours.open(self.role(row, task), -1, now), BEGIN

    def role(self, row: Row, task: int) -> int:
        return self.role_in(row.state, row.cohort, task)

    def role_in(self, state: int, cohort: int, task: int) -> int:
        """Who does the work on a task."""
        role = self.solver.program.cohorts.task_role[cohort * len(TASKS) + task]
        role = self.solver.program.states.role[state] if role < 0 else role
        return role if role >= 0 else self.solver.hours.nobody

    def book(self, bundle: Bundle, now: int) -> None:
        """Those who decline go their way, here and now; the luck of one meeting is the same when it comes to it again."""
        chance = self.solver.rates.chain[self.solver.program.cohorts.booked[bundle.row.cohort]]
        chance = 1.0 if bundle.fate & 1 else 0.0 if bundle.fate & 2 else chance
        part = bundle.share([w * (1.0 - chance) for w in bundle.weight])
        bundle.weight = [w * chance for w in bundle.weight]
        bundle.fate, part.fate = bundle.fate | 1, part.fate | 2
        if part.mass() > _LEAST:
            self.solver.take(part, DECLINED, -1, now)
            self.solver.advance(part, now)
        if bundle.mass() > _LEAST:
            self.solver.take(bundle, BOOKED, -1, now)

    def meet(self, bundle: Bundle, now: int) -> None:
        """The meeting is set: at each of a few equally likely distances, in the owner's hours."""
        row, program = bundle.row, self.solver.program
        role = self.role(row, MEETING)
        points = self.solver.points(program.tables[program.cohorts.lead_time[row.cohort]], bundle)
        for after in points:
            at = program.clocks.forward(program.roles.window[role], now + after)
            part = bundle.share([w / len(points) for w in bundle.weight])
            part.own_at, part.own_why = self.solver.hours.open(role, -1, at), BEGIN
            self.solver.advance(part, now)
        bundle.weight = [0.0] * len(bundle.weight)

    def work_on(self, bundle: Bundle, now: int) -> None:
        """Work on a review, a hand-off or a meeting begins. Those who do not show up take nobody's time."""
        row, cohorts = bundle.row, self.solver.program.cohorts
        task = self.solver.program.states.task[row.state]
        role, seconds = self.role(row, task), cohorts.task_seconds[row.cohort * len(TASKS) + task]
        if task == MEETING:
            chance = 0.0 if bundle.fate & 4 else self.solver.rates.chain[cohorts.held[row.cohort]]
            part = bundle.share([w * (1.0 - chance) for w in bundle.weight])
            part.fate |= 4
            bundle.weight = [w * chance for w in bundle.weight]
            if part.mass() > _LEAST:
                self.solver.take(part, MISSED, -1, now)
                self.solver.advance(part, now)
        self.solver.tally.work(role, seconds * bundle.mass(), now)
        bundle.own_at = now + self.solver.hours.stretch(role, seconds)
        bundle.own_why = READ if task == REVIEW else DONE if task == HANDOFF else HELD

    def held(self, bundle: Bundle, now: int) -> None:
        """As the reference engine's `_held`: an opportunity counts when it is created, and is won when its cycle is over."""
        program, row, chain = self.solver.program, bundle.row, self.solver.rates.chain
        cohorts, tally, cohort, mass = program.cohorts, self.solver.tally, row.cohort, bundle.mass()
        tally.add("meetings", cohort, mass)
        tally.mark("meetings", cohort, now, mass)
        created = mass * chain[cohorts.opportunity[cohort]]
        values, cycles = program.tables[cohorts.value[cohort]], self.solver.answers.delays[cohorts.cycle[cohort]]
        value = self.solver.days.mean(values)
        tally.add("opportunities", cohort, created)
        tally.mark("opportunities", cohort, now, created)
        tally.add("pipeline", cohort, created * value)
        won = created * chain[cohorts.won[cohort]]
        self.solver.days.won(cohort, now, won, value, cycles)
        row.meetings += 1
        bundle.fate = 0
