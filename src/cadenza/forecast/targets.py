"""Targets against a horizon: what "35 per month" asks of 13 weeks, and in how many of the replications it was reached.

One rule turns rates of time into a number for the horizon: a year has 365 days, a month is a twelfth of it (4.345 weeks), a quarter a fourth
(13.04 weeks), and of seven days five are business days. Where several playbooks set a target for one thing, counts and money add up, and of
shares the strictest holds: the forecast is about all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..language.values import Target
from . import statistics
from .metrics import SHARES
from .results import Measure, TargetResult

DAYS: dict[str, float] = {"day": 1, "business day": 7 / 5, "week": 7, "month": 365 / 12, "quarter": 365 / 4, "year": 365}
MONEY: dict[str, str] = {"won": "won_value"}
"""Where a target in money is about another metric than the one in pieces: `won: 200000 EUR per quarter` is about the value won."""


def metric_of(name: str, target: Target) -> str:
    """The metric that a target called `name` is about: `complained: at most 0.1%` is about complaints per e-mail sent."""
    if target.of == "share":
        return SHARES.get(name, name)
    return MONEY.get(name, name) if target.of == "money" else name


def needed(target: Target, days: float) -> float:
    """What the target asks of a horizon of so many days, in the unit of its metric (a total, or a share as it stands)."""
    if target.of == "share" or not target.per:
        return target.amount
    return target.amount * days / DAYS[target.per]


@dataclass(frozen=True, slots=True)
class Goal:
    """What all playbooks together want of one metric over the horizon, in the unit of the metric."""

    name: str
    written: tuple[str, ...]
    metric: str
    bound: Literal["at least", "at most"]
    needed: float

    def reached(self, value: float) -> bool:
        return value >= self.needed if self.bound == "at least" else value <= self.needed


def together(targets: Sequence[tuple[str, Target]], days: float) -> list[Goal]:
    """The targets of all playbooks as goals, in the order in which they were first written."""
    groups: dict[tuple[str, str, Literal["at least", "at most"]], list[Target]] = {}
    for name, target in targets:
        groups.setdefault((name, metric_of(name, target), target.bound), []).append(target)
    found = []
    for (name, key, bound), group in groups.items():
        amounts = [needed(target, days) for target in group]
        share = group[0].of == "share"
        amount = (min(amounts) if bound == "at most" else max(amounts)) if share else sum(amounts)
        found.append(Goal(name, tuple(str(target) for target in group), key, bound, amount))
    return found


def judge(goal: Goal, values: Sequence[float], band: Measure) -> TargetResult:
    """One goal against the replications' values and the band that they make."""
    met = sum(goal.reached(value) for value in values)
    bad_end = band.p10.value if goal.bound == "at least" else band.p90.value
    verdict: Literal["met", "at risk", "missed"] = "missed"
    if goal.reached(band.p50.value):
        verdict = "met" if goal.reached(bad_end) else "at risk"
    interval = statistics.wilson(met, len(values))
    return TargetResult(goal.name, goal.written, goal.metric, goal.bound, goal.needed, met, len(values), interval, verdict)
