"""From replications to a result: each point's measures, weekly bands, targets and differences, over the first n replications of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from . import statistics, targets
from .points import Loaded, Prepared
from .results import Band, Difference, Interval, Measure, PointResult, Quantile, Split
from .samples import Samples

SPLIT_KEYS = ("meetings", "opportunities", "pipeline", "unsubscribed", "complained")
SPLIT_NEEDS = 30
"""Fewer replications say too little about a variance to split it: with 30, the 95% interval of a share of one half is still 0.17 to 0.73."""
PAIRS = 60
"""More pairs say little more, and each costs a replication: with 60, that interval is 0.28 to 0.67, with 200 still 0.39 to 0.60."""


def measure(key: str, values: Sequence[float]) -> Measure:
    """One metric over its replications."""
    ordered = sorted(values)
    p10, p50, p90 = (_quantile(ordered, p) for p in (10, 50, 90))
    return Measure(key, len(values), statistics.mean(values), statistics.mean_interval(values), statistics.deviation(values), p10, p50, p90)


def _quantile(ordered: Sequence[float], p: int) -> Quantile:
    share = p / 100
    return Quantile(p, statistics.quantile(ordered, share), statistics.quantile_interval(ordered, share), statistics.needed_for(share))


def band(key: str, series: Sequence[Sequence[float]]) -> Band:
    """One metric week by week: the quantiles of each week by itself."""
    weeks = [sorted(week) for week in zip(*series, strict=True)]
    p10, p50, p90 = (tuple(statistics.quantile(week, p) for week in weeks) for p in (0.1, 0.5, 0.9))
    return Band(key, p10, p50, p90)


def difference(key: str, values: Sequence[float], base: Sequence[float]) -> Difference:
    """This point minus base, paired by replication. Without two replications there is no interval, and whatever differs is noise."""
    steps = [value - other for value, other in zip(values, base, strict=True)]
    interval = statistics.mean_interval(steps)
    return Difference(key, statistics.mean(steps), interval, _verdict(steps, interval))


def _verdict(steps: Sequence[float], interval: Interval | None) -> Literal["same", "noise", "higher", "lower"]:
    if not any(steps):
        return "same"
    if interval is None or interval.holds(0):
        return "noise"
    return "higher" if interval.low > 0 else "lower"


def point_result(samples: Samples, index: int, loaded: Loaded, n: int, days: float) -> PointResult:
    """All that can be said about one point; the differences of base (index 0) to itself are left out."""
    keys = samples.keys(index)
    values = {key: samples.values(index, key, n) for key in keys}
    measures = {key: measure(key, values[key]) for key in keys}
    differences = {key: difference(key, values[key], samples.values(0, key, n)) for key in keys} if index else {}
    goals = [goal for goal in targets.goals(loaded.targets, len(loaded.machines), days) if goal.metric in values]
    judged = [targets.judge(goal, values[goal.metric], measures[goal.metric]) for goal in goals]
    return PointResult(
        name=loaded.point.name,
        kind=loaded.point.kind,
        changes=tuple((path, str(change)) for path, change in loaded.point.changes.items()),
        machines=loaded.machines,
        measures=measures,
        weekly={key: band(key, series) for key, series in samples.weeks(index, n).items()},
        targets=tuple(judged),
        differences=differences,
    )


def split(samples: Samples, prepared: Prepared, n: int) -> tuple[Split, ...]:
    """How much of base's variance is not knowing the rates: how far a replication moves together with its twin, which has its rates and other luck.

    By the law of total variance the covariance of the two is the variance of what the rates alone would give.
    """
    n = 0 if prepared.chance is None else min(n, samples.finished(prepared.chance))
    if prepared.chance is None or n < SPLIT_NEEDS:
        return ()
    found = []
    for key in SPLIT_KEYS:
        shared = statistics.shared_variance(samples.values(0, key, n), samples.run_values(prepared.chance, key, n))
        if shared is not None:
            found.append(Split(key, shared[0], 1 - shared[0], shared[1], n))
    return tuple(found)


def unmeasured(samples: Samples, loaded: Loaded, days: float) -> tuple[str, ...]:
    """Targets about something that the replications did not count, each as a sentence."""
    keys = set(samples.keys(0))
    missing = [goal.written for goal in targets.goals(loaded.targets, len(loaded.machines), days) if goal.metric not in keys]
    return tuple(f"the target {item.name}: {item.target} was not judged: nothing in this forecast counts it" for item in missing)
