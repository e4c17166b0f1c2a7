"""Edits at places of the document tree: put a key into a map, write another value, take a comment away. What rules make their fixes of."""

from __future__ import annotations

from ..language.findings import Edit, Fix
from ..language.nodes import Map, Node, Span
from ..machine.types import Transition


def into(where: Node | None, line: str) -> tuple[Edit, ...]:
    """Put `line` (`key: value`) at the head of a map, in the style in which the map is written. Nothing where there is no map to write into."""
    if not isinstance(where, Map) or not where.keys:
        return ()
    first = next(iter(where.keys.values()))
    if first.file != where.span.file:
        return ()  # the map is laid together from two files: whose it should be is not ours to say
    flow = (first.line, first.column) > (where.span.line, where.span.column)
    spot = Span(first.file, first.line, first.column, first.line, first.column)
    return (Edit(spot, f"{line}, " if flow else f"{line}\n{' ' * (first.column - 1)}"),)


def instead(node: Node | None, text: str) -> tuple[Edit, ...]:
    """Write `text` where the value of `node` stands."""
    return (Edit(node.span, text),) if node is not None else ()


def suggestion(title: str, edits: tuple[Edit, ...]) -> Fix | None:
    """An unsafe fix, which decides something for the author; None where there is nothing to edit."""
    return Fix(title, edits, safe=False) if edits else None


def route_value(replies: Node | None, transition: Transition, key: str) -> Node | None:
    """The value of `key` in the reply route that made `transition`: the route whose own key stands where the transition comes from."""
    if not isinstance(replies, Map):
        return None
    for name, span in replies.keys.items():
        route = replies.entries[name]
        if span == transition.origin and isinstance(route, Map):
            return route.get(key)
    return None
