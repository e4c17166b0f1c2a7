"""What was proved of a machine holds for every machine of the same shape.

Playbooks of one team repeat each other's cadences with other words, lists and numbers of people. Two machines have one *outline* when their states
and transitions differ in nothing but names, places in files, what is written down, and how long timers take; they have one *shape* when the timers
agree, too: nobody can tell them apart by when touches come. Answers that depend on nothing else are kept for what was met last; a path, which
shows where things stand, never is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ...machine.graph import per_machine
from ...machine.pattern import filling
from ...machine.types import Machine, Timer

if TYPE_CHECKING:
    from .graph import Graph

Answer = TypeVar("Answer")
Answers: TypeAlias = dict[Hashable, tuple[Any, int]]
KEPT = 64
"""Outlines, and shapes, whose answers are kept."""


class Outline:
    """One outline: what is known of all machines that have it. Told apart by identity."""

    def __init__(self) -> None:
        self.answers: Answers = {}


Shape: TypeAlias = tuple[Outline, tuple[Timer, ...], object]
_outlines: dict[object, Outline] = {}
_answers: dict[Shape, Answers] = {}


def forget() -> None:
    """As if nothing had been proved yet."""
    for outline in _outlines.values():
        outline.answers.clear()
    _outlines.clear()
    _answers.clear()


def shape_of(machine: Machine) -> Shape:
    """All that decides how a machine moves and when: states by kind, step, channel and task; transitions with their timers; the clock on a life."""
    filled = filling(machine)
    if filled is None:
        outline, used = _outline(machine, [-1 if move.timer is None else id(move.timer) for move in machine.transitions])
        timers = {id(move.timer): move.timer for move in machine.transitions if move.timer is not None}
        return outline, tuple(timers[number] for number in used), machine.elapsed
    known: Any = filled.pattern.memo.get("outline")
    if known is None:
        known = filled.pattern.memo["outline"] = _outline(machine, [number or -1 for number in filled.pattern.timers])
    return known[0], tuple(timer for number in known[1] if (timer := filled.timers[number]) is not None), machine.elapsed


def _outline(machine: Machine, timers: Sequence[int]) -> tuple[Outline, list[int]]:
    """The outline of a machine, its transitions' timers being called by these numbers (-1: none); and which numbers there are, as they come first."""
    numbers: dict[int, int] = {-1: -1}
    kinds: list[object] = []
    moves: list[object] = []
    for move, called in zip(machine.transitions, timers, strict=True):
        number = numbers.get(called)
        if number is None and move.timer is not None:
            number = numbers[called] = len(numbers) - 1
            kinds.append((move.timer.kind, move.timer.channel, move.timer.delay is None))
        moves += (move.source, move.event, move.target, number)
    states = tuple((state.kind, state.step, state.channel, state.task, state.pause) for state in machine.states)
    outline = _kept(_outlines, (states, tuple(moves), tuple(kinds)), Outline)
    return outline, [called for called in numbers if called != -1]


Key = TypeVar("Key", bound=Hashable)


def _kept(known: dict[Key, Answer], key: Key, make: Callable[[], Answer]) -> Answer:
    """What is known under a key; where nothing is, something new, and what was met first is forgotten."""
    found = known.get(key)
    if found is None:
        if len(known) >= KEPT:
            del known[next(iter(known))]
        found = known[key] = make()
    return found


@per_machine
def _known(machine: Machine) -> tuple[Answers, Answers]:
    """What is known of a machine's outline, and of its shape."""
    shape = shape_of(machine)
    return shape[0].answers, _kept(_answers, shape, dict[Hashable, tuple[Any, int]])


def remembered(graph: Graph, question: Hashable, find: Callable[[], Answer], *, timeless: bool = False) -> Answer:
    """The answer to a question about the machine's shape: the one that was found before, or what `find` finds now. `timeless`: about its outline.

    An answer that is remembered costs the steps that finding it took: which proofs are given up must not depend on what was judged before.
    """
    known = _known(graph.machine)[0 if timeless else 1]
    if question in known:
        answer: Answer = known[question][0]
        graph.spend(known[question][1])
        return answer
    before = graph.left
    answer = find()
    known[question] = answer, max(0, before - graph.left)
    return answer
