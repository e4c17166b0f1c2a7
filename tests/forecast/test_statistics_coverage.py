"""How often a 95% interval holds the truth, on problems whose truth is known: the only judge of an interval.

Each problem is drawn 2,000 times (20,000 behind `slow`), which knows a coverage to half a point (to 0.15). Nominal is 95%, give or take two points;
problems whose values are tied are held more often, and say so. `python tests/forecast/test_statistics_coverage.py` prints the table.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cadenza.forecast import statistics
from cadenza.forecast.results import Interval
from cadenza.forecast.summary import difference

Draw = Callable[[random.Random], "Interval | None"]


@dataclass(frozen=True)
class Problem:
    """`interval` draws a sample and gives its interval, which should hold `truth`."""

    name: str
    truth: float
    interval: Draw
    most: float = 0.97

    def coverage(self, trials: int) -> float:
        dice = random.Random(f"cadenza/{self.name}")
        held = 0
        for _ in range(trials):
            found = self.interval(dice)
            assert found is not None
            held += found.holds(self.truth)
        return held / trials


# ---------------------------------------------------------------- what is drawn


def poisson(dice: random.Random, mean: float) -> float:
    """By inversion; for means up to about a hundred."""
    u, chance, k = dice.random(), math.exp(-mean), 0
    while u > chance and k < 1000:
        u -= chance
        k += 1
        chance *= mean / k
    return float(k)


def money(dice: random.Random, deals: float) -> float:
    """Few deals of very different sizes, as in `won_value`: lognormal sizes with a P90 of three times the median."""
    return sum(dice.lognormvariate(0.0, 0.9) for _ in range(int(poisson(dice, deals))))


def meetings(dice: random.Random) -> float:
    """A count whose rate is not known: gamma, with a coefficient of variation of a seventh."""
    return poisson(dice, dice.gammavariate(50, 30 / 50))


EACH = math.exp(0.9**2 / 2)
"""The mean size of a deal."""


def mean_of(draw: Callable[[random.Random], float], n: int) -> Draw:
    return lambda dice: statistics.mean_interval([draw(dice) for _ in range(n)])


def quantile_of(p: float, n: int, draw: Callable[[random.Random], float]) -> Draw:
    return lambda dice: statistics.quantile_interval(sorted(draw(dice) for _ in range(n)), p)


def paired(n: int, change: Callable[[random.Random], float]) -> Draw:
    """Base with a lot of luck, and a scenario that has the same luck and a change."""

    def interval(dice: random.Random) -> Interval | None:
        base = [dice.lognormvariate(3.0, 0.8) for _ in range(n)]
        return difference("meetings", [value + change(dice) for value in base], base).interval

    return interval


def until_narrow(share: float) -> Draw:
    """Batches of 20 until half the interval is within `share` of the mean, as precision runs are made."""

    def interval(dice: random.Random) -> Interval | None:
        values: list[float] = []
        while len(values) < 2000:
            values += [meetings(dice) for _ in range(20)]
            found = statistics.mean_interval(values)
            assert found is not None
            if (found.high - found.low) / 2 <= share * statistics.mean(values):
                break
        return found

    return interval


def twins(n: int, shape: float) -> Draw:
    """Poisson counts of a gamma rate with mean 30, twice with the same rate: its variance is 900 / shape, chance's 30."""

    def interval(dice: random.Random) -> Interval | None:
        rates = [dice.gammavariate(shape, 30 / shape) for _ in range(n)]
        found = statistics.shared_variance([poisson(dice, rate) for rate in rates], [poisson(dice, rate) for rate in rates])
        return None if found is None else found[1]

    return interval


def exponential(dice: random.Random) -> float:
    return dice.expovariate(1.0)


