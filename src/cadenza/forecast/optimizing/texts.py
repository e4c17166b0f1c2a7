"""A plan as the text of the files: edits at places of the document, so that comments, order and style stay as their author left them.

Delays and numbers are replaced where they stand. Steps that change places, or go, take the lines that they are written on with them, and the
comments right above. A step that is added is written as the others are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ...language.findings import Edit
from ...language.nodes import Map, Node, Scalar, Seq, Span, at, item_id
from ...language.places import WORKSPACE
from ...language.trees import read_map
from ...language.values import Flow
from ...rules.edits import instead
from ...rules.fixes import edited
from .plans import Cadence, Plan


class CannotWrite(Exception):
    """The plan cannot be written as edits of this text (steps of a base playbook, a cadence in flow style). `str(error)` says why."""


def texts_of(plan: Plan, now: Plan, originals: Mapping[str, str], root: Path) -> dict[str, str]:
    """File -> its new text, for the files that the plan changes. Raises CannotWrite."""
    found: dict[str, str] = {}
    for cadence, old in zip(plan.cadences, now.cadences, strict=True):
        if cadence != old:
            found[cadence.file] = _cadence(cadence, old, originals[cadence.file], root)
    if plan.people != now.people:
        tree, _ = read_map(root / WORKSPACE, WORKSPACE, "workspace")
        edits = [
            edit
            for (role, count), (_, there) in zip(plan.people, now.people, strict=True)
            if count != there
            for edit in _number(at(tree, ("team", role, "people")), str(count), f"team.{role}.people")
        ]
        found[WORKSPACE] = edited(originals[WORKSPACE], edits)
    return found


def _cadence(cadence: Cadence, old: Cadence, text: str, root: Path) -> str:
    tree, _ = read_map(root / cadence.file, cadence.file, "playbook")
    edits = list(_delays(cadence, old, tree))
    if cadence.enroll != old.enroll:
        node = at(tree, ("audience", "enroll"))
        flow = Flow.parse(node.text) if isinstance(node, Scalar) else None
        edits += _number(node, str(Flow(cadence.enroll, flow.per)) if flow else "", "audience.enroll")
    changed = edited(text, edits)
    order = [name for name, _ in cadence.steps]
    return changed if order == [name for name, _ in old.steps] else _reordered(changed, tree, order, _added(cadence, old))


def _added(cadence: Cadence, old: Cadence) -> dict[str, list[str]]:
    """The lines of the steps that are new, without the room before them."""
    there = {name for name, _ in old.steps}
    offers = {offer.id: offer for offer in cadence.offers}
    found = {}
    for name, after in cadence.steps:
        if name not in there:
            (what, channel), *rest = offers[name].keys
            keys = [("id", name), (what, channel), ("after", str(after)), *rest]
            found[name] = [f"{'  ' if number else '- '}{key}: {text}" for number, (key, text) in enumerate(keys)]
    return found


def _delays(cadence: Cadence, old: Cadence, tree: Map) -> Iterator[Edit]:
    before = dict(old.steps)
    for name, after in cadence.steps:
        if name in before and after != before[name]:
            yield from _number(at(tree, ("cadence", name, "after")), str(after), f"cadence.{name}.after")


def _number(node: Node | None, text: str, path: str) -> tuple[Edit, ...]:
    if not isinstance(node, Scalar):
        raise CannotWrite(f"`{path}` is not written in this file")
    return instead(node, text)


def _reordered(text: str, tree: Map, order: list[str], added: Mapping[str, list[str]]) -> str:
    """The text with the blocks of the steps in another order, fewer of them, or more. Edits before this one keep every line where it was."""
    cadence = tree.get("cadence")
    lines = text.split("\n")
    blocks = _blocks(cadence, lines)
    first, last = min(start for start, _ in blocks.values()), max(end for _, end in blocks.values())
    if not set(order) <= {*blocks, *added}:
        raise CannotWrite("some steps of the cadence are not written in this file")
    room, end = _room(cadence, lines)
    new = {name: [f"{room}{line}{end}" for line in block] for name, block in added.items()}
    kept = [line for name in order for line in new.get(name) or lines[blocks[name][0] : blocks[name][1]]]
    return "\n".join([*lines[:first], *kept, *lines[last:]])


def _blocks(cadence: Node | None, lines: list[str]) -> dict[str, tuple[int, int]]:
    """Step -> its first line and the line after its last one, from 0; comments right above a step are its own."""
    items = cadence.items if isinstance(cadence, Seq) else ()
    starts: list[tuple[str, int]] = []
    for item in items:
        name, line = item_id(item), item.span.line - 1
        if name is None or not lines[line].lstrip().startswith("- ") or (starts and starts[-1][1] >= line):
            raise CannotWrite("the cadence is not written with one step below the other")
        starts.append((name, line))
    dash = len(lines[starts[0][1]]) - len(lines[starts[0][1]].lstrip())
    tops = [_top(lines, line, dash) if number else line for number, (_, line) in enumerate(starts)]
    ends = [*tops[1:], max(_last(item) for item in items)]
    return {name: (top, end) for (name, _), top, end in zip(starts, tops, ends, strict=True)}


def _room(cadence: Node | None, lines: list[str]) -> tuple[str, str]:
    """What stands before the dash of the first step, and behind its line: files of Windows end their lines with a carriage return, too."""
    assert isinstance(cadence, Seq)
    line = lines[cadence.items[0].span.line - 1]
    return line[: len(line) - len(line.lstrip())], "\r" if line.endswith("\r") else ""


def _top(lines: list[str], line: int, dash: int) -> int:
    while lines[line - 1].strip().startswith("#") and len(lines[line - 1]) - len(lines[line - 1].lstrip()) >= dash:
        line -= 1
    return line


def _last(node: Node) -> int:
    """The last line (from 1) on which something of the node stands."""
    below = node.items if isinstance(node, Seq) else tuple(node.entries.values()) if isinstance(node, Map) else ()
    keys = node.keys.values() if isinstance(node, Map) else ()
    own = _end(node.span) if isinstance(node, Scalar) else node.span.line
    return max([own, *(key.end_line for key in keys), *map(_last, below)])


def _end(span: Span) -> int:
    """A text over several lines ends where it ends; one that ends at the head of a line ends on the line before."""
    return span.end_line - 1 if span.end_column == 1 and span.end_line > span.line else span.end_line
