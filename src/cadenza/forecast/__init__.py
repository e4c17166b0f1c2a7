"""Forecasts: one simulation run many times, its scenarios met by the same people with the same luck, told as bands and differences.

`forecast(simulation)` plans the points (base, the other scenarios, each value of each sweep), runs every point's replications in
processes, and sums them up: mean with a 95% interval, P10/P50/P90, targets, and differences to base paired by replication. The result
is a function of the inputs alone: replications are gathered by their index, never by when they came back.
"""

from __future__ import annotations

from .pool import Progress, WorkerLost
from .results import Band, Difference, Forecast, Interval, Measure, PointResult, Quantile, Split, TargetResult
from .run import MAXIMUM, Interrupted, forecast

__all__ = [
    "MAXIMUM",
    "Band",
    "Difference",
    "Forecast",
    "Interrupted",
    "Interval",
    "Measure",
    "PointResult",
    "Progress",
    "Quantile",
    "Split",
    "TargetResult",
    "WorkerLost",
    "forecast",
]
