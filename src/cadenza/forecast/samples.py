"""What the replications gave, filed under (point, replication), so that the order in which they came back leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from . import metrics
from .pool import Outcome, Task
from .terms import Terms


class Samples:
    """The outcomes of all runs. `slots[i]` is the run that point i reads (two points with one program share it), `runs` are those, each
    once; `extra` runs belong to no point; `terms` say what things cost in a run."""

    def __init__(self, slots: Sequence[int], extra: Sequence[int] = (), terms: Mapping[int, Terms | None] | None = None) -> None:
        self.slots = tuple(slots)
        self._terms = terms or {}
        self.runs = tuple(dict.fromkeys(slots))
        runs = dict.fromkeys((*slots, *extra))
        self._values: dict[int, dict[int, dict[str, float]]] = {run: {} for run in runs}
        self._weekly: dict[int, dict[int, Mapping[str, tuple[float, ...]]]] = {run: {} for run in runs}

    def take(self, task: Task, outcomes: Sequence[Outcome]) -> None:
        """File what one task gave. Filing the same twice changes nothing."""
        terms = self._terms.get(task.point)
        for index, outcome in enumerate(outcomes):
            self._weekly[task.point][task.first + index] = outcome.weekly
            self._values[task.point][task.first + index] = metrics.computed(terms.counted(outcome.counts) if terms else outcome.counts)

    def missing(self, task: Task) -> Iterator[Task]:
        """What of the task has not been filed yet, as tasks without a gap."""
        first, values = task.first, self._values[task.point]
        for index in range(task.first, task.first + task.count):
            if index in values:
                if index > first:
                    yield Task(task.point, first, index - first)
                first = index + 1
        if task.first + task.count > first:
            yield Task(task.point, first, task.first + task.count - first)

    @property
    def done(self) -> int:
        """Replications finished, over all runs."""
        return sum(len(values) for values in self._values.values())

    def finished(self, run: int) -> int:
        """How many replications of one run are finished without a gap, from the first on."""
        n = 0
        while n in self._values[run]:
            n += 1
        return n

    def complete(self) -> int:
        """How many replications every point has."""
        return min(self.finished(run) for run in self.runs)

    def keys(self, point: int) -> tuple[str, ...]:
        """The metrics of a point: the registered ones in their order, then the engine's others by name."""
        found = {key for values in self._values[self.slots[point]].values() for key in values}
        return (*(key for key in metrics.BY_KEY if key in found), *sorted(found - metrics.BY_KEY.keys()))

    def values(self, point: int, key: str, n: int) -> list[float]:
        """The first n replications of one metric; a count that a replication does not name is 0."""
        return self.run_values(self.slots[point], key, n)

    def replication(self, point: int, index: int) -> tuple[Mapping[str, float], Mapping[str, tuple[float, ...]]]:
        """Every metric of one replication of a point, over the horizon and by week."""
        run = self.slots[point]
        return self._values[run][index], self._weekly[run][index]

    def run_values(self, run: int, key: str, n: int) -> list[float]:
        """The same of a run by its own number."""
        return [self._values[run][index].get(key, 0.0) for index in range(n)]

    def weeks(self, point: int, n: int) -> dict[str, list[tuple[float, ...]]]:
        """Weekly series by metric, each a list of n tuples of one length (weeks that a replication does not name are 0)."""
        run = [self._weekly[self.slots[point]][index] for index in range(n)]
        keys = sorted({key for weekly in run for key in weekly})
        length = {key: max(len(weekly.get(key, ())) for weekly in run) for key in keys}
        return {key: [tuple(weekly.get(key, ())) + (0.0,) * (length[key] - len(weekly.get(key, ()))) for weekly in run] for key in keys}
