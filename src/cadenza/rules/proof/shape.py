"""What was proved of a machine holds for every machine of the same shape.

Playbooks of one team repeat each other's cadences with other words, lists and numbers of people. Two machines have one shape when their states and
transitions differ in nothing but names, places in files and what is written down: nobody can tell them apart by when touches come. Answers that
depend on nothing else are kept for the shapes that were met last; a path, which shows where things stand, never is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ...machine.graph import per_machine
from ...machine.types import Machine, Timer

if TYPE_CHECKING:
    from .graph import Graph

Shape: TypeAlias = tuple[object, ...]
Answer = TypeVar("Answer")
KEPT = 64
"""Shapes whose answers are kept."""
_answers: dict[Shape, dict[Hashable, tuple[Any, int]]] = {}


def shape_of(machine: Machine) -> Shape:
    """All that decides how a machine moves and when: states by kind, step, channel and task; transitions with their timers; the clock on a life."""
    numbers: dict[int, int] = {}  # by identity: many transitions share a timer, and comparing them takes longer than all the rest
    timers: dict[Timer, int] = {}
    moves: list[object] = []
    for move in machine.transitions:
        timer, number = move.timer, -1
        if timer is not None:
            number = numbers.get(id(timer), -1)
            if number < 0:
                number = numbers[id(timer)] = timers.setdefault(timer, len(timers))
        moves += (move.source, move.event, move.target, number)
    states = tuple((state.kind, state.step, state.channel, state.task, state.pause) for state in machine.states)
    return states, tuple(moves), tuple(timers), machine.elapsed


@per_machine
def _answers_of(machine: Machine) -> dict[Hashable, tuple[Any, int]]:
    shape = shape_of(machine)
    found = _answers.get(shape)
    if found is None:
        if len(_answers) >= KEPT:
            del _answers[next(iter(_answers))]
        found = _answers[shape] = {}
    return found


def remembered(graph: Graph, question: Hashable, find: Callable[[], Answer]) -> Answer:
    """The answer to a question about the machine's shape: the one that was found before, or what `find` finds now.

    An answer that is remembered costs the steps that finding it took: which proofs are given up must not depend on what was judged before.
    """
    known = _answers_of(graph.machine)
    if question in known:
        answer: Answer = known[question][0]
        graph.spend(known[question][1])
        return answer
    before = graph.left
    answer = find()
    known[question] = answer, max(0, before - graph.left)
    return answer
