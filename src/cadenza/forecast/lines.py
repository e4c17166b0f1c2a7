"""The lines of YAML that could move a forecast, each with a little less and a little more of what it says.

An assumption that is uncertain goes to its own P10 and P90; one that is written as if it were known, a tenth down and up. A decision (a
delay, a cap, people, a pace) goes by a tenth, and by one where a tenth is less than one: nobody hires half a person. A line knows where it stands,
in the playbook, in what it extends, in its table of assumptions or in the workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..language.changes import read_value
from ..language.nodes import Map, Node, Scalar, Seq, Span, item_id
from ..language.values import Change, Distribution, Duration, Factor, Flow, Money, Rate
from ..world.assumptions import Assumptions, resolve, uncertain
from ..world.figures import law
from ..world.program import POINT, Program
from ..world.rates import quantile

if TYPE_CHECKING:
    from ..language.model import Playbook, Workspace

Route: TypeAlias = tuple[str, ...]
ANY = "*"
DOWN, UP = 0.9, 1.1
LOW, HIGH = 0.1, 0.9

PLAYBOOK: tuple[Route, ...] = (
    ("audience", "size"),
    ("audience", "enroll"),
    ("channels", ANY, "weekly_cap"),
    ("channels", ANY, "daily_cap"),
    ("cadence", ANY, "after"),
    ("replies", ANY, "pause"),
    ("replies", ANY, "assume"),
    ("replies", ANY, "at_most"),
    ("stop_rules", ANY, "when", "touches"),
    ("stop_rules", ANY, "when", "elapsed"),
    ("opt_out", "reaches", ANY),
    ("assumptions", ANY, "reply_delay"),
    ("assumptions", ANY, "signal_delay"),
    ("assumptions", "meeting", "lead_time"),
    ("assumptions", "opportunity", "value"),
    ("assumptions", "opportunity", "cycle"),
    ("assumptions", "propensity", "spread"),
    ("assumptions", "accounts", "people"),
    ("assumptions", "speed_to_lead", "half_life"),
)
WORKSPACE: tuple[Route, ...] = (
    ("team", ANY, "people"),
    ("work", ANY, "takes"),
    ("senders", ANY, "mailboxes"),
    ("senders", ANY, "daily_cap"),
    ("senders", ANY, "warm_up", "start"),
    ("senders", ANY, "warm_up", "add"),
)
"""Where numbers stand that are read as a whole; rates and factors of the world are found as the leaves of a program."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way to change a line: what it would say, and how to make it so: a leaf of the program held at a value, or a change of its path."""

    text: str
    leaf: int = -1
    value: float = 0.0
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its path as a scenario would name it, where it stands and what is written there. `by`: how far it is moved."""

    path: str
    span: Span
    text: str
    kind: Literal["assumption", "decision"]
    by: Literal["P10 and P90", "a tenth", "one"]
    low: Side | None
    high: Side | None


def lines_of(playbooks: Sequence[Playbook], program: Program) -> list[Line]:
    """All lines of these playbooks and their workspace that the program reads, in the order of world, playbooks, workspace."""
    found = list(_leaves(playbooks, program))
    for playbook in playbooks:
        before = f"{playbook.name}." if len(playbooks) > 1 else ""
        used = {str(step.channel) for step in playbook.cadence}
        for pattern in PLAYBOOK:
            for route, node in _matches(playbook.node, pattern, ()):
                if pattern[0] not in ("channels", "assumptions", "opt_out") or _is_used(route, used):
                    found += _written(before + ".".join(route), node, "assumption" if route[0] == "assumptions" else "decision")
    senders = {str(use.senders) for playbook in playbooks for use in playbook.channels.values()}
    for pattern in WORKSPACE:
        for route, node in _matches(playbooks[0].workspace.node, pattern, ()):
            if route[0] != "senders" or route[1] in senders:
                found += _written(".".join(route), node, "decision")
    return found


def _is_used(route: Route, used: set[str]) -> bool:
    """Whether the channel that a route names, if it names one, is a channel of the cadence."""
    from ..language.model import CHANNELS

    return all(word in used for word in route[1:] if word in CHANNELS)


def held(program: Program, side: Side) -> Program:
    """The program with the side's leaf held at its value, in every replication."""
    figures, i = program.figures, side.leaf
    laws = (*figures.law[:i], POINT, *figures.law[i + 1 :])
    values = (*figures.a[:i], side.value, *figures.a[i + 1 :])
    scales = (*figures.scale[:i], 1.0, *figures.scale[i + 1 :])
    return replace(program, figures=replace(figures, law=laws, a=values, scale=scales))


# ---------------------------------------------------------------- what the world believes


