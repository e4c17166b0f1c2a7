"""How a replication begins with people under way, the same for every engine.

What is on its way to a person at the start hangs on luck that was drawn before it. So each person's luck is drawn until it agrees with the log: no
answer to a touch, no meeting, no deal and no change of mind that would have come before the start and of which the log says nothing; a bad address
where a mail bounced; and a keenness that fits what the person has said. What the accepted luck brings after the start is planned. The first luck that
is tried is the one that the person would have anyway (`base`); the k-th further one is `mix((stem ^ key) + k * GOLDEN)`. After TRIES it is the first
one, and what it would have brought before the start has not come.

So somebody who has been silent for long is less likely to answer, just as likely to have a good address as the log shows, and less keen than others.
`kernel/opening.h` is the same in C.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from ..language.model import CHANNELS
from ..world.draws import GOLDEN, MASK, UNIT, mix, stem, text64
from ..world.program import (
    BOUNCED,
    CLICK,
    CODE,
    END,
    MEETING,
    NONE,
    OPEN,
    OVER,
    PHONE,
    REVIEW,
    RUNNING,
    SETTLED,
    TASKS,
    Flight,
    Program,
)
from ..world.quantiles import INDEX_SHIFT
from ..world.rates import DEPTH, FALLS, Rates
from .answers import NEGATIVE, NOT_NOW, P_RESPONSE, POSITIVE, WRONG, Answer, Answers, pick
from .common import ANSWER, LATER, LEAST, MEET, MEMORY, SIGNAL, TIMER, TOLD, WON
from .people import Row
from .totals import HEARD_CODES

TRIES = 1000
ASKED_BACK = CODE["asked_back"]
_HEARD = frozenset(HEARD_CODES)
_LOOKS = {CODE["opened"]: OPEN, CODE["clicked"]: CLICK}
_CODE = {name: text64(f"{name}/") for name in ("propensity", "lead_time", "asked_back", "asked_back.delay", "opportunity", "won", "value", "cycle")}
KEEN = text64("keen/")

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
        luck, keys = _Luck(program, replication, rates, program.people.flight), program.people.key
        for _, places in groupby(range(len(program.people.flight.person)), lambda place: keys[luck.flight.person[place]]):
            luck.draw(list(places), found)
    return found


def before(flight: Flight | None, column: str, sender: int, day: int) -> int:
    """How many of a sender's mails (`sent`, `complained`, `bounced`) lie before the start, and within the days that count on this one."""
    if flight is None or day >= MEMORY:
        return 0
    counts: list[int] = list(getattr(flight, column)[sender * MEMORY + day : (sender + 1) * MEMORY])
    return sum(counts)


def judged(rates: Rates, sender: int, mails: int, complaints: int, bounces: int) -> float:
    """A sender's standing, by its last seven days: a notch down for each 0.1 point of complaints and each point of bounces above 2%."""
    mails = max(mails, LEAST)
    fallen, over = complaints * 1000 // mails, max(0, bounces * 100 - 2 * mails) // mails
    return rates.complaints[sender][min(fallen, FALLS - 1)] * rates.bounces[sender][min(over, FALLS - 1)]


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


def refuse(flight: Flight, row: Row, place: int) -> list[Later]:
    """Refusals that have not reached every channel by the start; gives when the machine hears of them."""
    channels, later = len(CHANNELS), []
    for n in range(flight.pending[place], flight.pending[place + 1]):
        told, event, step = flight.pending_told[n], flight.pending_event[n], flight.pending_step[n]
        row.pending = [*(row.pending or []), (told, event, step, tuple(flight.pending_reached[n * channels : (n + 1) * channels]))]
        later.append((told, event, row.number, TOLD, step, told))
    return later


def give(program: Program, row: Row, base: int) -> None:
    """The root of a person's draws, and what follows from it alone."""
    row.base = base
    row.propensity = program.cohorts.propensity[row.cohort][mix((base + _CODE["propensity"]) & MASK) >> INDEX_SHIFT]


