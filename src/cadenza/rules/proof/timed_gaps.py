"""The worst cases themselves: the most touches in a window, the least gaps, the soonest touch after a refusal; each with the life that shows it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from ...language.values import Duration
from . import timed_refusals
from .graph import Graph, Move
from .shape import remembered
from .story import Told
from .timed_ground import KEPT, Ground, Worst
from .timed_paths import TooMany
from .timed_search import MANY, NEAR, Chain, Reading, Web
from .timed_terms import DAY, T, shortest_of

BUDGET = 200_000
"""Arrivals that one bound may compute; beyond, it is what the least times allow, and not exact."""
Wanted: TypeAlias = Callable[[int, int, Web], bool]
"""Of two touches that follow one another (by class): whether the later one counts."""
Fits: TypeAlias = Callable[[int, int], bool]
SAID = ("replied.negative", "unsubscribed", "complained")


class Gaps(Ground):
    """The worst cases of one machine."""

    # ------------------------------------------------------------ the most touches in a window

    def most(self, channel: str | None, within: int) -> Worst | None:
        """The most touches on a channel (None: on any) less than `within` seconds apart; None where there is no touch at all."""
        web = self.near
        if not any(channel in (None, own) for own in web.channel):
            return None
        most = web.most(within, self.least, channel) if within <= self.horizon else MANY
        if 1 < most < MANY:
            most = web.most(within, self.cost, channel)
        chains, complete = self._busiest(channel, within, most)
        count = _count(web, chains[0], channel) if chains else most
        for chain in chains:
            worst = self._told(web, chain, count if complete else most, None, lambda start, end: end - start < within)
            if worst is not None:
                return replace(worst, exact=(complete or count == most) and most < MANY)
        return Worst(count if complete and chains else most, None, self.worlds[0], 0, False)

    def _busiest(self, channel: str | None, within: int, most: int) -> tuple[list[Chain], bool]:
        """Chains with as many touches as any (a few of them), and whether every start was tried."""
        budget, found, best = [BUDGET], list[Chain](), 0
        for reading, start in self._starts(within):
            chain = self.near.burst(reading, start, within, channel, budget)
            count = 0 if chain is None else _count(self.near, chain, channel)
            if chain is not None and count >= max(best, 1):
                found = [chain] if count > best else [*found, chain]
                best = count
            if (best >= most and len(found) >= KEPT) or (budget[0] <= 0):
                break
        return found[:KEPT], budget[0] > 0 and self.whole and within <= self.horizon

    def _starts(self, span: int) -> Iterator[tuple[Reading, int]]:
        for reading, (times, _) in zip(self.readings, self.times, strict=True):
            for start in reading.world.starts(span, times, None):
                yield reading, start

    # ------------------------------------------------------------ the least gaps

    def gap(self, channel: str) -> Worst | None:
        """The least seconds between two touches of one channel, whatever lies between them."""
        return self._least_chain(channel, lambda _, at, web: web.channel[at] == channel)

    def apart(self) -> Worst | None:
        """The least seconds between touches of two different channels."""
        return self._least_chain(None, lambda before, at, web: web.channel[before] != web.channel[at])

    def before(self, channel: str) -> Worst | None:
        """The least seconds from any touch to the next one on that channel."""
        return self._least_chain(None, lambda _, at, web: web.channel[at] == channel)

    def _least_chain(self, first: str | None, wanted: Wanted) -> Worst | None:
        found = self._least_near(first, wanted)
        return self._least_far(first, wanted) if found is None else found

    def _first(self, web: Web, channel: str | None) -> list[int]:
        return [at for at, own in enumerate(web.channel) if channel in (None, own)]

    def _least_near(self, first: str | None, wanted: Wanted) -> Worst | None:
        web = self.near
        begin = self._first(web, first)
        judge = lambda before, at: wanted(before, at, web)  # noqa: E731
        least = web.shortest(self.least, judge, begin)
        if least is None or least > self.horizon:
            return None if self.horizon == NEAR else Worst(self.horizon, None, self.worlds[0], 2, False)
        chains, complete = self._closest(begin, judge, least)
        if not chains:
            return None if complete else Worst(least, None, self.worlds[0], 2, False)
        value = chains[0].length
        if not complete and value > least:
            value = min(value, web.shortest(self.cost, judge, begin) or 0)
        return self._shown(web, chains, value, complete or chains[0].length == value)

    def _shown(self, web: Web, chains: list[Chain], value: int, proved: bool) -> Worst:
        for chain in chains:
            worst = self._told(web, chain, value)
            if worst is not None:
                return replace(worst, exact=proved and chain.length == value)
        return Worst(value, None, self.worlds[0], 2, False)

    def _closest(self, begin: list[int], judge: Callable[[int, int], bool], least: int, limit: int = NEAR) -> tuple[list[Chain], bool]:
        """The shortest chains (a few), first from the ordinary week, then from around clock changes; and whether every start was tried."""
        budget, found, best = [BUDGET], list[Chain](), limit + 1
        own = sorted({self.near.channel[at] or "" for at in begin})
        for near in (False, True):
            for reading, (times, _) in zip(self.readings, self.times, strict=True):
                for start in self._open(reading, best, times, own, near):
                    chain = self.near.nearest(reading, start, begin, judge, start + best + 1, budget)
                    if chain is not None and chain.length <= best:
                        found = [chain] if chain.length < best else [*found, chain]
                        best = chain.length
                    if budget[0] <= 0 or (best <= least and len(found) >= KEPT):
                        return found[:KEPT], budget[0] > 0 and self.whole
        return found[:KEPT], self.whole

    def _open(self, reading: Reading, span: int, times: tuple[int, ...], channels: Iterable[str], near: bool) -> Iterator[int]:
        seen: set[int] = set()
        for channel in channels:
            for start in reading.world.starts(span, times, channel, near=near):
                if start not in seen:
                    seen.add(start)
                    yield start

    def _least_far(self, first: str | None, wanted: Wanted) -> Worst | None:
        """Touches more than a month apart: the least by the delays alone, shown where a life has just that."""
        web = self.far
        begin = self._first(web, first)
        judge = lambda before, at: wanted(before, at, web)  # noqa: E731
        least = web.shortest(lambda term, _: web.terms.least(term), judge, begin)
        if least is None:
            return None
        world = self.worlds[0]
        reading, budget = Reading(web.terms, world), [BUDGET]
        found: list[Chain] = []
        for start in world.starts(0, self.times[0][0], None, near=False):
            chain = web.nearest(reading, start, begin, judge, start + least + 366 * DAY, budget)
            if chain is not None and (not found or chain.length < found[0].length):
                found = [chain]
        return self._shown(web, found, least, True)

    def roughly(self, channel: str | None, within: int) -> int | None:
        """No more touches than this lie within so many seconds, as far as least times can tell; None: they cannot."""

        def find() -> int | None:
            try:
                return None if within > self.horizon else self.near.most(within, self.least, channel)
            except TooMany:
                return None

        return remembered(self.graph, ("roughly", channel, within), find)

    def may_exceed(self, channel: str | None, within: int, limit: int) -> bool:
        """Whether more touches than `limit` lie within so many seconds, as far as least times can tell: False is a proof."""
        most = self.roughly(channel, within)
        return most is None or most > limit

    def nearer(self, step: str | None, wanted: Wanted, limit: Duration, called: Hashable) -> Worst | None:
        """The least gap from a touch (of one step; None: of any) to a later one that is `wanted`, where that comes before `limit` is over (counted
        from the first, in the recipient's calendar); None: it never does. TooMany where the machine is too large to tell. `called` tells
        this `wanted`, which asks for nothing but channels, from others."""
        if remembered(self.graph, ("apart", called, step, limit), lambda: self._apart(step, wanted, limit)):
            return None
        web, begin = self.near, self._near(step, limit)
        judge = lambda before, at: wanted(before, at, web)  # noqa: E731
        while begin:
            found = self._soonest(web, begin, judge, limit)
            for chain in found:
                worst = self._told(web, chain, chain.length, step, partial(_sooner, chain, limit))
                if worst is not None:
                    return worst
            tried = {chain.classes[0] for chain in found}
            begin = [at for at in begin if at not in tried] if tried else []  # nobody comes there in time: look on from the others
        return None

    def _near(self, step: str | None, limit: Duration) -> list[int]:
        """The classes of a step's touches after which another one may come before the limit is over."""
        web = self.near
        floor = web.terms.add(T, limit, None)
        return [at for at in self._of(web, step) if any(not web.terms.leq(floor, edge.term) for edge in web.edges[at])] if floor != T else []

    def _apart(self, step: str | None, wanted: Wanted, limit: Duration) -> bool:
        """Whether delays alone prove that no touch that is `wanted` comes before the limit is over."""
        web, begin = self.near, self._near(step, limit)
        judge = lambda before, at: wanted(before, at, web)  # noqa: E731
        least = web.shortest(self.least, judge, begin) if begin else None
        return least is None or (not limit.business and least >= limit.seconds) or self._days_later(web, judge, begin, limit)

    def _soonest(self, web: Web, begin: list[int], judge: Callable[[int, int], bool], limit: Duration) -> list[Chain]:
        """Ever shorter chains that are over before the limit, the shortest first."""
        budget, found, best = [BUDGET], list[Chain](), 1 << 60
        span = shortest_of(limit) * 7 // 5 + 5 * DAY
        for near in (False, True):
            for reading, (times, _) in zip(self.readings, self.times, strict=True):
                for start in self._open(reading, span, times, sorted({web.channel[at] or "" for at in begin}), near):
                    end = reading.world.unbroken.add(start, limit, None)
                    chain = web.nearest(reading, start, begin, judge, min(end, start + best), budget)
                    if chain is not None:
                        found, best = [chain, *found[: KEPT - 1]], chain.length
        return found

    def _days_later(self, web: Web, judge: Callable[[int, int], bool], begin: list[int], limit: Duration) -> bool:
        """Whether business days alone prove it: every way there passes more of them than the limit has, so it ends on a later day."""
        passed = web.shortest(lambda term, _: web.terms.days(term), judge, begin) if limit.unit == "business day" else None
        return passed is not None and passed > limit.amount

    def _of(self, web: Web, step: str | None) -> list[int]:
        """The classes with a touch of a step."""
        states = self.graph.states
        return sorted({at for state, at in web.of.items() if step in (None, states[state].step)})

    def _told(self, web: Web, chain: Chain, value: int, step: str | None = None, fits: Fits | None = None) -> Worst | None:
        """A chain with its life: on ordinary days from a full hour on where that shows the same, else just as it was found."""
        for told_of in self._plainer(web, chain, fits or (lambda start, end: end - start == chain.length)):
            told = self.tell(web, told_of, lambda told, chain=told_of: _as_found(self.graph, told, chain), step)  # type: ignore[misc]
            if told is not None:
                return Worst(value, told, chain.reading.world, len(chain.classes), True)
        return None

    def _plainer(self, web: Web, chain: Chain, fits: Fits) -> Iterator[Chain]:
        """The same touches from an ordinary Monday on, or a later day on, where that `fits` (first and last second); then the chain itself."""
        reading, world = chain.reading, chain.reading.world
        for start in world.starts(0, tuple(sorted(world.boundaries - {0})), web.channel[chain.classes[0]], near=False):
            instants, late = [start], False
            for at, term in zip(chain.classes, chain.terms, strict=False):
                after, made = reading.soonest(term, web.channel[at], instants[-1])
                late = late or made != instants[-1]
                instants.append(after)
            if not late and fits(start, instants[-1]):
                yield Chain(reading, chain.classes, tuple(instants), chain.terms)
                break
        yield chain

    def after(self, channel: str, events: Sequence[str]) -> Worst | None:
        """The least seconds from one of `events` to the next touch on the channel; None: no touch there can follow, and that is proved."""
        return timed_refusals.after(self, channel, events)

    # ------------------------------------------------------------ as a life

    def tell(self, web: Web, chain: Chain, holds: Callable[[Told], bool], step: str | None = None) -> Told | None:
        """A chain as a life, in the calendar with its holidays; from a touch of `step` where that is given."""
        of = (state for state, at in web.of.items() if at == chain.classes[0] and step in (None, self.graph.states[state].step))
        state = min(of, key=lambda state: (self.graph.distance.get(state, 1 << 30), state))
        first = state
        parts: list[tuple[tuple[Move, ...], int]] = []
        for term, target, at in zip(chain.terms, chain.classes[1:], chain.instants, strict=False):
            hop = web.hop(state, term, target)
            parts.append((hop.moves, at))
            state = hop.target
        done = self.graph.out[state]["done"]
        parts.append(((Move("done", state, done.target, done),), chain.instants[-1]))
        return self.stories.tell(chain.reading.world, first, parts, holds)


def _sooner(chain: Chain, limit: Duration, start: int, end: int) -> bool:
    """Whether a chain from `start` to `end` is as short as this one, and over before the limit."""
    return end - start == chain.length and end < chain.reading.world.unbroken.add(start, limit, None)


def _count(web: Web, chain: Chain, channel: str | None) -> int:
    return sum(1 for at in chain.classes if channel in (None, web.channel[at]))


def _as_found(graph: Graph, told: Told, chain: Chain) -> bool:
    """Whether the last touches of a life are as far apart as those of the chain."""
    instants = [at for at, _, _ in told.touches(graph)][-len(chain.instants) :]
    return [at - instants[0] for at in instants] == [at - chain.instants[0] for at in chain.instants]


__all__ = ["MANY", "SAID", "Gaps", "TooMany", "Worst"]
