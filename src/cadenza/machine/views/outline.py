"""A machine as a reader wants to see it: boxes for steps, pauses, tasks and outcomes, and one arrow for what holds in many boxes.

Several states fall into one box (a step's wait and touch, with all their flags and counts); arrows inside a box are not drawn. An event that
leads from every box of a group to the same box is drawn once, from the group. Ends and the pool still listen (to refusals, to late answers);
the outline leaves those arrows out, except the ways back, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from ..types import Kind, Machine, State

Group: TypeAlias = Literal["pool", "steps", "pauses", "owned", "ends"]
TITLES: dict[str, str] = {"pool": "pool", "live": "on the way", "steps": "cadence", "pauses": "paused", "owned": "handed over", "ends": "ends"}
LIVE: tuple[Group, ...] = ("steps", "pauses")
"""The two groups that stand in one frame, `live`: whoever is there hears everything."""
LEFT_OUT = "Ends and the pool still hear refusals and late answers; the full view draws those arrows, too."
_BACK = ("enrolled", "cooled", "asked_back")
_GROUP: dict[Kind, Group] = {"start": "pool", "wait": "steps", "touch": "steps", "hold": "pauses", "task": "owned", "end": "ends"}
Edge: TypeAlias = tuple[str, str, str]  # source, target, event


class Box(NamedTuple):
    key: str  # unique, made of letters, digits and _
    label: str
    group: Group


class Arrow(NamedTuple):
    """From one box or from a whole group (`steps`, `live`, `owned`) to a box, or to `steps`: to the step where the person was."""

    source: str
    target: str
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    note: str

    def of(self, group: str) -> tuple[Box, ...]:
        """The boxes of a group, in canonical order; `live` is steps and pauses."""
        return tuple(box for box in self.boxes if box.group == group or (group == "live" and box.group in LIVE))


def outline(machine: Machine, *, full: bool = False) -> Outline:
    """The outline of a machine; with `full` one box a state and one arrow for each pair of states."""
    of = [Box(f"s{state.index}", state.id, _group(state)) for state in machine.states] if full else _boxes(machine)
    boxes = tuple(dict.fromkeys(of)) if full else _in_order(machine, of)
    edges: dict[Edge, None] = {}
    for move in machine.transitions:
        source, target = of[move.source], of[move.target]
        if full or (source != target and (source.group not in ("pool", "ends") or move.event in _BACK)):
            edges[source.key, target.key, move.event] = None
    if full:
        return Outline(boxes, _joined(edges), "")
    return Outline(boxes, _joined(_lifted(boxes, list(edges))), LEFT_OUT)


def spoken(event: str) -> str:
    """An event as a picture says it: `clicked (intro)`."""
    name, _, step = event.partition(":")
    return f"{name} ({step})" if step else name


def keys(texts: Iterable[str]) -> list[str]:
    """A key of letters, digits and `_` for each text, all different: what would be the same gets a number."""
    used: dict[str, int] = {}
    found = []
    for text in texts:
        base = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") or "x"
        used[base] = used.get(base, 0) + 1
        name = base if used[base] == 1 else f"{base}_{used[base]}"
        while name != base and name in used:
            used[base] += 1
            name = f"{base}_{used[base]}"
        used.setdefault(name, 1)
        found.append(name)
    return found


def _group(state: State) -> Group:
    return "pauses" if state.task == "review" else _GROUP[state.kind]


def _boxes(machine: Machine) -> list[Box]:
    """For each state its box: what its label says, in its group."""
    labels = [(_label(state), _group(state)) for state in machine.states]
    kinds = {"pool": "pool", "steps": "step", "pauses": "hold", "owned": "task", "ends": "end"}
    unique = list(dict.fromkeys(labels))
    named = dict(zip(unique, keys(f"{kinds[group]} {label}" for label, group in unique), strict=True))
    return [Box(named[label, group], label, group) for label, group in labels]


def _in_order(machine: Machine, boxes: list[Box]) -> tuple[Box, ...]:
    """Steps as the cadence has them, everything else as it is discovered."""
    place = {step.id: step.index for step in machine.steps}
    found = dict.fromkeys(boxes)
    return tuple(sorted(found, key=lambda box: place[box.label] if box.group == "steps" else len(place)))


def _label(state: State) -> str:
    if state.kind in ("wait", "touch"):
        return state.step or ""
    if state.kind == "task":
        return state.task or "" if state.task == "review" else f"{state.task} ({state.role})"
    return state.pause or state.outcome or "pool"


def _lifted(boxes: tuple[Box, ...], edges: list[Edge]) -> list[Edge]:
    """Edges that all members of a group share become one edge of the group; the widest group first."""
    steps = [box.key for box in boxes if box.group == "steps"]
    live = [box.key for box in boxes if box.group in LIVE]
    owned = [box.key for box in boxes if box.group == "owned"]
    edges = _lift(edges, "steps", steps, whose=1)
    for group, members in (("live", live), ("steps", steps), ("owned", owned)):
        edges = _lift(edges, group, members, whose=0)
    return edges


def _lift(edges: list[Edge], group: str, members: list[str], *, whose: int) -> list[Edge]:
    """Where every member has the edge (as its source: 0, or as its target: 1), the edge of the group stands for all."""
    if len(members) < 2:
        return edges
    seen: dict[tuple[str, str], set[str]] = {}
    for edge in edges:
        seen.setdefault((edge[1 - whose], edge[2]), set()).add(edge[whose])
    found: dict[Edge, None] = {}
    for edge in edges:
        other, event = edge[1 - whose], edge[2]
        shared = edge[whose] in members and seen[other, event].issuperset(members)
        found[((group, other, event) if whose == 0 else (other, group, event)) if shared else edge] = None
    return list(found)


def _joined(edges: Iterable[Edge]) -> tuple[Arrow, ...]:
    """One arrow for all events between the same two ends."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for source, target, event in edges:
        arrows.setdefault((source, target), []).append(event)
    return tuple(Arrow(source, target, tuple(events)) for (source, target), events in arrows.items())
