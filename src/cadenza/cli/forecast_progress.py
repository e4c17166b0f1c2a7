"""How far a forecast is, on stderr: a bar on a terminal, a line now and then in CI, nothing in a pipe."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from cadenza.forecast import Progress

EVERY = 10.0
"""Seconds between two lines in CI."""


@contextmanager
def shown(name: str) -> Iterator[Callable[[Progress], None] | None]:
    """Something to call with each Progress, for as long as the block lasts; None where nobody looks."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bar(name) as report:
            yield report
    elif os.environ.get("CI", "").lower() in ("1", "true"):
        yield _lines(name)
    else:
        yield None


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    from rich import progress as rich

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(30), rich.TextColumn("{task.fields[count]}"), rich.TimeElapsedColumn())
    # Refreshed by hand: rich's own thread would make it unsafe to fork the workers.
    with rich.Progress(*columns, console=door.console(sys.stderr), transient=True, auto_refresh=False) as bar:
        task = bar.add_task(name, total=None, count="")

        def report(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done, description=f"{name}: {_doing(progress)}", count=_count(progress))
            bar.refresh()

        yield report


def _lines(name: str) -> Callable[[Progress], None]:
    last = [time.monotonic()]

    def report(progress: Progress) -> None:
        if time.monotonic() - last[0] >= EVERY:
            last[0] = time.monotonic()
            click.echo(f"{name}: {_doing(progress)}, {_count(progress)}", err=True)

    return report


def _doing(progress: Progress) -> str:
    return {"build": "building", "run": "running", "sum": "summing up"}[progress.phase]


def _count(progress: Progress) -> str:
    if progress.phase == "build":
        return f"{progress.done} of {progress.total} points"
    total = f" of {progress.total}" if progress.total else ""
    return f"{progress.done}{total} runs over {progress.points} point{'s' * (progress.points != 1)}"
