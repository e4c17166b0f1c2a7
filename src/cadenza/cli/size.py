"""`cadenza size FILE`: how many contacts, people and mailboxes a target takes, critical mass, and what one touch more does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast.sizing import Sizes, TouchCurve
    from cadenza.language.model import Simulation


def _share(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    from cadenza.language.values import Rate, UnitError

    if value is None:
        return None
    try:
        rate = Rate.parse(value)
    except UnitError as problem:
        raise click.BadParameter(f"{problem}; a good one is {problem.good}") from None
    if rate.kind != "point" or not 0.05 <= rate.low <= 0.99:
        raise click.BadParameter(f"{value!r} is no share between 5% and 99%; a good one is 80%")
    return rate.low


@click.command()
@click.argument("file", type=door.FILE)
@click.option("--target", metavar="TEXT", help="For instance '20 meetings per month'. [default: the playbook's own]")
@click.option("--probability", metavar="SHARE", callback=_share, help="With which the target is to be met. [default: 80%]")
@click.option("--touches", is_flag=True, help="Instead: what each touch more brings and costs, from the first to the last.")
@runs.options("How many runs of each setting that is tried. [default: 50; with --touches 80]")
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option("The day that counts as today; a playbook without a simulation starts on the Monday after it.")
def command(
    file: Path,
    target: str | None,
    probability: float | None,
    touches: bool,
    asked: runs.Asked,
    format: str,
    output: Path | None,
    as_of: date,
) -> int:
    """Size FILE, a simulation or a playbook: the least enrolment, people and mailboxes for a target, and what holds it back; from how many
    contacts on opportunities come every week; what ten thousand contacts in four to six weeks give.

    With --touches: the cadence ended after 1, 2, 3, ... touches, and what each of them adds to meetings, opt-outs, hours and money.

    \b
    Examples:
      cadenza size simulations/2027-q1.yaml --target "20 meetings per month" --probability 80%
      cadenza size playbooks/cold.yaml --target "750000 EUR of pipeline per quarter"
      cadenza size simulations/2027-q1.yaml --touches
    """
    from cadenza.forecast.load import load

    if touches and (target, probability) != (None, None):
        given = "--probability" if target is None else "--target"
        raise click.UsageError(f"{given} is about what a target takes, and --touches asks for none; leave one of them out.")
    simulation, notes = load(file, as_of)
    if touches:
        from cadenza.forecast.sizing.touches import REPLICATIONS as TOUCHES
        from cadenza.forecast.sizing.touches import touch_curve

        n = asked.replications or TOUCHES
        curve, code = asked.answer(simulation.name, lambda bench: touch_curve(simulation, n, bench))
        if curve is not None:
            _show_curve(simulation, curve, format, output)
        return code
    from cadenza.forecast.sizing import NoTarget, size

    wanted: Any = {"target": target, "probability": 0.8 if probability is None else probability, "replications": asked.replications, "notes": notes}
    try:
        found, code = asked.answer(simulation.name, lambda bench: size(simulation, bench=bench, **wanted))
    except NoTarget as wrong:
        raise click.BadParameter(str(wrong), param_hint="--target") from None
    if found is not None:
        _show(found, format, output)
    return code


def _show(found: Sizes, format: str, output: Path | None) -> None:
    if format == "json":
        from cadenza.render.size_json import render as render_json

        door.write(output, render_json(found))
    else:
        from cadenza.render.size_terminal import render

        door.page(found, render, output)


def _show_curve(simulation: Simulation, curve: TouchCurve, format: str, output: Path | None) -> None:
    if format == "json":
        from cadenza.render.size_json import render_curve as render_json

        door.write(output, render_json(simulation.name, curve))
    else:
        from cadenza.render.size_terminal import render_curve

        def render(result: TouchCurve, /, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
            return render_curve(simulation.name, result, colour=colour, width=width, plain=plain)

        door.page(curve, render, output)
