"""How a replication begins with people under way, the same for every engine.

What is on its way to a person at the start hangs on luck that was drawn before it. So each person's luck is drawn until it agrees with the log: no
answer to a touch, no meeting and no change of mind that would have come before the start and of which the log says nothing. What the accepted luck
brings after the start is planned. The first luck that is tried is the one that the person would have anyway (`base`); the k-th further one is
`mix((stem ^ key) + k * GOLDEN)`. After TRIES it is the first one, and what it would have brought before the start has not come.

So somebody who has been silent for long is less likely to answer, just as likely to have a good address as the log shows, and less keen than others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from ..language.model import CHANNELS
from ..world.draws import GOLDEN, MASK, UNIT, mix, stem, text64
from ..world.program import CLICK, CODE, END, MEETING, NONE, OPEN, OVER, PHONE, REVIEW, TASKS, Flight, Program
from ..world.quantiles import INDEX_SHIFT
from ..world.rates import Rates
from .answers import NEGATIVE, NOT_NOW, P_RESPONSE, POSITIVE, WRONG, Answer, Answers, pick
from .common import ANSWER, LATER, MEET, SIGNAL, TIMER
from .people import Row
from .totals import HEARD_CODES

TRIES = 100
ASKED_BACK = CODE["asked_back"]
_HEARD = frozenset(HEARD_CODES)
_LOOKS = {CODE["opened"]: OPEN, CODE["clicked"]: CLICK}
_PROPENSITY, _LEAD_TIME, _ASKS, _ASKS_LATER = (text64(f"{name}/") for name in ("propensity", "lead_time", "asked_back", "asked_back.delay"))

Later: TypeAlias = tuple[int, int, int, int, int, int]
"""(instant, event, person, kind, step or -1, stamp): a happening that is planned before anything happens."""


@dataclass(frozen=True, slots=True)
class Opening:
    """`base`: the root of the draws of each person of the flight. `unclear`: (place in the flight, event, step) of answers that somebody is about to
    read."""

    base: list[int] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    unclear: list[tuple[int, int, int]] = field(default_factory=list)


def opening(program: Program, replication: int, rates: Rates) -> Opening:
    """What is on its way when the replication begins; nothing where nobody is under way."""
    found = Opening()
    if program.people.flight is not None:
        luck = _Luck(program, replication, rates, program.people.flight)
        for place in range(len(program.people.flight.person)):
            luck.draw(place, found)
    return found


def board(program: Program, rates: Rates, row: Row, place: int, base: int) -> None:
    """The registers of a person of the flight, as the program starts."""
    flight, cohorts = program.people.flight, program.cohorts
    assert flight is not None
    for name in (
        "state",
        "since",
        "enrolled",
        "touched",
        "due",
        "planned",
        "expires",
        "held",
        "refused",
        "round",
        "last_step",
        "answered",
        "meetings",
    ):
        setattr(row, name, getattr(flight, name)[place])
    row.made = list(flight.made_at[flight.made[place] : flight.made[place + 1]])
    row.touches = len(row.made)
    row.on_channel = list(flight.channel[place * len(CHANNELS) : (place + 1) * len(CHANNELS)])
    if row.touches and cohorts.slice[row.cohort]:
        floor = rates.chain[cohorts.floor[row.cohort]]
        row.speed = floor + (1.0 - floor) * program.halves[flight.speed[place]]
    give(program, row, base)


def give(program: Program, row: Row, base: int) -> None:
    """The root of a person's draws, and what follows from it alone."""
    row.base = base
    row.propensity = program.cohorts.propensity[row.cohort][mix((base + _PROPENSITY) & MASK) >> INDEX_SHIFT]


