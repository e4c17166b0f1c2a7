"""A simulation's tree as a value: what to play, from when, how often, and with which changes."""

from __future__ import annotations

from .model import Scenario, Simulation, Workspace
from .nodes import Map, Node, Scalar, Seq, plain
from .take import need, number, section, text, wanted, whole
from .values import Change, Duration, Rate

REPLICATIONS = 200


def build_simulation(workspace: Workspace, file: str, node: Map, playbooks: tuple[str, ...]) -> Simulation:
    """A validated tree as a Simulation; `base`, the playbooks as they are, always comes first."""
    precision = {name: need(Rate, section(node, "precision"), name) for name in section(node, "precision").entries}
    replications = whole(node, "replications")
    return Simulation(
        workspace=workspace,
        file=file,
        name=text(node, "name") or file.rpartition("/")[2].partition(".")[0],
        playbooks=playbooks,
        start=wanted(node, "start"),
        horizon=need(Duration, node, "horizon"),
        replications=replications if replications is not None or precision else REPLICATIONS,
        precision=precision,
        seed=number(node, "seed", 1),
        scenarios=_scenarios(node),
        sweep={path: _points(points) for path, points in section(node, "sweep").entries.items()},
        node=node,
    )


def _scenarios(node: Map) -> tuple[Scenario, ...]:
    own = section(node, "scenarios")
    base = own.entries.get("base", Map(own.span, {}, {}))
    entries = {"base": base, **{name: item for name, item in own.entries.items() if name != "base"}}
    return tuple(Scenario(name, _changes(item), item) for name, item in entries.items())


def _changes(node: Node) -> dict[str, object]:
    return {path: change_of(item) for path, item in node.entries.items()} if isinstance(node, Map) else {}


def _points(node: Node) -> tuple[object, ...]:
    return tuple(change_of(item) for item in node.items) if isinstance(node, Seq) else ()


def change_of(node: Node) -> Change:
    """What is written for a path: `0.5x`, `+1` (a text or a number with its sign), or the value to put there."""
    if isinstance(node, Scalar):
        signed = not node.quoted and isinstance(node.value, int | float) and node.text.startswith("+")
        return Change.parse(node.text if isinstance(node.value, str) or signed else node.value)
    return Change("set", plain(node))
