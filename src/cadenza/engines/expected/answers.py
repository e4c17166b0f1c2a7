"""What a touch may bring, as chances over time instead of draws.

An *item* is one thing that is still to be heard of a touch: an answer (one of several classes, or none), or a signal. Its *groups* hold the
classes that share one law of delay, each with its chance for every kind of person (`latent`). Until age x an answer has come with probability
sum over groups of P * F(x); given that none has, the chance of the next hour follows. Delays are the program's own tables of 4,096 quantiles.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TypeAlias

from ...world.program import CODE, EMAIL, EVENTS, INVITE, NONE, PHONE, POST, Program
from ...world.rates import DEPTH, Rates
from ...world.steps import AUTOMATIC
from ..answers import (
    ACCEPTED,
    BOUNCED,
    CLICKED,
    COMPLAINED,
    CONNECTED,
    DELIVERED,
    INBOX,
    NEGATIVE,
    NOT_NOW,
    OPENED,
    OUT,
    POSITIVE,
    UNSUBSCRIBED,
    WRONG,
)
from ..totals import HEARD_CODES
from .kinds import Kind, variants_of

Vector: TypeAlias = list[float]
"""One value for each kind of person."""
OUT_CODE = CODE["replied.out_of_office"]
FIRST = {PHONE: (CONNECTED, "connected"), INVITE: (ACCEPTED, "accepted"), POST: (DELIVERED, "delivered")}
_FOLD = 64


class Delay:
    """A law of delay: `table` holds equally likely seconds, least first."""

    __slots__ = ("last", "size", "table")

    def __init__(self, table: tuple[int, ...]) -> None:
        self.table = table if table[0] != table[-1] else table[:1]
        self.size = len(self.table)
        self.last = table[-1]

    def until(self, age: int) -> int:
        """How many of the `size` slices are over at that age."""
        return bisect_right(self.table, age)


AT_ONCE = Delay((0,))


@dataclass(slots=True)
class Group:
    """Classes with one law of delay. `total` is the sum of their chances."""

    delay: Delay
    events: list[tuple[int, Vector]]
    total: Vector


@dataclass(slots=True)
class Item:
    """What is still to be heard of one touch. `made` is which touch of the person it was, `at` when its delays began to run; a signal that an
    answer must wait for (an invitation that is accepted) has that answer in `then`; its delays run from then on, or from `then_at`."""

    step: int
    made: int
    at: int
    groups: list[Group]
    answer: bool
    then: list[Group] | None = None
    then_at: int = -1
    scale: float = 1.0
    """What is left of all chances: the sender's standing, where it has suffered."""
    last: int = 0
    """The second after which nothing comes any more."""

    def __post_init__(self) -> None:
        self.last = self.at + max(group.delay.last for group in self.groups)


@dataclass(slots=True)
class Touch:
    """What a touch of one step may bring to the kinds of one cohort, at one decay, pressure and placement."""

    bad: Vector  # chance that the address is bad
    bounce: Delay
    first: Vector | None  # chance of what must happen first, else None
    first_code: int
    first_delay: Delay
    waits: bool  # whether the machine listens to it, so that the answer waits for it as a person does
    groups: list[Group]
    looks: list[tuple[int, Delay, Vector]]
    lands: Vector | None  # where somebody listens to opens or clicks: the share of the mail that lands, of which all other chances are


@dataclass(frozen=True, slots=True)
class Setting:
    """What the chances of a touch hang on besides its step and the people."""

    made_on_channel: int
    recent: int
    refused: bool
    speed: float
    placed: float
    """How much better than usual the sender's mail lands; worse is the `scale` of an item."""


