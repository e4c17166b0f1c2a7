"""`cadenza sensitivity FILE`: which line of YAML moves a forecast most, and whose ignorance makes its band."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast.sobol import Sobol
    from cadenza.forecast.tornado import Tornado
    from cadenza.forecast.trials import Bench
    from cadenza.language.model import Simulation


@click.command()
@click.argument("file", type=door.FILE)
@click.option("--metric", default="meetings", show_default=True, help="What is looked at: any metric of a forecast.")
@click.option("--sobol", "indices", is_flag=True, help="Split the variance among the uncertain assumptions and luck, instead of moving lines.")
@click.option("--points", type=click.IntRange(4, 100_000), help="With --sobol: points of each of its two samples. [default: 128]")
@runs.options("How many runs of the lines that move most, of base and of each end. [default: 100]")
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option("The day that counts as today; a playbook without a simulation starts on the Monday after it.")
def command(
    file: Path,
    metric: str,
    indices: bool,
    points: int | None,
    asked: runs.Asked,
    format: str,
    output: Path | None,
    as_of: date,
) -> int:
    """Name the lines of YAML that move base of FILE most: a tornado.

    Each line goes by itself a little down and up: an uncertain assumption to its P10 and P90, a known one and a decision (delays, caps, people,
    pace) by a tenth or by one. All lines are tried in 8 runs, 30 of them in 24; the 12 that do most get all runs. Everybody meets the same luck, so
    that differences show which would drown in the band; what is no more than noise is called so.

    With --sobol the variance of the forecast is split instead: how much of it each uncertain assumption makes, alone and with all that it
    takes part in, and how much is luck. That takes points x (assumptions + 3) runs, which the result says.

    \b
    Examples:
      cadenza sensitivity simulations/2027-q1.yaml
      cadenza sensitivity simulations/2027-q1.yaml --metric pipeline -n 200
      cadenza sensitivity playbooks/cold.yaml --metric unsubscribed --as-of 2027-01-01
      cadenza sensitivity simulations/2027-q1.yaml --sobol --points 256 --format json
    """
    from cadenza.forecast.load import load

    if points is not None and not indices:
        raise click.UsageError("--points is about --sobol, which was not asked for.")
    if asked.replications is not None and indices:
        raise click.UsageError("--sobol runs as many replications as its --points ask for; leave --replications out.")
    simulation, notes = load(file, as_of)
    with _asked_in_vain():
        ask = partial(_sobol, simulation, points, metric, notes) if indices else partial(_tornado, simulation, asked.replications, metric, notes)
        found, code = asked.answer(simulation.name, ask)
    if found is not None:
        _show(found, format, output)
    return code


def _tornado(simulation: Simulation, replications: int | None, metric: str, notes: Sequence[str], bench: Bench) -> Tornado | Sobol:
    from cadenza.forecast.tornado import REPLICATIONS, tornado

    return tornado(simulation, metric=metric, replications=replications or REPLICATIONS, bench=bench, notes=notes)


def _sobol(simulation: Simulation, points: int | None, metric: str, notes: Sequence[str], bench: Bench) -> Tornado | Sobol:
    from cadenza.forecast.sobol import POINTS, sobol

    return sobol(simulation, metric=metric, points=points or POINTS, bench=bench, notes=notes)


@contextmanager
def _asked_in_vain() -> Iterator[None]:
    """A metric that is not counted is a usage error."""
    from cadenza.forecast.tornado import NoSuchMetric

    try:
        yield
    except NoSuchMetric as wrong:
        raise click.BadParameter(str(wrong), param_hint="--metric") from None


def _show(found: Tornado | Sobol, format: str, output: Path | None) -> None:
    if format == "json":
        from cadenza.render.sensitivity_json import render as render_json

        door.write(output, render_json(found))
        return
    from cadenza.render.sensitivity_terminal import render

    door.page(found, render, output)
