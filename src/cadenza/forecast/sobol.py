"""Whose ignorance is it? Sobol' indices split the variance of a forecast among the assumptions that nobody knows exactly, and luck.

A forecast is a function of where each uncertain assumption lies in its law and of the luck that people have. The *first* index of an input is the
share of the variance that would go if that input were known; its *total* index what would be left if all others were. The two are equal where
inputs do not depend on each other; a total far above the first says that the input matters together with others. Luck is one more input (another
replication's), so all the first indices and what lies between add up to one.

Saltelli's scheme: two independent samples A and B of n points, and for each of k inputs A with that input from B: n (k + 2) evaluations. Points
are Latin hypercubes drawn as all else here is drawn, by hashing; intervals come from resampling the points (percentiles of 400 bootstraps).

Sources: Saltelli et al., Computer Physics Communications 181 (2010) 259, equation (b) of table 2 for the first index; Jansen, Computer Physics
Communications 117 (1999) 35, for the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from ..world.draws import base, code, draw, unit
from ..world.program import POINT, Program
from . import metrics, statistics
from .lines import Line, lines_of
from .metrics import HEADLINE
from .pool import Outcome, Task
from .results import Interval
from .tornado import About, NoSuchMetric, about, base_of
from .trials import Bench

if TYPE_CHECKING:
    from ..language.model import Simulation

POINTS = 128
RESAMPLES = 400
_SAMPLE, _ORDER, _AGAIN = (code("", 0, f"sobol/{purpose}") for purpose in ("sample", "order", "again"))


@dataclass(frozen=True, slots=True)
class Index:
    """The share of one input in the variance, alone (`first`) and with all that it takes part in (`total`), with 95% intervals."""

    first: float
    first_interval: Interval
    total: float
    total_interval: Interval


@dataclass(frozen=True, slots=True)
class Part:
    """The indices of one uncertain assumption; of luck, where `line` is None."""

    line: Line | None
    index: Index


@dataclass(frozen=True, slots=True)
class Sobol:
    """The parts, the largest total first; `points` is n, `evaluations` how many replications were run. `mean` and `deviation` are those of the
    metric over all that is uncertain; without a deviation nothing varied, and there are no parts."""

    about: About
    points: int
    evaluations: int
    mean: float
    deviation: float
    parts: tuple[Part, ...]


# ---------------------------------------------------------------- the scheme


def latin(seed: int, first: int, n: int, k: int) -> list[tuple[float, ...]]:
    """n points of a Latin hypercube in k dimensions: in each, one point in every n-th of [0, 1). Two samples whose dimensions are numbered
    differently (from `first`) are independent."""
    columns = []
    for dimension in range(first, first + k):
        order = sorted(range(n), key=lambda row, d=dimension: draw(base(seed, d, row), _ORDER))  # type: ignore[misc]
        columns.append([(place + unit(draw(base(seed, dimension, row), _SAMPLE))) / n for row, place in enumerate(order)])
    return list(zip(*columns, strict=True)) if columns else [()] * n


def indices(a: Sequence[float], b: Sequence[float], mixed: Sequence[Sequence[float]], seed: int) -> list[Index]:
    """The indices of each input from what A, B, and A with that input of B (`mixed`) gave, row by row. Nothing where nothing varies."""
    n = len(a)
    middle = statistics.mean([*a, *b])
    a, b = [value - middle for value in a], [value - middle for value in b]
    square = [(x * x + y * y) / 2 for x, y in zip(a, b, strict=True)]
    shift = [(x + y) / 2 for x, y in zip(a, b, strict=True)]
    if not any(square):
        return []
    rows = [[(seed_row * n) >> 64 for seed_row in (draw(base(seed, again, row), _AGAIN) for row in range(n))] for again in range(RESAMPLES)]
    samples = [itemgetter(*chosen) if n > 1 else (lambda values: (values[0],)) for chosen in rows]
    spreads = [_spread(pick(square), pick(shift)) for pick in samples]
    found = []
    for each in mixed:
        centred = [value - middle for value in each]
        alone = [y * (m - x) for x, y, m in zip(a, b, centred, strict=True)]
        whole = [(x - m) ** 2 / 2 for x, m in zip(a, centred, strict=True)]
        spread = _spread(square, shift)
        found.append(
            Index(
                sum(alone) / n / spread,
                _percentiles([sum(pick(alone)) / n / v for pick, v in zip(samples, spreads, strict=True) if v]),
                sum(whole) / n / spread,
                _percentiles([sum(pick(whole)) / n / v for pick, v in zip(samples, spreads, strict=True) if v]),
            )
        )
    return found


def _spread(square: Sequence[float], shift: Sequence[float]) -> float:
    """The variance of A and B together, from their squares and their sums."""
    n = len(square)
    return float(sum(square) / n - (sum(shift) / n) ** 2)


def _percentiles(values: list[float]) -> Interval:
    ordered = sorted(values)
    return Interval(statistics.quantile(ordered, 0.025), statistics.quantile(ordered, 0.975))


# ---------------------------------------------------------------- a simulation as a function


@dataclass(frozen=True, slots=True)
class Evaluate:
    """The job: run 0 is A, run 1 is B, run 2 + i is A with input i of B; the input after the leaves is luck. The replication is the row."""

    program: Program
    leaves: tuple[int, ...]
    a: tuple[tuple[float, ...], ...]
    b: tuple[tuple[float, ...], ...]
    engine: str

    @property
    def threads(self) -> bool:
        """Whether threads run it in parallel: the kernel works without the interpreter's lock."""
        return self.engine == "kernel"

    def identity(self, point: int) -> str:
        """A hash of everything that this run depends on."""
        from .identity import digest

        return digest(self.program, self.leaves, self.a, self.b, point)

    def __call__(self, point: int, replication: int) -> Outcome:
        from ..engines import run

        row, luck = replication, replication
        at = list((self.b if point == 1 else self.a)[row])
        if point == 1 or point - 2 == len(self.leaves):
            luck += len(self.a)
        elif point >= 2:
            at[point - 2] = self.b[row][point - 2]
        outcome: Outcome = run(self.program, luck, engine=self.engine, fixed_rates=dict(zip(self.leaves, at, strict=True)))
        return outcome


