"""The statistics against scipy. How often their intervals hold the truth is studied in `test_statistics_coverage`."""

from __future__ import annotations

import math

import pytest
from fake_engine import uniform
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

    def held(low: int, high: int) -> float:
        return float(stats.binom.cdf(high - 1, n, p) - stats.binom.cdf(low - 1, n, p))

    assert held(low + 1, high) < 0.95 <= held(low, high)
    assert held(low, high - 1) < 0.95


def test_how_many_replications_a_quantiles_interval_needs() -> None:
    assert (statistics.needed_for(0.1), statistics.needed_for(0.5), statistics.needed_for(0.9)) == (36, 6, 36)
    assert statistics.quantile_interval(sorted(range(35)), 0.1) is None
    assert statistics.quantile_interval([float(value) for value in range(36)], 0.1) == Interval(0, 7)


def test_the_interval_of_a_mean_is_students_and_reaches_further_on_the_long_side() -> None:
    """Even values leave Student's t as it is; of skewed ones the far end moves out to where Hall's transformation takes the quantile."""
    even = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    half = 2.2621571628 * statistics.deviation(even) / math.sqrt(10)  # type: ignore[operator]
    assert _mean_interval(even) == Interval(pytest.approx(5.5 - half), pytest.approx(5.5 + half))  # type: ignore[arg-type]
    skewed = [0.0] * 4 + [1.0] * 3 + [2.0] * 2 + [9.0]
    found, middle, error = _mean_interval(skewed), 1.6, statistics.deviation(skewed) / math.sqrt(10)  # type: ignore[operator]
    skew = 10 / 72 * sum(((value - middle) / statistics.deviation(skewed)) ** 3 for value in skewed)  # type: ignore[operator]
    t = (found.high - middle) / error
    a = skew / (3 * math.sqrt(10))
    assert -t + a * t * t - a * a * t**3 / 3 + skew / (6 * math.sqrt(10)) == pytest.approx(-2.2621571628, rel=1e-9)
    assert found.low == pytest.approx(middle - 2.2621571628 * error)


def test_what_pairs_share_is_their_correlation_and_never_below_nothing() -> None:
    first = [float(value) for value in range(40)]
    share, interval = statistics.shared_variance(first, [value + 30 * uniform(5, int(value)) for value in first]) or (0.0, Interval(0, 0))
    assert interval.low < share < interval.high and 0.6 < share < 0.9
    assert statistics.shared_variance(first, [-value for value in first]) == (0.0, Interval(0.0, 0.0))
    assert statistics.shared_variance(first, first) == (pytest.approx(1.0), Interval(pytest.approx(1.0), pytest.approx(1.0)))  # type: ignore[arg-type]
    assert statistics.shared_variance(first, [3.0] * 40) is None
    assert statistics.shared_variance(first[:3], first[:3]) is None


def _mean_interval(values: list[float]) -> Interval:
    found = statistics.mean_interval(values)
    assert found is not None
    return found


def test_too_little_gives_no_interval_and_no_number_that_means_nothing() -> None:
    assert statistics.mean_interval([3.0]) is None
    assert statistics.deviation([3.0]) is None
    assert statistics.quantile([3.0], 0.9) == 3.0
    for empty in (
        lambda: statistics.mean([]),
        lambda: statistics.quantile([], 0.5),
        lambda: statistics.t_quantile(0),
    ):
        with pytest.raises(ValueError, match="needs at least one"):
            empty()
