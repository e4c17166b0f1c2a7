"""How soon a touch can follow an opt-out, a complaint or a no: the least time to the next touch on a channel, and the life that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .story import Told
from .timed_ground import KEPT, Ground, Worst
from .timed_paths import Hop
from .timed_search import Reading
from .timed_terms import DAY

if TYPE_CHECKING:
    from .timed_worlds import World


def after(ground: Ground, channel: str, events: Sequence[str]) -> Worst | None:
    """The least seconds from one of `events` to the next touch on the channel; None: no touch there can follow, and that is proved."""
    ways, beyond = _following(ground, tuple(events))
    hops = ways.get(channel)
    if not hops:
        return None
    terms = ground.refused.terms
    ordered = sorted(hops, key=lambda term: (terms.least(term), term))[:12]
    costs = {term: _tail(ground, term) for term in ordered}
    rest = [terms.least(term) for term in hops if term not in costs]
    value = min([beyond, *rest, *(cost for cost, *_ in costs.values())])
    best: Worst | None = None
    for term in ordered:
        cost, world, start, far = costs[term]
        for hop in hops[term] if cost == value else ():
            told = _refusal(ground, hop, world, (start, far), value)
            gap = 1 << 60 if told is None else _since(told, hop)
            if told is not None and (best is None or gap < best.value):
                best = Worst(gap, told, world, 1, gap == value)
            if gap == value:
                return best
    return Worst(value, best.told if best else None, best.world if best else ground.worlds[0], 1, False)


def _tail(ground: Ground, term: int) -> tuple[int, World, int, int]:
    """(the least seconds from T to a term, the world, the T for which it is reached, and how far from there its last part begins).

    What is more than three weeks away is counted by its delays alone up to its last opening before that, and exactly from there on."""
    terms = ground.refused.terms
    base = terms.base(term, 21 * DAY)
    channel = terms.all[base].channel if terms.all[base].kind == "forward" else None
    far, best = terms.least(base), (1 << 60, ground.worlds[0], 0, 0)
    for world, (times, whole) in zip(ground.worlds, ground.times, strict=True):
        if not whole:
            return terms.least(term), world, next(world.starts(0, times, channel, near=False)) - far, far
        reading = Reading(terms, world, base)
        for start in world.starts(terms.least(term) - far + 5 * DAY, times, channel):
            gap = reading.at(term, start) - start
            if gap + far < best[0]:
                best = (gap + far, world, start - far, far)
            if gap + far <= terms.least(term):
                return best
    return best


def _following(ground: Ground, events: tuple[str, ...]) -> tuple[dict[str, dict[int, list[Hop]]], int]:
    """Channel -> term -> a few touches after one of `events`; and what any other touch takes at least."""
    if events not in ground.afters:
        found: dict[str, dict[int, list[Hop]]] = {}
        after = ground.refused.after(events)
        for hop in after.hops:
            ways = found.setdefault(ground.graph.states[hop.target].channel or "", {}).setdefault(hop.term, [])
            if len(ways) < KEPT:
                ways.append(hop)
        ground.afters[events] = (found, after.beyond)
    return ground.afters[events]


def _refusal(ground: Ground, hop: Hop, world: World, at: tuple[int, int], value: int) -> Told | None:
    """The hop as a life: a refusal while a touch is being made comes at `at`, any other at the last moment before a timer."""
    if ground.graph.states[hop.source].kind == "touch":
        return ground.stories.refused_at(world, hop, at, lambda told: _since(told, hop) == value)
    best: Told | None = None
    for enrolled in world.starts(0, ground.times[ground.worlds.index(world)][0], None, near=False):
        told = ground.stories.refused(world, hop, enrolled)
        if told is not None and (best is None or _since(told, hop) < _since(best, hop)):
            best = told
            if _since(told, hop) <= value:
                break
    return best


def _since(told: Told, hop: Hop) -> int:
    """Seconds from the refusal with which a hop begins to the touch with which the life ends."""
    return told.instants[-1] - told.instants[len(told.moves) - len(hop.moves) - 1]