def sobol(
    simulation: Simulation,
    *,
    metric: str = HEADLINE,
    points: int = POINTS,
    bench: Bench | None = None,
    notes: Sequence[str] = (),
) -> Sobol:
    """The Sobol' indices of one metric of base over all uncertain assumptions. Raises `Refused`, what `Bench.run` raises, `NoSuchMetric`, and
    ValueError for fewer than four points."""
    if points < 4:
        raise ValueError("Sobol' indices need at least four points")
    bench = bench or Bench()
    _, playbooks, program = base_of(simulation)
    lines = {side.leaf: line for line in lines_of(playbooks, program) if (side := line.low) is not None and side.leaf >= 0}
    leaves = tuple(leaf for leaf in lines if program.figures.law[leaf] != POINT)
    a, b = (tuple(latin(simulation.seed, first, points, len(leaves))) for first in (0, len(leaves)))
    job = Evaluate(program, leaves, a, b, bench.ready([program]))
    values = _values(job, metric, points, bench)
    found = indices(values[0], values[1], values[2:], simulation.seed)
    parts = [Part(line, index) for line, index in zip([*(lines[leaf] for leaf in leaves), None], found, strict=bool(found))]
    whole = [*values[0], *values[1]]
    return Sobol(
        about(simulation, metric, bench.engine, program.currency, notes),
        points,
        points * len(values),
        statistics.mean(whole),
        statistics.deviation(whole) or 0.0,
        tuple(sorted(parts, key=lambda part: -part.index.total)),
    )


def _values(job: Evaluate, metric: str, points: int, bench: Bench) -> list[list[float]]:
    """What each run gave, row by row."""
    values = [[0.0] * points for _ in range(len(job.leaves) + 3)]
    done = 0

    def collect(task: Task, outcomes: Sequence[Outcome]) -> None:
        nonlocal done
        for row, outcome in enumerate(outcomes, task.first):
            counts = metrics.computed(outcome.counts)
            if not done and metric not in counts:
                raise NoSuchMetric(metric, tuple(counts))
            values[task.point][row] = counts.get(metric, 0.0)
            done += 1
        bench.told("run", done, points * len(values), len(values))

    with bench.at.crew(job, points * len(values)) as crew:
        crew.run((Task(run, row, min(8, points - row)) for run in range(len(values)) for row in range(0, points, 8)), collect)
    return values
