"""A forecast in the mean: one number for each metric, from the `expected` engine, without replications.

There is no band here, no chance of meeting a target and no noise: a mean is one number. What it says of a target is on which side of it the mean
lies. Where more is asked of people or mailboxes than they can do, the number is an upper bound, and that is said with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from . import metrics, targets
from .points import Point, points_of
from .results import origin
from .terms import terms_of

if TYPE_CHECKING:
    from ..engines.expected.scarce import Scarce
    from ..language.model import Playbook, Simulation
    from ..world import Program


_CUT = (
    "touches",
    "replies",
    "replies.positive",
    "replies.negative",
    "meetings",
    "opportunities",
    "pipeline",
    "unsubscribed",
    "contacts_after_no",
    "in_flight",
)
"""What is compared with what comes of rougher stretches."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A target and the mean. `reached` says on which side the mean is, which is no chance."""

    name: str
    playbook: str
    written: str
    metric: str
    bound: Literal["at least", "at most"]
    needed: float
    mean: float
    reached: bool


@dataclass(frozen=True, slots=True)
class ExpectedPoint:
    """One scenario or one value of a sweep. `bound`: something is scarce, so that every mean is an upper bound."""

    name: str
    kind: Literal["scenario", "sweep"]
    changes: tuple[tuple[str, str], ...]
    machines: tuple[tuple[str, str], ...]
    means: dict[str, float]
    weekly: dict[str, tuple[float, ...]]
    goals: tuple[Goal, ...]
    scarce: tuple[Scarce, ...]

    @property
    def bound(self) -> bool:
        return any(each.binds for each in self.scarce)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Base first, then the other scenarios and the sweeps, as in a `Forecast`."""

    name: str
    file: str
    playbooks: tuple[str, ...]
    start: str
    horizon: str
    weeks: float
    seed: int
    version: str
    currency: str
    points: tuple[ExpectedPoint, ...]
    notes: tuple[str, ...]

    @property
    def base(self) -> ExpectedPoint:
        return self.points[0]


def expectation(
    simulation: Simulation,
    *,
    scenarios: Sequence[str] | None = None,
    sweep: bool = True,
    notes: Sequence[str] = (),
    fineness: float | None = None,
    tell: Callable[[str], None] | None = None,
) -> Expectation:
    """The means of base, the scenarios (all, or those named) and the sweeps. Raises `Refused` for what is wrong with the files and
    `NoSuchScenario`. `fineness` and `tell` are those of `engines.expected_engine.expect`."""
    found = [_point(simulation, point, fineness, tell) for point in points_of(simulation, scenarios, sweep)]
    shared = any(program.shared for _, program in found)
    width = _width(found[0][1], found[0][0].means, fineness)
    said = ("playbooks that share people are forecast each by itself here: who is in two of them counts twice",) if shared else ()
    return Expectation(
        **origin(simulation),
        currency=found[0][1].currency,
        points=tuple(point for point, _ in found),
        notes=(*notes, *said, f"time is cut into stretches: cutting ten times as roughly moves no number of the base by more than {width:.1%}"),
    )


def _point(simulation: Simulation, point: Point, fineness: float | None, tell: Callable[[str], None] | None) -> tuple[ExpectedPoint, Program]:
    from ..engines.expected.solve import FINENESS
    from ..engines.expected_engine import expect
    from ..language import playbooks_of
    from ..machine import lower
    from ..world import build

    playbooks = playbooks_of(simulation, point.changes)
    program = build(playbooks, simulation.start, simulation.horizon, simulation.seed)
    days = simulation.horizon.seconds / 86400
    told = expect(program, fineness=FINENESS if fineness is None else fineness, tell=tell)
    means = metrics.computed(terms_of(playbooks, simulation.start, days).counted(told.outcome.counts))
    machines = tuple((playbook.name, lower(playbook).hash) for playbook in playbooks)
    found = ExpectedPoint(
        name=point.name,
        kind=point.kind,
        changes=tuple((path, str(change)) for path, change in point.changes.items()),
        machines=machines,
        means={key: means[key] for key in (*(key for key in metrics.BY_KEY if key in means), *sorted(means.keys() - metrics.BY_KEY.keys()))},
        weekly=dict(told.outcome.weekly),
        goals=tuple(_goal(goal, means[goal.metric]) for goal in _goals(playbooks, days) if goal.metric in means),
        scarce=told.scarce,
    )
    return found, program


def _width(program: Program, means: dict[str, float], fineness: float | None) -> float:
    """By how much the counts of all people differ where time is cut ten times as roughly; of what is met with less than once, by how much of one."""
    from ..engines.expected.solve import FINENESS
    from ..engines.expected_engine import expect

    rough = expect(program, fineness=10 * (FINENESS if fineness is None else fineness)).outcome.counts
    return max((abs(rough[key] - means[key]) / max(1.0, abs(means[key])) for key in _CUT if key in rough and key in means), default=0.0)


def _goals(playbooks: Sequence[Playbook], days: float) -> list[targets.Goal]:
    written = [targets.Written(playbook.name, name, target) for playbook in playbooks for name, target in playbook.targets.items()]
    return targets.goals(written, len(playbooks), days)


def _goal(goal: targets.Goal, mean: float) -> Goal:
    written = goal.written
    return Goal(written.name, written.playbook, str(written.target), goal.metric, written.target.bound, goal.needed, mean, goal.reached(mean))
