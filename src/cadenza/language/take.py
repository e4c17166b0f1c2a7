"""Taking values out of a tree that the schema has accepted: one short word for each kind, with its default beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

from .nodes import Map, Node, Scalar, Seq, plain
from .values import Distribution, Duration, Factor, Flow, Range, Rate, Target, Window

T = TypeVar("T", Duration, Window, Range, Rate, Flow, Factor, Target)
Parsed = TypeVar("Parsed")


def section(node: Map, key: str) -> Map:
    """The map under `key`; an empty one, placed where the parent is, where it is not written."""
    found = node.entries.get(key)
    return found if isinstance(found, Map) else Map(node.span, {}, {})


def maps(node: Map, key: str) -> list[Map]:
    """The maps of the list under `key`."""
    found = node.entries.get(key)
    return [item for item in found.items if isinstance(item, Map)] if isinstance(found, Seq) else []


def sections(node: Map, key: str) -> list[tuple[str, Map]]:
    """The (name, map) pairs under `key`."""
    return [(name, item) for name, item in section(node, key).entries.items() if isinstance(item, Map)]


def value(node: Map, key: str, default: Any = None) -> Any:
    """The plain value under `key`; an empty one (`key:`) counts as not written."""
    found = node.entries.get(key)
    taken = plain(found) if found is not None else None
    return default if taken is None else taken


def text(node: Map, key: str) -> str | None:
    return cast("str | None", value(node, key))


def wanted(node: Map, key: str) -> str:
    """A text that the schema requires."""
    return cast("str", plain(node.entries[key]))


def words(node: Map, key: str) -> tuple[str, ...]:
    return tuple(value(node, key, ()))


def whole(node: Map, key: str, default: int | None = None) -> int | None:
    """A whole number (JSON Schema calls 3.0 one, too)."""
    found = value(node, key)
    return default if found is None else int(found)


def number(node: Map, key: str, default: int) -> int:
    found = whole(node, key)
    return default if found is None else found


def unit(kind: type[T], node: Map, key: str, default: T | None = None) -> T | None:
    """A value of a little language, read from its text unless a scenario put it there already read."""
    found = node.entries.get(key)
    return read_unit(kind, found) if isinstance(found, Scalar) and found.value is not None else default


def need(kind: type[T], node: Map, key: str, default: str = "") -> T:
    """A value of a little language that is required, or that has a default (in the same language)."""
    found = unit(kind, node, key)
    return found if found is not None else _parser(kind)(default)


def read_unit(kind: type[T], node: Scalar) -> T:
    return node.value if isinstance(node.value, kind) else parsed(_parser(kind), node.text)


@lru_cache(maxsize=4096)
def parsed(parse: Callable[[str], Parsed], text: str) -> Parsed:
    """What a parser of values makes of a text. Each is read twice: is it one, and what is it worth? And playbooks repeat each other."""
    return parse(text)


def _parser(kind: type[T]) -> Callable[[str], T]:
    return cast("Callable[[str], T]", kind.parse)


def is_yes(node: Map, key: str) -> bool:
    return value(node, key, False) is True


def distribution(kind: type[Any], node: Node | None) -> Distribution | None:
    """`{median: .., p90: ..}` of durations or of money."""
    if not isinstance(node, Map):
        return None
    points = [
        item.value if isinstance(item.value, kind) else parsed(kind.parse, item.text)
        for item in map(node.get, ("median", "p90"))
        if isinstance(item, Scalar)
    ]
    return Distribution.through(points[0], points[1])
