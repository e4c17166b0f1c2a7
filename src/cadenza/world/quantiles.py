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
ENOUGH = 1e-4
"""A step of `_newton` of this size, relative to how far the curve reaches, leaves nothing behind: its fourth power is below the last digit."""
MOST_STEPS = 200


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
        x = gamma(p, shape, start=_ahead(x, shape, 1 / POINTS))
        table.append(x)
    mean = math.fsum(table) / POINTS
    return tuple(x / mean for x in table)


def _ahead(x: float, shape: float, step: float) -> float:
    """About the quantile that lies `step` of probability beyond the quantile x, by the slope and two more derivatives there; 0: no idea."""
    if x <= 0:
        return 0.0
    bend = (shape - 1) / x - 1
    return max(0.0, x - _newton(-step / _gamma_density(x, shape), bend, (1 - shape) / x / x))


def _gamma_density(x: float, shape: float) -> float:
    return math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))


def _newton(step: float, bend: float, turn: float) -> float:
    """Newton's step towards a quantile, `step` = (distribution - p) / density, with two terms more: `bend` and `turn` are the first two derivatives
    of the density's logarithm. It squares the square of the error: two steps from a fair guess do what Newton's need six for."""
    return step * (1 + step * (bend / 2 + step * (2 * bend * bend - turn) / 6))


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
    """The quantile of the gamma distribution with this shape and scale 1. `start`: a guess."""
    low, high = 0.0, math.inf
    x = start or _gamma_guess(p, shape)
    near = ENOUGH / max(1.0, math.sqrt(shape))
    for _ in range(MOST_STEPS):
        off = gamma_cdf(x, shape) - p
        low, high = (x, high) if off < 0 else (low, x)
        slope = _gamma_density(x, shape)
        step = off / slope if slope > 0 else math.inf
        new = x - _newton(step, (shape - 1) / x - 1, (1 - shape) / x / x) if abs(step) < x else x - step
        if abs(step) <= near * x:
            return new
        if not low < new < high:
            new = 2 * max(x, shape) if high == math.inf else (low + high) / 2
        if new == x:
            break
        x = new
    return x


def _gamma_guess(p: float, shape: float) -> float:
    """A quantile of the gamma distribution to begin with: by the normal distribution (Wilson & Hilferty 1931), or by the curve's left end."""
    left = math.exp((math.log(max(p, _TINY)) + math.lgamma(shape + 1)) / shape)
    root = 1 - 1 / (9 * shape) + normal(p) / (3 * math.sqrt(shape))
    return max(left, shape * max(0.0, root) ** 3, _TINY)


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
    """The quantile of Beta(a, b), by steps of `_newton` inside a bracket."""
    low, high, x = 0.0, 1.0, _beta_guess(p, a, b)
    norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    near = ENOUGH / max(1.0, math.sqrt(a + b))
    for _ in range(MOST_STEPS):
        rest = 1 - x
        off = beta_cdf(x, a, b) - p
        low, high = (x, high) if off < 0 else (low, x)
        slope = math.exp(min(700.0, norm + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)))
        step, room = off / slope if slope > 0 else math.inf, min(x, rest)
        new = x - step
        if abs(step) < room:
            new = x - _newton(step, (a - 1) / x - (b - 1) / rest, (1 - a) / x / x + (1 - b) / rest / rest)
        if abs(step) <= near * room:
            return new
        if not low < new < high:
            new = (low + high) / 2
        if new in (x, 0.0, 1.0):
            break
        x = new
    return x


def _beta_guess(p: float, a: float, b: float) -> float:
    """A quantile of Beta(a, b) to begin with: by the normal distribution (Abramowitz & Stegun 26.5.22), or by the end of the curve that is near."""
    if a >= 1 and b >= 1:
        z = normal(p)
        middle, one, two = (z * z - 3) / 6, 1 / (2 * a - 1), 1 / (2 * b - 1)
        harmonic = 2 / (one + two)
        w = z * math.sqrt(harmonic + middle) / harmonic - (two - one) * (middle + 5 / 6 - 2 / (3 * harmonic)) if harmonic + middle > 0 else 0.0
        x = a / (a + b * math.exp(min(700.0, 2 * -w)))
    else:
        left, right = (math.exp(one * math.log(one / (a + b))) / one for one in (a, b))
        below = p < left / (left + right)
        x = (a * (left + right) * p) ** (1 / a) if below else 1 - (b * (left + right) * (1 - p)) ** (1 / b)
    return min(max(x, _TINY), 1 - 2.0**-53)


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
