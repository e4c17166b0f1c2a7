"""A machine as an XState v5 configuration: `createMachine(JSON.parse(text))`.

State keys are made of letters, digits and `_`; `meta.id` is the machine's own id. Event types are the machine's event names; for an answer to a
step send `replied.negative:intro` where the snapshot `can` take it, else `replied.negative`. Actions carry their parameters; a transition's
timer is the action `timer`: the host's calendar sends `due`, `cooled` and `elapsed`.
"""

from __future__ import annotations

import json
from typing import Any

from ..canon import action_data, timer_data
from ..graph import outgoing
from ..types import Action, Machine, State, Transition
from .outline import keys


def xstate(machine: Machine) -> str:
    """The configuration as JSON; ends in a newline."""
    ids = keys(state.id for state in machine.states)
    states = {ids[state.index]: _state(state, moves, ids) for state, moves in zip(machine.states, outgoing(machine), strict=True)}
    return json.dumps({"id": keys([f"machine {machine.name}"])[0], "initial": ids[0], "states": states}, indent=1, ensure_ascii=False) + "\n"


def _state(state: State, moves: tuple[Transition, ...], ids: list[str]) -> dict[str, Any]:
    meta: dict[str, Any] = {"id": state.id, "step": state.step, "outcome": state.outcome, "role": state.role}
    found: dict[str, Any] = {"tags": [state.kind], "meta": {name: value for name, value in meta.items() if value is not None}}
    if moves:
        found["on"] = {move.event: _transition(move, ids) for move in moves}
    return found


def _transition(move: Transition, ids: list[str]) -> dict[str, Any]:
    actions: list[dict[str, Any]] = [{"type": action.kind, "params": _params(action)} for action in move.actions]
    if move.timer is not None:
        actions.append({"type": "timer", "params": timer_data(move.timer)})
    return {"target": ids[move.target], **({"actions": actions} if actions else {})}


def _params(action: Action) -> dict[str, Any]:
    data = action_data(action)
    del data["do"]  # it is the action's type
    return data
