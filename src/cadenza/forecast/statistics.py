"""The statistics of a forecast, in plain Python: intervals of means that know of skewness, of quantiles by order statistics, of shares exactly.

Sums are `math.fsum`: exactly rounded, so the order of the values cannot show in the result. How often each interval holds the truth is studied
in `tests/forecast/test_statistics_coverage.py`, on problems whose truth is known.

Sources: Student's t for whole degrees of freedom, Abramowitz & Stegun 26.7.3 and 26.7.4; the mean of skewed data, Hall, JRSS B 54 (1992) 221;
quantiles, Hyndman & Fan (1996), type 7; their intervals, David & Nagaraja, Order Statistics (2003), 7.1; shares, Sterne, Biometrika 41 (1954) 275,
by mid-P (Lancaster, JASA 56 (1961) 223); correlations, Fisher (1915).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from .results import Interval

Z95 = 1.959963984540054
TAIL = 0.025
SKEWED_FROM = 8
"""Fewer values say nothing about how skewed they are."""
LEAST = 0.93
"""What the counts that a share makes likely must have together, at least."""
NEAR = 1e-10


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
    """The 95% interval of the mean; None for fewer than two values.

    Student's t holds where tails are heavy but even, and misses too often where they are skewed (money won; counts of what is rare). Hall's
    transformation mends the skewed and misses too often where tails are heavy and even. So each end lies where the further of the two puts it.
    """
    spread = deviation(values)
    if spread is None:
        return None
    n, middle = len(values), mean(values)
    error, t = spread / math.sqrt(n), t_quantile(n - 1)
    low, high = -t, t
    if n >= SKEWED_FROM and spread:
        skew = math.fsum((value - middle) ** 3 for value in values) * n / ((n - 1) * (n - 2)) / spread**3
        low, high = min(low, -_unskewed(t, skew, n)), max(high, -_unskewed(-t, skew, n))
    return Interval(middle + low * error, middle + high * error)


def _unskewed(y: float, skew: float, n: int) -> float:
    """The t-statistic that Hall's transformation T + a T² + a² T³/3 + g/(6 √n), with a = g/(3 √n), takes to y."""
    a, y = skew / (3 * math.sqrt(n)), y - skew / (6 * math.sqrt(n))
    if abs(a) < 1e-6:
        return y
    cube = 1 + 3 * a * y
    return (math.copysign(abs(cube) ** (1 / 3), cube) - 1) / a


def shared_variance(first: Sequence[float], second: Sequence[float]) -> tuple[float, Interval] | None:
    """Which share of the variance two series of pairs have in common, between 0 and 1, with its 95% interval; None where one does not vary.

    The correlation of the pairs, with Fisher's interval; what falls below 0 is 0, since a share is meant.
    """
    spreads = deviation(first), deviation(second)
    if len(first) < 4 or not spreads[0] or not spreads[1]:
        return None
    one, two = mean(first), mean(second)
    product = math.fsum((x - one) * (y - two) for x, y in zip(first, second, strict=True)) / (len(first) - 1)
    found = max(-1.0, min(1.0, product / (spreads[0] * spreads[1])))
    if abs(found) == 1.0:
        return max(0.0, found), Interval(max(0.0, found), max(0.0, found))
    half = Z95 / math.sqrt(len(first) - 3)
    low, high = (max(0.0, math.tanh(math.atanh(found) + step)) for step in (-half, half))
    return max(0.0, found), Interval(low, high)


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

    Of n values, the number B below the p-quantile is Binomial(n, p), so the quantile lies between the l-th and the u-th with P(l <= B < u). Each
    tail is kept to 2.5%; since ranks are whole, that leaves something over, by which the ends come in again while 95% is kept.
    """
    chances = [_binomial(n, p, k) for k in range(n + 1)]
    low = high = 0
    total = 0.0
    for k, chance in enumerate(chances):
        before, total = total, total + chance
        if total <= TAIL:
            low = k + 1
        if 1 - before <= TAIL and not high:
            high = k
    if low < 1 or not high:
        return None
    spare = math.fsum(chances[low:high]) - (1 - 2 * TAIL)
    while min(chances[low], chances[high - 1]) <= spare:
        end = low if chances[low] <= chances[high - 1] else high - 1
        spare -= chances[end]
        low, high = (low + 1, high) if end == low else (low, high - 1)
    return low, high


def _binomial(n: int, p: float, k: int) -> float:
    return math.exp(_ways(n, k) + k * math.log(p) + (n - k) * math.log1p(-p))


def _ways(n: int, k: int) -> float:
    """The logarithm of how many ways there are to choose k of n."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


@lru_cache(maxsize=16)
def needed_for(p: float) -> int:
    """The fewest values for which `ranks` gives an interval: 36 for P10 and P90, 6 for P50."""
    n = 1
    while ranks(n, p) is None:
        n += 1
    return n


def quantile_interval(ordered: Sequence[float], p: float) -> Interval | None:
    """The interval of a quantile by order statistics, at least 95% whatever the distribution (more where values are tied); None for too few."""
    found = ranks(len(ordered), p)
    return None if found is None else Interval(ordered[found[0] - 1], ordered[found[1] - 1])


@lru_cache(maxsize=4096)
def share_interval(hits: int, n: int) -> Interval:
    """The 95% interval of a share seen `hits` times in `n`: the shares that make so many hits likely.

    A share makes the most probable counts likely that have 95% together, or as near to it as whole counts allow, and never less than 93%. So it is
    held by at least 93%, and by more than 97% only where the counts are so few that without the last one they would have less than 93%.
    """
    if n < 1:
        raise ValueError("a share needs at least one trial")
    return Interval(_least_share(hits, n), round(1 - _least_share(n - hits, n), 9))


def _least_share(hits: int, n: int) -> float:
    """The least share that makes so many hits likely; of nine digits, the last one down.

    What is likely changes by leaps where the hits become as probable as fewer ones, and between two such shares at most once from no to yes.
    """
    low = 0.0
    for fewer in range(hits):
        high = _as_probable(fewer, hits, n) + NEAR
        if _likely(high, hits, n):
            break
        low = high
    else:
        return low
    while high - low > NEAR:
        middle = (low + high) / 2
        low, high = (low, middle) if _likely(middle, hits, n) else (middle, high)
    return math.floor((high - 3 * NEAR) * 1e9) / 1e9


def _as_probable(fewer: int, hits: int, n: int) -> float:
    """The share for which fewer hits are as probable as so many."""
    ratio = _ways(n, fewer) - _ways(n, hits)
    return 1 / (1 + math.exp(-ratio / (hits - fewer)))


def _likely(share: float, hits: int, n: int) -> bool:
    """Whether hits > n share are among the counts that the share makes likely; those that are more probable lie below them.

    Adding a count takes the sum nearer to 95% exactly if the sum with half of it stays below: the mid-P rule.
    """
    own = _binomial(n, share, hits)
    if own * (n + 1) < 2 * TAIL:
        return False
    odds, each, count, before = (1 - share) / share, own, hits, 0.0
    while count and before < 1 - 2 * TAIL:
        each *= odds * count / (n - count + 1)
        count -= 1
        if each <= own:
            break
        before += each
    return before < LEAST or before + own / 2 < 1 - 2 * TAIL
