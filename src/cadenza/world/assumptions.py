"""Assumptions as the world reads them: every figure found, parsed and named by its path.

What a playbook does not assume comes from the table of its motion that ships (`tables/`), so that nothing is missing and nothing is made up
in code. A figure is a rate, a factor, a number, a duration or a distribution, either bare or as a map with its source.

A rate of one touch is looked up from the general to the special: the channel, then the step, the variant of its message, the person's segment. On
each level a rate replaces what was there and a factor multiplies it. The product is a `Chain` of figures; each figure is drawn once in a
replication, by its path, so that two chains which share a figure move together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ..language.model import REPLIES, Playbook
from ..language.nodes import Map, Node, Scalar
from ..language.trees import ABOUT, is_figure, lay
from ..language.values import Distribution, Duration, Factor, Money, Rate

TABLES = Path(__file__).parent / "tables"
TABLE_OF = {"cold": "cold-b2b-2025", "warm": "warm-b2b-2025", "inbound": "inbound-b2b-2025"}
SHARES: tuple[str, ...] = (
    "unsubscribed",
    "complained",
    *(f"reply.{name}" for name in REPLIES),
    "inbox",
    "bounced",
    "delivered",
    "opened",
    "clicked",
    "connected",
    "accepted",
)
"""What a touch is looked up for, in the order of a row of the program's table of rates."""

Uncertain: TypeAlias = Rate | Factor


@dataclass(frozen=True, slots=True)
class Figure:
    """One uncertain number and its name: `email.reply.positive`, `steps.intro.reply.positive`."""

    path: str
    value: Uncertain


Chain: TypeAlias = tuple[Figure, ...]
"""Figures whose product is a rate (or a factor); an empty chain is 0."""


@lru_cache(maxsize=8)
def shipped(name: str) -> Map:
    """A table that ships with the tool, as a tree. The reader's own findings would be defects of the package, so they are not caught."""
    from ..language.yaml import Limits, read

    node, _ = read(TABLES / f"{name}.yaml", f"cadenza/tables/{name}.yaml", Limits())
    assert isinstance(node, Map)
    return Map(node.span, {key: value for key, value in node.entries.items() if key not in ABOUT}, node.keys)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The figures of one playbook, over the shipped table of its motion."""

    tree: Map

    def node(self, *route: str) -> Node | None:
        """The figure at a route, without the map around it that names its source."""
        here: Node | None = self.tree
        for key in route:
            here = here.get(key) if isinstance(here, Map) else None
        return bare(here)

    def figure(self, *route: str) -> Chain:
        """The uncertain figure at a route, as a chain of one; empty where there is none."""
        found = uncertain(self.node(*route))
        return () if found is None else (Figure(".".join(route), found),)

    def number(self, *route: str, default: float) -> float:
        found = self.node(*route)
        return float(found.value) if isinstance(found, Scalar) and isinstance(found.value, int | float) else default

    def duration(self, *route: str) -> Duration | None:
        found = self.node(*route)
        if not isinstance(found, Scalar):
            return None
        return found.value if isinstance(found.value, Duration) else Duration.parse(found.text)

    def points(self, *route: str) -> tuple[int, int] | None:
        """The median and the 90th percentile of a distribution, in seconds or cents."""
        found = self.node(*route)
        if isinstance(found, Scalar) and isinstance(found.value, Distribution):
            return _size(found.value.median), _size(found.value.p90)
        if not isinstance(found, Map) or "median" not in found or "p90" not in found:
            return None
        return _point(found.entries["median"]), _point(found.entries["p90"])

    def segments(self) -> tuple[tuple[str, Chain], ...]:
        """The segments by name with their shares, in the order of the file."""
        found = self.tree.get("segments")
        return tuple((name, self.figure("segments", name, "share")) for name in found.entries) if isinstance(found, Map) else ()

    def layers(self, channel: str, step: str, variant: str, segment: str) -> Iterator[tuple[str, ...]]:
        """Where a figure of a touch is looked for, from the general to the special."""
        yield (channel,)
        yield ("steps", step)
        if variant:
            yield ("variants", variant)
        if segment:
            yield ("segments", segment)

    def chain(self, key: str, channel: str, step: str, variant: str = "", segment: str = "") -> Chain:
        """The figures whose product is the rate `key` of a touch."""
        chain: Chain = ()
        for layer in self.layers(channel, step, variant, segment):
            for figure in self.figure(*layer, *key.split(".")):
                chain = (figure,) if isinstance(figure.value, Rate) else (*chain, figure) if chain else ()
        return chain

    def factor(self, key: str, channel: str, step: str, variant: str = "", segment: str = "") -> Chain:
        """The most special factor `key` of a touch (`each_next_touch`)."""
        chain: Chain = ()
        for layer in self.layers(channel, step, variant, segment):
            chain = self.figure(*layer, key) or chain
        return chain

    def delay(self, key: str, channel: str, step: str, variant: str = "", segment: str = "") -> tuple[int, int] | None:
        """The most special distribution `key` of a touch (`reply_delay`, `signal_delay`)."""
        points = None
        for layer in self.layers(channel, step, variant, segment):
            points = self.points(*layer, key) or points
        return points


def resolve(playbook: Playbook) -> Assumptions:
    """The playbook's assumptions, with the shipped table of its motion under them."""
    table = shipped(TABLE_OF[playbook.motion])
    if playbook.assumptions is None:
        return Assumptions(table)
    laid = lay(table, playbook.assumptions)
    assert isinstance(laid, Map)
    return Assumptions(laid)


def bare(node: Node | None) -> Node | None:
    """A figure without the map that carries its source."""
    if isinstance(node, Map) and is_figure(node) and "value" in node.entries:
        return node.entries["value"]
    return node


def uncertain(node: Node | None) -> Uncertain | None:
    """A rate or a factor from a scalar; None from anything else."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    if isinstance(node.value, Rate | Factor):
        return node.value
    if not isinstance(node.value, str):
        return None
    return Factor.parse(node.text) if node.text.rstrip().endswith("x") else Rate.parse(node.text)


def _size(point: Duration | Money) -> int:
    return point.cents if isinstance(point, Money) else point.seconds


def _point(node: Node) -> int:
    assert isinstance(node, Scalar)
    if isinstance(node.value, Duration | Money):
        return _size(node.value)
    return _size(Money.parse(node.text) if node.text.rstrip()[-1:].isupper() else Duration.parse(node.text))
