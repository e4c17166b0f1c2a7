"""What a forecast says, as plain values: for each point its measures, targets and differences; for the whole, where it came from.

Amounts are in the unit of their metric (`metrics.Metric.unit`): people, touches, meetings; money in cents; shares between 0 and 1.
`None` for an interval always means: too few replications for one. `needs` says how many it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from .. import __version__

if TYPE_CHECKING:
    from ..language.model import Simulation
    from .warm import Begun

Stop: TypeAlias = Literal["all", "precision", "maximum", "time", "interrupted"]
"""Why no more replications were run: as many as asked · narrow enough · the maximum of a precision run · the time was up · Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% interval, both ends included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Quantile:
    """`p` in percent. `interval` by order statistics; `needs` replications are the fewest for which there is one."""

    p: int
    value: float
    interval: Interval | None
    needs: int


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric over `n` replications."""

    key: str
    n: int
    mean: float
    interval: Interval | None
    deviation: float | None  # of one replication, n - 1 below
    p10: Quantile
    p50: Quantile
    p90: Quantile


@dataclass(frozen=True, slots=True)
class Band:
    """One metric week by week: P10, P50 and P90 of each week of the horizon."""

    key: str
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TargetResult:
    """A target against the horizon. `needed` is in the unit of `metric`; `met` of `n` replications reached it; `interval` is that of the share
    (`statistics.share_interval`).

    verdict: `met` where P50 and the bad end of the band (P10 of what should be high, P90 of what should be low) meet it, `at risk` where only
    P50 does, `missed` where P50 does not.
    """

    name: str
    playbook: str
    written: str
    metric: str
    bound: Literal["at least", "at most"]
    needed: float
    met: int
    n: int
    interval: Interval
    verdict: Literal["met", "at risk", "missed"]

    @property
    def probability(self) -> float:
        return self.met / self.n


@dataclass(frozen=True, slots=True)
class Difference:
    """This point minus base, replication by replication: the same people with the same luck.

    verdict: `same` where every replication gave the same, `noise` where the interval holds 0 (or is missing), else `higher` or `lower`.
    """

    key: str
    mean: float
    interval: Interval | None
    verdict: Literal["same", "noise", "higher", "lower"]

    @property
    def reach(self) -> float:
        """How far the interval reaches from the mean towards 0: less than the mean says that there is a difference. 0 without an interval."""
        if self.interval is None:
            return 0.0
        return self.mean - self.interval.low if self.mean > 0 else self.interval.high - self.mean


@dataclass(frozen=True, slots=True)
class PointResult:
    """One scenario or one value of a sweep. `changes` are (path, change as written); `machines` are (playbook, hash)."""

    name: str
    kind: Literal["scenario", "sweep"]
    changes: tuple[tuple[str, str], ...]
    machines: tuple[tuple[str, str], ...]
    measures: dict[str, Measure]
    weekly: dict[str, Band]
    targets: tuple[TargetResult, ...]
    differences: dict[str, Difference]  # empty for base


@dataclass(frozen=True, slots=True)
class Split:
    """How much of the band of one metric is not knowing the rates, and how much is chance: shares of the variance, which add up to 1.

    `interval` is that of `unknown`, from `pairs` of replications with the same rates and different luck.
    """

    key: str
    unknown: float
    chance: float
    interval: Interval
    pairs: int


@dataclass(frozen=True, slots=True)
class After:
    """What base's people still bring in the `weeks` after the horizon when nobody new is let in: `more` of each metric, over `n` replications.

    `in_flight` people are on their way at the horizon, `left` still are at the end of those weeks (means).
    """

    weeks: float
    n: int
    in_flight: float
    left: float
    more: dict[str, Measure]


class Origin(TypedDict):
    """What a result is about, as its first fields."""

    name: str
    file: str
    playbooks: tuple[str, ...]
    start: str  # ISO date
    horizon: str  # as written: "13 weeks"
    weeks: float
    seed: int
    version: str


def origin(simulation: Simulation) -> Origin:
    """Where a result of this simulation comes from, in the words that every kind of result has for it."""
    return Origin(
        name=simulation.name,
        file=simulation.file,
        playbooks=simulation.playbooks,
        start=simulation.start,
        horizon=str(simulation.horizon),
        weeks=simulation.horizon.seconds / (7 * 86400),
        seed=simulation.seed,
        version=__version__,
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """A whole forecast. `asked` is None for a precision run (`precision` then says for what); `run` replications are behind every number."""

    name: str
    file: str
    playbooks: tuple[str, ...]
    start: str  # ISO date
    horizon: str  # as written: "13 weeks"
    weeks: float
    seed: int
    engine: str
    version: str
    currency: str
    asked: int | None
    precision: tuple[tuple[str, float], ...]
    run: int
    stopped: Stop
    points: tuple[PointResult, ...]  # base first
    split: tuple[Split, ...]
    notes: tuple[str, ...]
    after: After | None = None
    begun: Begun | None = None  # who was under way at the start; None: nobody was asked about

    @property
    def base(self) -> PointResult:
        return self.points[0]

    @property
    def scenarios(self) -> tuple[PointResult, ...]:
        return tuple(point for point in self.points if point.kind == "scenario")

    @property
    def sweep(self) -> tuple[PointResult, ...]:
        return tuple(point for point in self.points if point.kind == "sweep")
