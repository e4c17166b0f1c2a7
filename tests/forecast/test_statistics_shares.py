"""How often the interval of a share holds it, exactly: sums of binomial chances, no luck.

Nominal is 95%, give or take two points. Runs are whole, so for some shares no set of counts has a chance between 93% and 97%: with 20 runs for 9.4%
of the shares from 2% to 98%, with 50 for 2.2%, with 100 for 0.3%, with 200 for none. Where it must be one or the other, more than 97% is better.
`python tests/forecast/test_statistics_shares.py` prints the table of the manual, with what other intervals do.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

import pytest

from cadenza.forecast import statistics
from cadenza.forecast.results import Interval

RUNS = (20, 50, 100, 200, 500)
EVENLY = [i / 1000 for i in range(20, 981)]
"""The shares from 2% to 98%."""


def intervals_of(n: int) -> list[Interval]:
    return [statistics.share_interval(hits, n) for hits in range(n + 1)]


def chances(n: int, share: float, hits: range | None = None) -> list[float]:
    """Of each of these numbers of hits; of all of them without."""
    hit, miss, everything = math.log(share), math.log1p(-share), math.lgamma(n + 1)
    return [math.exp(everything - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * hit + (n - k) * miss) for k in hits or range(n + 1)]


def held(intervals: list[Interval], share: float) -> float:
    """The chance that the interval holds the share. Those who hold it lie side by side, as both ends rise with the hits."""
    n = len(intervals) - 1
    first = bisect_left(intervals, share, key=lambda interval: interval.high)
    last = bisect_right(intervals, share, key=lambda interval: interval.low)
    return math.fsum(chances(n, share, range(first, last)))


def turns(intervals: list[Interval], low: float, high: float) -> Iterator[float]:
    """Shares on either side of each end, where the chance leaps; between two it is smooth."""
    for interval in intervals:
        for end in (interval.low, interval.high):
            yield from (share for share in (end - 1e-8, end + 1e-8) if low <= share <= high)


@pytest.mark.parametrize(("n", "most", "too_often"), [(20, 0.9911, 0.14), (50, 0.9823, 0.031), (100, 0.977, 0.007), (200, 0.967, 0), (500, 0.961, 0)])
def test_shares_are_held_by_93_to_97_percent_as_far_as_whole_counts_allow(n: int, most: float, too_often: float) -> None:
    intervals = intervals_of(n)
    covered = [held(intervals, share) for share in EVENLY]
    assert 0.95 <= math.fsum(covered) / len(covered) <= 0.96
    assert sum(chance > 0.97 for chance in covered) <= too_often * len(covered)
    at_turns = [held(intervals, share) for share in turns(intervals, 0.02, 0.98)]
    assert min(*covered, *at_turns) >= 0.93 and max(*covered, *at_turns) <= most


@pytest.mark.parametrize("n", [*range(1, 40), 75])
def test_no_share_is_held_by_less_than_93_percent_for_any_number_of_runs(n: int) -> None:
    """Whatever the share, also below 2%; the ends rise with the hits, hold what was seen, and mirror each other."""
    intervals = intervals_of(n)
    assert min(held(intervals, share) for share in (*turns(intervals, 1e-6, 1 - 1e-6), *EVENLY[::10])) >= 0.93
    assert all(few.low < more.low and few.high < more.high for few, more in pairwise(intervals))
    assert all(interval.holds(hits / n) for hits, interval in enumerate(intervals))
    assert all(few.low == pytest.approx(1 - many.high, abs=2e-9) for few, many in zip(intervals, reversed(intervals), strict=True))


def test_what_is_likely_are_the_most_probable_counts_that_come_nearest_to_95_percent() -> None:
    """Said in the plainest way: counts by their chance, as many of them as bring the sum nearest to 95%, and at least 93%."""
    n = 30
    intervals = intervals_of(n)
    for share in EVENLY[::7]:
        chance = chances(n, share)
        likely, total = set[int](), 0.0
        for count in sorted(range(n + 1), key=lambda count: -chance[count]):
            if total >= 0.93 and abs(total + chance[count] - 0.95) >= abs(total - 0.95):
                break
            likely.add(count)
            total += chance[count]
        assert likely <= {hits for hits, interval in enumerate(intervals) if interval.holds(share)}


def test_known_intervals() -> None:
    """By hand: one miss of one run is likely up to a share of 93%, beyond which the hit has 93% without it."""
    assert statistics.share_interval(0, 1) == Interval(0.0, 0.930000001)
    assert statistics.share_interval(1, 1) == Interval(0.069999999, 1.0)
    assert statistics.share_interval(5, 10) == Interval(0.242801053, 0.757198947)
    with pytest.raises(ValueError, match="needs at least one"):
        statistics.share_interval(0, 0)


# ---------------------------------------------------------------- what others do


def others(n: int) -> dict[str, list[Interval]]:
    """Wilson, Agresti and Coull, Jeffreys, Clopper and Pearson, their mid-P, Blaker; after Brown, Cai & DasGupta (2001) and Blaker (2000)."""
    from scipy import optimize, stats

    z, hits = statistics.Z95, range(n + 1)
    low: dict[str, list[float]] = {
        "Wilson": [stats.binomtest(k, n).proportion_ci(method="wilson").low for k in hits],
        "Agresti-Coull": [
            max(0.0, (k + z * z / 2) / (n + z * z) - z * math.sqrt((k + z * z / 2) * (n - k + z * z / 2) / (n + z * z) ** 3)) for k in hits
        ],
        "Jeffreys": [0.0, *(float(stats.beta.ppf(0.025, k + 0.5, n - k + 0.5)) for k in hits[1:])],
        "Clopper-Pearson": [0.0, *(float(stats.beta.ppf(0.025, k, n - k + 1)) for k in hits[1:])],
        "mid-P": [
            0.0,
            *(optimize.brentq(lambda p, k=k: stats.binom.sf(k - 1, n, p) - stats.binom.pmf(k, n, p) / 2 - 0.025, 1e-12, 1 - 1e-12) for k in hits[1:]),
        ],
        "Blaker": [0.0, *(_blaker(k, n, float(stats.beta.ppf(0.025, k, n - k + 1))) for k in hits[1:])],
    }
    return {name: [Interval(a, 1 - b) for a, b in zip(ends, reversed(ends), strict=True)] for name, ends in low.items()}


def _blaker(hits: int, n: int, start: float) -> float:
    """The first share from Clopper and Pearson's end on that is accepted, to 1e-5."""
    share = start
    while True:
        chance = chances(n, share)
        upper = math.fsum(chance[hits:])
        lower = [total for total in _sums(chance) if total <= upper]
        if upper + (lower[-1] if lower else 0.0) > 0.05:
            return share - 1e-5
        share += 1e-5


def _sums(values: list[float]) -> Iterator[float]:
    total = 0.0
    for value in values:
        total += value
        yield total


if __name__ == "__main__":
    for size in RUNS:
        print(f"{size} runs")
        for name, made in {"cadenza": intervals_of(size), **(others(size) if size < 500 else {})}.items():
            found = [held(made, share) for share in EVENLY]
            every = [*found, *(held(made, share) for share in turns(made, 0.02, 0.98))]
            inside = sum(0.93 <= chance <= 0.97 for chance in found) / len(found)
            width = math.fsum(interval.high - interval.low for interval in made) / len(made)
            mean = math.fsum(found) / len(found)
            print(f"  {name:16} least {min(every):.1%} mean {mean:.1%} most {max(every):.1%} in 93..97 {inside:.1%} width {width:.3f}")