def _leaves(playbooks: Sequence[Playbook], program: Program) -> Iterator[Line]:
    figures = program.figures
    worlds = [(playbook, resolve(playbook)) for playbook in playbooks]
    for leaf, path in enumerate(figures.path):
        own = (figures.law[leaf], figures.a[leaf], figures.b[leaf], figures.scale[leaf])
        found = _where(path, own, worlds)
        if found is not None:
            name, node, value = found
            sides = tuple(_leaf_side(leaf, own, value, up) for up in (False, True))
            if None not in sides:
                by: Literal["P10 and P90", "a tenth"] = "a tenth" if own[0] == POINT else "P10 and P90"
                yield Line(name, node.span, node.text, "decision" if name.startswith("team.") else "assumption", by, *sides)


def _where(
    path: str, own: tuple[int, float, float, float], worlds: Sequence[tuple[Playbook, Assumptions]]
) -> tuple[str, Scalar, Rate | Factor] | None:
    """(path, node, value) of the line that a leaf was read from."""
    if path.startswith("team."):
        return _selling_time(worlds[0][0].workspace, path)
    for playbook, world in worlds:
        node = world.node(*path.split("."))
        value = uncertain(node)
        if isinstance(node, Scalar) and value is not None and law(value) == own:
            before = f"{playbook.name}." if len(worlds) > 1 else ""
            return f"{before}assumptions.{path}", node, value
    return None


def _selling_time(workspace: Workspace, path: str) -> tuple[str, Scalar, Rate] | None:
    role = workspace.team[path.removeprefix("team.").removesuffix(".selling_time")]
    node = role.node.get("selling_time")
    return (path, node, role.selling_time) if isinstance(node, Scalar) else None


def _leaf_side(leaf: int, own: tuple[int, float, float, float], value: Rate | Factor, up: bool) -> Side | None:
    """The leaf at its P10 or P90, or a tenth down or up; None where it is zero, of which a tenth is nothing."""
    kind, a, b, scale = own
    at = a * (UP if up else DOWN) if kind == POINT else quantile(kind, HIGH if up else LOW, a, b)
    at *= scale
    if isinstance(value, Rate):
        at = min(at, 1.0)
        return Side(f"{100 * at:.3g}%", leaf, at) if at else None
    return Side(f"{at:.3g}x", leaf, at) if at else None


# ---------------------------------------------------------------- what somebody decided


def _matches(node: Node, pattern: Route, done: Route) -> Iterator[tuple[Route, Node]]:
    """All nodes that a pattern leads to, with their routes; items of lists go by their id."""
    if not pattern:
        yield done, node
        return
    children: dict[str, Node] = {}
    if isinstance(node, Map):
        children = node.entries
    elif isinstance(node, Seq):
        children = {name: item for item in node.items if (name := item_id(item))}
    for key, child in children.items():
        if pattern[0] in (ANY, key):
            yield from _matches(child, pattern[1:], (*done, key))


def _written(path: str, node: Node, kind: Literal["assumption", "decision"]) -> list[Line]:
    """The line, if what it says is a number of some kind and not nothing."""
    if isinstance(node, Map) and "value" in node.entries and "median" not in node.entries:
        node = node.entries["value"]
    text, value = _read(node)
    if value is None:
        return []
    down, up = _moved(value, DOWN), _moved(value, UP)
    if down is None and up is None:
        return []
    by: Literal["a tenth", "one"] = "one" if isinstance(value, int | Duration) and _amount(value) < 15 else "a tenth"
    return [Line(path, node.span, text, kind, by, down, up)]


def _read(node: Node) -> tuple[str, object]:
    """What is written, and the value that it is; None for what is no number (`until_return`)."""
    if isinstance(node, Map):
        pair = [node.entries.get(key) for key in ("median", "p90")]
        texts = [item.text for item in pair if isinstance(item, Scalar)]
        points = [read_value(text) for text in texts]
        if len(points) == 2 and all(isinstance(point, Duration | Money) for point in points):
            return f"{{median: {texts[0]}, p90: {texts[1]}}}", Distribution.through(*points)  # type: ignore[arg-type]
        return "", None
    if not isinstance(node, Scalar) or isinstance(node.value, bool):
        return "", None
    value = read_value(node.value) if isinstance(node.value, str) else node.value
    return node.text, value if isinstance(value, Duration | Flow | Distribution | int | float) else None


def _amount(value: int | Duration) -> int:
    return value.amount if isinstance(value, Duration) else value


def _moved(value: object, by: float) -> Side | None:
    """The value a tenth (at least one) down or up; None below zero, and of nothing."""
    if isinstance(value, int | Duration):
        step = max(1, round(0.1 * _amount(value))) * (1 if by > 1 else -1)
        amount = _amount(value) + step
        if amount < 0 or not _amount(value):
            return None
        new: object = replace(value, amount=amount) if isinstance(value, Duration) else amount
        return Side(str(new), change=Change("set", str(new) if isinstance(value, Duration) else new))
    new = Change("times", by).applied(value)
    if isinstance(new, Distribution):
        pair = {"median": str(new.median), "p90": str(new.p90)}
        return Side(f"{by:g}x", change=Change("set", pair))
    return Side(str(new), change=Change("set", new if isinstance(new, float) else str(new)))
