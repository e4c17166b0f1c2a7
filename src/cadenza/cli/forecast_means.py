"""The options of `cadenza forecast` that are about how a population is run and what is written: shards, logs, Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from cadenza.forecast import Forecast
    from cadenza.forecast.warm import Warm
    from cadenza.language.model import Simulation

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
ENDINGS = {".txt": "terminal", ".json": "json", ".parquet": "parquet"}


def _log(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    from cadenza.render.event_log import ENDINGS

    if path is not None and path.suffix.lower() not in ENDINGS:
        raise click.BadParameter(f"{path.name}: an event log ends in {' or '.join(ENDINGS)}.")
    return path


def _kept(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() != ".jsonl":
        raise click.BadParameter(f"{path.name}: a log of prospects ends in .jsonl.")
    return path


_PATH = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option(
        "--shards", type=click.IntRange(1, 4096), default=1, help="Cut each population into so many parts, where they share nothing that can run out."
    ),
    click.option("--event-log", type=_PATH, callback=_log, help="Write every event of one run of base: .jsonl, or .xes for process mining."),
    click.option(
        "--prospect-log", type=_PATH, callback=_kept, help="Write what one run of base leaves in a log as you keep it, .jsonl: for --events."
    ),
    click.option("--event-log-run", type=click.IntRange(0, 1_000_000), default=0, metavar="N", help="Which run these logs are of. [default: 0]"),
)


def options(command: Decorated) -> Decorated:
    """`--shards`, `--event-log`, `--prospect-log` and `--event-log-run`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def recorded(form: str, output: Path | None, simulation: Simulation) -> Iterator[dict[str, Any]]:
    """What `forecast` needs besides, to write every run into a Parquet file; nothing for other formats."""
    if form != "parquet":
        yield {}
        return
    if output is None or str(output) == "-":
        raise click.BadParameter("Parquet is for files, not for terminals: give --output FILE.parquet.", param_hint="--format")
    from cadenza import __version__
    from cadenza.render.forecast_parquet import NoParquet, Table

    about = {"simulation": simulation.name, "file": simulation.file, "start": simulation.start, "horizon": str(simulation.horizon)}
    try:
        with door.aside(output) as path, Table(path, {**about, "seed": str(simulation.seed), "version": __version__}) as table:
            yield {"record": table.add}
    except NoParquet as error:
        raise click.BadParameter(str(error), param_hint="--format") from None


def write_log(
    simulation: Simulation, engine: str, event_log: Path | None, event_log_run: int, tell: Callable[[str], None], log: Warm | None = None, **_: Any
) -> None:
    """Run once more, and write what happens."""
    if event_log is None:
        return
    from cadenza.forecast.follow import follow
    from cadenza.render.event_log import log as writer

    with door.aside(event_log) as path, path.open("wb") as file:
        found = writer(event_log.suffix.lower(), file, f"{simulation.name}, run {event_log_run}")
        count = follow(simulation, event_log_run, found.take, engine=engine, tell=tell, log=log)
        found.close()
    tell(f"{event_log}: {count:,} events of run {event_log_run} of base")


def write_kept(
    simulation: Simulation, prospect_log: Path | None, event_log_run: int, tell: Callable[[str], None], log: Warm | None = None, **_: Any
) -> None:
    """Run once more, and write the log that people would have kept."""
    if prospect_log is None:
        return
    from cadenza.forecast.follow import diary
    from cadenza.render.event_log import Kept

    with door.aside(prospect_log) as path, path.open("wb") as file:
        count = diary(simulation, event_log_run, Kept(file).take, log=log)
    tell(f"{prospect_log}: {count:,} lines of run {event_log_run} of base")


def tell_written(result: Forecast, output: Path | None) -> None:
    """A file that nobody can read at once is told of in a line."""
    rows = "1 point" if len(result.points) == 1 else f"{len(result.points)} points"
    click.echo(f"{output}: {result.run:,} runs of {rows}", err=True)
