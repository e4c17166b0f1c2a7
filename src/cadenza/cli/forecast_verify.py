"""`cadenza forecast --verify`: both engines run the file and tell the same story, event by event, or the place where they part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cadenza.cli import door, runs

if TYPE_CHECKING:
    from cadenza.forecast.warm import Warm
    from cadenza.language.model import Simulation

DIFFER = 1


def show(
    simulation: Simulation, count: int | None, scenarios: Sequence[str], output: Path | None, log: Warm | None, form: str, others: Mapping[str, Any]
) -> int:
    """Compare and say what was compared; 1 where the engines differ. `others` are the options that ask for a forecast."""
    _refuse(form, others)
    from cadenza.forecast.verify import RUNS, verify, words

    with runs.in_words():
        agreement = verify(simulation, runs=count or RUNS, scenarios=scenarios, tell=runs.say, log=log)
    door.write(output, words(simulation.name, agreement))
    return 0 if agreement.difference is None else DIFFER


def _refuse(form: str, others: Mapping[str, Any]) -> None:
    """Refused where something is asked for that only a forecast has."""
    for name, value in others.items():
        option = name if name.startswith("--") else "--" + name.replace("_", "-")
        if value not in (None, False) and (option, value) not in (("--shards", 1), ("--event-log-run", 0)):
            raise click.UsageError(f"{option} is about a forecast, and --verify makes none: it compares the engines. Leave it out.")
    if form != "terminal":
        raise click.UsageError(f"--verify says in words whether the engines agree, and has no {form}; leave --format out, or name the output .txt.")
