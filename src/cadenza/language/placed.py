"""What every class of the model has: the node that it was read from, and so the place of each of its keys."""

from __future__ import annotations

from .nodes import Node, Span, span_at


class Placed:
    """Whatever has a node has a place."""

    __slots__ = ()
    node: Node

    @property
    def span(self) -> Span:
        return self.node.span

    def place(self, *route: str | int) -> Span:
        return span_at(self.node, *route)
