"""What one replication would leave in the log that people keep: what was done, and what came back, when it came.

An engine's trace is what the machine takes: a refusal when it has reached every channel, a bounce only where somebody listens, the clocks as well. A
log in a company has no clocks and holds what came, whether or not it changed anything. The reference engine writes such a log here; it is what
`forecast --events` and `plan --events` take (`machine.log`), so that a world can be cut at a date and gone on with from its log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..world.program import CODE, REVIEW, START, TASK, TOUCH, Program
from ..world.rates import Held, draw_rates
from .agenda import Happening
from .outcome import Outcome
from .people import DONE, ENROLLED, Row
from .simpy_engine import UNCLASSIFIED, Simulation

Write: TypeAlias = Callable[[int, int, str, int, int], None]
"""Takes (instant, person's number, event, step or -1, until or -1)."""
_AWAY = CODE["replied.out_of_office"]
_PLAIN = frozenset((ENROLLED, *(CODE[f"meeting.{name}"] for name in ("booked", "declined", "held", "missed")), CODE["asked_back"]))


def keep(program: Program, replication: int, write: Write, fixed_rates: Held = False) -> Outcome:
    """Run one replication and write its log, in the order in which things happen."""
    diary = Diary(program, replication, None, draw_rates(program, replication, fixed_rates))
    diary.write = write
    if program.people.flight is not None:
        diary.board(program.people.flight, replication)
    return diary.run()


class Diary(Simulation):
    """The reference engine, overheard."""

    write: Write

    def note(self, row: Row, event: int, step: int, now: int, until: int = -1) -> None:
        self.write(now, row.number, self.program.states.events[event], step, until)

    def enrol(self, now: int, happening: Happening) -> None:
        """Whoever was stopped in the pool has had their turn, too: somebody put them into the cadence, and it was over at once."""
        row = self.rows[happening[1]]
        if self.kinds[row.state] != START and row.round < 0:
            self.note(row, ENROLLED, -1, now)
        super().enrol(now, happening)

    def signal(self, now: int, happening: Happening) -> None:
        if happening[3] >= 0:  # what colleagues hear is in the log as what the person did
            self.note(self.rows[happening[1]], happening[0], happening[3], now)
        super().signal(now, happening)

    def heard(self, row: Row, event: int, step: int, now: int) -> None:
        away = event == _AWAY and self.program.cohorts.away[row.cohort] >= 0
        self.note(row, event, step, now, now + self.walk.away(row, step) if away else -1)
        super().heard(row, event, step, now)

    def take(self, row: Row, event: int, step: int, now: int, resource: str = "", draw: int = 0) -> int:
        kind, made = self.kinds[row.state], self.step_of[row.state]
        if event == DONE and kind in (TOUCH, TASK):
            self.note(row, event, made if kind == TOUCH else -1, now)
        moved = super().take(row, event, step, now, resource, draw)
        waits = event == UNCLASSIFIED and (moved > 0 or self.program.states.task[row.state] == REVIEW)
        if waits or (event in _PLAIN and moved >= 0):
            self.note(row, event, step, now)
        return moved
