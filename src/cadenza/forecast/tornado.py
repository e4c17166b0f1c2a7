"""Which line of YAML moves a forecast most: each line by itself goes a little down and a little up, and everybody meets the same luck.

All lines are tried in a few replications, those that move the mean most in some more, and the first of those get as many as were asked for: they
are ordered by how far they move the middle of the forecast (its P50). With common random numbers even the few tell a line that does something
from one that does nothing. Every side is paired with base, replication by replication: what does not differ from noise is called so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

from . import statistics, summary
from .lines import Line, Side, held, lines_of
from .metrics import HEADLINE
from .points import Runs, points_of
from .pool import Hands, Stopped, Task
from .results import Difference, Measure, origin
from .samples import Samples
from .trials import Bench

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..world.program import Program
    from .pool import Outcome

SCREEN = 8
"""Replications in which every line is tried."""
AGAIN, SECOND = 30, 24
"""So many lines are tried again, until they have so many replications."""
KEPT = 12
"""Lines that get all replications."""
REPLICATIONS = 100


class NoSuchMetric(ValueError):
    """A metric was named that the simulation does not count."""

    def __init__(self, key: str, keys: Sequence[str]) -> None:
        from ..language.near import near
        from .metrics import BY_KEY

        found = near(key, keys)
        known = [name for name in BY_KEY if name in keys]
        way_out = f"did you mean {found!r}?" if found else f"there are {', '.join(known)}"
        super().__init__(f"the simulation counts no {key!r}: {way_out}")


@dataclass(frozen=True, slots=True)
class About:
    """What was asked: the simulation, and the metric of base that is looked at."""

    name: str
    file: str
    playbooks: tuple[str, ...]
    start: str
    horizon: str
    weeks: float
    seed: int
    engine: str
    version: str
    currency: str
    metric: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """One side of a line: what it would say, what the metric then is, and how that differs from base, paired by replication."""

    text: str
    p50: float
    mean: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the tornado, over `n` replications. An end is None where the line cannot say less (or more).

    `swing`: how far the P50 moves between the ends and base, in the unit of the metric. verdict: `moves` where an end differs from base by more
    than noise, `noise` where none does, `same` where not one replication differs.
    """

    line: Line
    n: int
    low: End | None
    high: End | None
    swing: float
    verdict: Literal["moves", "noise", "same"]


@dataclass(frozen=True, slots=True)
class Tornado:
    """The lines, those that got all replications first, each group by its swing. `base` is the metric over all replications."""

    about: About
    base: Measure
    screened: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """A line with the numbers of the runs of its two sides (-1: there is no such side)."""

    line: Line
    low: int
    high: int

    @property
    def runs(self) -> tuple[int, ...]:
        return tuple(run for run in (self.low, self.high) if run >= 0)


def about(simulation: Simulation, metric: str, engine: str, currency: str, notes: Sequence[str]) -> About:
    return About(
        **origin(simulation),
        engine=engine,
        currency=currency,
        metric=metric,
        notes=tuple(notes),
    )


def tornado(
    simulation: Simulation,
    *,
    metric: str = HEADLINE,
    replications: int = REPLICATIONS,
    bench: Bench | None = None,
    notes: Sequence[str] = (),
) -> Tornado:
    """The tornado of base. Raises `Refused`, what `Bench.run` raises, `NoSuchMetric`, and ValueError for fewer than two replications, which have no
    spread. Ctrl-C raises `Stopped`, with a tornado once every line was tried."""
    if replications < 2:
        raise ValueError("a tornado needs at least two replications")
    bench = bench or Bench()
    programs, tries = _prepare(simulation, bench)
    samples = Samples(range(len(programs)))
    job = Runs(tuple(programs), (False,) * len(programs), bench.ready(programs))

    def gathered(notes: Sequence[str]) -> Tornado:
        told, n = about(simulation, metric, bench.engine, programs[0].currency, notes), samples.finished(0)
        return Tornado(told, summary.measure(metric, samples.values(0, metric, n)), min(SCREEN, replications), _bars(samples, tries, metric))

    try:
        with bench.at.crew(job, len(programs) * min(SCREEN, replications)) as crew:
            _run(crew, samples, tries, replications, metric, bench)
    except KeyboardInterrupt:
        whole = metric in samples.keys(0) and samples.complete() >= min(SCREEN, replications)
        raise Stopped(gathered((*notes, "stopped before the lines that move most had all their runs")) if whole else None) from None
    return gathered(notes)


def base_of(simulation: Simulation) -> tuple[dict[str, Any], tuple[Playbook, ...], Program]:
    """The changes of base, its playbooks and its program."""
    from ..language import playbooks_of
    from ..world import build

    changes = points_of(simulation, (), False)[0].changes
    playbooks = playbooks_of(simulation, changes)
    return changes, playbooks, build(playbooks, simulation.start, simulation.horizon, simulation.seed)