class Answers:
    """Chances of touches, each setting worked out once. `kinds[cohort]` are the kinds of person."""

    def __init__(self, program: Program, rates: Rates, kinds: list[list[Kind]]) -> None:
        self.program, self.rates, self.kinds = program, rates, kinds
        self.delays = [Delay(table) for table in program.tables]
        self._sums: dict[tuple[int, int], Delay] = {}
        self._known: dict[tuple[int, Setting], Touch] = {}

    def of(self, step: int, setting: Setting) -> Touch:
        key = (step, setting)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._touch(step, setting)
        return found

    def _touch(self, step: int, setting: Setting) -> Touch:
        steps, program = self.program.steps, self.program
        kind, kinds = steps.answer[step], self.kinds[steps.cohort[step]]
        rows = [
            [(steps.row[step] + v * program.cohorts.segments[steps.cohort[step]] + each.segment, share) for v, share in self._variants(step, each)]
            for each in kinds
        ]
        some = rows[0][0][0]
        signal = self.delays[program.rows.signal[some]]

        def mean(column: int) -> Vector:
            return [sum(self.rates.share[row][column] * share for row, share in each) for each in rows]

        column, name = FIRST.get(kind, (-1, ""))
        code = CODE[name] if name else -1
        waits = column >= 0 and bool(steps.reads[step * len(EVENTS) + code])
        first = mean(column) if column >= 0 else None
        looks = [] if kind == NONE else self._looks(step, rows, signal)
        inbox = [sum(min(1.0, self.rates.share[row][INBOX] * setting.placed) * share for row, share in each) for each in rows]
        groups = [] if kind == NONE else self._groups(step, setting, rows, (kind in (INVITE, POST) and not waits, kind == EMAIL and not looks))
        return Touch(
            bad=mean(BOUNCED) if kind not in (PHONE, NONE) else [0.0] * len(kinds),
            bounce=Delay((AUTOMATIC,)) if kind == EMAIL else signal,
            first=first,
            first_code=code,
            first_delay=AT_ONCE if kind == PHONE else signal,
            waits=waits,
            groups=groups if first is None or waits else [_scaled(group, first) for group in groups],
            looks=looks if kind == EMAIL else [(code, delay, [a * b for a, b in zip(chance, inbox, strict=True)]) for code, delay, chance in looks],
            lands=inbox if looks and kind == EMAIL else None,
        )

    def _variants(self, step: int, kind: Kind) -> list[tuple[int, float]]:
        """(variant, share of the people); of a step that people may come round to, the variant that the kind is dealt each time."""
        steps = self.program.steps
        if step in kind.variants:
            return [(kind.variants[step], 1.0)]
        return variants_of(steps, step)

    def _groups(self, step: int, setting: Setting, rows: list[list[tuple[int, float]]], how: tuple[bool, bool]) -> list[Group]:
        """The classes of an answer by their delays. `how`: whether the signal's delay comes on top, and whether what does not land counts."""
        found: dict[int, tuple[Delay, dict[int, Vector]]] = {}
        kinds, phone = self.kinds[self.program.steps.cohort[step]], self.program.steps.answer[step] == PHONE
        for k, (each, kind) in enumerate(zip(rows, kinds, strict=True)):
            for row, share in each:
                for code, chance in self._classes(step, setting, row, kind.propensity, how[1]):
                    delay = self._delay(row, code, phone, how[0])
                    _, classes = found.setdefault(id(delay), (delay, {}))
                    classes.setdefault(code, [0.0] * len(kinds))[k] += chance * share
        groups = []
        for delay, classes in found.values():
            events = list(classes.items())
            groups.append(Group(delay, events, [sum(vector[k] for _, vector in events) for k in range(len(kinds))]))
        return groups

    def _classes(self, step: int, setting: Setting, row: int, propensity: float, landing: bool) -> list[tuple[int, float]]:
        """(event, chance) for one person: the unit interval, cut as the reference cuts it; for e-mail, times the share that lands."""
        share, cohort, rates = self.rates.share[row], self.program.steps.cohort[step], self.rates
        decay = rates.decay[row][min(setting.made_on_channel, DEPTH - 1)]
        pressure = rates.pressure[cohort][min(setting.recent, DEPTH - 1)]
        after_no = rates.chain[self.program.cohorts.after_no[cohort]] if setting.refused else 1.0
        widths = {
            UNSUBSCRIBED: share[UNSUBSCRIBED] * pressure,
            COMPLAINED: share[COMPLAINED] * pressure * after_no,
            POSITIVE: share[POSITIVE] * decay * propensity * setting.speed,
            NEGATIVE: share[NEGATIVE] * decay,
            NOT_NOW: share[NOT_NOW] * decay * propensity,
            OUT: share[OUT],
            WRONG: share[WRONG] * decay,
        }
        lands = min(1.0, share[INBOX] * setting.placed) if landing else 1.0
        found, left = [], 1.0
        for name, width in widths.items():
            taken = min(width, left)
            left -= taken
            if taken > 0.0:
                found.append((HEARD_CODES[name], taken * lands))
        return found

    def _delay(self, row: int, code: int, phone: bool, added: bool) -> Delay:
        rows = self.program.rows
        if phone:
            return AT_ONCE
        if not added:
            return self._automatic if code == OUT_CODE else self.delays[rows.reply[row]]
        key = (rows.signal[row], -1 if code == OUT_CODE else rows.reply[row])
        if key not in self._sums:
            first = self.delays[key[0]]
            then = self._automatic if key[1] < 0 else self.delays[key[1]]
            self._sums[key] = Delay(tuple(sorted(a + b for a in _folded(first) for b in _folded(then))))
        return self._sums[key]

    _automatic = Delay((AUTOMATIC,))

    def _looks(self, step: int, rows: list[list[tuple[int, float]]], signal: Delay) -> list[tuple[int, Delay, Vector]]:
        """Opens and clicks that the machine listens to, of what lands."""
        reads = self.program.steps.reads
        return [
            (CODE[name], signal, [sum(self.rates.share[row][column] * share for row, share in each) for each in rows])
            for column, name in ((OPENED, "opened"), (CLICKED, "clicked"))
            if reads[step * len(EVENTS) + CODE[name]]
        ]


def _scaled(group: Group, share: Vector) -> Group:
    events = [(code, [a * b for a, b in zip(vector, share, strict=True)]) for code, vector in group.events]
    return Group(group.delay, events, [a * b for a, b in zip(group.total, share, strict=True)])


def _folded(delay: Delay) -> list[int]:
    """A law of delay in a few equally likely values."""
    if delay.size <= _FOLD:
        return list(delay.table)
    width = delay.size // _FOLD
    return [sum(delay.table[i : i + width]) // width for i in range(0, width * _FOLD, width)]
