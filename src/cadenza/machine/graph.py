"""The machine as a graph: fast look-up, neighbours, reachability, shortest ways and loops. Breadth-first over integers, nothing else."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TypeVar

from .types import Machine, Transition

Walk = tuple[Transition, ...]
Passable = Callable[[Transition], bool]
Made = TypeVar("Made")


def per_machine(make: Callable[[Machine], Made]) -> Callable[[Machine], Made]:
    """Keep what was made for the last 32 machines, told apart by identity: comparing two equal machines costs far more than making it again."""
    kept: dict[int, tuple[Machine, Made]] = {}  # holds the machine, so its id is not given to another one

    @wraps(make)
    def made(machine: Machine) -> Made:
        found = kept.get(id(machine))
        if found is None:
            if len(kept) >= 32:
                del kept[next(iter(kept))]
            found = kept[id(machine)] = (machine, make(machine))
        return found[1]

    return made


@per_machine
def table(machine: Machine) -> dict[tuple[int, str], Transition]:
    """(state, event) → its one transition. Kept for the machines that were used last."""
    return {(move.source, move.event): move for move in machine.transitions}


@per_machine
def outgoing(machine: Machine) -> tuple[tuple[Transition, ...], ...]:
    """For each state its transitions, in the order of rank."""
    found: list[list[Transition]] = [[] for _ in machine.states]
    for move in machine.transitions:
        found[move.source].append(move)
    return tuple(map(tuple, found))


@per_machine
def incoming(machine: Machine) -> tuple[tuple[Transition, ...], ...]:
    """For each state the transitions that lead there, in canonical order."""
    found: list[list[Transition]] = [[] for _ in machine.states]
    for move in machine.transitions:
        found[move.target].append(move)
    return tuple(map(tuple, found))


def alphabet(machine: Machine) -> tuple[str, ...]:
    """Every event that some transition of this machine is taken on, sorted."""
    return tuple(sorted({move.event for move in machine.transitions}))


def find(machine: Machine, state: int, event: str, step: str | None = None) -> Transition | None:
    """What is taken in `state` on `event`: where the event answers a step, the transition that names the step comes first."""
    moves = table(machine)
    if step is not None:
        found = moves.get((state, f"{event}:{step}"))
        if found is not None:
            return found
    return moves.get((state, event))


def reach(machine: Machine, starts: Iterable[int], passable: Passable | None = None) -> frozenset[int]:
    """The states that can be reached from `starts` (which are in it) over transitions that are `passable` (default: all)."""
    moves = outgoing(machine)
    seen = set(starts)
    todo = deque(seen)
    while todo:
        for move in moves[todo.popleft()]:
            if move.target not in seen and (passable is None or passable(move)):
                seen.add(move.target)
                todo.append(move.target)
    return frozenset(seen)


def shortest(machine: Machine, start: int, goal: Callable[[int], bool], passable: Passable | None = None) -> Walk | None:
    """The shortest walk from `start` to a state that is a `goal`: () where `start` is one, None where there is none. Of two equally short
    walks the one whose first differing event comes first in rank."""
    if goal(start):
        return ()
    moves = outgoing(machine)
    came: dict[int, Transition | None] = {start: None}
    todo = deque([start])
    while todo:
        for move in moves[todo.popleft()]:
            if move.target in came or (passable is not None and not passable(move)):
                continue
            came[move.target] = move
            if goal(move.target):
                return _back(came, move.target)
            todo.append(move.target)
    return None


def _back(came: dict[int, Transition | None], state: int) -> Walk:
    walk = []
    move = came[state]
    while move is not None:
        walk.append(move)
        move = came[move.source]
    return tuple(reversed(walk))


def loops(machine: Machine, passable: Passable | None = None) -> tuple[tuple[int, ...], ...]:
    """The strongly connected components that hold a cycle (a self-transition is one), each sorted, in the order of their least state."""
    moves = [[move.target for move in out if passable is None or passable(move)] for out in outgoing(machine)]
    found = [part for part in components(moves) if len(part) > 1 or part[0] in moves[part[0]]]
    return tuple(sorted(tuple(sorted(part)) for part in found))


def components(moves: list[list[int]]) -> list[list[int]]:
    """The strongly connected components of a graph (node -> where it leads), each before those that lead to it: Tarjan's algorithm without
    recursion (machines are deeper than Python's stack)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    done: set[int] = set()
    parts: list[list[int]] = []
    for root in range(len(moves)):
        if root in order:
            continue
        order[root] = low[root] = len(order)
        stack.append(root)
        work = [(root, iter(moves[root]))]
        while work:
            node, rest = work[-1]
            child = next((to for to in rest if to not in done), None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    parts.append(_popped(stack, node, done))
            elif child in order:
                low[node] = min(low[node], order[child])
            else:
                order[child] = low[child] = len(order)
                stack.append(child)
                work.append((child, iter(moves[child])))
    return parts


def _popped(stack: list[int], node: int, done: set[int]) -> list[int]:
    part = []
    while True:
        top = stack.pop()
        part.append(top)
        done.add(top)
        if top == node:
            return part
