"""Who is under way already: people whom a log has brought somewhere, as the columns with which a program starts.

The log is replayed through `machine.step` (`machine.replay`), on the program's own calendars; what is kept beside the state is what the world
must know to go on: which touches were made and when, what has come of them, when the person spoke last, and whether that was a no.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..language.model import CHANNELS
from ..language.values import Duration
from ..machine import Action, Machine, begin
from ..machine.replay import Walker
from .clocks import COLUMNS, NO_CHANNEL, Clocks, lowered
from .program import CLICK, CODE, OPEN, OVER, Flight, Program

_FIRST = ("accepted", "delivered", "connected")
_REFUSALS = ("unsubscribed", "complained", "replied.negative")
_SPOKEN = (*_REFUSALS, "replied.positive", "replied.not_now", "replied.wrong_person", "replied.unclassified")
_WIDE = frozenset(("since", "enrolled", "touched", "due", "planned", "expires", "held", "refused", "made_at", "made_first"))


@dataclass(frozen=True, slots=True)
class ProgramClock:
    """A person's clock on a program's calendars: `machine.types.Clock`."""

    clocks: Clocks
    calendar: int

    def forward(self, at: int, channel: str | None) -> int:
        return self.clocks.forward(self.clocks.forward_window[self.calendar * COLUMNS + _column(channel)], at)

    def add(self, at: int, delay: Duration, channel: str | None) -> int:
        return self.clocks.add(self.calendar, _column(channel), at, *lowered(delay))


def _column(channel: str | None) -> int:
    return NO_CHANNEL if channel is None else CHANNELS.index(channel)


@dataclass(slots=True)
class Made:
    """A touch that was made: its step's place in the cadence, and what the log says came of it."""

    step: int
    at: int
    round: int
    before: int
    known: int = 0
    first: int = -1


@dataclass(slots=True, kw_only=True)
class Passenger(Walker):
    """A person of the log, with the world's side of what happened."""

    history: list[Made] = field(default_factory=list)
    round: int = -1
    last_step: int = -1
    answered: int = -1
    refused: int = -1
    meetings: int = 0
    unclear: int = -1
    waited: int = 0  # from the enrolment to the first touch
    channel: list[int] = field(default_factory=lambda: [0] * len(CHANNELS))

    @classmethod
    def new(cls, machine: Machine, key: str, clocks: Clocks, calendar: int, account: str) -> Passenger:
        """Somebody in the pool."""
        return cls(machine, key, ProgramClock(clocks, calendar), account, begin(machine, clocks.start))

    def take(self, name: str, at: int, step_id: str | None = None, until: int | None = None) -> tuple[Action, ...]:
        before = self.state.kind
        actions = Walker.take(self, name, at, step_id, until)
        if name == "enrolled" and before == "start" and self.state.kind != "start":
            self.round, self.last_step, self.channel = self.round + 1, -1, [0] * len(CHANNELS)
        else:
            self._hears(name, at, self._answers(step_id))
        return actions

    def touch_made(self, step_id: str, at: int) -> None:
        Walker.touch_made(self, step_id, at)
        step = next(each for each in self.machine.steps if each.id == step_id)
        column = _column(step.channel)
        if step.index <= self.last_step:
            self.round += 1
        if not self.history:
            self.waited = at - self.life.enrolled
        self.last_step = step.index
        self.history.append(Made(step.index, at, self.round, self.channel[column]))
        self.channel[column] += 1

    def _answers(self, step_id: str | None) -> Made | None:
        """The touch that an event is about: the last of its step, or the last of all."""
        steps = {step.index for step in self.machine.steps if step_id in (None, step.id)}
        return next((made for made in reversed(self.history) if made.step in steps), None)

    def _hears(self, name: str, at: int, made: Made | None) -> None:
        if made is not None:
            made.known |= {"opened": OPEN, "clicked": CLICK, "bounced": OVER, "replied.out_of_office": OVER}.get(name, 0)
            if name in _FIRST:
                made.first = at
        if name in _SPOKEN:
            self.answered = len(self.history)
        if name in _REFUSALS:
            self.refused = at
        elif name in ("replied.positive", "asked_back"):
            self.refused = -1
        elif name == "replied.unclassified":
            self.unclear = -1 if made is None else made.step
        elif name == "meeting.held":
            self.meetings += 1

    @property
    def aboard(self) -> bool:
        """Whether anything has happened that the program must know."""
        return self.round >= 0 or self.state.kind != "start"


def flight(program: Program, passengers: Mapping[int, Passenger]) -> Flight:
    """The columns of these people, by number; their machines are those of the program's playbooks, and their clocks have run to its start."""
    columns: dict[str, list[int]] = {name: [] for name in Flight.__dataclass_fields__}
    columns["made"].append(0)
    for number, passenger in sorted(passengers.items()):
        cohort = program.people.cohort[number]
        first = program.steps.cohort.index(cohort)
        columns["person"].append(number)
        columns["state"].append(program.cohorts.start[cohort] + passenger.life.state)
        _registers(columns, passenger, program.start)
        _world(columns, passenger, first, program.cohorts.slice[cohort], len(program.halves))
    made: dict[str, Any] = {name: array("q" if name in _WIDE else "i", values) for name, values in columns.items()}
    return Flight(**made)


def _registers(columns: dict[str, list[int]], passenger: Passenger, start: int) -> None:
    """Those of `Life`. A pause counts from the start on: what it has lasted before has moved `expires` already."""
    life = passenger.life
    for name in ("since", "enrolled", "touched"):
        columns[name].append(getattr(life, name))
    for name in ("due", "planned", "held"):
        value = getattr(life, name)
        columns[name].append(-1 if value is None else max(value, start))
    moved = 0 if life.held is None else max(0, start - life.held)
    columns["expires"].append(-1 if life.expires is None else max(life.expires + moved, start))
    columns["refused"].append(-1 if passenger.refused < 0 else start)


def _world(columns: dict[str, list[int]], passenger: Passenger, first: int, slice: int, halves: int) -> None:
    for name in ("round", "answered", "meetings"):
        columns[name].append(getattr(passenger, name))
    for name in ("last_step", "unclear"):
        value = getattr(passenger, name)
        columns[name].append(value if value < 0 else first + value)
    columns["speed"].append(min(max(0, passenger.waited) // slice, halves - 1) if slice else 0)
    columns["channel"].extend(passenger.channel)
    for made in passenger.history:
        columns["made_step"].append(first + made.step)
        for name in ("at", "round", "before", "known", "first"):
            columns[f"made_{name}"].append(getattr(made, name))
    columns["made"].append(len(columns["made_step"]))


assert all(name in CODE for name in (*_FIRST, *_SPOKEN))
