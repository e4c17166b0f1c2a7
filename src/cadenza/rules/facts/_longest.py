"""The path that costs most within one enrolment, each touch having a weight."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from ...language.records import record
from ..proof.cycles import NEW
from ..proof.graph import Graph, Move

_Way: TypeAlias = "tuple[Any, Move] | None"
"""A path: what came before, and its last move."""
ENDLESS = 1000
"""Touches on one path from which it goes round for ever."""


@record
class Most:
    """The greatest total over all paths, and the shortest path that has it. None: it goes round for ever; then the path is empty."""

    total: int | None
    path: tuple[Move, ...]


@record
class _Best:
    """How a state is reached at its heaviest."""

    total: int
    touches: int
    moves: int
    way: Any


def most(graph: Graph, weigh: Callable[[str], int]) -> Most:
    """The greatest sum of `weigh(step)` over the touches that are made before the person is enrolled anew.

    A state (with the touches made that some event answers) is visited as often as a heavier path reaches it; more than `ENDLESS` touches on one
    path are a loop, unless they weigh nothing. How long things take plays no part.
    """
    first = (graph.start, 0)
    best = {first: _Best(0, 0, 0, None)}
    todo = deque([first])
    while todo:
        here = todo.popleft()
        so_far = best[here]
        for move in graph.moves(*here):
            if move.name in NEW and here[0] != graph.start:
                continue
            found = _after(graph, so_far, move, weigh)
            node = (move.target, graph.touched(here[1], move))
            if node not in best or found.total > best[node].total:
                if found.touches > ENDLESS:
                    return Most(None, ())
                best[node] = found
                todo.append(node)
    last = max(best.values(), key=lambda found: (found.total, -found.moves))
    return Most(last.total, tuple(_moves(last.way))[::-1])


def _after(graph: Graph, so_far: _Best, move: Move, weigh: Callable[[str], int]) -> _Best:
    state = graph.states[move.source]
    made = state.kind == "touch" and move.event == "done"
    weight = weigh(state.step or "") if made else 0
    return _Best(so_far.total + weight, so_far.touches + made, so_far.moves + 1, (so_far.way, move))


def _moves(way: _Way) -> Iterator[Move]:
    """The moves of a path, the last one first."""
    while way is not None:
        way, move = way
        yield move
