"""From a uniform number to everything else, once, before anything runs.

While a simulation runs there is no `exp`, no `log` and no `pow`: latencies, values and multipliers are looked up in tables of `POINTS`
quantiles, taken at the middles of equal slices of probability. A draw's top bits are the index. So two engines cannot differ in the
last digit of a logarithm, and a lookup costs nothing.

What is drawn once a replication (a rate within its uncertainty) is computed here directly: Beta for what was counted, logit-normal for what
is believed. All of it is plain Python on `math`; the tests hold it against scipy.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

POINTS = 4096
INDEX_SHIFT = 64 - 12
"""`table[bits >> INDEX_SHIFT]` is the quantile of a draw."""

_NORMAL = NormalDist()
Z90 = _NORMAL.inv_cdf(0.9)
_TINY = 1e-300


def normal(p: float) -> float:
    """The standard normal quantile (Wichura's AS 241, as the standard library has it)."""
    return _NORMAL.inv_cdf(p)


@lru_cache(maxsize=1)
def _middles() -> tuple[float, ...]:
    return tuple((i + 0.5) / POINTS for i in range(POINTS))


@lru_cache(maxsize=1)
def _normals() -> tuple[float, ...]:
    return tuple(normal(p) for p in _middles())


@lru_cache(maxsize=256)
def lognormal_table(median: int, p90: int) -> tuple[int, ...]:
    """`POINTS` quantiles of the lognormal whose median and 90th percentile these are (seconds or cents), rounded to integers, least first."""
    if median <= 0 or p90 <= median:
        return (max(median, 0),) * POINTS
    mu, sigma = math.log(median), math.log(p90 / median) / Z90
    return tuple(round(math.exp(mu + sigma * z)) for z in _normals())


@lru_cache(maxsize=64)
def gamma_table(spread: float) -> tuple[float, ...]:
    """`POINTS` quantiles of the gamma distribution with mean 1 and coefficient of variation `spread`, scaled so that the table's own mean is 1."""
    if spread <= 0:
        return (1.0,) * POINTS
    shape = 1.0 / (spread * spread)
    table: list[float] = []
    x = 0.0
    for p in _middles():
        x = gamma(p, shape, start=x)
        table.append(x)
    mean = math.fsum(table) / POINTS
    return tuple(x / mean for x in table)


def gamma_cdf(x: float, shape: float) -> float:
    """The regularised lower incomplete gamma function P(shape, x): a series on the left, a continued fraction on the right."""
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1.0 / shape
        n = shape
        while abs(term) > abs(total) * 1e-15:
            n += 1
            term *= x / n
            total += term
        return total * front
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    h = d
    for i in range(1, 500):
        a = -i * (i - shape)
        b += 2
        d = 1 / _away(a * d + b)
        c = _away(b + a / c)
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return 1.0 - front * h


def gamma(p: float, shape: float, start: float = 0.0) -> float:
    """The quantile of the gamma distribution with this shape and scale 1. `start`: a guess (the quantile before, in a table)."""
    low, high = 0.0, max(start, shape, 1.0)
    while gamma_cdf(high, shape) < p:
        low, high = high, high * 2
    x = start if low < start < high else (low + high) / 2
    for _ in range(200):
        off = gamma_cdf(x, shape) - p
        low, high = (x, high) if off < 0 else (low, x)
        slope = math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape)) if x > 0 else 0.0
        new = x - off / slope if slope > 0 else low
        if not low < new < high:
            new = (low + high) / 2
        if abs(new - x) <= 1e-13 * new:
            return new
        x = new
    return x


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction on the side where it converges fast."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1.0 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _away(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, 2000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return h


def _away(x: float) -> float:
    """Away from zero, so that nothing is divided by it."""
    return x if abs(x) > _TINY else _TINY


def beta(p: float, a: float, b: float) -> float:
    """The quantile of Beta(a, b), by bisection with Newton's steps inside the bracket."""
    low, high = 0.0, 1.0
    x = a / (a + b)
    norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(200):
        off = beta_cdf(x, a, b) - p
        low, high = (x, high) if off < 0 else (low, x)
        slope = math.exp(norm + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)) if 0 < x < 1 else 0.0
        new = x - off / slope if slope > 0 else (low + high) / 2
        if not low < new < high:
            new = (low + high) / 2
        if abs(new - x) <= 1e-14 * new:
            return new
        x = new
    return x


def logit_normal(p: float, p10: float, p90: float) -> float:
    """The quantile of the logit-normal distribution through both points; a bound of 0 or 1 is taken as a millionth away from it."""
    low, high = _logit(p10), _logit(p90)
    z = (low + high) / 2 + (high - low) / (2 * Z90) * normal(p)
    return 1.0 / (1.0 + math.exp(-z))


def _logit(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


def lognormal(p: float, p10: float, p90: float) -> float:
    """The quantile of the lognormal distribution whose 10th and 90th percentiles these are (believed factors)."""
    if p10 <= 0 or p90 <= p10:
        return p10
    low, high = math.log(p10), math.log(p90)
    return math.exp((low + high) / 2 + (high - low) / (2 * Z90) * normal(p))