class _Luck:
    """Tries luck on one person after the other."""

    def __init__(self, program: Program, replication: int, rates: Rates, flight: Flight) -> None:
        self.program, self.rates, self.flight = program, rates, flight
        self.answers = Answers(program, rates)
        self.stem = stem(program.seed, replication)
        self.start = program.start

    def draw(self, place: int, found: Opening) -> None:
        program, number = self.program, self.flight.person[place]
        people = program.people
        row = Row(number, people.cohort[number], 0, people.calendar[number], people.account[number], people.segment[number], self.start)
        root = self.stem ^ people.key[number]
        board(program, self.rates, row, place, mix(root))
        first: list[Later] = []
        for attempt in range(TRIES):
            give(program, row, mix((root + GOLDEN * attempt) & MASK))
            later: list[Later] = []
            agrees = self._brings(row, place, later)
            if agrees:
                break
            first = first if attempt else later
        else:
            give(program, row, mix(root))
            later = first
        found.base.append(row.base)
        found.later.extend(later)
        if program.states.task[row.state] == REVIEW and (event := self._unclear(row, self.flight.unclear[place])) >= 0:
            found.unclear.append((place, event, self.flight.unclear[place]))

    def _brings(self, row: Row, place: int, later: list[Later]) -> bool:
        """What this luck brings after the start; False where it would have brought something before, which has not come."""
        agrees = self._touches(row, place, later)
        row.round = self.flight.round[place]
        return self._meeting(row, later) and self._asks_back(row, later) and agrees

    def _touches(self, row: Row, place: int, later: list[Later]) -> bool:
        flight, steps, agrees = self.flight, self.program.steps, True
        first, end = flight.made[place], flight.made[place + 1]
        row.made = []
        for n in range(first, end):
            step, at, number = flight.made_step[n], flight.made_at[n], n - first + 1
            if steps.answer[step] in (NONE, PHONE) or flight.made_known[n] & OVER:
                row.made.append(at)
                continue
            row.round = flight.made_round[n]
            row.on_channel[steps.channel[step]] = flight.made_before[n]
            for event, after in self._drawn(row, step, n):
                when = at + max(1, after)
                reply = event in _HEARD
                if reply and number <= flight.answered[place]:
                    continue
                if when <= self.start:
                    agrees = False
                else:
                    later.append((when, event, row.number, ANSWER if reply else SIGNAL, step, number if reply else 0))
        return agrees

    def _drawn(self, row: Row, step: int, n: int) -> list[Answer]:
        """What comes of a touch, but for what the log has of it."""
        flight = self.flight
        at, known, arrived = flight.made_at[n], flight.made_known[n], flight.made_first[n]
        if arrived >= 0:
            return self.answers.arrived(row, step, at, arrived - at)
        return [(event, after) for event, after in self.answers.of(row, step, at)[1] if not known & _LOOKS.get(event, 0)]

    def _unclear(self, row: Row, step: int) -> int:
        """What an answer turns out to be that nobody has classified yet; -1 where nothing says what it could be."""
        if step < 0:
            return -1
        share = self.rates.share[self.answers.row_of(row, step)]
        weights = [share[POSITIVE] * row.propensity, share[NEGATIVE], share[NOT_NOW] * row.propensity, share[WRONG]]
        at = (pick(row, self.answers.code[step][P_RESPONSE]) >> 11) * UNIT * sum(weights)
        for number, weight in zip((POSITIVE, NEGATIVE, NOT_NOW, WRONG), weights, strict=True):
            if at < weight:
                return HEARD_CODES[number]
            at -= weight
        return -1

    def _meeting(self, row: Row, later: list[Later]) -> bool:
        """A meeting that is booked begins after the start."""
        program, states, task = self.program, self.program.states, MEETING
        if states.task[row.state] != task:
            return True
        table = program.tables[program.cohorts.lead_time[row.cohort]]
        at = row.since + table[mix((row.base + _LEAD_TIME + GOLDEN * row.meetings) & MASK) >> INDEX_SHIFT]
        role = program.cohorts.task_role[row.cohort * len(TASKS) + task]
        role = states.role[row.state] if role < 0 else role
        window = program.roles.window[role if role >= 0 else len(program.roles.name) - 1]
        later.append((program.clocks.forward(window, max(at, self.start)), LATER, row.number, MEET, -1, row.stamp))
        return at > self.start

    def _asks_back(self, row: Row, later: list[Later]) -> bool:
        """Who has opted out may change their mind."""
        program, states = self.program, self.program.states
        share = program.cohorts.asked_back[row.cohort]
        if share < 0 or states.kind[row.state] != END or states.go[row.state * len(states.events) + ASKED_BACK] < 0:
            return True
        asks, delay = (mix((row.base + code + GOLDEN * row.round) & MASK) for code in (_ASKS, _ASKS_LATER))
        if (asks >> 11) * UNIT >= self.rates.chain[share]:
            return True
        at = row.since + program.tables[program.cohorts.asked_back_delay[row.cohort]][delay >> INDEX_SHIFT]
        if at > self.start:
            later.append((at, ASKED_BACK, row.number, TIMER, -1, row.stamp))
        return at > self.start
