"""What can go round for ever within one enrolment, each way round with the line that closes it.

Some things are no rounds: a reply that is heard and changes nothing; an absence, which ends when the person is back, unless each of them leads back
to a touch (machines answer every mail); a review, which a human ends; and whoever was sent back to the pool begins a new enrolment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ...language.nodes import Span
from ...language.records import record
from ...machine import loops
from ...machine.types import Transition
from .graph import Graph, Move
from .search import BAD, shortest
from .shape import remembered

NEW = ("enrolled", "cooled", "asked_back")
FAR = 1 << 30
STILL = ("replied.out_of_office", "replied.unclassified")


@record
class Loop:
    """`event` closes the round at `origin`; `path` leads from the start once round. `touches`: a touch is made on the way."""

    event: str
    origin: Span
    path: tuple[Move, ...]
    touches: bool
    pauses: bool


def cycles(graph: Graph, *, touching: bool = False) -> Iterator[Loop]:
    """One loop for each line that closes a round, in the order of the file: the one that is reached soonest. `touching`: of those with a touch."""
    if not remembered(graph, ("rounds", touching, graph.machine.elapsed is None), lambda: bool(_closing(graph, touching)), timeless=True):
        return
    closing = _closing(graph, touching)
    for span in sorted(closing):
        for move, back in sorted(closing[span], key=lambda way: (graph.distance.get(way[0].source, FAR), way[0].source)):
            before = shortest(graph, lambda memory, step, move=move: BAD if step.transition is move else memory)  # type: ignore[misc]
            if before is not None:
                yield _loop(graph, before, move, back)
                break


def _closing(graph: Graph, touching: bool) -> dict[Span, list[tuple[Transition, list[Transition]]]]:
    """The transitions that close a round, by the line that made them, each with the way round."""
    closing: dict[Span, list[tuple[Transition, list[Transition]]]] = {}

    passes = {event for event, name in graph.names.items() if name not in NEW}

    def passable(move: Transition) -> bool:
        return move.event in passes and move.source != move.target

    for part in loops(graph.machine, passable):
        inside = frozenset(part)
        for state in part:
            for move in graph.out[state].values():
                if state in graph.reachable and move.target in inside and passable(move) and move.event not in ("due", "done", "elapsed"):
                    back = _round(graph, move, inside)
                    if back is not None and _moves_on(graph, move, back) and (_touches(graph, back) or not touching):
                        closing.setdefault(move.origin, []).append((move, back))
    return closing


def _moves_on(graph: Graph, first: Transition, back: list[Transition]) -> bool:
    """Whether a round makes a touch or sits out a pause; a click that only calls off a touch which is not made yet is no round. A clock on
    `elapsed` ends rounds without a pause."""
    pauses = any(graph.states[move.target].kind == "hold" for move in (first, *back))
    touches = _touches(graph, back)
    if graph.names[first.event] in STILL and not touches:
        return False
    return pauses or (touches and graph.machine.elapsed is None)


def _touches(graph: Graph, way: list[Transition]) -> bool:
    return any(graph.states[move.source].kind == "touch" and move.event == "done" for move in way)


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


def _loop(graph: Graph, before: tuple[Move, ...], first: Transition, back: list[Transition]) -> Loop:
    again = [Move(move.event, move.source, move.target, move) for move in (*back, first)]
    return Loop(
        first.event.partition(":")[0],
        first.origin,
        (*before, *again),
        touches=_touches(graph, back),
        pauses=any(graph.states[move.target].kind == "hold" for move in (first, *back)),
    )
