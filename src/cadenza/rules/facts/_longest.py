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
    """The greatest total over all paths, and a path that has it. None: it goes round for ever; then the path is empty."""

    total: int | None
    path: tuple[Move, ...]


def most(graph: Graph, weigh: Callable[[str], int]) -> Most:
    """The greatest sum of `weigh(step)` over the touches that are made before the person is enrolled anew.

    States are visited as often as a heavier path reaches them; more than `ENDLESS` touches on one path are a loop, unless they weigh nothing.
    """
    best: dict[int, tuple[int, int, _Way]] = {graph.start: (0, 0, None)}
    todo = deque([graph.start])
    while todo:
        here = todo.popleft()
        state, (total, touches, way) = graph.states[here], best[here]
        for _, move in graph.listened(here):
            if move.name in NEW and here != graph.start:
                continue
            made = state.kind == "touch" and move.event == "done"
            after = total + (weigh(state.step or "") if made else 0)
            if move.target not in best or after > best[move.target][0]:
                if touches + made > ENDLESS:
                    return Most(None, ())
                best[move.target] = (after, touches + made, (way, move))
                todo.append(move.target)
    last = max(best, key=lambda state: (best[state][0], -state))
    return Most(best[last][0], tuple(_moves(best[last][2]))[::-1])


def _moves(way: _Way) -> Iterator[Move]:
    """The moves of a path, the last one first."""
    while way is not None:
        way, move = way
        yield move
