"""How replications are asked for, wherever a command makes some: one list of options, one way to carry them out, one set of words for what goes
wrong, and one way to end on Ctrl-C: what is finished is shown where it says something by itself, and kept where a file was named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cadenza.forecast.pool import Progress
    from cadenza.forecast.trials import Bench

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Result = TypeVar("Result")
INTERRUPTED = 130
NAMES = ("replications", "workers", "engine", "cluster", "checkpoint")


def say(sentence: str) -> None:
    """A sentence beside the result, on stderr."""
    click.echo(sentence, err=True)


# ---------------------------------------------------------------- options


def replications_option(help: str, least: int = 2, most: int = 1_000_000, **more: Any) -> Callable[[Decorated], Decorated]:
    """`--replications`, said what for by `help`."""
    return click.option("--replications", "-n", type=click.IntRange(least, most), help=help, **more)


def engine_option(help: str = "simpy, kernel (compiled), or auto. The result is the same.") -> Callable[[Decorated], Decorated]:
    """`--engine`."""
    return click.option("--engine", default="auto", show_default=True, help=help)


def options(replications: str, least: int = 2, **engine: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """All that says how runs are made, given to the command as one `asked: Asked`."""
    several = "How many at once. The result is the same for any number. [default: one a CPU]"
    listed = (
        replications_option(replications, least),
        click.option("--workers", "-j", type=click.IntRange(1, 512), help=several),
        engine_option(**engine),
        click.option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster: tcp://scheduler:8786, or local. The result is the same."),
        click.option(
            "--checkpoint",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Keep what is finished in this file, as it comes, and go on from it where it is there.",
        ),
    )

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def gathered(*arguments: Any, **given: Any) -> Any:
            return command(*arguments, asked=Asked(*(given.pop(name) for name in NAMES)), **given)

        found: Callable[..., Any] = gathered
        for option in reversed(listed):
            found = option(found)
        return found

    return decorate


# ---------------------------------------------------------------- carrying out


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options say; None where they say nothing."""

    replications: int | None
    workers: int | None
    engine: str
    cluster: str | None
    checkpoint: Path | None

    def given(self) -> dict[str, Any]:
        """By option, what else than the engine was asked for; None where it was not."""
        return {f"--{name}": getattr(self, name) for name in NAMES if name != "engine"}

    def answer(self, name: str, ask: Callable[[Bench], Result]) -> tuple[Result | None, int]:
        """What `ask` finds on a bench, and the exit code; after Ctrl-C what there is, or None."""
        from cadenza.forecast.staff import Place
        from cadenza.forecast.trials import Bench

        def work(report: Callable[[Progress], None] | None) -> Result:
            with Place(self.workers, self.cluster) as place:
                if self.checkpoint is not None:
                    place.remember(self.checkpoint, name, time.monotonic, say)
                return ask(Bench(self.engine, self.workers, say, report, place=place))

        return self.carry_out(name, work)

    def carry_out(self, name: str, work: Callable[[Callable[[Progress], None] | None], Result]) -> tuple[Result | None, int]:
        """The same for `work` that is only told whom to tell of its progress."""
        from cadenza.cli.forecast_progress import shown
        from cadenza.forecast.pool import Stopped

        try:
            with shown(name) as report, in_words(self._kept):
                return work(report), 0
        except KeyboardInterrupt as stop:
            found = stop.partial if isinstance(stop, Stopped) else None
        self._tell_stopped(found is None)
        return found, INTERRUPTED

    def _tell_stopped(self, nothing: bool) -> None:
        """What there is to show, and how to go on."""
        if nothing:
            say("Stopped too early: there is nothing to show.")
        if self.checkpoint is not None:
            say(self._kept().strip())
        elif nothing:
            say("With --checkpoint FILE the same command would go on from where it stopped.")

    def _kept(self) -> str:
        there = self.checkpoint is not None and self.checkpoint.exists()
        return f"\nWhat is finished is in {self.checkpoint}: the same command goes on from there." if there else ""


@contextmanager
def in_words(kept: Callable[[], str] = str) -> Iterator[None]:
    """What the machines, the population or the checkpoint do not allow is said as what it is: about that option. `kept` says what is not lost."""
    from cadenza.engines.kernel.build import NoKernel
    from cadenza.forecast.checkpoint import CheckpointError
    from cadenza.forecast.connection import ClusterError
    from cadenza.forecast.points import NoSuchEngine
    from cadenza.forecast.pool import WorkerLost
    from cadenza.forecast.shards import NotSeparable

    try:
        yield
    except (NoSuchEngine, NoKernel) as wrong:
        raise click.BadParameter(str(wrong), param_hint="--engine") from None
    except CheckpointError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--checkpoint") from None
    except NotSeparable as wrong:
        raise click.BadParameter(str(wrong), param_hint="--shards") from None
    except (ClusterError, WorkerLost) as lost:
        raise click.ClickException(f"{lost}{kept()}") from None
