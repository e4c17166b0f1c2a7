"""How a bundle divides while it waits: who hears what in which stretch of time, and who hears nothing.

The delays of different touches are independent, so the share that has heard nothing by t is a product over the touches, and exact. Within the wait
the first answer is taken stretch by stretch, at the middle of each; the parts add up to those who heard something.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..totals import HEARD_CODES
from .answers import OUT_CODE, Delay, Item, Vector
from .bundle import Bundle

REPLIES = frozenset(HEARD_CODES[2:]) - {OUT_CODE}
"""What may be said in unclear words."""

CROWDED = 0.05
"""From this chance of an answer on, the other touches' answers are looked at stretch by stretch; below, in the middle of the wait."""
_LEAST = 1e-12
_WORTH = 0.1
"""Fewer grains than this are not divided by what comes at a certain second."""


class Part(NamedTuple):
    at: int
    item: Item
    code: int
    unclear: bool
    """Whether it is said in words that somebody must read first."""
    weight: Vector


class _Live(NamedTuple):
    item: Item
    before: Vector  # share that has not answered yet when the wait begins
    ratio: Vector  # of those, the share that has not when it ends


class Edges(NamedTuple):
    """Where stretches end: at `hard` ones always, at `soft` ones where there are people enough."""

    hard: Sequence[int]
    soft: Sequence[int]


Cuts = Callable[[int, int, bool], Edges]
"""The edges of an answer (event, step, whether it is unclear)."""


def divide(bundle: Bundle, now: int, until: int, cuts: Cuts, grain: float, unclear: float) -> list[Part]:
    """The parts that hear something in (now, until]; the bundle keeps the rest. Stretches end at `cuts(code, step)`; at soft edges no part is cut
    below `grain` people. Of replies, a share is `unclear`."""
    live = [_live(item, now, until) for item in bundle.items if item.last > now]
    bundle.items = [each.item for each in live]
    weight = bundle.weight
    keep = [math.prod(ratios) for ratios in zip(*(each.ratio for each in live), strict=True)] if live else []
    gone = [w * (1.0 - k) for w, k in zip(weight, keep, strict=False)]
    if sum(gone) <= _LEAST:
        return []
    parts = [part for each in live for part in _parts(each, live, weight, (now, until), cuts, grain, unclear)]
    if not parts:
        return []
    sums = [sum(values) for values in zip(*(part.weight for part in parts), strict=True)]
    scale = [g / s if s > 0.0 else 0.0 for g, s in zip(gone, sums, strict=True)]
    bundle.weight = [w - s * c for w, s, c in zip(weight, sums, scale, strict=True)]
    return [Part(part.at, part.item, part.code, part.unclear, [w * c for w, c in zip(part.weight, scale, strict=True)]) for part in parts]


def silent(item: Item, at: int, code: int = -1, own: Item | None = None) -> Vector:
    """The share of each kind that has not answered by then; of what comes in that very second, what ranks before `code` in answer to `own`."""
    left = [1.0] * len(item.groups[0].total)
    for group in item.groups:
        if own is not None and group.delay.size == 1 and at - item.at == group.delay.last:  # all of it comes in that second
            for event, vector in group.events:
                if not comes_after(event, item, code, own):
                    left = [value - item.scale * chance for value, chance in zip(left, vector, strict=True)]
            continue
        over = group.delay.until(at - item.at)
        if over:
            left = [value - item.scale * over / group.delay.size * chance for value, chance in zip(left, group.total, strict=True)]
    return left


def _live(item: Item, now: int, until: int) -> _Live:
    before = [max(value, _LEAST) for value in silent(item, now)]
    after = silent(item, until)
    return _Live(item, before, [min(1.0, max(0.0, b / a)) for a, b in zip(before, after, strict=True)])


def _parts(each: _Live, live: list[_Live], weight: Vector, wait: tuple[int, int], cuts: Cuts, grain: float, unclear: float) -> list[Part]:
    found = []
    item, (now, until) = each.item, wait
    rest_of = [other.ratio for other in live if other is not each]
    others = [math.sqrt(math.prod(ratios)) for ratios in zip(*rest_of, strict=True)] if rest_of else [1.0] * len(weight)
    sure = [at for other in live for at in _certain(other.item, now, until)]
    crowded = len(live) > 1 and (min(others) < 1.0 - CROWDED or bool(sure))
    for group in item.groups:
        first, last = group.delay.until(now - item.at), group.delay.until(until - item.at)
        if last <= first:
            continue
        base = [w / b for w, b in zip(weight, each.before, strict=True)]
        for code, chance in group.events:
            whole = [b * item.scale * p for b, p in zip(base, chance, strict=True)]
            for read, part in ((False, 1.0 - unclear), (True, unclear)) if code in REPLIES else ((False, 1.0),):
                mass = sum(whole) * part * (last - first) / group.delay.size
                if mass <= _LEAST:
                    continue
                edges = cuts(code, item.step, read)
                if crowded and sure and mass > _WORTH * grain:
                    edges = Edges([*edges.hard, *sure], edges.soft)
                for i, j in _stretches(group.delay, first, last, item.at, edges, mass / grain):
                    at = min(max(item.at + group.delay.table[(i + j) // 2], now + 1), until)
                    share = part * (j - i) / group.delay.size
                    rest = _others(live, each, code, at) if crowded else others
                    found.append(Part(at, item, code, read, [w * share * r for w, r in zip(whole, rest, strict=True)]))
    return found


def _certain(item: Item, now: int, until: int) -> list[int]:
    """The seconds of the wait in which something comes that comes in no other: what else is heard comes before or after, or ties with it."""
    return [at for group in item.groups if group.delay.size == 1 and now < (at := item.at + group.delay.last) <= until]


def comes_after(event: int, item: Item, code: int, own: Item) -> bool:
    """Whether an event in answer to a touch stands behind `code` in answer to another, in the order of one second."""
    return (event, item.step, item.made) > (code, own.step, own.made)


def _others(live: list[_Live], own: _Live, code: int, at: int) -> Vector:
    """The share of each kind that has by then heard nothing of any other touch; of one second, what ranks first comes first."""
    left = [1.0] * len(own.before)
    for each in live:
        if each is not own:
            still = silent(each.item, at, code, own.item)
            left = [value * max(0.0, s) / b for value, s, b in zip(left, still, each.before, strict=True)]
    return left


def _stretches(delay: Delay, first: int, last: int, start: int, edges: Edges, most: float) -> list[tuple[int, int]]:
    """Slices of the table: at hard edges always; at soft ones where the mass is worth it, else in fewer and equal ones."""
    if last - first == 1 or (most < 2.0 and not edges.hard):
        return [(first, last)]
    hard = [min(max(delay.until(edge - start), first), last) for edge in edges.hard]
    if most < 2.0:
        soft = []
    elif most < len(edges.soft) + 1:
        count = min(int(most), last - first)
        soft = [first + (last - first) * n // count for n in range(1, count)]
    else:
        soft = [min(max(delay.until(edge - start), first), last) for edge in edges.soft]
    cuts = sorted({first, *hard, *soft, last})
    return list(itertools.pairwise(cuts))


def between(edges: Sequence[int], now: int, until: int) -> Sequence[int]:
    """The edges strictly inside."""
    return edges[bisect_right(edges, now) : bisect_left(edges, until)]
