"""Targets against a horizon: what "35 per month" asks of 13 weeks, and in how many of the replications it was reached.

One rule turns rates of time into a number for the horizon: a year has 365 days, a month is a twelfth of it (4.345 weeks), a quarter a fourth
(13.04 weeks), and of seven days five are business days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..language.values import Target
from . import statistics
from .metrics import metric
from .results import Measure, TargetResult

DAYS: dict[str, float] = {"day": 1, "business day": 7 / 5, "week": 7, "month": 365 / 12, "quarter": 365 / 4, "year": 365}
MONEY: dict[str, str] = {"won": "won_value"}
"""Where a target in money is about another metric than the one in pieces: `won: 200000 EUR per quarter` is about the value won."""


def metric_of(name: str, target: Target) -> str:
    """The metric that a target called `name` is about: `complained: at most 0.1%` is about complaints per e-mail sent, `load.sdr: at most 85%`
    about itself."""
    if target.of == "share":
        return name if metric(name).unit == "share" else f"{name}.share"
    return MONEY.get(name, name) if target.of == "money" else name


def needed(target: Target, days: float) -> float:
    """What the target asks of a horizon of so many days, in the unit of its metric (a total, or a share as it stands)."""
    if target.of == "share" or not target.per:
        return target.amount
    return target.amount * days / DAYS[target.per]


@dataclass(frozen=True, slots=True)
class Written:
    """A target as a playbook writes it: `name` is its key under `targets:`."""

    playbook: str
    name: str
    target: Target


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target asks of one metric over the horizon, in the unit of the metric."""

    written: Written
    metric: str
    needed: float

    def reached(self, value: float) -> bool:
        return value >= self.needed if self.written.target.bound == "at least" else value <= self.needed


def goals(targets: Sequence[Written], playbooks: int, days: float) -> list[Goal]:
    """The targets as goals. Where several playbooks run side by side, each is about what its own playbook has: `warm:meetings`."""
    found = []
    for written in targets:
        key = metric_of(written.name, written.target)
        found.append(Goal(written, f"{written.playbook}:{key}" if playbooks > 1 else key, needed(written.target, days)))
    return found


def judge(goal: Goal, values: Sequence[float], band: Measure) -> TargetResult:
    """One goal against the replications' values and the band that they make."""
    written, met = goal.written, sum(goal.reached(value) for value in values)
    bound = written.target.bound
    verdict: Literal["met", "at risk", "missed"] = "missed"
    if goal.reached(band.p50.value):
        verdict = "met" if goal.reached(band.p10.value if bound == "at least" else band.p90.value) else "at risk"
    return TargetResult(
        name=written.name,
        playbook=written.playbook,
        written=str(written.target),
        metric=goal.metric,
        bound=bound,
        needed=goal.needed,
        met=met,
        n=len(values),
        interval=statistics.share_interval(met, len(values)),
        verdict=verdict,
    )