def _prepare(simulation: Simulation, bench: Bench) -> tuple[list[Program], list[Try]]:
    """Base's program, then one for each side of each line that makes a difference to it (work that nobody does makes none)."""
    changes, playbooks, program = base_of(simulation)
    lines = lines_of(playbooks, program)
    programs, tries = [program], []
    for index, line in enumerate(lines):
        bench.told("build", index, len(lines), len(lines))
        runs = []
        for side in (line.low, line.high):
            made = None if side is None else _with(simulation, changes, program, line, side)
            if made is None:
                runs.append(-1)
            elif made == program:
                runs.append(0)
            else:
                programs.append(_sharing(made, program))
                runs.append(len(programs) - 1)
        if max(runs) > 0:
            tries.append(Try(line, *runs))
    return programs, tries


def _with(simulation: Simulation, changes: dict[str, Any], program: Program, line: Line, side: Side) -> Program | None:
    """The program in which the line says what the side says; None where the language does not allow it (nobody works with no people)."""
    from ..language import playbooks_of
    from ..language.findings import Refused
    from ..world import build

    if side.change is None:
        return held(program, side)
    try:
        playbooks = playbooks_of(simulation, {**changes, line.path: side.change})
    except Refused:
        return None
    return build(playbooks, simulation.start, simulation.horizon, simulation.seed)


def _sharing(made: Program, program: Program) -> Program:
    """The same program, which has in common with base what is equal: hundreds of programs, and for most of them one crowd."""
    same = {field.name: getattr(program, field.name) for field in fields(made) if getattr(made, field.name) == getattr(program, field.name)}
    return replace(made, **same)


# ---------------------------------------------------------------- running


def _run(crew: Hands, samples: Samples, tries: Sequence[Try], n: int, metric: str, bench: Bench) -> None:
    """A few replications of everything, then all of base and of the lines that move most. One program after the other: it stays laid out."""
    few, more = min(SCREEN, n), min(SECOND, n)
    total = len(samples.runs) * few + (2 * min(AGAIN, len(tries)) + 1) * (more - few) + (2 * min(KEPT, len(tries)) + 1) * (n - more)

    def collect(task: Task, outcomes: Sequence[Outcome]) -> None:
        samples.take(task, outcomes)
        bench.told("run", samples.done, total, len(tries))

    crew.run(_tasks(samples.runs[:1], 0, few), collect)
    if metric not in samples.keys(0):
        raise NoSuchMetric(metric, samples.keys(0))
    crew.run(_tasks(samples.runs[1:], 0, few), collect)
    for kept, first, last in ((AGAIN, few, more), (KEPT, more, n)):
        tries = sorted(tries, key=lambda each: -_spread(samples, each, metric, first))[:kept]
        crew.run(_tasks([0, *(run for each in tries for run in each.runs if run)], first, last), collect)


def _tasks(runs: Sequence[int], first: int, last: int) -> Iterator[Task]:
    for run in runs:
        for start in range(first, last, 8):
            yield Task(run, start, min(8, last - start))


def _spread(samples: Samples, each: Try, metric: str, n: int) -> float:
    """How far the mean moves between the sides and base."""
    means = [statistics.mean(samples.values(run, metric, n)) for run in (0, *each.runs)]
    return max(means) - min(means)


def _bars(samples: Samples, tries: Sequence[Try], metric: str) -> tuple[Bar, ...]:
    bars = [_bar(samples, each, metric) for each in tries]
    spread = {each.line.path: _spread(samples, each, metric, bar.n) for each, bar in zip(tries, bars, strict=True)}
    return tuple(sorted(bars, key=lambda bar: (-bar.n, -bar.swing, -spread[bar.line.path])))


def _bar(samples: Samples, each: Try, metric: str) -> Bar:
    n = min(samples.finished(run) for run in (0, *each.runs))
    base = samples.values(0, metric, n)
    line = each.line
    low, high = _end(samples, line.low, each.low, metric, base), _end(samples, line.high, each.high, metric, base)
    middles = [statistics.quantile(sorted(base), 0.5), *(end.p50 for end in (low, high) if end is not None)]
    verdicts = {end.difference.verdict for end in (low, high) if end is not None}
    verdict: Literal["moves", "noise", "same"] = "moves" if verdicts & {"higher", "lower"} else "noise" if "noise" in verdicts else "same"
    return Bar(line, n, low, high, max(middles) - min(middles), verdict)


def _end(samples: Samples, side: Side | None, run: int, metric: str, base: list[float]) -> End | None:
    if side is None or run < 0:
        return None
    values = samples.values(run, metric, len(base))
    return End(side.text, statistics.quantile(sorted(values), 0.5), statistics.mean(values), summary.difference(metric, values, base))
