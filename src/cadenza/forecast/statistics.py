"""The statistics of a forecast, in plain Python: means with t-intervals, quantiles with order-statistic intervals, shares with Wilson's.

Nothing here assumes a shape of the data except `mean_interval` (the mean of n replications is about normal). Sums are `math.fsum`: exactly
rounded, so the order of the values cannot show in the result.

Sources: Student's t for whole degrees of freedom, Abramowitz & Stegun 26.7.3 and 26.7.4; quantiles, Hyndman & Fan (1996), type 7; intervals of
quantiles by order statistics, David & Nagaraja, Order Statistics (2003), 7.1; Wilson (1927).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from .results import Interval

Z95 = 1.959963984540054
TAIL = 0.025


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; ValueError where there is nothing to average."""
    if not values:
        raise ValueError("a mean needs at least one value")
    return math.fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float | None:
    """The standard deviation of one value (n - 1 below); None for fewer than two."""
    if len(values) < 2:
        return None
    middle = mean(values)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def mean_interval(values: Sequence[float]) -> Interval | None:
    """The 95% t-interval of the mean; None for fewer than two values."""
    spread = deviation(values)
    if spread is None:
        return None
    half = t_quantile(len(values) - 1) * spread / math.sqrt(len(values))
    middle = mean(values)
    return Interval(middle - half, middle + half)


def t_cover(t: float, freedom: int) -> float:
    """P(-t <= T <= t) of Student's t with a whole number of degrees of freedom: the finite sums of A&S 26.7.3 (odd) and 26.7.4 (even)."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2 == 1
    term = cosine if odd else 1.0
    total = term if freedom > 1 else 0.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


@lru_cache(maxsize=256)
def t_quantile(freedom: int) -> float:
    """The 97.5% quantile of Student's t: how many standard errors a 95% interval reaches. Found by bisection, to 1e-12."""
    if freedom < 1:
        raise ValueError("Student's t needs at least one degree of freedom")
    low, high = 1.9, 13.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if t_cover(middle, freedom) < 1 - 2 * TAIL:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def quantile(ordered: Sequence[float], p: float) -> float:
    """Type 7: the value at position (n - 1) p of the ordered values, straight between neighbours (the default of R and NumPy)."""
    if not ordered:
        raise ValueError("a quantile needs at least one value")
    place = (len(ordered) - 1) * p
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@lru_cache(maxsize=1024)
def ranks(n: int, p: float) -> tuple[int, int] | None:
    """The ranks (from 1) whose ordered values hold the p-quantile with at least 95%; None where n values are too few.

    Of n values, the number below the p-quantile is Binomial(n, p). So the quantile lies below the l-th value with P(B < l), above the u-th with
    P(B >= u); each is kept to 2.5%.
    """
    low = high = 0
    total = 0.0
    for k in range(n + 1):
        before, total = total, total + _binomial(n, p, k)
        if total <= TAIL:
            low = k + 1
        if 1 - before <= TAIL and not high:
            high = k
    return (low, high) if low >= 1 and high else None


def _binomial(n: int, p: float, k: int) -> float:
    logarithm = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
    return math.exp(logarithm)


@lru_cache(maxsize=16)
def needed_for(p: float) -> int:
    """The fewest values for which `ranks` gives an interval: 36 for P10 and P90, 6 for P50."""
    n = 1
    while ranks(n, p) is None:
        n += 1
    return n


def quantile_interval(ordered: Sequence[float], p: float) -> Interval | None:
    """The interval of a quantile by order statistics, at least 95% whatever the distribution; None where there are too few values."""
    found = ranks(len(ordered), p)
    return None if found is None else Interval(ordered[found[0] - 1], ordered[found[1] - 1])


def wilson(hits: int, n: int) -> Interval:
    """Wilson's 95% interval of a share seen `hits` times in `n`."""
    if n < 1:
        raise ValueError("a share needs at least one trial")
    share, z2 = hits / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))
