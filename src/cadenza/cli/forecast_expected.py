"""`cadenza forecast --engine expected`: means, at once. What is about replications has no meaning there, and is a usage error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cadenza.cli import door

if TYPE_CHECKING:
    from cadenza.language.model import Simulation

MISSED = 1


def show(
    simulation: Simulation,
    scenarios: Sequence[str],
    sweep: bool,
    notes: Sequence[str],
    form: str,
    output: Path | None,
    require_targets: bool,
    others: Mapping[str, Any],
) -> int:
    """Work the means out and show them; with `require_targets`, 1 where the mean of base does not reach a target. `others` are the options that
    ask for replications."""
    _refuse(form, others)
    from cadenza.cli.runs import say
    from cadenza.forecast.expectation import expectation
    from cadenza.forecast.points import NoSuchScenario

    try:
        found = expectation(simulation, scenarios=scenarios or None, sweep=sweep, notes=notes, tell=say)
    except NoSuchScenario as wrong:
        raise click.BadParameter(str(wrong), param_hint="--scenario") from None
    if form == "json":
        from cadenza.render.expected_json import render as render_json

        door.write(output, render_json(found))
    else:
        from cadenza.render.expected_terminal import render

        door.page(found, render, output)
    return MISSED if require_targets and not all(goal.reached for goal in found.base.goals) else 0


def _refuse(form: str, others: Mapping[str, Any]) -> None:
    """Refused where something is asked for that only replications have."""
    for name, value in others.items():
        option = name if name.startswith("--") else "--" + name.replace("_", "-")
        if value is not None and (option, value) not in (("--shards", 1), ("--event-log-run", 0)):
            raise click.UsageError(f"{option} is about replications, and --engine expected makes none; leave it out, or take another engine.")
    if form == "parquet":
        raise click.UsageError("Parquet holds replications, and --engine expected makes none; take --format json, or another engine.")
