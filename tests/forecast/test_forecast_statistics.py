"""The statistics against scipy, and against the only judge of an interval: how often it holds the truth."""

from __future__ import annotations

import math

import pytest
from fake_engine import normal, uniform
from hypothesis import given
from hypothesis import strategies as st

from cadenza.forecast import statistics
from cadenza.forecast.results import Interval


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 9, 10, 19, 29, 30, 99, 199, 200, 999, 1999])
def test_the_t_quantile_is_scipys(freedom: int) -> None:
    from scipy import stats

    assert statistics.t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)


@given(st.integers(1, 60), st.floats(0.01, 40))
def test_the_t_distribution_is_scipys(freedom: int, t: float) -> None:
    from scipy import stats

    assert statistics.t_cover(t, freedom) == pytest.approx(1 - 2 * stats.t.sf(t, freedom), abs=1e-11)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50), st.floats(0, 1))
def test_quantiles_are_numpys_type_7(values: list[float], p: float) -> None:
    import numpy

    assert statistics.quantile(sorted(values), p) == pytest.approx(numpy.quantile(values, p), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("n", [6, 20, 36, 100, 200, 1000])
def test_the_ranks_hold_the_quantile_with_95_percent_and_no_rank_to_spare(n: int, p: float) -> None:
    from scipy import stats

    found = statistics.ranks(n, p)
    if found is None:
        assert n < statistics.needed_for(p)
        return
    low, high = found
    below = stats.binom.cdf(low - 1, n, p)
    above = stats.binom.sf(high - 1, n, p)
    assert below <= 0.025 < stats.binom.cdf(low, n, p)
    assert above <= 0.025 < stats.binom.sf(high - 2, n, p)


def test_how_many_replications_a_quantiles_interval_needs() -> None:
    assert (statistics.needed_for(0.1), statistics.needed_for(0.5), statistics.needed_for(0.9)) == (36, 6, 36)
    assert statistics.quantile_interval(sorted(range(35)), 0.1) is None
    assert statistics.quantile_interval([float(value) for value in range(36)], 0.1) == Interval(0, 7)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 10), (5, 10), (10, 10), (12, 200), (200, 200)])
def test_wilson_is_scipys(hits: int, n: int) -> None:
    from scipy import stats

    theirs = stats.binomtest(hits, n).proportion_ci(method="wilson")
    ours = statistics.wilson(hits, n)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low, abs=1e-12), pytest.approx(theirs.high, abs=1e-12))


def test_intervals_of_the_mean_hold_the_truth_19_times_of_20() -> None:
    """2,000 samples of 12 normals each: coverage 95% within four standard errors (0.5 points each)."""
    hits = sum(_mean_interval([normal(11, sample, index) for index in range(12)]).holds(0.0) for sample in range(2000))
    assert 0.93 <= hits / 2000 <= 0.97


def _mean_interval(values: list[float]) -> Interval:
    found = statistics.mean_interval(values)
    assert found is not None
    return found


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_intervals_of_quantiles_hold_the_truth_whatever_the_distribution(p: float) -> None:
    """1,000 samples of 60 from a skewed distribution (exponential): at least 95%, less four standard errors."""
    truth = -math.log(1 - p)
    hits = 0
    for sample in range(1000):
        values = sorted(-math.log(1 - uniform(13, sample, index)) for index in range(60))
        interval = statistics.quantile_interval(values, p)
        assert interval is not None
        hits += interval.holds(truth)
    assert hits / 1000 >= 0.95 - 4 * math.sqrt(0.95 * 0.05 / 1000)


def test_too_little_gives_no_interval_and_no_number_that_means_nothing() -> None:
    assert statistics.mean_interval([3.0]) is None
    assert statistics.deviation([3.0]) is None
    assert statistics.quantile([3.0], 0.9) == 3.0
    for empty in (
        lambda: statistics.mean([]),
        lambda: statistics.quantile([], 0.5),
        lambda: statistics.wilson(0, 0),
        lambda: statistics.t_quantile(0),
    ):
        with pytest.raises(ValueError, match="needs at least one"):
            empty()
