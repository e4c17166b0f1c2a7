"""The most that one person can get: the path with most touches within one enrolment."""

from __future__ import annotations

from ...language.records import record
from ...machine.graph import components
from .cycles import NEW
from .graph import Graph
from .shape import remembered

ENDLESS = 1000


@record
class Longest:
    """`touches` on the longest path (ENDLESS where it goes round), and every channel that some path uses, in the order of the machine."""

    touches: int
    channels: tuple[str, ...]


def longest(graph: Graph) -> Longest:
    """The same for all machines of an outline."""
    return remembered(graph, "longest", lambda: _longest(graph), timeless=True)


def _longest(graph: Graph) -> Longest:
    """From the ends backwards: states that lead to each other are one, and a touch between two of them goes round."""
    ways = [_ways(graph, state.index) for state in graph.states]
    most = [0] * len(ways)
    for part in components([list(way) for way in ways]):  # those first to which others lead
        inside = frozenset(part)
        ahead = max((made + (ENDLESS if to in inside and made else most[to]) for here in part for to, made in ways[here].items()), default=0)
        for here in part:
            most[here] = min(ahead, ENDLESS)
    return Longest(most[graph.start], _channels(graph))


def _ways(graph: Graph, here: int) -> dict[int, int]:
    """Where a state leads -> whether a touch is made on the way (1 or 0). Who is enrolled anew begins anew."""
    touch, found = graph.states[here].kind == "touch", dict[int, int]()
    for event, move in graph.out[here].items():
        if graph.names[event] not in NEW or here == graph.start:
            found[move.target] = max(found.get(move.target, 0), int(touch and event == "done"))
    return found


def _channels(graph: Graph) -> tuple[str, ...]:
    return tuple(dict.fromkeys(state.channel for state in graph.states if state.kind == "touch" and state.channel))
