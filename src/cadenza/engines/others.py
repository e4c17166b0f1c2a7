"""One person in several playbooks: at most one of them has the person at a time, and all of them hear what the person says.

Rows with the same key are one person. A playbook *has* the person from enrolment until its cadence has ended and its cooldown is over; for
good, where the end was a hand-off. Whoever comes first by (priority, order of the playbooks) may begin while a later one is under way: the later
one's touches then wait until the person is free again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..world.clocks import NO_CHANNEL
from ..world.program import CODE, HOLD, START, TASK, TOUCH, WAIT
from .people import Row

if TYPE_CHECKING:
    from .simpy_engine import Simulation

_HEARD = frozenset(CODE[name] for name in ("unsubscribed", "complained", "replied.negative", "replied.not_now", "replied.wrong_person"))


class Others:
    """`on`: whether any two playbooks share people at all."""

    __slots__ = ("on", "ranks", "sim", "waits")

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.on = sim.program.shared
        self.ranks = [(priority, cohort) for cohort, priority in enumerate(sim.program.cohorts.priority)]
        self.waits: dict[int, int] = {}  # person's number -> the stamp at which a touch waits for the person to be free

    def of(self, row: Row) -> list[Row]:
        """The same person in the other playbooks. Rows are in the order of (key, playbook), so they stand side by side."""
        if not self.on:
            return []
        keys, rows = self.sim.program.people.key, self.sim.rows
        own = keys[row.number]
        first = last = row.number
        while first > 0 and keys[first - 1] == own:
            first -= 1
        while last + 1 < len(keys) and keys[last + 1] == own:
            last += 1
        return [rows[n] for n in range(first, last + 1) if n != row.number]

    def free(self, row: Row, now: int, enrolling: bool) -> bool:
        """Whether this playbook may touch the person now, or (`enrolling`) begin with them."""
        return all(self._yields(other, row, now, enrolling) for other in self.of(row))

    def _yields(self, other: Row, row: Row, now: int, enrolling: bool) -> bool:
        program = self.sim.program
        kind, cohorts = program.states.kind[other.state], program.cohorts
        if kind == START:
            return True
        if kind == TASK or program.states.owned[other.state]:
            return False
        if kind in (WAIT, TOUCH, HOLD):
            return self.ranks[row.cohort] < self.ranks[other.cohort]
        if cohorts.inbound[row.cohort]:
            return True
        if other.due > now:
            return False
        rest = cohorts.rest[row.cohort]
        if not enrolling or rest < 0 or other.round < 0:
            return True
        return now >= program.clocks.add(row.calendar, NO_CHANNEL, other.since, rest, cohorts.rest_unit[row.cohort])

    def wait(self, row: Row) -> None:
        """The touch that is due waits until the person is free."""
        self.waits[row.number] = row.stamp

    def moved(self, row: Row, now: int) -> None:
        """This playbook has moved: a touch of another one that waited for the person may be made."""
        for other in self.of(row):
            if self.waits.get(other.number) == other.stamp and self.free(other, now, False):
                del self.waits[other.number]
                self.sim.again(other, now)

    def told(self, row: Row, event: int, now: int) -> None:
        """What the person said is heard by the other playbooks, but for what would give somebody a second task, and a yes."""
        refusals, states = self.sim.refusals, self.sim.program.states
        if event not in _HEARD:
            return
        for other in self.of(row):
            taken = self.sim.walk.find(other, event, -1)
            if taken < 0 or states.kind[states.target[taken]] == TASK:
                continue
            if event in refusals.events:
                refusals.send(other, event, -1, now)
            else:
                self.sim.take(other, event, -1, now)
