"""A machine as SCXML (W3C, 2015): flat, every state and transition.

Events are SCXML names: what answers a step is `replied.negative.intro`, which a transition on `replied.negative` matches by its prefix; the one
that names the step stands first, so it is taken first. Actions and timers are sent to the host (`#_parent`) as `cadenza.touch`, `cadenza.timer`
and so on, with their parameters: SCXML knows no business days and no windows, so the host sends `due` when its calendar says so.
"""

from __future__ import annotations

import json
from xml.sax.saxutils import quoteattr

from ..canon import action_data, timer_data
from ..graph import outgoing
from ..types import Machine, State, Transition
from .outline import keys

NAMESPACE = "http://www.w3.org/2005/07/scxml"


def scxml(machine: Machine) -> str:
    """The document, with its XML declaration; ends in a newline."""
    ids = keys(state.id for state in machine.states)
    name = keys([f"machine {machine.name}"])[0]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<scxml xmlns="{NAMESPACE}" version="1.0" datamodel="ecmascript" name={quoteattr(name)} initial={quoteattr(ids[0])}>',
    ]
    for state, moves in zip(machine.states, outgoing(machine), strict=True):
        lines += _state(state, moves, ids)
    return "\n".join([*lines, "</scxml>"]) + "\n"


def _state(state: State, moves: tuple[Transition, ...], ids: list[str]) -> list[str]:
    """A state that nothing leaves is final: the interpreter may stop there."""
    if not moves:
        return [f"  <final id={quoteattr(ids[state.index])}/>"]
    lines = [f"  <state id={quoteattr(ids[state.index])}>"]
    for move in sorted(moves, key=lambda move: ":" not in move.event):
        lines += _transition(move, ids)
    return [*lines, "  </state>"]


def _transition(move: Transition, ids: list[str]) -> list[str]:
    head = f"    <transition event={quoteattr(move.event.replace(':', '.'))} target={quoteattr(ids[move.target])}"
    sends = [_send(f"cadenza.{action.kind}", action_data(action), "do") for action in move.actions]
    if move.timer is not None:
        sends.append(_send("cadenza.timer", timer_data(move.timer), ""))
    if not sends:
        return [f"{head}/>"]
    return [f"{head}>", *(line for send in sends for line in send), "    </transition>"]


def _send(event: str, data: dict[str, object], drop: str) -> list[str]:
    params = [f"        <param name={quoteattr(name)} expr={quoteattr(json.dumps(value))}/>" for name, value in data.items() if name != drop]
    head = f'      <send event={quoteattr(event)} target="#_parent"'
    return [f"{head}>", *params, "      </send>"] if params else [f"{head}/>"]