class _Luck:
    """Tries luck on one person after the other, for all playbooks together. Where `anyway`, whatever does not agree with the log is passed over."""

    def __init__(self, program: Program, replication: int, rates: Rates, flight: Flight) -> None:
        self.program, self.rates, self.flight = program, rates, flight
        self.answers = Answers(program, rates)
        for sender in range(len(program.senders.name)):
            self.answers.reputation[sender] = judged(rates, sender, *(before(flight, name, sender, 0) for name in ("sent", "complained", "bounced")))
        self.stem = stem(program.seed, replication)
        self.start = program.start
        self.anyway, self.turn = False, 0

    def draw(self, places: list[int], found: Opening) -> None:
        """The luck of one person, who is at these places of the flight: one for each playbook."""
        rows = [(self._row(place), place) for place in places]
        root = self.stem ^ self.program.people.key[rows[0][0].number]
        later = self._tried(rows, root)
        if later is None:
            self.anyway, later = True, []
            self._bring(rows, mix(root), later)
            self.anyway = False
        found.later.extend(later)
        for row, place in rows:
            found.base.append(row.base)
            if self.program.states.task[row.state] == REVIEW and (event := self._unclear(row, self.flight.unclear[place])) >= 0:
                found.unclear.append((place, event, self.flight.unclear[place]))

    def _row(self, place: int) -> Row:
        number, people = self.flight.person[place], self.program.people
        row = Row(number, people.cohort[number], 0, people.calendar[number], people.account[number], people.segment[number], self.start)
        board(self.program, self.rates, row, place, 0)
        return row

    def _tried(self, rows: list[tuple[Row, int]], root: int) -> list[Later] | None:
        """What the first luck brings that agrees with the log."""
        for attempt in range(TRIES):
            later: list[Later] = []
            if self._bring(rows, mix((root + GOLDEN * attempt) & MASK), later):
                return later
        return None

    def _bring(self, rows: list[tuple[Row, int]], base: int, later: list[Later]) -> bool:
        """What the luck with this root brings, in all playbooks."""
        for self.turn, (row, place) in enumerate(rows):
            give(self.program, row, base)
            if not self._brings(row, place, later):
                return False
        return True

    def _brings(self, row: Row, place: int, later: list[Later]) -> bool:
        """What this luck brings after the start; False where it would have brought something before, which has not come."""
        if not (self._keen(row, place) and self._read(row, place) and self._touches(row, place, later)):
            return False
        row.round = self.flight.round[place]
        return self._meeting(row, later) and self._asks_back(row, later) and self._deals(row, place, later)

    def _keen(self, row: Row, place: int) -> bool:
        """Who has said yes or not now is keener than others: in proportion, for each time."""
        highest = self.program.cohorts.propensity[row.cohort][-1]
        return self.anyway or all(self._test(row, n) * highest < row.propensity for n in range(self.flight.keen[place]))

    def _test(self, row: Row, n: int) -> float:
        """A number in [0, 1) that decides about nothing but this luck."""
        return (mix((row.base + KEEN + GOLDEN * (64 * self.turn + n)) & MASK) >> 11) * UNIT

    def _read(self, row: Row, place: int) -> bool:
        """Whose answer nobody has classified yet is somebody who answers: in proportion, too."""
        step = self.flight.unclear[place]
        if self.anyway or step < 0 or self.program.states.task[row.state] != REVIEW:
            return True
        share, highest = self.rates.share[self.answers.row_of(row, step)], self.program.cohorts.propensity[row.cohort][-1]
        keen, others = share[POSITIVE] + share[NOT_NOW], share[NEGATIVE] + share[WRONG]
        return self._test(row, -1) * (keen * highest + others) <= keen * row.propensity + others

    def _touches(self, row: Row, place: int, later: list[Later]) -> bool:
        flight, steps = self.flight, self.program.steps
        first = flight.made[place]
        for n in range(first, flight.made[place + 1]):
            step, at, number = flight.made_step[n], flight.made_at[n], n - first + 1
            kind, known = steps.answer[step], flight.made_known[n]
            if kind == NONE:
                continue
            if not self.anyway and not self._address(row, step, known):
                return False
            if known & OVER:
                continue
            row.round = flight.made_round[n]
            row.on_channel[steps.channel[step]] = flight.made_before[n]
            for event, after in self._drawn(row, step, n):
                reply = event in _HEARD
                if (reply and number <= flight.answered[place]) or (kind == PHONE and not reply):
                    continue
                when = self.start if kind == PHONE else at + max(1, after)
                if when > self.start:
                    later.append((when, event, row.number, ANSWER if reply else SIGNAL, step, number if reply else 0))
                elif not self.anyway:
                    return False
        return True

    def _address(self, row: Row, step: int, known: int) -> bool:
        """A mail that bounced had a bad address, any other a good one."""
        if not self.answers.can_bounce(row, step):
            return True
        return self.answers.bounces(row, step) == bool(known & BOUNCED)

    def _drawn(self, row: Row, step: int, n: int) -> list[Answer]:
        """What comes of a touch, but for what the log has of it."""
        flight = self.flight
        known, wait = flight.made_known[n], flight.made_wait[n]
        pressure = self.rates.pressure[row.cohort][min(flight.made_recent[n], DEPTH - 1)]
        if wait >= 0:
            return self.answers.arrived(row, step, pressure, wait)
        return [(event, after) for event, after in self.answers.drawn(row, step, pressure)[1] if not known & _LOOKS.get(event, 0)]

    def _unclear(self, row: Row, step: int) -> int:
        """What an answer turns out to be that nobody has classified yet; -1 where nothing says what it could be."""
        if step < 0:
            return -1
        share = self.rates.share[self.answers.row_of(row, step)]
        weights = [share[POSITIVE] * row.propensity, share[NEGATIVE], share[NOT_NOW] * row.propensity, share[WRONG]]
        at = (pick(row, self.answers.code[step][P_RESPONSE]) >> 11) * UNIT * (weights[0] + weights[1] + weights[2] + weights[3])
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
        at = row.since + self._look_up(row, "lead_time", program.cohorts.lead_time[row.cohort], row.meetings)
        role = program.cohorts.task_role[row.cohort * len(TASKS) + task]
        role = states.role[row.state] if role < 0 else role
        window = program.roles.window[role if role >= 0 else len(program.roles.name) - 1]
        hour = program.clocks.forward(window, at)
        agrees = hour > self.start
        later.append((hour if agrees else program.clocks.forward(window, self.start), LATER, row.number, MEET, -1, row.stamp))
        return agrees or self.anyway

    def _asks_back(self, row: Row, later: list[Later]) -> bool:
        """Who has opted out may change their mind."""
        program, states = self.program, self.program.states
        share = program.cohorts.asked_back[row.cohort]
        if share < 0 or states.kind[row.state] != END or states.go[row.state * len(states.events) + ASKED_BACK] < 0:
            return True
        asks, delay = (mix((row.base + _CODE[name] + GOLDEN * row.round) & MASK) for name in ("asked_back", "asked_back.delay"))
        if (asks >> 11) * UNIT >= self.rates.chain[share]:
            return True
        at = row.since + program.tables[program.cohorts.asked_back_delay[row.cohort]][delay >> INDEX_SHIFT]
        if at > self.start:
            later.append((at, ASKED_BACK, row.number, TIMER, -1, row.stamp))
        return at > self.start or self.anyway

    def _deals(self, row: Row, place: int, later: list[Later]) -> bool:
        """Deals of meetings that were held before the start: won after it, or not. One that the log says is running has not been won yet; of others
        nobody knows."""
        flight, cohorts, chain = self.flight, self.program.cohorts, self.rates.chain
        first = flight.deals[place]
        for n in range(first, flight.deals[place + 1]):
            known, turn = flight.deal_known[n], n - first
            if known == SETTLED or not self._chance(row, "won", chain[cohorts.won[row.cohort]], turn):
                continue
            if known != RUNNING and not self._chance(row, "opportunity", chain[cohorts.opportunity[row.cohort]], turn):
                continue
            at = flight.deal_at[n] + self._look_up(row, "cycle", cohorts.cycle[row.cohort], turn)
            if at > self.start:
                later.append((at, LATER, row.number, WON, -1, self._look_up(row, "value", cohorts.value[row.cohort], turn)))
            elif known == RUNNING and not self.anyway:
                return False
        return True

    def _luck(self, row: Row, purpose: str, turn: int) -> int:
        return mix((row.base + _CODE[purpose] + GOLDEN * turn) & MASK)

    def _chance(self, row: Row, purpose: str, share: float, turn: int) -> bool:
        return (self._luck(row, purpose, turn) >> 11) * UNIT < share

    def _look_up(self, row: Row, purpose: str, table: int, turn: int) -> int:
        return self.program.tables[table][self._luck(row, purpose, turn) >> INDEX_SHIFT]
