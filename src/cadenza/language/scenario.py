"""What if: the playbooks of a simulation with a scenario's changes put in before anything is built.

A path names a value as a person would say it: `team.sdr.people`, `cadence.intro.after`, `assumptions.email.reply.positive`. Its first word
decides where it leads: a key of the workspace, a playbook's name (then that one only), or else every playbook in which the path exists, or
whose schema would allow it. A changed value stands where the simulation wrote it, so that an error points there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .build import collect_tree, workspace_from, workspace_tree
from .build_simulation import change_of
from .findings import Finding, Refused
from .model import Playbook, Simulation
from .near import near
from .nodes import Map, Node, Scalar, Seq, Span, Trail, item_id, put
from .report import error
from .schemas import Schema, alternatives, schema
from .trees import Tree, is_figure, playbook_tree
from .units import KINDS, read_text
from .values import Change, Distribution, UnitError


def playbooks_of(simulation: Simulation, changes: dict[str, Change]) -> tuple[Playbook, ...]:
    """The simulation's playbooks and their workspace with `changes` (path -> Change) made. Refused: every bad path, value or playbook."""
    root = simulation.workspace.root
    play = _Play(simulation, workspace_tree(root), {file: playbook_tree(root, file) for file in simulation.playbooks})
    for path, change in sorted(changes.items(), key=lambda one: not one[0].endswith(_TABLE)):
        play.change(path, change)  # another table first: it is read anew, with the other changes laid on it
    if play.findings:
        raise Refused(play.findings)
    workspace, findings = simulation.workspace, list[Finding]()
    try:
        workspace = workspace_from(root, play.workspace) if changes else workspace
    except Refused as refused:
        findings += refused.findings
    found = [collect_tree(workspace, file, tree) for file, tree in play.trees.items()]
    findings += [finding for playbook, told in found if playbook is None for finding in told]
    if findings:
        raise Refused(findings)
    return tuple(playbook for playbook, _ in found if playbook is not None)


_TABLE = "assumptions.use"
_FIXED = ("cadenza", "extends", "name")
"""What decides which document this is, and is read before any change is made."""


@dataclass(slots=True)
class _Place:
    """Where a path leads in one tree: the value there, or None where only the schema knows it; and what the schema says about it."""

    trail: Trail
    node: Node | None
    rules: tuple[Schema, ...]


class _Play:
    """The trees of a simulation while they are changed."""

    def __init__(self, simulation: Simulation, workspace: Map, trees: dict[str, Tree]) -> None:
        self.simulation, self.workspace, self.trees = simulation, workspace, trees
        self.findings: list[Finding] = []

    def change(self, path: str, change: Change) -> None:
        key, span = _written(self.simulation, path, change)
        words = path.split(".")
        if words[0] in schema("workspace")["properties"] and words[0] != "cadenza":
            place = resolve(self.workspace, "workspace", words)
            if place is None:
                self.findings.append(_nowhere(path, key, [(self.workspace, "workspace", words)]))
            else:
                self.workspace = self._put(self.workspace, place, path, change, span)
            return
        named = [file for file, tree in self.trees.items() if _name(tree.node) == words[0]]
        words = words[1:] if named and len(words) > 1 else words
        places = {file: resolve(self.trees[file].node, "playbook", words) for file in named or self.trees}
        found = {file: place for file, place in places.items() if place is not None}
        if not found:
            self.findings.append(_nowhere(path, key, [(self.trees[file].node, "playbook", words) for file in places]))
            return
        if words[0] in _FIXED:
            self.findings.append(
                error("Y004", f"a scenario cannot change `{words[0]}`", key, "write a second playbook, and list it in another simulation")
            )
            return
        present = {file: place for file, place in found.items() if place.node is not None} or found
        for file, place in present.items():
            tree = self.trees[file]
            if place.trail == ("assumptions", "use"):
                tree = playbook_tree(self.simulation.workspace.root, file, Scalar(span, change.value, str(change.value)))
            self.trees[file] = replace(tree, node=self._put(tree.node, place, path, change, span))

    def _put(self, tree: Map, place: _Place, path: str, change: Change, span: Span) -> Map:
        try:
            new = _changed(place, change, span)
        except UnitError as problem:
            self.findings.append(error("Y005", f"`{path}`: {problem}", span, f"write `{problem.good}`"))
            return tree
        except LookupError:
            message = f"`{path}` has no value that `{change}` could change"
            self.findings.append(error("Y004", message, span, "write the new value itself"))
            return tree
        laid = put(tree, place.trail, new)
        assert isinstance(laid, Map)
        return laid


# ---------------------------------------------------------------- where a path leads


def resolve(tree: Node, name: str, words: list[str]) -> _Place | None:
    """The place of a path in a tree whose schema is `name`; None where neither the tree nor the schema knows it."""
    if not all(words):
        return None
    rules = alternatives(schema(name), name)
    return _resolve(tree, rules, tuple(words), ())


def _resolve(node: Node | None, rules: list[tuple[Schema, str]], words: tuple[str, ...], done: Trail) -> _Place | None:
    if not words:
        return _Place(done, node, tuple(one for one, _ in rules))
    if isinstance(node, Map) and is_figure(node) and words[0] not in node.entries:
        return _resolve(node.get("value"), _under(rules, "value", written=True), words, (*done, "value"))
    if isinstance(node, Seq):
        item = next((item for item in node.items if item_id(item) == words[0]), None)
        inner = [found for one, home in rules if "items" in one for found in alternatives(one["items"], home)]
        return None if item is None else _resolve(item, inner, words[1:], (*done, words[0]))
    for length in range(len(words), 0, -1):  # a key may hold points itself: `work.email.personalised.takes`
        key = ".".join(words[:length])
        child = node.get(key) if isinstance(node, Map) else None
        inner = _under(rules, key, written=child is not None)
        if child is not None or (inner and (node is None or isinstance(node, Map))):
            found = _resolve(child, inner, words[length:], (*done, key))
            if found is not None:
                return found
    return None


