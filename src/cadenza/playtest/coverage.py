"""How much of a playbook its cases try, in ways: a way is what one line of the playbook makes of one event.

A machine has thousands of transitions, most of them one sentence said in many states ("a no ends it" while waiting for each step, with each
flag). So transitions are one way where they share the event, the line of the playbook that they come from, and what is said about them
(`rounds used up`, `channel refused`); a pause that is over counts for the line of the pause. A way is tried when a case takes one of its
transitions. Left out is what no line asks for: the default deny (a reply that nobody has classified, and the review after it).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..language.nodes import Span
from ..machine import Machine, Transition
from .run import Story

Key = tuple[str, Span, str]


@dataclass(frozen=True, slots=True)
class Way:
    """`moves` are its transitions, `tried` says whether a case took one of them."""

    event: str
    line: Span
    note: str
    what: str
    moves: tuple[Transition, ...]
    tried: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of one playbook, over all its cases; `ways` in the order of the playbook's lines."""

    playbook: str
    name: str
    ways: tuple[Way, ...]
    transitions: int  # of the whole machine
    taken: int

    @property
    def tried(self) -> int:
        return sum(way.tried for way in self.ways)

    @property
    def share(self) -> float:
        """1.0 where there is nothing to try."""
        return self.tried / len(self.ways) if self.ways else 1.0


def coverage(playbook: str, machine: Machine, stories: Iterable[Story]) -> Coverage:
    """What these stories, all of one playbook, have tried of it."""
    taken = {pair for story in stories for pair in story.taken}
    groups: dict[Key, list[Transition]] = {}
    pauses = _pauses(machine)
    for move in machine.transitions:
        key = _way_of(machine, move, pauses)
        if key is not None:
            groups.setdefault(key, []).append(move)
    ways = [
        Way(event, line, note, _words(machine, moves[0]), tuple(moves), any((move.source, move.event) in taken for move in moves))
        for (event, line, note), moves in groups.items()
    ]
    ways.sort(key=lambda way: (way.line, way.moves[0].source, way.event, way.note))
    return Coverage(playbook, machine.name, tuple(ways), len(machine.transitions), len(taken))


def _pauses(machine: Machine) -> dict[str, Span]:
    """The line of each pause, by the reply or signal that brings it about (the first one, where several steps route it)."""
    found: dict[str, Span] = {}
    for move in machine.transitions:
        pause = machine.states[move.target].pause
        if pause is not None and move.event.partition(":")[0].removeprefix("replied.") == pause:
            found[pause] = min(move.origin, found.get(pause, move.origin))
    return found


def _way_of(machine: Machine, move: Transition, pauses: dict[str, Span]) -> Key | None:
    """What a transition counts as; None for the default deny."""
    source = machine.states[move.source]
    if move.event == "replied.unclassified" or (move.event == "done" and source.task == "review"):
        return None
    if source.kind == "hold" and move.event == "due":
        return (move.event, pauses.get(source.pause or "", source.origin), f"the pause is over ({source.pause})")
    return (move.event, move.origin, move.note)


def _words(machine: Machine, move: Transition) -> str:
    """A way in words."""
    source, target = machine.states[move.source], machine.states[move.target]
    name, _, answered = move.event.partition(":")
    if move.event == "due":
        if source.kind == "hold":
            return f"the pause is over ({source.pause})"
        return f"{target.step} is due" if target.kind == "touch" else f"{source.step} is skipped ({move.note})"
    if source.kind == "touch" and move.event == "done":
        over = f", which ends it: {target.outcome}" + (f" ({move.note})" if move.note else "")
        return f"{source.step} is made" + (over if target.kind == "end" else "")
    if move.event == "done":
        return f"the {source.task} is done"
    said = name.replace("replied.", "replied: ").replace("account.", "account: ").replace("meeting.", "meeting: ")
    told = {"elapsed": "the time of the cadence is over", "cooled": "the cooldown is over", "asked_back": "asked to come back"}.get(name, said)
    return told + (f", to {answered}" if answered else "") + (f" ({move.note})" if move.note == "rounds used up" else "")
