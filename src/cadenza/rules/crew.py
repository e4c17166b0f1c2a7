"""Judging many files: each once, in several processes where that pays, from the cache where nothing changed; the results in the order of the files.

Which process judges a file, and whether it was judged now or before, decides nothing: a result is a function of what was read, and it passes
through the same plain form (`portable.py`) either way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from ..language.findings import Finding
from ..language.noted import notes
from ..language.records import record
from .files import Kind, root_of
from .portable import packed, unpacked

if TYPE_CHECKING:
    from .cache import Cache

Judge: TypeAlias = Callable[[Path, Kind], list[Finding]]
FEWEST = 16
"""Files below which no process is worth its start."""
AT_ONCE = 8
"""Files that a process takes at a time."""


@record
class Task:
    """A file to judge: its workspace (or its folder), and the name of its entry in the cache, if it can have one."""

    path: Path
    kind: Kind
    root: Path
    name: str | None = None


@record
class Crew:
    """How files are judged: by whom, with which cache, and in how many processes (None: as many as there are processors)."""

    judge: Judge
    cache: Cache | None = None
    jobs: int | None = 1

    def judged(self, files: Sequence[tuple[Path, Kind]]) -> list[tuple[Task, list[Finding]]]:
        """The findings of each file, in the order of `files`."""
        tasks = [_task(path, kind, self.cache) for path, kind in files]
        found: dict[int, list[Finding]] = {}
        if self.cache is not None:
            for index, task in enumerate(tasks):
                kept = None if task.name is None else self.cache.get(task.name, task.root)
                if kept is not None:
                    found[index] = kept
        left = [index for index in range(len(tasks)) if index not in found]
        found.update(zip(left, self._fresh([tasks[index] for index in left]), strict=True))
        if self.cache is not None and left:
            self.cache.sweep()
        return [(task, found[index]) for index, task in enumerate(tasks)]

    def _fresh(self, tasks: Sequence[Task]) -> Iterator[list[Finding]]:
        jobs = min(usable_cpus() if self.jobs is None else self.jobs, len(tasks) // AT_ONCE)
        if jobs > 1 and len(tasks) >= FEWEST:
            yield from _in_processes(self, tasks, jobs)
            return
        from ..language.build import sharing_workspaces

        with sharing_workspaces():
            yield from [unpacked(self.one(task)) for task in tasks]

    def one(self, task: Task) -> list[object]:
        """Judge one file now, and keep the result. In plain form."""
        if self.cache is None or task.name is None:
            return packed(self.judge(task.path, task.kind))
        with notes(task.root) as taken:
            findings = self.judge(task.path, task.kind)
        self.cache.put(task.name, task.root, taken, findings)
        return packed(findings)


def _task(path: Path, kind: Kind, cache: Cache | None) -> Task:
    """Where links lead elsewhere, names in findings may depend on how the file was named: nothing is kept then."""
    root = root_of(path)
    full = os.path.abspath(path)  # noqa: PTH100
    if cache is None or not full.startswith(f"{root}{os.sep}") or os.path.realpath(full) != full:
        return Task(path, kind, root)
    return Task(path, kind, root, cache.name(root, full[len(str(root)) + 1 :].replace(os.sep, "/")))


def usable_cpus() -> int:
    """How many processes can run at once here. Decides only how long lint takes."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# ---------------------------------------------------------------- processes

_crew: Crew | None = None


def _in_processes(crew: Crew, tasks: Sequence[Task], jobs: int) -> Iterator[list[Finding]]:
    import multiprocessing
    import threading
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    method = "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context(method), initializer=_begin, initargs=(crew,))
    parts = [tasks[first : first + AT_ONCE] for first in range(0, len(tasks), AT_ONCE)]
    done = 0
    try:
        for results in pool.map(_carry_out, parts):
            done += 1
            yield from map(unpacked, results)
    except BrokenProcessPool:  # a worker was killed from outside: what it did not do is done here
        for part in parts[done:]:
            yield from map(unpacked, map(crew.one, part))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(crew: Crew) -> None:
    """In a new process: remember what to do, and leave Ctrl-C to the parent."""
    import signal

    from ..language.build import sharing_workspaces

    global _crew
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _crew = crew
    sharing_workspaces().__enter__()  # until the process ends


def _carry_out(part: Sequence[Task]) -> list[list[object]]:
    assert _crew is not None
    return [_crew.one(task) for task in part]
