"""A machine in Graphviz DOT: a cluster for each group, in colours that stay apart in greyscale print."""

from __future__ import annotations

from ..types import Machine
from .outline import LIVE, TITLES, Arrow, Outline, outline, spoken

_HEAD = (
    "  compound=true",
    "  rankdir=LR",
    '  fontname="Helvetica"',
    '  node [fontname="Helvetica", fontsize=10, style=filled]',
    '  edge [fontname="Helvetica", fontsize=8]',
)
_STYLE = {
    "pool": ("#ffffff", "ellipse"),
    "steps": ("#deebf7", "box"),
    "pauses": ("#fff7bc", "box"),
    "owned": ("#d9d9d9", "box"),
    "ends": ("#f7f7f7", "box"),
}
_FULL = ("  splines=line", "  nslimit=0.1", "  nslimit1=0.1", "  mclimit=0.1")
"""Hundreds of states: straight lines and short searches, so that Graphviz needs seconds rather than an hour."""


def dot(machine: Machine, *, full: bool = False) -> str:
    """The outline, or every state. Ends in a newline."""
    view = outline(machine, full=full)
    lines = [f"digraph {_quoted(machine.name)} {{", *([f"  // {view.note}"] if view.note else []), *_HEAD, *(_FULL if full else ())]
    lines += _cluster(view, "pool", "  ")
    lines += _framed("live", [line for group in LIVE for line in _cluster(view, group, "    ")], "  ")
    lines += [*_cluster(view, "owned", "  "), *_cluster(view, "ends", "  ")]
    lines += [_arrow(view, arrow) for arrow in view.arrows]
    return "\n".join([*lines, "}"]) + "\n"


def _cluster(view: Outline, group: str, indent: str) -> list[str]:
    fill, shape = _STYLE[group]
    more = ", peripheries=2" if group == "ends" else ""
    look = f'shape={shape}, fillcolor="{fill}"{more}'
    return _framed(group, [f"{indent}  {box.key} [label={_quoted(box.label)}, {look}]" for box in view.of(group)], indent)


def _framed(group: str, lines: list[str], indent: str) -> list[str]:
    if not lines:
        return []
    return [f"{indent}subgraph cluster_{group} {{", f"{indent}  label={_quoted(TITLES[group])}", f'{indent}  color="#737373"', *lines, indent + "}"]


def _arrow(view: Outline, arrow: Arrow) -> str:
    """An arrow of a group is an edge of its middle box, clipped at the frame."""
    more = ['label="' + "\\n".join(_escaped(spoken(event)) for event in arrow.events) + '"']
    source, target = _middle(view, arrow.source), _middle(view, arrow.target)
    if source != arrow.source:
        more.append(f"ltail=cluster_{arrow.source}")
    if target != arrow.target:
        more.append(f"lhead=cluster_{arrow.target}")
    return f"  {source} -> {target} [{', '.join(more)}]"


def _middle(view: Outline, end: str) -> str:
    """The box that stands for a group; a box stands for itself."""
    if any(box.key == end for box in view.boxes):
        return end
    members = view.of(end)
    return members[len(members) // 2].key


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
