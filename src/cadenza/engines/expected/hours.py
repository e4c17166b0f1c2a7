"""When somebody works, and a window is open: hands and mailboxes are always there, in their hours."""

from __future__ import annotations

from ...world.clocks import COLUMNS
from ...world.program import EMAIL, WAIT, Program
from ...world.rates import Rates
from ..people import Row


class Hours:
    """Hours of roles and windows of people."""

    def __init__(self, program: Program, rates: Rates) -> None:
        self.program, self.rates = program, rates
        self.nobody = len(program.roles.name) - 1

    def open(self, role: int, window: int, now: int) -> int:
        """The first second from `now` on in which both the role works and the window is open."""
        clocks, roles = self.program.clocks, self.program.roles
        if self.rates.chain[roles.selling_time[role]] <= 0.0:
            return self.program.end
        while True:
            at = clocks.forward(roles.window[role], now)
            now = clocks.forward(window, at)
            if now == at or now >= self.program.end:
                return now

    def made_at(self, row: Row, at: int) -> int:
        """When the touch is made that these people wait for until `at`."""
        clocks, steps, step = self.program.clocks, self.program.steps, self.program.states.step[row.state]
        if self.program.states.kind[row.state] != WAIT or step < 0:
            return at
        role, window = steps.role[step], clocks.forward_window[row.calendar * COLUMNS + steps.channel[step]]
        if steps.answer[step] != EMAIL or role == self.nobody:
            return self.open(role, window, at)
        return clocks.forward(window, self.open(role, -1, at) + self.stretch(role, steps.seconds[step]))

    def stretch(self, role: int, seconds: int) -> int:
        selling = self.rates.chain[self.program.roles.selling_time[role]]
        return 0 if not seconds else int(seconds / selling + 0.5) if selling > 0.0 else self.program.end
