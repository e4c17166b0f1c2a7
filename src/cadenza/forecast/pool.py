"""The crew: replications run in processes or threads, and what they give is put back in its place.

The unit of work is a few replications of one point. Which process runs it, and when it comes back, decides nothing: whoever collects files
it under (point, replication). With one worker there is no process at all.

Processes are forked where that is safe (Linux, one thread: they start in milliseconds and share the programs that were built), else spawned.
They never see Ctrl-C: the parent does, keeps what is finished, and ends them. If the parent is killed, they notice and end by themselves.
A job that says `threads` spends its time outside the interpreter's lock: threads do, start at once and share everything.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future
    from multiprocessing.process import BaseProcess
    from types import TracebackType


class Outcome(Protocol):
    """What one replication of one point gives (`engines.Outcome`)."""

    @property
    def counts(self) -> Mapping[str, float]: ...
    @property
    def weekly(self) -> Mapping[str, tuple[float, ...]]: ...


class Job(Protocol):
    """One replication of one point: a pure function of both, that can be pickled."""

    def __call__(self, point: int, replication: int) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Task:
    """Replications `first` to `first + count - 1` of one point."""

    point: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a forecast is: `done` of `total` replications (over all points), where the total is known. `phase`: build, run, sum."""

    phase: str
    done: int
    total: int | None
    points: int


class WorkerLost(Exception):
    """A worker process died (killed from outside, or out of memory). `str(error)` says what to do."""

    def __init__(self) -> None:
        super().__init__("a worker process was killed, perhaps for want of memory; try again with --workers 1")


class Stopped(KeyboardInterrupt):
    """Ctrl-C came. `partial` is what was finished, as a result of its own; None where that says nothing."""

    def __init__(self, partial: Any) -> None:
        super().__init__()
        self.partial = partial


Collect = Callable[[Task, list[Outcome]], None]


class Hands(Protocol):
    """Whoever carries tasks out, as a `with` block: processes here (`Crew`), workers of a cluster (`cluster.ClusterCrew`)."""

    def __enter__(self) -> Hands: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /) -> None: ...
    def run(self, tasks: Iterable[Task], collect: Collect, /) -> None: ...
    def chunk(self, start: int, /) -> int: ...


_job: Job | None = None


def usable_cpus() -> int:
    """How many processes can run at once here. Decides only how long a forecast takes."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start_method() -> str:
    """`fork` on Linux while there is only one thread, else `spawn`."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _begin(job: Job) -> None:
    """In a new worker: remember the job, leave Ctrl-C to the parent, end with the parent."""
    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _carry_out(task: Task) -> list[Outcome]:
    assert _job is not None
    return _all_of(_job, task)


def _all_of(job: Job, task: Task) -> list[Outcome]:
    return [job(task.point, task.first + index) for index in range(task.count)]


def _ready() -> None:
    """The first thing a worker is asked: nothing. It makes the worker start."""


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back while processes start, so that they begin with it blocked; it is delivered to us afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Crew:
    """A number of workers with one job, for as long as the `with` block lasts."""

    def __init__(self, job: Job, workers: int, method: str | None = None) -> None:
        if workers < 1:
            raise ValueError("a forecast needs at least one worker")
        self.job, self.workers, self._method = job, workers, method
        self._executor: Executor | None = None
        self._carry_out: Callable[[Task], list[Outcome]] = _carry_out
        self._ours: list[BaseProcess] = []

    def __enter__(self) -> Crew:
        if self.workers > 1 and getattr(self.job, "threads", False):
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(self.workers)
            self._carry_out = partial(_all_of, self.job)
        elif self.workers > 1:
            self._start()
        return self

    def _start(self) -> None:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        before = {process.pid for process in multiprocessing.active_children()}
        method = self._method or start_method()
        context = multiprocessing.get_context(method)
        if method != "fork" and os.name == "posix":
            from multiprocessing import resource_tracker

            resource_tracker.ensure_running()  # its start would let Ctrl-C through again while the workers start
        with _without_interrupts():
            executor = self._executor = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin, initargs=(self.job,))
            for _ in range(self.workers):
                executor.submit(_ready)
            self._ours = [process for process in multiprocessing.active_children() if process.pid not in before]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._executor is None:
            return
        try:
            self._executor.shutdown(wait=kind is None, cancel_futures=True)
        finally:
            for process in self._ours:
                with suppress(ValueError):  # closed already: it has ended
                    if process.is_alive():
                        process.terminate()
            self._executor.shutdown(wait=True)

    def chunk(self, start: int) -> int:
        """How many replications a task should have, from replication `start` on: one at first, so that whoever stops it loses little; up to 8."""
        return max(1, min(8, start // 8))

    def run(self, tasks: Iterable[Task], collect: Collect) -> None:
        """Carry out the tasks in order, a few ahead of time; KeyboardInterrupt goes on once what is finished has been collected."""
        if self._executor is None:
            for task in tasks:
                self._run_here(task, collect)
        else:
            self._run_there(iter(tasks), collect, self._executor)

    def _run_here(self, task: Task, collect: Collect) -> None:
        for index in range(task.count):
            collect(Task(task.point, task.first + index, 1), [self.job(task.point, task.first + index)])

    def _run_there(self, tasks: Iterator[Task], collect: Collect, executor: Executor) -> None:
        from concurrent.futures import FIRST_COMPLETED, wait
        from concurrent.futures.process import BrokenProcessPool

        flying: dict[Future[list[Outcome]], Task] = {}
        try:
            while True:
                while len(flying) < self.workers + 2 and (task := next(tasks, None)) is not None:
                    flying[executor.submit(self._carry_out, task)] = task
                if not flying:
                    return
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    collect(flying[future], future.result())
                    del flying[future]
        except BrokenProcessPool:
            raise WorkerLost from None
        except KeyboardInterrupt:
            for future, task in flying.items():
                if future.done() and not future.cancelled() and future.exception() is None:
                    collect(task, future.result())
            raise
