"""`cadenza payback FILE`: the week in which what was won has passed what was spent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from datetime import date


@click.command()
@click.argument("file", type=door.FILE)
@runs.options("How many runs. [default: 100]")
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option("The day that counts as today; a playbook without a simulation starts on the Monday after it.")
def command(file: Path, asked: runs.Asked, format: str, output: Path | None, as_of: date) -> int:
    """Say when what FILE, a simulation or a playbook, spends over its horizon comes back: the week in which the value of the deals that were won (or
    their gross margin: `opportunity.margin`) has passed what was spent on people, tools and lists. The people are followed for another year, since
    deals take their cycle; how many runs do not get there by then is said, too.

    \b
    Examples:
      cadenza payback simulations/2027-q1.yaml
      cadenza payback playbooks/cold.yaml -n 400 --format json
    """
    from cadenza.forecast.load import load
    from cadenza.forecast.payback import REPLICATIONS, NoPrices, payback

    simulation, notes = load(file, as_of)
    n = asked.replications or REPLICATIONS
    try:
        found, code = asked.answer(simulation.name, lambda bench: payback(simulation, replications=n, bench=bench, notes=notes))
    except NoPrices as none:
        raise click.ClickException(f"{file}: {none}") from None
    if found is not None:
        from cadenza.render.payback import render, render_json

        if format == "json":
            door.write(output, render_json(found))
        else:
            door.page(found, render, output)
    return code
