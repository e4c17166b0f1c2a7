"""The most that one person can get: the path with most touches within one enrolment."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from ...language.records import record
from .cycles import NEW
from .graph import Graph

ENDLESS = 1000


@record
class Longest:
    """`touches` on the longest path (ENDLESS where it goes round), and every channel that some path uses, in the order of the machine."""

    touches: int
    channels: tuple[str, ...]


@lru_cache(maxsize=2)
def longest(graph: Graph) -> Longest:
    """By the greatest number of touches with which each state is reached; a state that keeps rising goes round."""
    most = [-1] * len(graph.states)
    most[graph.start] = 0
    todo = deque([graph.start])
    while todo:
        here = todo.popleft()
        for move in graph.out[here].values():
            if graph.names[move.event] in NEW and move.source != graph.start:
                continue
            made = most[here] + (graph.states[here].kind == "touch" and move.event == "done")
            if made > most[move.target]:
                if made >= ENDLESS:
                    return Longest(ENDLESS, _channels(graph))
                most[move.target] = made
                todo.append(move.target)
    return Longest(max(most), _channels(graph))


def _channels(graph: Graph) -> tuple[str, ...]:
    return tuple(dict.fromkeys(state.channel for state in graph.states if state.kind == "touch" and state.channel))
