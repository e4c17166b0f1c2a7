"""Numbers in sentences."""

from __future__ import annotations

from ..language.nodes import Map, Node, Span, key_span

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def lasting(seconds: int) -> str:
    """`2 days`, `23 hours`, `2 days 23 hours`, `0 seconds`: the two largest units."""
    parts = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(many(count, unit))
    return " ".join(parts[:2]) or "0 seconds"


def many(count: int | float, one: str, several: str = "") -> str:
    """`1 touch`, `3 touches`."""
    number = f"{count:,.0f}" if float(count).is_integer() else f"{count:,.1f}"
    return f"{number} {one if count == 1 else several or one + 's'}"


def known(node: Node, *route: str) -> Span:
    """The key at the end of `route` where it is written, else the nearest key above it that is, else the first key of the file."""
    for end in range(len(route), 0, -1):
        span = key_span(node, *route[:end])
        parent = node
        for key in route[: end - 1]:
            parent = parent.entries[key] if isinstance(parent, Map) and key in parent.entries else parent
        if isinstance(parent, Map) and route[end - 1] in parent.keys:
            return span
    return top(node)


def top(node: Node) -> Span:
    """Where a finding about a whole file stands: its name, else its first key."""
    if isinstance(node, Map) and node.keys:
        return node.keys.get("name") or next(iter(node.keys.values()))
    return node.span