def _under(rules: list[tuple[Schema, str]], key: str, *, written: bool) -> list[tuple[Schema, str]]:
    """What the schema says about `key`. An open map (`team:`, `links:`) knows only the names that are written in it; assumptions may name
    a step, variant or segment for the first time."""
    found: list[tuple[Schema, str]] = []
    for one, home in rules:
        others = one.get("additionalProperties")
        if key in one.get("properties", {}):
            found += alternatives(one["properties"][key], home)
        elif isinstance(others, dict) and (written or (home == "assumptions" and "." not in key)):
            found += alternatives(others, home)
    return found


def _nowhere(path: str, span: Span, tried: list[tuple[Map, str, list[str]]]) -> Finding:
    """Y004 for a path that leads nowhere, with the nearest name at the word where it leaves every tree."""
    best: tuple[int, str] = (-1, "")
    for tree, name, words in tried:
        for length in range(len(words) - 1, -1, -1):
            place = resolve(tree, name, words[:length]) if length else _Place((), tree, tuple(one for one, _ in alternatives(schema(name), name)))
            if place is not None:
                found = near(words[length], _names(place)) or ""
                meant = ".".join([*path.split(".")[: len(path.split(".")) - len(words)], *words[:length], found, *words[length + 1 :]])
                best = max(best, (length, meant if found else ""))
                break
    meant = best[1]
    way_out = f"did you mean `{meant}`?" if meant else "name keys from the top, and items of a list by their id: `cadence.intro.after`"
    return error("Y004", f"the path `{path}` leads nowhere", span, way_out)


def _names(place: _Place) -> list[str]:
    node = place.node
    known = [key for rules in place.rules for key in rules.get("properties", {})]
    if isinstance(node, Map):
        known += node.entries
    if isinstance(node, Seq):
        known = [name for item in node.items if (name := item_id(item))]
    return known


def _name(tree: Map) -> str | None:
    found = tree.get("name")
    return found.text if isinstance(found, Scalar) else None


def _written(simulation: Simulation, path: str, change: Change) -> tuple[Span, Span]:
    """The places of the path and of the change in the simulation's file; the file's own where the change was not written there."""
    scenarios, sweep = simulation.node.get("scenarios"), simulation.node.get("sweep")
    for scenario in scenarios.entries.values() if isinstance(scenarios, Map) else ():
        found = scenario.get(path) if isinstance(scenario, Map) else None
        if isinstance(scenario, Map) and found is not None and change_of(found) == change:
            return scenario.keys[path], found.span
    points = sweep.get(path) if isinstance(sweep, Map) else None
    for point in points.items if isinstance(points, Seq) and isinstance(sweep, Map) else ():
        if isinstance(sweep, Map) and change_of(point) == change:
            return sweep.keys[path], point.span
    return Span(simulation.file), Span(simulation.file)


# ---------------------------------------------------------------- what a change makes of a value


def _changed(place: _Place, change: Change, span: Span) -> Node:
    """The new node. LookupError: nothing there that could be multiplied or added to; UnitError: the value does not allow this change."""
    if change.kind == "set":
        return grow(change.value, span)
    node = place.node
    if isinstance(node, Map) and is_figure(node) and "value" in node.entries:
        node = node.entries["value"]
    if isinstance(node, Map) and "median" in node.entries and "p90" in node.entries:
        return _both(node, place, change, span)
    if node is None or (isinstance(node, Scalar) and node.value is None):
        default = next((rules["default"] for rules in place.rules if "default" in rules), None)
        node = None if default is None else grow(default, span)
    if not isinstance(node, Scalar):
        raise LookupError
    new = change.applied(_read(node, place.rules))
    return Scalar(span, new, str(new))


def _both(node: Map, place: _Place, change: Change, span: Span) -> Node:
    """Both points of a distribution, changed together."""
    points = [_read(item, _points(place.rules)) for item in (node.entries["median"], node.entries["p90"]) if isinstance(item, Scalar)]
    old = Distribution.through(*points)  # a figure of its own, so that a bad pair is refused here
    new = change.applied(old)
    assert isinstance(new, Distribution)
    pair = {"median": Scalar(span, new.median, str(new.median)), "p90": Scalar(span, new.p90, str(new.p90))}
    return Map(span, dict(pair), dict.fromkeys(pair, span))


def _points(rules: tuple[Schema, ...]) -> tuple[Schema, ...]:
    pairs = [one["properties"] for one in rules if "median" in one.get("properties", {})]
    inner = [one["properties"]["value"] for one in rules if "value" in one.get("properties", {})]
    pairs += [one["properties"] for one in inner if "median" in one.get("properties", {})]
    return tuple(pair["median"] for pair in pairs)


def _read(node: Scalar, rules: tuple[Schema, ...]) -> Any:
    """The value in its own kind: a changed one is read already, a text is read as the schema's unit says."""
    if not isinstance(node.value, str):
        return node.value
    inner = [one["properties"]["value"] for one in rules if "value" in one.get("properties", {})]
    unit = next((one["x-unit"] for one in (*rules, *inner) if one.get("x-unit") in KINDS), None)
    return node.value if unit is None else read_text(unit, node.text)


def grow(value: object, span: Span) -> Node:
    """Plain data as a tree that stands at `span`."""
    if isinstance(value, dict):
        return Map(span, {str(key): grow(item, span) for key, item in value.items()}, {str(key): span for key in value})
    if isinstance(value, list | tuple):
        return Seq(span, tuple(grow(item, span) for item in value))
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return Scalar(span, value, text)
