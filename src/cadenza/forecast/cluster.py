"""Beyond one machine: the same tasks, carried out by the workers of a Dask cluster.

What runs where decides nothing: a replication is a function of its program and its number, and whoever collects files it under both. So a worker
that dies costs time only: its tasks are given to another one, with the program, which the scheduler keeps. The first task is one replication,
to see how long it takes; from then on a task has as many as take about a second, because a task costs the scheduler some milliseconds.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from .connection import CONNECT, ClusterError, Connection
from .errand import Answer, Failure, carry_out, edition, unpack
from .pool import Collect, Job, Task

if TYPE_CHECKING:
    from types import TracebackType

Future: TypeAlias = Any
"""`distributed.Future`, which nobody needs to have."""
PATIENCE = 30
"""Seconds without any worker after which nobody is waited for."""
SECOND = 1.0
"""How long a task should take."""
AHEAD = 2
"""Tasks on their way for each thread of the cluster."""


class ClusterCrew:
    """The workers of a cluster, with one job, for a `with` block.

    `size` is how many replications are asked for at a time: no task is so large that workers would have nothing to do.
    """

    def __init__(self, job: Job, cluster: Connection, *, size: int) -> None:
        self.job, self.cluster, self.size = job, cluster, size
        self._parts: dict[int, tuple[Future, str]] = {}
        self._alone = 0

    # ------------------------------------------------------------ coming and going

    def __enter__(self) -> ClusterCrew:
        self.cluster.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._parts.clear()
        self.cluster.__exit__(kind, error, trace)

    # ------------------------------------------------------------ the work

    def chunk(self, start: int) -> int:
        """How many replications take about a second, and at most so many that every thread gets two tasks."""
        pace = self.cluster.pace
        if pace is None:
            return 1
        return max(1, min(int(SECOND / max(pace, 1e-6)), -(-self.size // (AHEAD * self.cluster.threads))))

    def run(self, tasks: Iterable[Task], collect: Collect) -> None:
        """Carry out the tasks, a few ahead of time; KeyboardInterrupt goes on once what is finished has been collected."""
        waiting, flying = iter(tasks), dict[Future, Task]()
        try:
            while self._submit(waiting, flying):
                for future in self._finished(flying):
                    collect(flying.pop(future), self._outcomes(future))
        except KeyboardInterrupt:
            for future, task in flying.items():
                if future.status == "finished":
                    collect(task, self._outcomes(future))
            raise
        finally:
            for future in flying:
                with suppress(Exception):
                    future.release()

    def _submit(self, waiting: Iterator[Task], flying: dict[Future, Task]) -> bool:
        """Send tasks until enough are on their way; False where none is left."""
        at = self.cluster
        most = 1 if at.pace is None else AHEAD * at.threads
        while len(flying) < most and (task := next(waiting, None)) is not None:
            part, name, point = self._part(task.point)
            key = f"cadenza-{name}-{point}-{task.first}-{task.count}"
            flying[at.client.submit(carry_out, at.edition, part, point, task.first, task.count, key=key)] = task
        return bool(flying)

    def _part(self, point: int) -> tuple[Future, str, int]:
        """What a worker needs for this point. It is itself a task, so that it is made anew where the worker that had it dies."""
        whole = getattr(self.job, "part", None)
        kept = point if whole else -1
        if kept not in self._parts:
            payload = pickle.dumps(whole(point) if whole else self.job, protocol=5)
            name = hashlib.sha256(repr(self.cluster.edition).encode() + payload).hexdigest()[:24]
            future = self.cluster.client.submit(unpack, self.cluster.edition, payload, key=f"cadenza-{name}")
            self._parts[kept] = (future, name)
        return *self._parts[kept], 0 if whole else point

    def _finished(self, flying: dict[Future, Task]) -> list[Future]:
        """Those that have come back, at least one. Raises ClusterError where nobody is there any more."""
        from distributed import wait

        while True:
            try:
                done = list(wait(list(flying), timeout=1, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                self._look()
                continue
            except Exception as error:
                raise ClusterError(self._lost()) from error
            if done:
                self._alone = 0
                return done

    def _look(self) -> None:
        """Once a second while nothing comes back: is anybody there?"""
        at = self.cluster
        try:
            threads = sum(at.client.nthreads().values()) if at.client.status == "running" else -1
        except OSError:
            threads = -1
        if threads < 0:
            raise ClusterError(self._lost())
        at.threads = max(1, threads)
        self._alone = 0 if threads else self._alone + 1
        if self._alone > PATIENCE:
            raise ClusterError(f"all workers of {at.where} are gone, and none came back for {PATIENCE} seconds: {_MORE}")

    def _outcomes(self, future: Future) -> list[Any]:
        answer = self._answer(future)
        if isinstance(answer, Failure):
            raise _failed(answer, self.cluster.where)
        self.cluster.took(answer.seconds / len(answer.outcomes))
        return list(answer.outcomes)

    def _answer(self, future: Future) -> Answer:
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        where = self.cluster.where
        try:
            found: Answer = future.result(timeout=10 * CONNECT)
        except KilledWorker:
            raise ClusterError(f"every worker of {where} that took a certain task died of it, perhaps for want of memory: {_LESS}") from None
        except (CancelledError, OSError, TimeoutError):
            raise ClusterError(self._lost()) from None
        return found

    def _lost(self) -> str:
        return f"{self.cluster.where} does not answer any more; what was finished is kept where --checkpoint names a file"


_MORE = "start some with `dask worker`, and run it again (with --checkpoint it goes on where it stopped)"
_LESS = "give the workers more, or fewer threads each"


def _failed(failure: Failure, where: str) -> Exception:
    from ..engines.kernel.build import NoKernel

    if failure.kind == "kernel":
        return NoKernel(f"on a worker of {where}: {failure.why}")
    if failure.kind == "memory":
        return ClusterError(f"a worker of {where} gave up: {failure.why}; {_LESS}")
    return ClusterError(f"a worker joined {where} and {failure.why}, this is {edition()}: install the same cadenza everywhere")
