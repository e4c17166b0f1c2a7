"""What can go round for ever within one enrolment, each way round with the line that closes it.

Some things are no rounds: a reply that is heard and changes nothing; an absence, which ends when the person is back; a review, which a human
ends; and whoever was sent back to the pool begins a new enrolment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ...language.nodes import Span
from ...machine import loops
from ...machine.types import Transition
from .graph import Graph, Move
from .search import reach

NEW = ("enrolled", "cooled", "asked_back")
STILL = ("replied.out_of_office", "replied.unclassified")


@dataclass(frozen=True, slots=True)
class Loop:
    """`event` closes the round at `origin`; `path` leads from the start once round. `touches`: a touch is made on the way."""

    event: str
    origin: Span
    path: tuple[Move, ...]
    touches: bool
    pauses: bool


def cycles(graph: Graph) -> Iterator[Loop]:
    """One loop for each line that closes a round, in the order of the file."""
    found: dict[Span, Loop] = {}

    def passable(move: Transition) -> bool:
        name = move.event.partition(":")[0]
        return name not in NEW and name not in STILL and move.source != move.target

    for part in loops(graph.machine, passable):
        inside = frozenset(part)
        for state in part:
            for move in graph.out[state].values():
                closing = move.target in inside and passable(move) and move.event not in ("due", "done", "elapsed")
                if closing and move.origin not in found:
                    back = _round(graph, move, inside)
                    if back is not None:
                        found[move.origin] = _loop(graph, move, back)
    yield from (found[span] for span in sorted(found))


def _round(graph: Graph, first: Transition, inside: frozenset[int]) -> list[Transition] | None:
    """The shortest way from where a transition leads back to where it came from, by timers and finished work only."""
    came: dict[int, Transition | None] = {first.target: None}
    todo = deque([first.target])
    while todo:
        here = todo.popleft()
        if here == first.source:
            way: list[Transition] = []
            move = came[here]
            while move is not None:
                way.append(move)
                move = came[move.source]
            return way[::-1]
        for event, move in graph.out[here].items():
            if event in ("due", "done") and move.target in inside and move.target not in came:
                came[move.target] = move
                todo.append(move.target)
    return None


def _loop(graph: Graph, first: Transition, back: list[Transition]) -> Loop:
    once = [Move(move.event, move.source, move.target, move) for move in (first, *back, first)]
    passed = [graph.states[move.target] for move in (first, *back)]
    return Loop(
        first.event.partition(":")[0],
        first.origin,
        (*(reach(graph, first.source) or ()), *once),
        touches=any(state.kind == "touch" for state in passed),
        pauses=any(state.kind == "hold" for state in passed),
    )
