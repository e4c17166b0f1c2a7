"""Long lists of people: whoever can write down columns of them faster than Python offers it here.

A million people as Python objects are a gigabyte and half a minute, and even as columns they take Python seconds. The world knows no engine; an
engine that has something better puts it into `helpers`. What it gives must be what `population` would give, to the last person.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..language.model import Playbook
from .assumptions import Assumptions
from .clocks import ClockMaker
from .program import Days, People

WORTH = 1_000
"""People from which on it is worth asking."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom one playbook may enrol of people who are drawn: `quota` of `size` come each day. `home` names them, and `lead` says what holds for all
    who share them; `order` is the code of the playbook's own order, or 0: by key. `first` is the number of their first account."""

    playbook: Playbook
    assumptions: Assumptions
    size: int
    quota: Sequence[int]
    home: str
    lead: Playbook
    leading: Assumptions
    order: int
    first: int

    @property
    def wanted(self) -> int:
        """How many of them there is time for."""
        return min(self.size, sum(self.quota))


@dataclass(frozen=True, slots=True)
class Members:
    """The people of one playbook in the order in which it enrols them, in columns. Accounts are numbers that the playbooks have in common;
    `arrive` and `arrive_day` say when each is enrolled."""

    key: array[int]
    account: array[int]
    calendar: array[int]
    segment: array[int]
    arrive: array[int]
    arrive_day: array[int]


class Helper(Protocol):
    """Each answer may be None: not now. Each may raise MemoryError."""

    def draw(self, audience: Audience, seed: int, days: Days, maker: ClockMaker) -> Members | None:
        """`population.drawn`."""

    def order(self, cohorts: Sequence[Members]) -> People | None:
        """`population.people`."""

    def places(self, numbers: array[int]) -> array[int] | None:
        """`sorted_places`."""

    def texts(self, before: str, texts: Sequence[str]) -> array[int] | None:
        """`draws.texts64`."""


helpers: list[Helper] = []


def drawn(audience: Audience, seed: int, days: Days, maker: ClockMaker) -> Members | None:
    """The people of an audience, where they are many and somebody helps; else None, and `population` draws them."""
    if audience.wanted < WORTH:
        return None
    return next((found for helper in helpers if (found := helper.draw(audience, seed, days, maker)) is not None), None)


def ordered(cohorts: Sequence[Members]) -> People | None:
    """Everybody in one order."""
    if sum(len(members.key) for members in cohorts) < WORTH:
        return None
    return next((found for helper in helpers if (found := helper.order(cohorts)) is not None), None)


def numbered(before: str, texts: Sequence[str]) -> array[int] | None:
    """The numbers of texts."""
    if len(texts) < WORTH:
        return None
    return next((found for helper in helpers if (found := helper.texts(before, texts)) is not None), None)


def sorted_places(numbers: array[int]) -> array[int]:
    """The places of numbers of 64 bits, by number; of those that are the same, by place."""
    if len(numbers) >= WORTH:
        for helper in helpers:
            if (found := helper.places(numbers)) is not None:
                return found
    return array("i", sorted(range(len(numbers)), key=numbers.__getitem__))
