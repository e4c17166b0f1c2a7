"""Beyond one machine: the same tasks, carried out by the workers of a Dask cluster.

What runs where decides nothing: a replication is a function of its program and its number, and whoever collects files it under both. So a worker
that dies costs time only: its tasks are given to another one, with the program, which the scheduler keeps. The first task is one replication,
to see how long it takes; from then on a task has as many as take about a second, because a task costs the scheduler some milliseconds.

Dask is imported when a cluster is asked for (the extra `cluster`), and its own log is kept off the terminal: what goes wrong is said here.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from .errand import Answer, Edition, Failure, carry_out, edition, unpack
from .pool import Collect, Job, Task, _without_interrupts

if TYPE_CHECKING:
    from types import TracebackType

Client: TypeAlias = Any
Future: TypeAlias = Any
"""`distributed.Client` and `distributed.Future`, which nobody needs to have."""
LOCAL = "local"
CONNECT = 5
"""Seconds within which a scheduler has to answer."""
PATIENCE = 30
"""Seconds without any worker after which nobody is waited for."""
SECOND = 1.0
"""How long a task should take."""
AHEAD = 2
"""Tasks on their way for each thread of the cluster."""


class ClusterError(Exception):
    """The cluster cannot do it. `str(error)` says why, and what to do."""


class ClusterCrew:
    """The workers of the scheduler at `address` (or, for "local", `workers` processes started here), with one job, for a `with` block.

    `size` is how many replications are asked for at a time: no task is so large that workers would have nothing to do.
    """

    def __init__(self, job: Job, address: str, *, size: int, workers: int = 1) -> None:
        self.job, self.address, self.size, self.workers = job, address, size, workers
        self._open = ExitStack()
        self._client: Client = None  # there from __enter__ on
        self._threads = 1
        self._pace: float | None = None
        self._parts: dict[int, tuple[Future, str, int]] = {}
        self._alone = 0
        self._edition: Edition = edition()

    # ------------------------------------------------------------ coming and going

    def __enter__(self) -> ClusterCrew:
        try:
            self._client = self._open.enter_context(_connected(self.address, self.workers))
            self._open.enter_context(self._client.as_current())
            self._threads = _counted(self._client, self.address, self._edition)
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._parts.clear()
        with suppress(Exception):  # the scheduler may be gone; there is nothing left to lose
            self._open.close()

    # ------------------------------------------------------------ the work

    def chunk(self, start: int) -> int:
        """How many replications take about a second, and at most so many that every thread gets two tasks."""
        if self._pace is None:
            return 1
        return max(1, min(int(SECOND / max(self._pace, 1e-6)), -(-self.size // (AHEAD * self._threads))))

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
        most = 1 if self._pace is None else AHEAD * self._threads
        while len(flying) < most and (task := next(waiting, None)) is not None:
            part, name, point = self._part(task.point)
            key = f"cadenza-{name}-{point}-{task.first}-{task.count}"
            flying[self._client.submit(carry_out, self._edition, part, point, task.first, task.count, key=key)] = task
        return bool(flying)

    def _part(self, point: int) -> tuple[Future, str, int]:
        """What a worker needs for this point. It is itself a task, so that it is made anew where the worker that had it dies."""
        found = self._parts.get(point)
        if found is None:
            whole = getattr(self.job, "part", None)
            payload = pickle.dumps(whole(point) if whole else self.job, protocol=5)
            name = hashlib.sha256(repr(self._edition).encode() + payload).hexdigest()[:24]
            future = self._client.submit(unpack, self._edition, payload, key=f"cadenza-{name}")
            found = self._parts[point] = (future, name, 0 if whole else point)
        return found

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
        try:
            threads = sum(self._client.nthreads().values()) if self._client.status == "running" else -1
        except OSError:
            threads = -1
        if threads < 0:
            raise ClusterError(self._lost())
        self._threads = max(1, threads)
        self._alone = 0 if threads else self._alone + 1
        if self._alone > PATIENCE:
            raise ClusterError(f"all workers of {self._where()} are gone, and none came back for {PATIENCE} seconds: {_MORE}")

    def _outcomes(self, future: Future) -> list[Any]:
        answer = self._answer(future)
        if isinstance(answer, Failure):
            raise _failed(answer, self._where())
        each = answer.seconds / len(answer.outcomes)
        self._pace = each if self._pace is None else max(each, 0.8 * self._pace)
        return list(answer.outcomes)

    def _answer(self, future: Future) -> Answer:
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        try:
            found: Answer = future.result(timeout=10 * CONNECT)
        except KilledWorker:
            raise ClusterError(f"every worker of {self._where()} that took a certain task died of it, perhaps for want of memory: {_LESS}") from None
        except (CancelledError, OSError, TimeoutError):
            raise ClusterError(self._lost()) from None
        return found

    def _where(self) -> str:
        return "the local cluster" if self.address == LOCAL else f"the scheduler at {self.address}"

    def _lost(self) -> str:
        return f"{self._where()} does not answer any more; what was finished is kept where --checkpoint names a file"


_MORE = "start some with `dask worker`, and run it again (with --checkpoint it goes on where it stopped)"
_LESS = "give the workers more, or fewer threads each"


def _failed(failure: Failure, where: str) -> Exception:
    from ..engines.kernel.build import NoKernel

    if failure.kind == "kernel":
        return NoKernel(f"on a worker of {where}: {failure.why}")
    if failure.kind == "memory":
        return ClusterError(f"a worker of {where} gave up: {failure.why}; {_LESS}")
    return ClusterError(f"a worker joined {where} and {failure.why}, this is {edition()}: install the same cadenza everywhere")


# ---------------------------------------------------------------- finding the cluster


def _connected(address: str, workers: int) -> Any:
    """A client of the scheduler, as a context manager. Raises ClusterError."""
    try:
        import distributed
    except ImportError:
        raise ClusterError("a cluster needs Dask, which is not installed: pip install 'cadenza[cluster]'") from None
    if address != LOCAL and "://" not in address:
        raise ClusterError(f"{address!r} is no address of a scheduler: a good one is tcp://scheduler.example:8786, or `local`")
    _keep_quiet()
    return _local(distributed, workers) if address == LOCAL else _remote(distributed, address)


def _keep_quiet() -> None:
    """Dask's log is for whoever runs the cluster; its settings are ours only within this process."""
    import dask

    for name in ("distributed", "tornado"):
        for each in [name, *(known for known in logging.root.manager.loggerDict if known.startswith(f"{name}."))]:
            logging.getLogger(each).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=r"distributed\b")
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"})


