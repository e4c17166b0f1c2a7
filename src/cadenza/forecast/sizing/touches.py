"""What one touch more brings and costs: the price of giving up too soon, and of one touch too many.

The cadence is ended after 1, 2, 3, ... touches (by a stop rule that counts them), for the same people with the same luck. So what stands between
two rows is what that one touch does: to meetings, to opt-outs and complaints, to hours, to money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import statistics, summary
from ..results import Difference
from ..trials import Bench, Trial
from .levers import Levers

if TYPE_CHECKING:
    from ...language.model import Playbook, Simulation

REPLICATIONS = 80
KEYS = ("meetings", "opportunities", "unsubscribed", "complained", "touches", "hours", "cost", "cost_per_meeting", "return_on_cost")


@dataclass(frozen=True, slots=True)
class TouchPoint:
    """Ended after `touches`: the means of KEYS (money only where there are prices), and what this touch adds to the row before."""

    touches: int
    means: dict[str, float]
    adds: dict[str, Difference]


@dataclass(frozen=True, slots=True)
class TouchCurve:
    """`points` from one touch on; `best` has the least cost per meeting, or without prices the most meetings that are no noise."""

    points: tuple[TouchPoint, ...]
    best: int
    by: str
    currency: str
    replications: int


def touch_curve(simulation: Simulation, n: int, bench: Bench | None = None) -> TouchCurve:
    """The curve from one touch to the whole cadence."""
    levers = Levers(simulation, bench or Bench())
    most = max(len(playbook.cadence) for playbook in levers.playbooks)
    trials = [levers.bench.trial(simulation, tuple(_ended_after(playbook, k) for playbook in levers.playbooks)) for k in range(1, most + 1)]
    levers.bench.run(trials, n)
    points = [_point(number + 1, trials[number], trials[number - 1] if number else None, n) for number in range(len(trials))]
    best, by = _best(points)
    return TouchCurve(tuple(points), best, by, trials[0].program.currency, n)


def _ended_after(playbook: Playbook, touches: int) -> Playbook:
    """The playbook with one stop rule more; its own may stop earlier."""
    from ...language.model import StopRule

    outcome = next((rule.outcome for rule in playbook.stop_rules if rule.touches is not None), "exhausted")
    rule = StopRule(f"after-{touches}", None, touches, None, outcome, None, playbook.node)
    return replace(playbook, stop_rules=(*playbook.stop_rules, rule))


def _values(trial: Trial, key: str, n: int) -> list[float] | None:
    if key == "hours":
        roles = sorted(name for name in trial.values[0] if name.startswith("minutes."))
        return [sum(values.get(role, 0.0) for role in roles) / 60 for values in trial.values[:n]]
    return trial.of(key, n) if key in trial.values[0] else None


def _point(touches: int, trial: Trial, before: Trial | None, n: int) -> TouchPoint:
    found = {key: values for key in KEYS if (values := _values(trial, key, n)) is not None}
    old = {key: _values(before, key, n) if before else [0.0] * n for key in found}
    adds = {key: summary.difference(key, values, previous) for key, values in found.items() if (previous := old[key]) is not None}
    return TouchPoint(touches, {key: statistics.mean(values) for key, values in found.items()}, adds)


def _best(points: Sequence[TouchPoint]) -> tuple[int, str]:
    """The number of touches to settle on, as far as meetings and money say; opt-outs are for people to weigh."""
    if "cost_per_meeting" in points[0].means:
        return min(points, key=lambda point: (point.means["cost_per_meeting"], point.touches)).touches, "cost_per_meeting"
    worth = [point.touches for point in points if point.adds["meetings"].verdict == "higher"]
    return (worth[-1] if worth else 1), "meetings"
