"""What there is to forecast, from a file: a simulation as it is written, or a playbook by itself, for which one is made up (and that is said)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..language.model import Simulation
    from ..language.nodes import Map

WEEKS, SEED = 13, 1


def load(path: Path, as_of: date) -> tuple[Simulation, tuple[str, ...]]:
    """The simulation at `path`, and what has to be said about it. A playbook gives 13 weeks from the Monday after `as_of`, with seed 1.

    Raises `Refused` with everything that is wrong with the file.
    """
    from ..language import load_simulation, load_workspace
    from ..language.places import within
    from ..language.trees import read_map

    workspace = load_workspace(path)
    file = within(workspace.root, path)
    node, _ = read_map(workspace.root / file, file, "simulation")
    if "playbooks" in node or not ("cadence" in node or "extends" in node):
        return load_simulation(path), ()
    return _made_up(path, file, node, as_of)


def _made_up(path: Path, file: str, node: Map, as_of: date) -> tuple[Simulation, tuple[str, ...]]:
    from ..language import load_playbook
    from ..language.model import Scenario, Simulation
    from ..language.values import Duration
    from .run import DEFAULT

    playbook = load_playbook(path)
    start = next_monday(as_of)
    simulation = Simulation(
        workspace=playbook.workspace,
        file=file,
        name=playbook.name,
        playbooks=(file,),
        start=start.isoformat(),
        horizon=Duration(WEEKS, "week"),
        replications=DEFAULT,
        precision={},
        seed=SEED,
        scenarios=(Scenario("base", {}, node),),
        sweep={},
        node=node,
    )
    when = f"{WEEKS} weeks from {start.isoformat()}, the Monday after {as_of.isoformat()}, with seed {SEED}"
    return simulation, (f"{file} is a playbook, not a simulation: forecast for {when}",)


def next_monday(day: date) -> date:
    """The first Monday after `day` (a week later where `day` is one)."""
    return day + timedelta(days=7 - day.weekday())
