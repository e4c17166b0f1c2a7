"""Who is under way already: people whom a log has brought somewhere, as the columns with which a program starts.

The log is replayed through `machine.step` (`machine.replay`), on the program's own calendars; what is kept beside the state is what the world
must know to go on: which touches were made and when, what has come of them, when the person spoke last, and whether that was a no; the meetings that
were held, whose deals may still be running; and a refusal that has not reached every channel by the start, of which the machine hears only then.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..language.model import CHANNELS
from ..language.values import Duration
from ..machine import Action, Machine, begin
from ..machine.replay import Walker
from .before import Trouble, capped, standing
from .clocks import COLUMNS, NO_CHANNEL, Clocks, lowered
from .program import BOUNCED, CLICK, CODE, OPEN, OVER, RUNNING, SETTLED, UNKNOWN, Flight, Program

WEEK = 604800
_FIRST = ("accepted", "delivered", "connected")
_REFUSALS = ("unsubscribed", "complained", "replied.negative")
_SPOKEN = (*_REFUSALS, "replied.positive", "replied.not_now", "replied.wrong_person", "replied.unclassified")
_KEEN = ("replied.positive", "replied.not_now")
_TO_OTHERS = (*_REFUSALS, "replied.not_now", "replied.wrong_person")
_WIDE = frozenset(
    ("since", "enrolled", "touched", "due", "planned", "expires", "held", "refused", "made_at", "deal_at", "pending_told", "pending_reached")
)


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
    wait: int = -1


@dataclass(slots=True)
class Deal:
    """A meeting that was held, and what the log says about its deal (one of DEALS)."""

    at: int
    known: int = UNKNOWN


@dataclass(frozen=True, slots=True)
class Reach:
    """How long a refusal takes until each channel knows it, as the playbook says; what has arrived everywhere by `start` is on its way no more."""

    clocks: Clocks
    calendar: int  # the organization's
    amount: tuple[int, ...]  # by channel, lowered; -1: not used
    unit: tuple[int, ...]
    start: int

    @classmethod
    def of(cls, program: Program, cohort: int) -> Reach:
        """That of one of the program's playbooks."""
        own = slice(cohort * len(CHANNELS), (cohort + 1) * len(CHANNELS))
        return cls(program.clocks, program.calendar, program.cohorts.reach[own], program.cohorts.reach_unit[own], program.start)

    def of_refusal(self, at: int) -> tuple[int, ...]:
        """When each channel knows of it."""
        pairs = zip(self.amount, self.unit, strict=True)
        return tuple(at if amount <= 0 else self.clocks.add(self.calendar, NO_CHANNEL, at, amount, unit) for amount, unit in pairs)


@dataclass(slots=True, kw_only=True)
class Passenger(Walker):
    """A person of the log, with the world's side of what happened. Without `reach` a refusal is known at once."""

    reach: Reach | None = None
    history: list[Made] = field(default_factory=list)
    round: int = -1
    last_step: int = -1
    answered: int = -1
    refused: int = -1
    keen: int = 0
    deals: list[Deal] = field(default_factory=list)
    pending: list[tuple[int, str, int, tuple[int, ...]]] = field(default_factory=list)  # (told, event, step or -1, known by channel)
    troubles: list[Trouble] = field(default_factory=list)
    unclear: int = -1
    waited: int = 0  # from the enrolment to the first touch
    channel: list[int] = field(default_factory=lambda: [0] * len(CHANNELS))

    @classmethod
    def new(cls, machine: Machine, key: str, clocks: Clocks, calendar: int, account: str, reach: Reach | None = None) -> Passenger:
        """Somebody in the pool."""
        return cls(machine, key, ProgramClock(clocks, calendar), account, begin(machine, clocks.start), reach=reach)

    def take(self, name: str, at: int, step_id: str | None = None, until: int | None = None) -> tuple[Action, ...]:
        before = self.state.kind
        actions = Walker.take(self, name, at, step_id, until)
        if name == "enrolled" and before == "start" and self.state.kind != "start":
            self.round, self.last_step, self.channel = self.round + 1, -1, [0] * len(CHANNELS)
        else:
            self._hears(name, at, self._answers(step_id))
        return actions

    def later(self, name: str, at: int, step_id: str | None) -> bool:
        known = self.reach.of_refusal(at) if self.reach is not None and name in _REFUSALS else ()
        if self.reach is None or not known or max(known) <= self.reach.start:
            return False
        steps = [step.index for step in self.machine.steps if step.id == step_id]
        self._hears(name, at, self._answers(step_id))
        self.pending.append((max(known), name, steps[0] if steps else -1, known))
        return True

    def hears_of_other(self, name: str, at: int) -> tuple[Action, ...]:
        """The same person has said that to another playbook."""
        if name in _SPOKEN:
            self._speaks(name, at)
        found = self.goes(name) if name in _TO_OTHERS else None
        if found is None or found.kind == "task" or self.later(name, at, None):
            return ()
        return Walker.take(self, name, at)

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

    def deal(self, name: str, at: int) -> None:
        running = [deal for deal in self.deals if deal.known == RUNNING]
        if name == "opportunity.created":
            unknown = [deal for deal in self.deals if deal.known == UNKNOWN]
            if not unknown:
                self.deals += (unknown := [Deal(at)])
            unknown[-1].known = RUNNING
        elif running:
            running[-1].known = SETTLED

    def _answers(self, step_id: str | None) -> Made | None:
        """The touch that an event is about: the last of its step, or the last of all."""
        steps = {step.index for step in self.machine.steps if step_id in (None, step.id)}
        return next((made for made in reversed(self.history) if made.step in steps), None)

    def _speaks(self, name: str, at: int) -> None:
        self.answered = len(self.history)
        if name in _REFUSALS:
            self.refused = at
        elif name == "replied.positive":
            self.refused = -1
            self.pending.clear()

    def _hears(self, name: str, at: int, made: Made | None) -> None:
        if made is not None:
            made.known |= {"opened": OPEN, "clicked": CLICK, "bounced": OVER | BOUNCED, "replied.out_of_office": OVER}.get(name, 0)
            if name in _FIRST:
                made.wait = at - made.at
            if name in ("bounced", "complained"):
                self.troubles.append(Trouble(at, name, made.step))
        if name in _SPOKEN:
            self._speaks(name, at)
        self.keen += name in _KEEN
        if name == "asked_back":
            self.refused = -1
            self.pending.clear()
        elif name == "replied.unclassified":
            self.unclear = -1 if made is None else made.step
        elif name == "meeting.held":
            self.deals.append(Deal(at))
        elif name == "account.became_customer":
            for deal in self.deals:
                deal.known = SETTLED

    @property
    def aboard(self) -> bool:
        """Whether anything has happened that the program must know."""
        return self.round >= 0 or self.state.kind != "start" or bool(self.pending)


