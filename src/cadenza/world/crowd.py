"""Long lists of people: whoever can draw them faster than `population` offers it here.

A million people as Python objects are a gigabyte and half a minute. The world knows no engine; an engine that has something better puts it into
`drawers`. What it gives must be what `population` would give, to the last person. Only lists without shared people come here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..language.model import Playbook
from .assumptions import Assumptions
from .clocks import ClockMaker
from .program import Days, People

WORTH = 1_000
"""People from which on it is worth asking."""


@dataclass(frozen=True, slots=True)
class Audience:
    """One playbook's list: `size` people, of whom `quota` come each day."""

    playbook: Playbook
    assumptions: Assumptions
    size: int
    quota: Sequence[int]

    @property
    def wanted(self) -> int:
        """How many of them there is time for."""
        return min(self.size, sum(self.quota))


Drawer: TypeAlias = Callable[[Sequence[Audience], int, Days, ClockMaker], People | None]
"""(audiences, seed, days, clocks) -> everybody who can be enrolled, in the order of their keys; None: not now. Raises MemoryError."""
drawers: list[Drawer] = []


def drawn(audiences: Sequence[Audience], seed: int, days: Days, maker: ClockMaker) -> People | None:
    """The people, where they are many and somebody draws them; else None, and `population` does."""
    if sum(each.wanted for each in audiences) < WORTH:
        return None
    return next((found for draw in drawers if (found := draw(audiences, seed, days, maker)) is not None), None)
