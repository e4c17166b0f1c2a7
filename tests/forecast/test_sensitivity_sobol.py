"""Sobol' indices against functions whose indices are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest

from cadenza.forecast.sobol import Index, indices, latin


def analysed(f: Callable[[Sequence[float]], float], k: int, n: int, seed: int = 3) -> list[Index]:
    a, b = latin(seed, 0, n, k), latin(seed, k, n, k)
    mixed = [[f([*x[:i], y[i], *x[i + 1 :]]) for x, y in zip(a, b, strict=True)] for i in range(k)]
    return indices([f(x) for x in a], [f(x) for x in b], mixed, seed)


def ishigami(u: Sequence[float]) -> float:
    """Ishigami & Homma (1990) with a = 7, b = 0.1, each input uniform on (-pi, pi)."""
    x, y, z = (math.pi * (2 * value - 1) for value in u)
    return math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)


def ishigami_indices() -> tuple[tuple[float, float], ...]:
    """The known (first, total), from its variances."""
    one = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2
    two = 7**2 / 8
    both = 0.1**2 * math.pi**8 * 8 / 225
    whole = one + two + both
    return (one / whole, (one + both) / whole), (two / whole, two / whole), (0.0, both / whole)


def test_the_indices_of_ishigami_are_found() -> None:
    assert [pytest.approx(pair, abs=1e-4) for pair in ishigami_indices()] == [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)]
    found = analysed(ishigami, 3, 2048)
    assert [(index.first, index.total) for index in found] == [pytest.approx(pair, abs=0.04) for pair in ishigami_indices()]
    for index, (first, total) in zip(found, ishigami_indices(), strict=True):
        assert index.first_interval.holds(first) and index.total_interval.holds(total)
        assert 0 < index.total_interval.high - index.total_interval.low < 0.15


def test_of_a_sum_each_part_has_its_variance_and_the_rest_has_nothing() -> None:
    """4 x + 2 y + z of uniforms: 16, 4 and 1 of 21, alone as in total; the fourth input plays no part."""
    found = analysed(lambda u: 4 * u[0] + 2 * u[1] + u[2], 4, 1024)
    assert [index.total for index in found] == [pytest.approx(share, abs=0.05) for share in (16 / 21, 4 / 21, 1 / 21, 0)]
    assert [index.first for index in found] == [pytest.approx(index.total, abs=0.08) for index in found]
    assert (found[3].first, found[3].total) == (0.0, 0.0)


def test_where_nothing_varies_there_is_nothing_to_share() -> None:
    assert analysed(lambda _: 3.0, 2, 16) == []


@pytest.mark.slow
def test_nineteen_of_twenty_intervals_hold_the_known_index() -> None:
    """200 analyses of Ishigami with 256 points each."""
    held = [0] * 6
    for seed in range(200):
        for i, (index, known) in enumerate(zip(analysed(ishigami, 3, 256, seed), ishigami_indices(), strict=True)):
            held[2 * i] += index.first_interval.holds(known[0])
            held[2 * i + 1] += index.total_interval.holds(known[1])
    assert all(0.90 <= count / 200 <= 0.99 for count in held), held


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    points = latin(11, 5, 50, 3)
    assert [sorted(int(50 * value) for value in column) for column in zip(*points, strict=True)] == [list(range(50))] * 3
    assert latin(11, 5, 50, 3) == points
    assert latin(11, 8, 50, 3) != points
