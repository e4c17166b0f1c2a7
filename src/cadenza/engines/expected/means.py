"""Uncertain figures at their means.

A replication draws every figure; what is linear in a figure has its mean where the figure has. Figures are independent of one another, so a
chain's mean is the product of its leaves' means, and the factor from one touch to the next to the k-th power has the product of their k-th moments.
What is not linear (people who have left cannot leave again) is taken at the means, which is off by a share of the figure's own variance.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

from ...world.assumptions import SHARES
from ...world.program import BETA, LOGIT_NORMAL, LOGNORMAL, Program
from ...world.quantiles import Z90
from ...world.rates import DEPTH, FALLS, Rates, draw_rates, quantile

POINTS = 48


def rates_of(program: Program, fixed: bool) -> Rates:
    """The rates with every uncertain figure at its mean; `fixed`: at its median, as a replication with fixed rates has them."""
    rates = draw_rates(program, 0, True)
    if fixed:
        return rates
    chain = tuple(min(_moment(program, i, 1), 1.0) if rate else _moment(program, i, 1) for i, rate in enumerate(program.figures.is_rate))
    rows, width = program.rows, len(SHARES)
    return replace(
        rates,
        chain=chain,
        share=tuple(tuple(chain[c] for c in rows.share[i * width : (i + 1) * width]) for i in range(len(rows.each_next))),
        decay=tuple(_moments(program, c, DEPTH) for c in rows.each_next),
        pressure=tuple(_moments(program, c, DEPTH) for c in program.cohorts.each_touch),
        complaints=tuple(_moments(program, c, FALLS) for c in program.senders.complaints),
        bounces=tuple(_moments(program, c, FALLS) for c in program.senders.bounces),
    )


def _moments(program: Program, chain: int, count: int) -> tuple[float, ...]:
    return tuple(_moment(program, chain, power) for power in range(count))


def _moment(program: Program, chain: int, power: int) -> float:
    """The mean of a chain to a power."""
    figures = program.figures
    value = 1.0
    for leaf in figures.leaf[figures.chain[chain] : figures.chain[chain + 1]]:
        value *= moment(figures.law[leaf], figures.a[leaf], figures.b[leaf], power) * figures.scale[leaf] ** power
    return value


@lru_cache(maxsize=4096)
def moment(law: int, a: float, b: float, power: int) -> float:
    """The mean of a leaf (before its scale) to a power: in closed form, but for the logit-normal by the middles of equal slices."""
    if law == BETA:
        return math.prod((a + i) / (a + b + i) for i in range(power))
    if law == LOGNORMAL and a > 0 and b > a:
        low, high = math.log(a), math.log(b)
        return math.exp(power * (low + high) / 2 + (power * (high - low) / (2 * Z90)) ** 2 / 2)
    if law == LOGIT_NORMAL:
        return math.fsum(quantile(law, (i + 0.5) / POINTS, a, b) ** power for i in range(POINTS)) / POINTS
    return a**power
