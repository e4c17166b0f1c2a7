"""The shortest counter-example, by breadth-first search over the machine and what a property remembers.

A property is a `Judge`: for what it remembers (a small number, its bits) and a move, it gives what it remembers next, or `SAFE` (nothing that follows
on this path counts), or `BAD` (this move breaks the property). The search tries every path, that with fewest beats first, refusals before timers; it
ends, because states, touches made and memories are finite.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TypeAlias

from .graph import Graph, Move
from .shape import remembered

SAFE = -1
BAD = -2
Judge: TypeAlias = Callable[[int, Move], int]
Node: TypeAlias = tuple[int, int, int]


def shortest(graph: Graph, judge: Judge, heard: Sequence[str] = (), called: Hashable = None, *, timed: bool = False) -> tuple[Move, ...] | None:
    """The path with fewest beats from `start` (memory 0) to a BAD move, or None: then the property holds on every path.

    `heard`: events that the property counts even in states that do not listen to them; the judge then remembers nothing before one of them
    came, and most properties are found to hold at a glance. `called`: what tells this property from others, where it asks for nothing but the
    machine's outline (`timed`: for its shape): that it holds is then remembered.
    """
    holds: Callable[[], bool] = partial(graph.holds, judge, heard, BAD)
    if heard and called is None and holds():
        return None
    if heard and called is not None and remembered(graph, called, holds, timeless=not timed):
        return None
    first: Node = (graph.start, 0, 0)
    cost: dict[Node, int] = {first: 0}
    came: dict[Node, tuple[Node, Move]] = {}
    settled: set[Node] = set()
    queue: deque[Node] = deque([first])
    while queue:
        node = queue.popleft()
        if node in settled:
            continue
        settled.add(node)
        if node[2] == BAD:
            return _path(came, node)
        state, mask, memory = node
        for move in graph.moves(state, mask, heard):
            after = judge(memory, move)
            if after == SAFE:
                continue
            beat = graph.beat(move)
            following = (move.target, graph.touched(mask, move), after)
            if following not in settled and cost[node] + beat < cost.get(following, 1 << 30):
                cost[following] = cost[node] + beat
                came[following] = (node, move)
                (queue.append if beat else queue.appendleft)(following)
    return None


def _path(came: dict[Node, tuple[Node, Move]], node: Node) -> tuple[Move, ...]:
    moves: list[Move] = []
    while node in came:
        node, move = came[node]
        moves.append(move)
    return tuple(reversed(moves))


def reach(graph: Graph, state: int) -> tuple[Move, ...] | None:
    """The shortest path from `start` into a state."""
    if state == graph.start:
        return ()
    return shortest(graph, lambda memory, move: BAD if move.target == state and move.source != state else memory)


def touch_after(
    graph: Graph, events: Sequence[str], lets_go: Callable[[Move], bool], counts: Callable[[Move], bool] | None = None, *, called: Hashable = None
) -> tuple[Move, ...] | None:
    """The shortest path on which one of `events` comes and a touch follows; `lets_go` says after which moves a touch is welcome again.

    `counts` narrows which touches break the property (default: all). `called`: see `shortest`.
    """

    def judge(memory: int, move: Move) -> int:
        if memory == 0:
            return 1 if move.name in events and not lets_go(move) else SAFE if move.name in events else 0
        if lets_go(move):
            return SAFE
        return BAD if graph.enters_touch(move) and (counts is None or counts(move)) else 1

    return shortest(graph, judge, events, called)