def _remote(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        why = f" ({error})" if isinstance(error, ValueError) else ""
        ways = f"start one with `dask scheduler` and workers with `dask worker {address}`, or try --cluster local"
        raise ClusterError(f"no Dask scheduler answers at {address} within {CONNECT} seconds{why}: {ways}") from None


def _local(distributed: Any, workers: int) -> Any:
    """A scheduler and workers of our own. They start with Ctrl-C held back: it is for us, and we end them."""
    stack = ExitStack()
    with _without_interrupts():
        cluster = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=logging.CRITICAL + 1
        )
        stack.enter_context(cluster)
        client = stack.enter_context(distributed.Client(cluster, timeout=10 * CONNECT, set_as_default=False))
    return _Both(stack, client)


class _Both:
    """The client of a local cluster; leaving it ends both."""

    def __init__(self, stack: ExitStack, client: Any) -> None:
        self.stack, self.client = stack, client

    def __enter__(self) -> Any:
        return self.client

    def __exit__(self, *_: object) -> None:
        self.stack.close()


def _asks() -> Callable[[], tuple[str, str] | None]:
    """What each worker is asked first. It goes there as code, because cadenza may not be there at all."""

    def which() -> tuple[str, str] | None:
        try:
            from cadenza.forecast.errand import edition
        except ImportError:
            return None
        return edition().version, edition().sources

    return which


def _counted(client: Client, address: str, ours: Edition) -> int:
    """How many threads the workers have. Raises ClusterError where there are none, and where some are another cadenza."""
    where = "the local cluster" if address == LOCAL else f"the scheduler at {address}"
    with suppress(TimeoutError):
        client.wait_for_workers(1, timeout=CONNECT)
    threads = client.nthreads()
    if not threads:
        raise ClusterError(f"{where} has no workers: start some with `dask worker {address}`")
    others = []
    for worker, answer in sorted(client.run(_asks(), on_error="return").items()):
        if isinstance(answer, BaseException):
            others.append(f"{worker} cannot say ({type(answer).__name__}: {answer})")
        elif answer is None:
            others.append(f"{worker} has no cadenza")
        elif Edition(*answer) != ours:
            others.append(f"{worker} has {Edition(*answer)}")
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        told = f"{len(others)} of {len(threads)} workers of {where} are not as this one, cadenza {ours}"
        raise ClusterError(f"{told}: {'; '.join(others[:3])}{more}. Install the same version on all of them, with the same Python")
    return sum(threads.values())
