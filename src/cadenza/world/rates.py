"""One replication's rates: what is uncertain, drawn once, before any person's luck.

A leaf's draw depends on the seed, the replication and the figure's path alone. So two scenarios, and two versions of a playbook, live in the
same possible world, and their difference is about what was changed. Results are rounded to 40 binary digits behind the point, so that the last
digit of a logarithm on another machine does not matter. From here on there is only +, *, / and comparison.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from .assumptions import SHARES
from .draws import draw, stem, unit
from .program import BETA, LOGIT_NORMAL, LOGNORMAL, Program
from .quantiles import beta, logit_normal, lognormal
from .roster import paces

GRID = 2.0**40
DEPTH = 16
"""Touches beyond the sixteenth (of a channel, or within seven days) count as the sixteenth."""
FALLS = 64
"""A sender's reputation falls at most so many notches by complaints, and so many by bounces."""


Held: TypeAlias = bool | Mapping[int, float]
"""What of the rates is not left to the replication's draw: nothing (False), all at their medians (True), or single leaves by number, each at a
quantile between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Rates:
    """`chain`: the value of every chain. The rest is derived from it, as flat tables."""

    chain: tuple[float, ...]
    share: tuple[tuple[float, ...], ...]  # by row: the SHARES
    decay: tuple[tuple[float, ...], ...]  # by row: factor of the (k+1)-th touch of the channel
    pressure: tuple[tuple[float, ...], ...]  # by cohort: factor of the n-th touch within 7 days (from 0)
    complaints: tuple[tuple[float, ...], ...]  # by sender: inbox share after n notches
    bounces: tuple[tuple[float, ...], ...]
    paces: tuple[array[float], ...]  # by role: see `roster.paces`


def draw_rates(program: Program, replication: int, fixed: Held = False) -> Rates:
    """The rates of one replication; `fixed` holds figures at quantiles of their laws (True: every one at its median)."""
    chain = _chains(program, _leaves(program, replication, fixed))
    rows, width = program.rows, len(SHARES)
    return Rates(
        chain=chain,
        share=tuple(tuple([chain[c] for c in rows.share[i * width : (i + 1) * width]]) for i in range(len(rows.each_next))),
        decay=tuple(_powers(chain[c], DEPTH) for c in rows.each_next),
        pressure=tuple(_powers(chain[c], DEPTH) for c in program.cohorts.each_touch),
        complaints=tuple(_powers(chain[c], FALLS) for c in program.senders.complaints),
        bounces=tuple(_powers(chain[c], FALLS) for c in program.senders.bounces),
        paces=paces(program.roster, chain, program.seed, replication, len(program.days.business)),
    )


def positions(program: Program, replication: int) -> dict[int, float]:
    """Where in its law each leaf is drawn in a replication: a quantile between 0 and 1, by the leaf's number. Held at these, another replication
    has the same rates and other luck."""
    root = stem(program.seed, replication)
    return {leaf: max(unit(draw(root, code)), 2.0**-54) for leaf, code in enumerate(program.figures.code)}


def _leaves(program: Program, replication: int, fixed: Held) -> list[float]:
    figures = program.figures
    at = dict.fromkeys(range(len(figures.code)), 0.5) if fixed is True else positions(program, replication)
    if not isinstance(fixed, bool):
        at.update(fixed)
    values = []
    for u, law, a, b, scale in zip(at.values(), figures.law, figures.a, figures.b, figures.scale, strict=True):
        values.append(round(quantile(law, u, a, b) * scale * GRID) / GRID)
    return values


@lru_cache(maxsize=1 << 15)
def quantile(law: int, u: float, a: float, b: float) -> float:
    """The quantile of a leaf's law, before its scale. Kept for a while: the scenarios of a forecast ask for the same in each replication,
    and the samples of Sobol' indices in each of their runs."""
    if law == BETA:
        return beta(u, a, b)
    if law == LOGIT_NORMAL:
        return logit_normal(u, a, b)
    return lognormal(u, a, b) if law == LOGNORMAL else a


def _chains(program: Program, leaves: list[float]) -> tuple[float, ...]:
    figures = program.figures
    values = []
    for i, rate in enumerate(figures.is_rate):
        value = 1.0
        for leaf in figures.leaf[figures.chain[i] : figures.chain[i + 1]]:
            value = value * leaves[leaf]
        values.append(min(value, 1.0) if rate else value)
    return tuple(values)


@lru_cache(maxsize=1 << 12)
def _powers(factor: float, count: int) -> tuple[float, ...]:
    """1, f, f*f, ...: by multiplication, as any engine would. Most factors are the same in every replication."""
    values = [1.0]
    for _ in range(count - 1):
        values.append(values[-1] * factor)
    return tuple(values)
