"""Trials: programs that meet the same people with the same luck, run side by side and only as often as somebody needs.

What `compare`, `size` and `optimize` stand on: they try programs that no file lists, a few replications first and more where it is worth it. A
trial keeps what its replications gave, in their order, so that asking for more only runs what is missing. The numbers are those of a
forecast: a function of the program and the replication alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import metrics
from .points import Runs
from .pool import Outcome, Progress, Task
from .staff import Place
from .terms import Terms, terms_of

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..world.program import Program

Report = Callable[[Progress], None]


@dataclass(slots=True)
class Trial:
    """One program and what its replications gave, from the first on. `keep`: only these metrics (None: all of them)."""

    program: Program
    terms: Terms | None = None
    keep: frozenset[str] | None = None
    values: list[dict[str, float]] = field(default_factory=list)
    weekly: list[Mapping[str, tuple[float, ...]]] = field(default_factory=list)

    def of(self, key: str, n: int | None = None) -> list[float]:
        """The first n replications (default: all) of one metric; what a replication does not name is 0."""
        return [values.get(key, 0.0) for values in self.values[: len(self.values) if n is None else n]]

    def take(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            values = metrics.computed(self.terms.counted(outcome.counts) if self.terms else outcome.counts)
            self.values.append(values if self.keep is None else {key: values[key] for key in values if key in self.keep})
            self.weekly.append(outcome.weekly)


@dataclass(slots=True)
class Bench:
    """Where trials are run: on which engine, by how many `workers`, or at which `place`. `runs` counts the replications that were asked for."""

    engine: str = "auto"
    workers: int | None = None
    tell: Callable[[str], None] | None = None
    report: Report | None = None
    keep: frozenset[str] | None = None
    runs: int = 0
    place: Place | None = None

    def trial(self, simulation: Simulation, playbooks: Sequence[Playbook]) -> Trial:
        """A trial of these playbooks in the frame of a simulation. Refused where a machine would be too large."""
        from ..world import build

        program = build(playbooks, simulation.start, simulation.horizon, simulation.seed)
        return Trial(program, terms_of(playbooks, simulation.start, simulation.horizon.seconds / 86400), self.keep)

    @property
    def at(self) -> Place:
        """The place: processes or threads here, where none was given."""
        if self.place is None:
            self.place = Place(self.workers)
        return self.place

    def ready(self, programs: Sequence[Program]) -> str:
        """The engine that runs these programs. Raises NoSuchEngine, NoKernel."""
        return self.at.engine(self.engine, programs, self.tell)

    def told(self, phase: str, done: int, total: int, points: int) -> None:
        """Report how far it is."""
        if self.report is not None:
            self.report(Progress(phase, done, total, points))

    def run(self, trials: Sequence[Trial], n: int) -> None:
        """Bring every trial to at least n replications. Raises NoSuchEngine, NoKernel, WorkerLost, ClusterError; on Ctrl-C what is finished without a
        gap is there."""
        short = [trial for trial in trials if len(trial.values) < n]
        if not short:
            return
        programs = tuple(trial.program for trial in short)
        job = Runs(programs, (False,) * len(programs), self.ready(programs))
        given: dict[tuple[int, int], list[Outcome]] = {}
        total = sum(n - len(trial.values) for trial in short)
        done = 0

        def collect(task: Task, outcomes: list[Outcome]) -> None:
            nonlocal done
            given[task.point, task.first] = outcomes
            done += len(outcomes)
            self.told("run", done, total, len(short))

        try:
            with self.at.crew(job, total) as crew:
                crew.run(_tasks(short, n, crew.chunk), collect)
        finally:
            for point, first in sorted(given):
                if first == len(short[point].values):
                    short[point].take(given[point, first])
            self.runs += done


def _tasks(trials: Sequence[Trial], n: int, chunk: Callable[[int], int]) -> Iterator[Task]:
    """A few replications at a time, of every trial in turn."""
    first = min(len(trial.values) for trial in trials)
    while first < n:
        last = min(first + chunk(first), n)
        for point, trial in enumerate(trials):
            start = max(first, len(trial.values))
            if start < last:
                yield Task(point, start, last - start)
        first = last