PROBLEMS = (
    Problem("mean: normal, 12 runs", 0.0, mean_of(lambda dice: dice.gauss(0, 1), 12)),
    Problem("mean: meetings with an unknown rate, 40 runs", 30.0, mean_of(meetings, 40)),
    Problem("mean: a count around 1, 40 runs", 1.0, mean_of(lambda dice: poisson(dice, 1.0), 40)),
    Problem("mean: exponential, 20 runs", 1.0, mean_of(exponential, 20)),
    Problem("mean: value won by one deal a run, 20 runs", EACH, mean_of(lambda dice: money(dice, 1.0), 20)),
    Problem("mean: value won by one deal a run, 100 runs", EACH, mean_of(lambda dice: money(dice, 1.0), 100)),
    Problem("mean: pipeline of 20 deals, 40 runs", 20 * EACH, mean_of(lambda dice: money(dice, 20.0), 40)),
    Problem("mean of a precision run: meetings to 5%", 30.0, until_narrow(0.05)),
    Problem("P10: exponential, 60 runs", -math.log(0.9), quantile_of(0.1, 60, exponential)),
    Problem("P50: exponential, 20 runs", math.log(2), quantile_of(0.5, 20, exponential)),
    Problem("P90: exponential, 60 runs", math.log(10), quantile_of(0.9, 60, exponential)),
    Problem("P50: exponential, 200 runs", math.log(2), quantile_of(0.5, 200, exponential)),
    Problem("P50: a count around 65.5, 60 runs (tied)", 65.0, quantile_of(0.5, 60, lambda dice: float(math.floor(dice.gauss(65.5, 8)))), most=1.0),
    Problem("difference: none, changes that are even, 40 runs", 0.0, paired(40, lambda dice: dice.gauss(0, 1))),
    Problem(
        "difference: none, rare large ones either way, 100 runs",
        0.0,
        paired(100, lambda dice: dice.choice((-9, 9)) * (dice.random() < 0.06)),
        most=0.98,
    ),
    Problem("difference: two meetings more, skewed, 40 runs", 2.0, paired(40, lambda dice: dice.expovariate(0.5))),
    Problem("difference: in money, 40 runs", 0.5 * EACH, paired(40, lambda dice: money(dice, 1.0) - money(dice, 0.5))),
    Problem("share of the band that is not knowing: 75%, 60 runs", 0.75, twins(60, 10)),
    Problem("share of the band that is not knowing: 25%, 200 runs", 0.25, twins(200, 90)),
)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_intervals_hold_the_truth_nineteen_times_of_twenty(problem: Problem) -> None:
    trials = 2000 if "200 runs" not in problem.name and "precision" not in problem.name else 600
    slack = 0.0 if trials == 2000 else 0.01
    assert 0.93 - slack <= problem.coverage(trials) <= problem.most + slack


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_intervals_hold_the_truth_in_twenty_thousand_trials(problem: Problem) -> None:
    assert 0.93 <= problem.coverage(20_000) <= problem.most


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_quantiles_of_continuous_values_are_held_by_at_least_95_and_at_most_97_and_a_half_percent(p: float) -> None:
    """Exact again, for every number of runs from the first at which there is an interval (18 for P50: fewer leave too few ranks)."""
    for n in range(max(statistics.needed_for(p), 22), 500):
        found = statistics.ranks(n, p)
        assert found is not None
        low, high = found
        chances = [
            math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p))
            for k in range(low, high)
        ]
        assert 0.95 - 1e-12 <= math.fsum(chances) <= 0.975


def test_the_median_of_a_count_is_held_by_98_and_a_half_percent_as_its_own_value_has_five_of_a_hundred_runs() -> None:
    """Exact: the interval holds 65 unless so many of 60 runs are above it, or so many below it, that a whole rank has passed over it.

    Below and above are other events, and what lies at 65 itself counts for the interval on both sides. Ends of whole numbers cannot come in by less
    than a whole number, and any end between two counts holds the same counts: interpolation has nothing to give.
    """
    below, up_to = (0.5 * math.erfc((65.5 - count) / 8 / math.sqrt(2)) for count in (65, 66))
    found = statistics.ranks(60, 0.5)
    assert found == (22, 38) and up_to - below == pytest.approx(0.0498, abs=1e-4)
    too_low, too_high = _at_most(60, up_to, found[0] - 1), 1 - _at_most(60, below, found[1] - 1)
    assert 1 - too_low - too_high == pytest.approx(0.985, abs=5e-4)
    untied = _at_most(60, 0.5, found[1] - 1) - _at_most(60, 0.5, found[0] - 1)
    assert untied == pytest.approx(0.9605, abs=5e-4), "what the same ranks hold of values that are not tied"


def _at_most(n: int, p: float, most: int) -> float:
    """The chance of at most so many of n."""
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(most + 1))


if __name__ == "__main__":
    for each in PROBLEMS:
        print(f"{each.coverage(20_000):7.1%}  {each.name}")
