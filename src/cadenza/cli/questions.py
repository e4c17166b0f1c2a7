"""What `compare`, `size` and `optimize` share at the door: how runs are asked for, a bench to run them on, and how results are written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from cadenza.forecast.pool import Progress
    from cadenza.forecast.trials import Bench

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Result = TypeVar("Result", contravariant=True)


class Terminal(Protocol[Result]):
    """A renderer of pages for people."""

    def __call__(self, result: Result, /, *, colour: bool = ..., width: int = ..., plain: bool = ...) -> str: ...


def run_options(help: str) -> Callable[[Decorated], Decorated]:
    """`--replications` (said what for by `help`), `--workers` and `--engine`, as the forecast has them."""

    def options(command: Decorated) -> Decorated:
        engine = click.option("--engine", default="auto", show_default=True, help="simpy, kernel (compiled), or auto. The result is the same.")
        workers = click.option(
            "--workers", "-j", type=click.IntRange(1, 512), help="How many at once. The result is the same for any number. [default: one a CPU]"
        )
        runs = click.option("--replications", "-n", type=click.IntRange(2, 1_000_000), help=help)
        return runs(workers(engine(command)))

    return options


def say(sentence: str) -> None:
    """A sentence beside the result, on stderr."""
    click.echo(sentence, err=True)


@contextmanager
def progress(name: str) -> Iterator[Callable[[Progress], None] | None]:
    """Something to tell progress to; an engine that is not there is a usage error, a lost worker a failure with a way out."""
    from cadenza.cli.forecast_progress import shown
    from cadenza.engines.kernel.build import NoKernel
    from cadenza.forecast.points import NoSuchEngine
    from cadenza.forecast.pool import WorkerLost

    try:
        with shown(name) as report:
            yield report
    except (NoSuchEngine, NoKernel) as wrong:
        raise click.BadParameter(str(wrong), param_hint="--engine") from None
    except WorkerLost as lost:
        raise click.ClickException(str(lost)) from None


@contextmanager
def bench(name: str, engine: str, workers: int | None) -> Iterator[Bench]:
    """A bench that shows its progress, and errors as `progress` does."""
    from cadenza.forecast.trials import Bench

    with progress(name) as report:
        yield Bench(engine, workers, say, report)


def page(result: Result, render: Terminal[Result], output: Path | None) -> None:
    """Write a page: as wide as the terminal and coloured there, plain and 100 wide into a file."""
    if output is not None and str(output) != "-":
        door.write(output, render(result, width=100))
        return
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    door.write(output, render(result, colour=door.colour(), width=door.width(), plain=plain))
