"""How a no travels.

A refusal (an opt-out, a complaint, a negative reply) happens at one instant and is known to each channel's executor some time later, as
`opt_out.reaches` says. The machine hears of it at the latest when it has reached
every channel; earlier, when a touch is about to be made on a channel that knows.
Touches in between are made, and counted: contacted after a no. Where the playbook has no route for the refusal, all later ones are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..language.model import CHANNELS
from ..world.clocks import NO_CHANNEL
from ..world.program import CODE
from .agenda import Happening
from .common import TOLD
from .ledger import HEARD_CODES
from .people import Row

if TYPE_CHECKING:
    from .simpy_engine import Simulation

_OUT, _POSITIVE = CODE["replied.out_of_office"], CODE["replied.positive"]


class Refusals:
    """What answers mean for a person, and where a refusal is known."""

    __slots__ = ("classes", "events", "number", "replies", "sim")

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.events = frozenset((CODE["unsubscribed"], CODE["complained"], CODE["replied.negative"]))
        self.classes = frozenset(HEARD_CODES)
        self.replies = frozenset(HEARD_CODES[2:]) - {_OUT}
        self.number = {code: i for i, code in enumerate(HEARD_CODES)}

    def counts(self, row: Row, event: int, step: int, made: int, now: int) -> bool:
        """Whether the answer to the `made`-th touch is still given; if so it is counted, and what it says about the person is noted."""
        if event != _OUT:
            if made <= row.answered:
                return False
            row.answered = row.touches
            for other in self.sim.others.of(row):
                other.answered = other.touches
        ledger = self.sim.ledger
        ledger.said[step][self.number[event]] += 1
        if self.number[event] >= 2:
            ledger.mark("replies", row.cohort, now)
        if event == CODE["complained"]:
            self.sim.days.complained(step)
        for each in (row, *self.sim.others.of(row)):
            if event in self.events:
                each.refused = now if each.refused < 0 else each.refused
            elif event == _POSITIVE:
                each.refused = -1
                each.pending = None
        return True

    def send(self, row: Row, event: int, step: int, now: int) -> None:
        """A refusal sets out to the executors of the channels."""
        program = self.sim.program
        clocks, cohorts = program.clocks, program.cohorts
        first = row.cohort * len(CHANNELS)
        known = tuple(
            now if cohorts.reach[i] <= 0 else clocks.add(program.calendar, NO_CHANNEL, now, cohorts.reach[i], cohorts.reach_unit[i])
            for i in range(first, first + len(CHANNELS))
        )
        told = max(known)
        if told <= now:
            self.sim.take(row, event, step, now)
            return
        row.pending = [*(row.pending or []), (told, event, step, known)]
        self.sim.agenda.plan(told, (event, row.number, TOLD, step, told))

    def told(self, now: int, happening: Happening) -> None:
        """By now every channel knows."""
        event, person, _, step, told = happening
        row = self.sim.rows[person]
        for waiting in row.pending or []:
            if waiting[:3] == (told, event, step):
                self._tell(row, waiting, now)
                return

    def _tell(self, row: Row, waiting: tuple[int, int, int, tuple[int, ...]], now: int) -> None:
        row.pending = [other for other in row.pending or [] if other is not waiting] or None
        self.sim.take(row, waiting[1], waiting[2], now)

    def still_wanted(self, row: Row, step: int, now: int) -> bool:
        """Whether the touch goes ahead once its executor has said what it knows. The machine may let it, where nothing routes the refusal. Who is
        with another playbook is not touched now."""
        channel, stamp = self.sim.program.steps.channel[step], row.stamp
        for waiting in sorted(row.pending or (), key=lambda each: each[1]):
            if waiting[3][channel] <= now and row.stamp == stamp:
                self._tell(row, waiting, now)
        if row.stamp == stamp and not self.sim.others.free(row, now, False):
            self.sim.others.wait(row)
            return False
        return row.stamp == stamp
