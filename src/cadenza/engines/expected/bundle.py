"""A bundle: a share of the people who have one history in common, so that what happens to them next is one and the same.

`row` is what the reference engine knows of one person, and is moved by the same `Walk`; `weight` is how many people of each kind the bundle
stands for, fractions of them included. Lists in a row are replaced and never changed, so that bundles can share them.
"""

from __future__ import annotations

from typing import TypeAlias

from ..people import Row
from .answers import Item, Vector

Key: TypeAlias = tuple[object, ...]
WHYS = ("nothing", "told", "clock", "due", "cooled", "begin", "make", "meet", "read", "done", "held", "enrol", "hear", "away", "asked")
NOTHING, TOLD, CLOCK, DUE, COOLED, BEGIN, MAKE, MEET, READ, DONE, HELD, ENROL, HEAR, AWAY, ASKED = range(15)
"""Why a bundle is looked at again."""


class Bundle:
    __slots__ = ("address", "at", "clocked", "fate", "hears", "items", "news", "own_at", "own_why", "row", "seen", "weight", "why")

    def __init__(self, row: Row, weight: Vector, at: int) -> None:
        self.row = row
        self.weight = weight
        self.items: list[Item] = []
        self.address: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {}
        """By kind of address: between which chances of being bad this person's luck lies, by kind of person; (0, 1) is not known yet."""
        self.fate = 0
        """What the luck of this meeting is known to be: 1 booked, 2 declined, 4 missed. It is the same the next time."""
        self.clocked = -1
        """The end of `elapsed` that has come already, where that changed nothing."""
        self.hears: tuple[Item, int, bool] | None = None
        self.news = -1
        self.at = at
        self.why = NOTHING
        """What happens to it next, and when."""
        self.own_at = -1
        self.own_why = NOTHING
        """What its state by itself waits for; -1: nothing."""
        self.seen = at
        """Until when the news of colleagues has been taken into account."""

    def mass(self) -> float:
        return sum(self.weight)

    def share(self, weight: Vector) -> Bundle:
        """A part of these people, with the same history."""
        other = Bundle.__new__(Bundle)
        other.row, other.weight = copied(self.row), weight
        other.items, other.address, other.fate, other.hears, other.news = self.items, self.address, self.fate, None, -1
        other.clocked = self.clocked
        other.at, other.why, other.seen, other.own_at, other.own_why = self.at, self.why, self.seen, self.own_at, self.own_why
        return other

    def key(self, loose: bool, small: bool, day: int) -> Key:
        """Bundles with one key are the same people from now on. `loose`: in a state from which no touch is planned,
        so that instants count to the quarter of a day; `small`: so few people that whose mail they had when is averaged. `day`: on which day the
        list has them again, where it has."""
        row, at, why = self.row, self.at, self.why
        people = (row.state, row.cohort, row.calendar, row.round, row.meetings, row.refused >= 0, row.answered < 0, self.fate)
        items = tuple([(item.step, item.made, item.answer, len(item.groups)) for item in self.items])
        if loose:
            again = self.bounces() if self.own_at >= 0 else ()
            return (at // 21600, why, self.own_why, self.own_at // 21600, day, people, items, again, _waiting(row))
        path = (row.last_step, row.touches > 0, row.held >= 0, tuple(row.on_channel), _waiting(row), self.bounces(), int(row.speed * 200))
        if small and not row.pending:
            return (at // 43200, why, self.own_why, self.own_at // 43200, people, path, items, row.expires // 86400, row.planned // 86400)
        exact = 300 if why in (DUE, BEGIN, MAKE) and row.held < 0 else 1800
        clocks = (at // exact, self.own_at // exact, row.expires // 3600, row.planned // 3600, row.held // 3600, row.touched // 3600)
        made = tuple([each // 86400 for each in row.made if each > at - 604800])
        ages = tuple([_age(at - item.at, item.at) for item in self.items])
        return (clocks, why, self.own_why, people, path, items, ages, made)

    def bounces(self) -> Key:
        return tuple(sorted(self.address.items())) if self.address else ()

    def join(self, other: Bundle) -> None:
        """Add people of the same key: weights add up, instants and what is outstanding are averaged, the rest is the heavier part's."""
        mine, theirs = self.mass(), other.mass()
        if mine + theirs <= 0:
            return
        share = theirs / (mine + theirs)
        if self.items:
            self.items = [_averaged(a, b, share) for a, b in zip(self.items, other.items, strict=True)]
        if share > 0.5:
            self.row, self.own_why = other.row, other.own_why
        self.at, self.own_at, self.seen = (
            round(a + (b - a) * share) for a, b in ((self.at, other.at), (self.own_at, other.own_at), (self.seen, other.seen))
        )
        self.weight = [a + b for a, b in zip(self.weight, other.weight, strict=True)]


def _age(age: int, at: int) -> int:
    """When a touch was made: the older, the rougher."""
    if age < 7200:
        return at // 300
    if age < 86400:
        return at // 3600
    return at // 21600 if age < 4 * 86400 else at // 86400 if age < 14 * 86400 else 0


def _waiting(row: Row) -> Key:
    """What is on its way: refusals that are not known everywhere, replies that nobody has read."""
    pending = tuple((told // 3600, event, step) for told, event, step, _ in row.pending) if row.pending else ()
    return (pending, tuple(row.review)) if row.review else (pending,)


def _averaged(a: Item, b: Item, share: float) -> Item:
    """One item for two of the same touch: chances and ages are averaged."""
    if share < 1e-6 or (a.at == b.at and a.scale == b.scale):
        return a
    groups = (b if share > 0.5 and a.at != b.at else a).groups
    return Item(a.step, a.made, round(a.at + (b.at - a.at) * share), groups, a.answer, a.then, a.then_at, a.scale + (b.scale - a.scale) * share)


def copied(row: Row) -> Row:
    """The same person again."""
    new = Row.__new__(Row)
    for name in Row.__slots__:
        setattr(new, name, getattr(row, name))
    return new
