"""`cadenza intrusion FILE`: what a playbook asks of the people whom it contacts, for each meeting, country by country."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast.countries import Country


@click.command()
@click.argument("file", type=door.FILE)
@runs.replications_option("How many runs.", 1, 100_000, default=20, show_default=True)
@runs.engine_option()
@door.format_option("terminal", "json")
@door.output_option()
@door.as_of_option("The day that counts as today; a playbook without a simulation starts on the Monday after it.")
def command(file: Path, replications: int, engine: str, format: str, output: Path | None, as_of: date) -> int:
    """Show what FILE, a simulation or a playbook, asks of people: for each meeting, how many are contacted, how often, how many of these touches
    are made without consent, how many opt out and complain; country by country.

    \b
    Examples:
      cadenza intrusion simulations/2027-q1.yaml
      cadenza intrusion playbooks/cold.yaml -n 100 --format json
    """
    from cadenza.forecast.countries import by_country
    from cadenza.forecast.load import load

    simulation, notes = load(file, as_of)
    with runs.in_words():
        found = by_country(simulation, replications, engine, runs.say)
    if format == "json":
        from cadenza.render.intrusion import render_json

        door.write(output, render_json(simulation, found, replications, notes))
    else:
        from cadenza.render.intrusion import render

        def page(result: tuple[Country, ...], /, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
            return render(simulation, result, replications, notes, colour=colour, width=width, plain=plain)

        door.page(found, page, output)
    return 0
