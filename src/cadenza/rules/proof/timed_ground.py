"""What all searches for worst cases stand on: the hops of a machine, the worlds in which its people may live, and what a hop costs there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ...language.records import record
from ...machine.types import Machine
from .graph import Graph
from .story import Told
from .timed_paths import Hop, Paths, TooMany
from .timed_replay import Stories
from .timed_search import NEAR, Reading, Web
from .timed_terms import DAY

if TYPE_CHECKING:
    from .timed_worlds import World

KEPT = 6
"""Equally bad chains that are tried as stories."""


@record
class Worst:
    """A value on the safe side, and the life that shows it (`exact`) or the worst life that was found. `touches`: how many of its last touches
    are meant."""

    value: int
    told: Told | None
    world: World
    touches: int
    exact: bool


class Ground:
    """What is known of one machine's hops. What is dear is computed once, when it is first needed."""

    def __init__(self, graph: Graph, where: Callable[[], Sequence[World]], stories: Stories) -> None:
        self.graph, self.stories = graph, stories
        self._where = where
        self.machine: Machine = graph.machine
        self._costs: dict[tuple[int, str | None], int] = {}
        self.afters: dict[tuple[str, ...], tuple[dict[str, dict[int, list[Hop]]], int]] = {}  # what was found out after which refusals

    @cached_property
    def worlds(self) -> Sequence[World]:
        """The kinds of places where people may live. A playbook whose delays alone prove it harmless needs none of them."""
        return self._where()

    @cached_property
    def near(self) -> Web:
        """The hops of at most 31 days; of a machine that has too many of them, those of at most 8 or 2 (`horizon`). TooMany if those are too many."""
        for horizon in (NEAR, 8 * DAY):
            try:
                return Web(Paths(self.graph, horizon))
            except TooMany:
                continue
        return Web(Paths(self.graph, 2 * DAY))

    @property
    def horizon(self) -> int:
        """Hops that take longer than this are not known."""
        return self.near.paths.horizon or NEAR

    @cached_property
    def far(self) -> Web:
        """All hops."""
        return Web(Paths(self.graph))

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        return tuple(Reading(self.near.terms, world) for world in self.worlds)

    @cached_property
    def times(self) -> tuple[tuple[tuple[int, ...], bool], ...]:
        """For each world the times of day to look at, and whether they are all that matter."""
        delays = self.near.delays()
        return tuple(world.times(delays) for world in self.worlds)

    @property
    def whole(self) -> bool:
        return all(whole for _, whole in self.times)

    def least(self, term: int, channel: str | None) -> int:
        """The fewest seconds of a hop, by its delays alone."""
        return self.near.terms.least(term)

    def cost(self, term: int, channel: str | None) -> int:
        """The fewest seconds from a touch on `channel` to a touch at the term, in any world."""
        key = (term, channel)
        if key not in self._costs:
            found = min((at for _, _, at in self._hop_minima(term, channel)), default=NEAR + 1)
            self._costs[key] = found if self.whole and found <= NEAR else self.near.terms.least(term)
        return self._costs[key]

    def _hop_minima(self, term: int, channel: str | None) -> Iterator[tuple[Reading, int, int]]:
        """(reading, start, gap) of ever closer hops; the last one is the least."""
        best, least = 1 << 60, self.near.terms.least(term)
        for reading, (times, _) in zip(self.readings, self.times, strict=True):
            for start in reading.world.starts(least + 5 * DAY, times, channel):
                gap = reading.at(term, start) - start
                if gap < best:
                    best = gap
                    yield reading, start, gap
                    if gap <= least:
                        return

    @cached_property
    def refused(self) -> Paths:
        """The paths on which somebody refuses."""
        return Paths(self.graph)
