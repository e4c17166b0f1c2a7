"""`cadenza forecast FILE`: what a simulation, or a playbook by itself, can be expected to bring and to cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cadenza.cli import door, forecast_expected, forecast_means, forecast_verify, runs

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast import Forecast, Progress
    from cadenza.forecast.warm import Warm
    from cadenza.language.findings import Finding
    from cadenza.language.model import Simulation

MISSED = 1


@click.command()
@click.argument("file", type=door.FILE)
@click.option("--for-seconds", type=click.FloatRange(min=0), help="As many runs as fit into this time (a few at least).")
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME", help="Only this scenario and base; may be repeated.")
@click.option("--no-sweep", is_flag=True, help="Leave the sweeps out.")
@click.option("--verify", is_flag=True, help="Forecast nothing: run both engines a few times and compare every event.")
@click.option("--require-targets", is_flag=True, help="Leave with 1 where a target of base is missed.")
@click.option("--events", type=door.FILE, help="A log of what happened before the start, JSON Lines: its people are under way.")
@click.option("--prospects", type=door.FILE, help="With --events: the list of people, a CSV. [default: the playbook's audience.source.list]")
@runs.options(
    "How many runs. [default: what the simulation says]", 1, help="simpy, kernel (compiled), auto: one result. expected: means only, at once."
)
@forecast_means.options
@door.format_option("terminal", "json", "parquet", help="How to show the result; without it, the ending of --output decides.")
@door.output_option()
@door.as_of_option("The day that counts as today; a playbook without a simulation starts on the Monday after it.")
def command(
    file: Path,
    asked: runs.Asked,
    for_seconds: float | None,
    scenarios: tuple[str, ...],
    no_sweep: bool,
    verify: bool,
    require_targets: bool,
    events: Path | None,
    prospects: Path | None,
    format: str,
    output: Path | None,
    as_of: date,
    **means: Any,
) -> int:
    """Simulate FILE: meetings, pipeline, opt-outs, complaints and load, with bands, targets and comparisons.

    FILE is a simulation (simulations/*.yaml), or a playbook, which is then forecast for 13 weeks. The same file, seed and number of
    replications give the same bytes on any machine and with any number of workers; with --for-seconds the number depends on the machine.
    Ctrl-C shows what the finished runs say; with --checkpoint the same command goes on from there. Parquet holds every run, a row for each figure.

    \b
    Examples:
      cadenza forecast simulations/2027-q1.yaml
      cadenza forecast simulations/2027-q1.yaml --scenario one-more-sdr --no-sweep
      cadenza forecast simulations/2027-q1.yaml --for-seconds 45
      cadenza forecast playbooks/cold.yaml --as-of 2027-01-01 -n 50
      cadenza forecast simulations/2027-q1.yaml --verify
      cadenza forecast simulations/2027-q1.yaml --engine expected --no-sweep
      cadenza forecast simulations/2027-q1.yaml --events log.jsonl --prospects lists/prospects.csv
      cadenza forecast simulations/2027-q1.yaml --cluster tcp://scheduler.example:8786 --checkpoint q1.checkpoint
      cadenza forecast simulations/2027-q1.yaml --output q1.parquet --event-log q1.xes
      cadenza forecast simulations/2027-q1.yaml --format json --output q1.json --require-targets

    \b
    Exit codes: 0 done · 1 a target is missed (with --require-targets), or engines differ (with --verify) · 2 usage or files · 130 stopped by Ctrl-C
    """
    from cadenza.forecast.load import load

    chosen = door.by_ending(format, output, forecast_means.ENDINGS)
    for path in (output, means["event_log"], means["prospect_log"]):
        door.check_target(path)
    simulation, notes = load(file, as_of)
    log = _log(simulation, events, prospects, asked.engine)
    if asked.engine == "expected":
        in_vain = {**asked.given(), "--for-seconds": for_seconds, "--verify": verify or None}
        return forecast_expected.show(simulation, scenarios, not no_sweep, notes, chosen, output, require_targets, {**in_vain, **means})
    if verify:
        engine = None if asked.engine == "auto" else asked.engine
        in_vain = {**asked.given(), "--replications": None, "--engine": engine, "--for-seconds": for_seconds, "--require-targets": require_targets}
        with _asked_in_vain():
            return forecast_verify.show(simulation, asked.replications, scenarios, output, log, chosen, {**in_vain, **means})
    wanted = {"scenarios": scenarios or None, "sweep": not no_sweep, "notes": notes, "log": log, "seconds": for_seconds, "shards": means["shards"]}
    with forecast_means.recorded(chosen, output, simulation) as record:
        result, code = _run(simulation, asked, {**wanted, **record})
    if result is None:
        return code
    _show(result, chosen, output, _judged(result, simulation, as_of))
    if not code:
        forecast_means.write_log(simulation, asked.engine, tell=runs.say, log=log, **means)
        forecast_means.write_kept(simulation, tell=runs.say, log=log, **means)
    missed = require_targets and any(target.verdict == "missed" for target in result.base.targets)
    return code or (MISSED if missed else 0)


def _run(simulation: Simulation, asked: runs.Asked, wanted: dict[str, Any]) -> tuple[Forecast | None, int]:
    """The forecast, or what Ctrl-C left of it, and the exit code; what was asked for in vain is a usage error."""
    from cadenza.forecast import forecast

    def work(report: Callable[[Progress], None] | None) -> Forecast:
        given = {name: getattr(asked, name) for name in runs.NAMES}
        with _asked_in_vain():
            return forecast(simulation, progress=report, tell=runs.say, clock=time.monotonic, **given, **wanted)

    return asked.carry_out(simulation.name, work)


@contextmanager
def _asked_in_vain() -> Iterator[None]:
    """A scenario that is not there is a usage error."""
    from cadenza.forecast.points import NoSuchScenario

    try:
        yield
    except NoSuchScenario as wrong:
        raise click.BadParameter(str(wrong), param_hint="--scenario") from None


def _log(simulation: Simulation, events: Path | None, prospects: Path | None, engine: str) -> Warm | None:
    """What happened before the start."""
    if events is None:
        if prospects is not None:
            raise click.UsageError("--prospects says whom the log of --events is about; name the people of a forecast under audience.source.list.")
        return None
    if engine == "expected":
        raise click.UsageError("--engine expected begins with nobody under way: leave --events out, or take another engine.")
    from cadenza.forecast.warm import NotWarm, warm

    try:
        return warm(simulation, events, prospects)
    except NotWarm as wrong:
        raise click.BadParameter(f"{wrong}.", param_hint="--events") from None


def _judged(result: Forecast, simulation: Simulation, as_of: date) -> Sequence[Finding]:
    """What the rules over forecasts say of base."""
    from cadenza.cli.foresee import findings_of

    return findings_of(result, simulation.workspace.root, as_of)


def _show(result: Forecast, format: str, output: Path | None, findings: Sequence[Finding]) -> None:
    if format == "parquet":
        forecast_means.tell_written(result, output)
        return
    if format == "json":
        from cadenza.render.forecast_json import render as render_json

        door.write(output, render_json(result, findings))
        return
    from cadenza.render.forecast_terminal import render

    def page(result: Forecast, /, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
        return render(result, colour=colour, width=width, plain=plain) + _told(findings, width=width, colour=colour)

    door.page(result, page, output)


def _told(findings: Sequence[Finding], *, width: int, colour: bool = False) -> str:
    """The findings below the table; nothing where there are none."""
    if not findings:
        return ""
    from cadenza.render import findings_terminal

    return "\n" + findings_terminal.render(findings, colour=colour, width=width)
