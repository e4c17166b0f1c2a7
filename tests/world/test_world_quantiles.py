"""The quantile functions against scipy, and the tables against the points that define them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from cadenza.world import quantiles as q


@given(st.floats(0.001, 0.999), st.integers(0, 500), st.integers(0, 20000))
def test_beta_is_scipys(p: float, hits: int, misses: int) -> None:
    a, b = hits + 0.5, misses + 0.5
    assert q.beta(p, a, b) == pytest.approx(special.betaincinv(a, b, p), rel=1e-8, abs=1e-14)


@given(st.floats(0.0005, 0.9995), st.floats(0.2, 60))
def test_gamma_is_scipys(p: float, shape: float) -> None:
    assert q.gamma(p, shape) == pytest.approx(special.gammaincinv(shape, p), rel=1e-8)


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.5), st.floats(1.1, 1.9))
def test_a_believed_rate_is_the_logit_normal_through_both_points(p: float, low: float, ratio: float) -> None:
    high = low * ratio
    logits = [math.log(x / (1 - x)) for x in (low, high)]
    law = stats.norm(sum(logits) / 2, (logits[1] - logits[0]) / 2 / stats.norm.ppf(0.9))
    assert q.logit_normal(p, low, high) == pytest.approx(special.expit(law.ppf(p)), rel=1e-9)
    assert q.logit_normal(0.1, low, high) == pytest.approx(low, rel=1e-9)
    assert q.logit_normal(0.9, low, high) == pytest.approx(high, rel=1e-9)


def test_a_believed_rate_that_may_be_nothing_stays_a_rate() -> None:
    assert 0 < q.logit_normal(0.001, 0.0, 0.05) < q.logit_normal(0.999, 0.0, 1.0) < 1


@given(st.floats(0.001, 0.999), st.floats(0.1, 3), st.floats(1.01, 5))
def test_a_believed_factor_is_the_lognormal_through_both_points(p: float, low: float, ratio: float) -> None:
    high = low * ratio
    sigma = math.log(ratio) / 2 / stats.norm.ppf(0.9)
    assert q.lognormal(p, low, high) == pytest.approx(stats.lognorm(sigma, scale=math.sqrt(low * high)).ppf(p), rel=1e-9)


def test_a_lognormal_table_goes_through_its_points() -> None:
    table = q.lognormal_table(4 * 3600, 3 * 86400)
    assert len(table) == q.POINTS and list(table) == sorted(table)
    between = [(table[i - 1] + table[i]) / 2 for i in (q.POINTS // 2, round(q.POINTS * 0.9))]
    assert between == pytest.approx([4 * 3600, 3 * 86400], rel=2e-3)


def test_a_table_without_spread_is_flat() -> None:
    assert set(q.lognormal_table(600, 600)) == {600}
    assert set(q.gamma_table(0.0)) == {1.0}


@pytest.mark.parametrize("spread", [0.3, 0.8, 1.5])
def test_a_gamma_table_has_mean_one_and_its_spread(spread: float) -> None:
    table = q.gamma_table(spread)
    mean = math.fsum(table) / len(table)
    deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in table) / len(table))
    assert mean == pytest.approx(1, abs=1e-12)
    assert deviation == pytest.approx(spread, rel=0.01)
    assert table[1000] == pytest.approx(stats.gamma(1 / spread**2, scale=spread**2).ppf(1000.5 / 4096), rel=0.005)


@pytest.mark.parametrize("spread", [0.1, 0.8, 1.0, 2.5, 6.0])
def test_every_point_of_a_gamma_table_is_scipys(spread: float) -> None:
    """The table goes from point to point; nothing adds up on the way."""
    shape = 1 / spread**2
    points = [float(special.gammaincinv(shape, (i + 0.5) / q.POINTS)) for i in range(q.POINTS)]
    mean = math.fsum(points) / q.POINTS
    assert list(q.gamma_table(spread)) == pytest.approx([x / mean for x in points], rel=1e-11)


@pytest.mark.parametrize("p", [2.0**-54, 1e-9, 0.5, 1 - 1e-9, 1 - 1e-12])
@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.5, 20000.5), (20000.5, 0.5), (500.5, 0.5), (1.0, 1.0), (30.5, 1e6)])
def test_beta_holds_at_the_ends_of_what_is_drawn(p: float, a: float, b: float) -> None:
    found = q.beta(p, a, b)
    assert 0 < found <= 1
    assert found == pytest.approx(special.betaincinv(a, b, p), rel=1e-4, abs=1e-14)  # near 1 the last digits of p are all there is


def test_few_steps_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rate is drawn in each replication, a table before the first one: their cost is what a forecast waits for."""
    asked = 0

    def counted(x: float, a: float, b: float, cdf: Callable[[float, float, float], float] = q.beta_cdf) -> float:
        nonlocal asked
        asked += 1
        return cdf(x, a, b)

    monkeypatch.setattr(q, "beta_cdf", counted)
    for i in range(1, 100):
        q.beta(i / 100, 71.5, 12097.5)
    assert asked <= 3 * 99
