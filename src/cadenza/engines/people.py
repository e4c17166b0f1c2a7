"""A person in a simulation: a row of registers, and the walk through the machine's table.

`Walk.move` is `machine.step` on flat arrays; the tests replay every trace through `machine.step` and find the same states. -1 is a register that
holds nothing.
"""

from __future__ import annotations

from ..world.clocks import COLUMNS, NO_CHANNEL, Clocks
from ..world.draws import GOLDEN, MASK, PURPOSES, mix
from ..world.program import AFTER, CODE, EVENTS, HOLD, KEEP, PLANNED, RETURN, REVIEW, TOUCH, WAIT, Program
from ..world.quantiles import INDEX_SHIFT

ENROLLED, DONE = CODE["enrolled"], CODE["done"]
CHANNEL_COUNT = COLUMNS - 1
_AWAY = PURPOSES.index("away")


class Row:
    """One person. The first block are the registers of `machine.Life`; the rest is the world's side of the person."""

    __slots__ = (
        "account",
        "answered",
        "base",
        "calendar",
        "cohort",
        "due",
        "enrolled",
        "expires",
        "held",
        "last_step",
        "made",
        "meetings",
        "number",
        "on_channel",
        "pending",
        "planned",
        "propensity",
        "refused",
        "review",
        "round",
        "segment",
        "since",
        "speed",
        "stamp",
        "state",
        "touched",
        "touches",
    )

    def __init__(self, number: int, cohort: int, state: int, calendar: int, account: int, segment: int, at: int) -> None:
        self.state = state
        self.since = self.enrolled = self.touched = at
        self.due = self.planned = self.expires = self.held = -1
        self.stamp = 0  # counts moves: what was planned for an earlier stamp is stale
        self.number = number
        self.cohort = cohort
        self.calendar = calendar
        self.account = account
        self.segment = segment
        self.base = 0  # root of the person's draws; 0 until first enrolled
        self.propensity = 1.0
        self.speed = 1.0
        self.round = -1  # how often the person has come round; with the step, it names a touch
        self.last_step = -1
        self.touches = 0
        self.answered = -1  # touches made when the person last spoke: earlier touches are answered by that
        self.refused = -1  # since when the person has said no
        self.meetings = 0
        self.made: list[int] = []  # touches of the last seven days
        self.on_channel = [0] * CHANNEL_COUNT
        self.pending: list[tuple[int, int, int, tuple[int, ...]]] | None = None  # refusals on their way: (told, event, step, known by channel)
        self.review: list[tuple[int, int]] | None = None  # replies that nobody has classified: (event, step)


class Walk:
    """Moves people through the states of a program."""

    __slots__ = ("clocks", "codes", "cohorts", "elapsed", "events", "go", "held", "states", "tables", "width")

    def __init__(self, program: Program, held: bool = False) -> None:
        """`held`: nobody draws how long they are away; all are for the median."""
        self.held = held
        self.clocks: Clocks = program.clocks
        self.states = program.states
        self.cohorts = program.cohorts
        self.go = program.states.go
        self.events = len(program.states.events)
        self.width = len(EVENTS)
        self.elapsed = program.cohorts.elapsed
        self.codes = program.steps.code
        self.tables = program.tables

    def find(self, row: Row, code: int, step: int) -> int:
        """The transition that the event (in answer to a step) takes, or -1."""
        if step >= 0:
            named = self.states.named[step * self.width + code]
            if named >= 0:
                code = named
        return self.go[row.state * self.events + code]

    def move(self, row: Row, code: int, step: int, now: int) -> int:
        """Take the event: -1 where it changes nothing, 0 where the person stays (a flag was raised), 1 where a new state was entered."""
        taken = self.find(row, code, step)
        if taken < 0:
            return -1
        states = self.states
        source, target = row.state, states.target[taken]
        before, after = states.kind[source], states.kind[target]
        timer = states.timer[taken]
        if code == ENROLLED:
            row.enrolled = row.touched = now
        elif code == DONE and before == TOUCH:
            row.touched = now
        due = row.due if timer == KEEP else self._due(row, taken, timer, step, now) if timer >= 0 else -1
        self._planned(row, before, after, target)
        self._expires(row, source, target, code, now)
        row.due = due
        row.state = target
        if timer == KEEP and before == after:
            return 0
        row.since = now
        row.stamp += 1
        return 1

    def _due(self, row: Row, taken: int, timer: int, step: int, now: int) -> int:
        states, clocks = self.states, self.clocks
        column = states.channel[taken]
        if timer == PLANNED:
            start = row.planned
        elif timer == RETURN and step >= 0 and self.cohorts.away[row.cohort] >= 0:
            start = now + self.away(row, step)
        else:
            start = row.touched if timer == AFTER else now
            amount = states.amount[taken]
            if amount >= 0:
                start = clocks.add(row.calendar, column, start, amount, states.unit[taken])
        return clocks.forward(clocks.forward_window[row.calendar * COLUMNS + column], start if start > now else now)

    def away(self, row: Row, step: int) -> int:
        """How long the person is away, as their answer to the step says."""
        table = self.tables[self.cohorts.away[row.cohort]]
        code = self.codes[step * len(PURPOSES) + _AWAY]
        return table[len(table) // 2 if self.held else mix((row.base + code + GOLDEN * row.round) & MASK) >> INDEX_SHIFT]

    def _planned(self, row: Row, before: int, after: int, target: int) -> None:
        """When the touch that a pause or a review interrupts was due."""
        if after != HOLD and self.states.task[target] != REVIEW:
            row.planned = -1
        elif before == WAIT:
            row.planned = row.due
        elif before == TOUCH:
            row.planned = row.since

    def _expires(self, row: Row, source: int, target: int, code: int, now: int) -> None:
        """The clock of `elapsed` stands still in pauses and stops where no touch is ahead."""
        states = self.states
        was, paused = states.paused[source], states.paused[target]
        if self.elapsed[row.cohort] < 0 or states.step[target] < 0:
            row.expires = -1
        elif code == ENROLLED:
            row.expires = self.clocks.add(row.calendar, NO_CHANNEL, now, self.elapsed[row.cohort], self.cohorts.elapsed_unit[row.cohort])
        elif row.expires >= 0 and row.held >= 0 and was and not paused:
            row.expires += now - row.held
        if not paused:
            row.held = -1
        elif not was:
            row.held = now