def flight(program: Program, passengers: Mapping[int, Passenger], others: Mapping[int, Sequence[Passenger]] | None = None) -> Flight:
    """The columns of these people, by number; their machines are those of the program's playbooks, and their clocks have run to its start. `others`
    are those, by playbook, who are nowhere in the program any more."""
    columns: dict[str, list[int]] = {name: [] for name in Flight.__dataclass_fields__}
    for name in ("made", "deals", "pending"):
        columns[name].append(0)
    for number, passenger in sorted(passengers.items()):
        cohort = program.people.cohort[number]
        first = program.steps.cohort.index(cohort)
        columns["person"].append(number)
        columns["state"].append(program.cohorts.start[cohort] + passenger.life.state)
        _registers(columns, passenger, program.start)
        _world(columns, passenger, first, program.cohorts.slice[cohort], len(program.halves))
        _beyond(columns, passenger, first)
    made = [(program.people.cohort[number], passenger) for number, passenger in passengers.items()]
    made += [(cohort, passenger) for cohort, gone in (others or {}).items() for passenger in gone]
    columns |= standing(program, [(cohort, [(m.step, m.at) for m in p.history], p.troubles) for cohort, p in made])
    firsts = {number: program.steps.cohort.index(program.people.cohort[number]) for number in passengers}
    columns["capped"] = capped(program, [(number, firsts[number] + made.step, made.at) for number, p in passengers.items() for made in p.history])
    found: dict[str, Any] = {name: array("q" if name in _WIDE else "i", values) for name, values in columns.items()}
    return Flight(**found)


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
    for name in ("round", "answered", "keen"):
        columns[name].append(getattr(passenger, name))
    columns["meetings"].append(len(passenger.deals))
    for name in ("last_step", "unclear"):
        value = getattr(passenger, name)
        columns[name].append(value if value < 0 else first + value)
    columns["speed"].append(min(max(0, passenger.waited) // slice, halves - 1) if slice else 0)
    columns["channel"].extend(passenger.channel)
    recent = 0  # the first touch that is not older than a week
    for n, made in enumerate(passenger.history):
        while passenger.history[recent].at <= made.at - WEEK:
            recent += 1
        columns["made_recent"].append(n - recent)
        columns["made_step"].append(first + made.step)
        for name in ("at", "round", "before", "known", "wait"):
            columns[f"made_{name}"].append(getattr(made, name))
    columns["made"].append(len(columns["made_step"]))


def _beyond(columns: dict[str, list[int]], passenger: Passenger, first: int) -> None:
    """Deals, and refusals on their way."""
    columns["deal_at"].extend(deal.at for deal in passenger.deals)
    columns["deal_known"].extend(deal.known for deal in passenger.deals)
    columns["deals"].append(len(columns["deal_at"]))
    for told, event, step, reached in passenger.pending:
        for name, value in (("told", told), ("event", CODE[event]), ("step", step if step < 0 else first + step)):
            columns[f"pending_{name}"].append(value)
        columns["pending_reached"].extend(reached)
    columns["pending"].append(len(columns["pending_told"]))


assert all(name in CODE for name in (*_FIRST, *_SPOKEN))
