"""The document tree: YAML that remembers where every word stood.

A file becomes `Map`, `Seq` and `Scalar` nodes. Each carries its `Span`, so that whatever is built from it later (a step, a state,
a finding) can point back at the line that a person wrote. Trees are values: merging a base playbook (`extends:`), laying a playbook
over an assumption table (`use:`) and applying a scenario (`team.sdr.people: 9`) are the same three functions here, and the parts
keep the places they came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from .records import record


class Span(NamedTuple):
    """A stretch of text: 1-based lines and columns, the end exclusive; `file` is relative to the workspace, with forward slashes."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@record
class Scalar:
    """One value. `value` is str, int, float, bool, None, or an already read value of a little language (after a scenario changed it);
    `text` is what stood in the file, without its quotes."""

    span: Span
    value: Any
    text: str
    quoted: bool = False


@record
class Seq:
    span: Span
    items: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@record
class Map:
    """A mapping; `entries` in the order of the file; `keys` are the spans of the keys themselves."""

    span: Span
    entries: dict[str, Node]
    keys: dict[str, Span]

    def get(self, key: str) -> Node | None:
        return self.entries.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self.entries


Node: TypeAlias = Scalar | Seq | Map
Trail: TypeAlias = tuple[str | int, ...]


def plain(node: Node) -> Any:
    """The node as plain Python data (dict, list, str, int, float, bool, None)."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Seq):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def item_id(node: Node) -> str | None:
    """The id by which a list's item can be named in a path, if it has one."""
    if isinstance(node, Map):
        found = node.entries.get("id")
        if isinstance(found, Scalar) and isinstance(found.value, str):
            return found.value
    return None


def descend(node: Node, key: str | int) -> Node | None:
    """The child under `key`: a map's key, a list's index, or the id of a list's item."""
    if isinstance(node, Map):
        return node.entries.get(str(key))
    if isinstance(node, Seq):
        if isinstance(key, int):
            return node.items[key] if 0 <= key < len(node.items) else None
        return next((item for item in node.items if item_id(item) == key), None)
    return None


def at(node: Node, route: Trail) -> Node | None:
    """The node at the end of `route`, or None where the route leaves the tree."""
    here: Node | None = node
    for key in route:
        if here is None:
            return None
        here = descend(here, key)
    return here


def span_at(node: Node, *route: str | int) -> Span:
    """The place of what `route` names: the deepest node that exists on the way."""
    here = node
    for key in route:
        child = descend(here, key)
        if child is None:
            break
        here = child
    return here.span


def key_span(node: Node, *route: str | int) -> Span:
    """The place of the *key* that `route` ends in (for findings about a key, not about its value)."""
    parent = at(node, route[:-1])
    if isinstance(parent, Map) and route and route[-1] in parent.keys:
        return parent.keys[str(route[-1])]
    return span_at(node, *route)


def merge(base: Node, over: Node) -> Node:
    """`over` laid on `base`: maps merge key by key, lists of items with ids merge by id (new ones at the end), the rest is replaced."""
    if isinstance(base, Map) and isinstance(over, Map):
        entries, keys = dict(base.entries), dict(base.keys)
        for key, value in over.entries.items():
            entries[key] = merge(entries[key], value) if key in entries else value
            keys[key] = over.keys[key]
        return Map(over.span, entries, keys)
    if isinstance(base, Seq) and isinstance(over, Seq) and base.items and over.items:
        ids = [item_id(item) for item in base.items]
        if None not in ids and all(item_id(item) is not None for item in over.items):
            items = list(base.items)
            for item in over.items:
                name = item_id(item)
                if name in ids:
                    items[ids.index(name)] = merge(items[ids.index(name)], item)
                else:
                    items.append(item)
            return Seq(over.span, tuple(items))
    return over


def put(node: Node, route: Trail, new: Node) -> Node:
    """A copy of the tree with `new` at `route`; maps on the way are made where they are missing. KeyError where a list has no such item."""
    if not route:
        return new
    key, rest = route[0], route[1:]
    if isinstance(node, Map):
        name = str(key)
        child = node.entries.get(name) or Map(new.span, {}, {})
        return Map(node.span, {**node.entries, name: put(child, rest, new)}, {**node.keys, name: node.keys.get(name, new.span)})
    if isinstance(node, Seq):
        for index, item in enumerate(node.items):
            if index == key or (isinstance(key, str) and item_id(item) == key):
                return Seq(node.span, (*node.items[:index], put(item, rest, new), *node.items[index + 1 :]))
    raise KeyError(key)
