"""The machine as canonical JSON: the same machine, the same bytes; one state and one transition a line, so that a diff can be read.

`schema/machine.schema.json` is the contract for third parties, docs/reference/machine.md the semantics. Transitions name states by id, not by
number, so that a new step changes the lines that it touches and no others. The content hash covers everything except where it was written
(origins) and itself: moving a comment or renaming a file leaves it alone, changing a delay does not.
"""

from __future__ import annotations

import json
from typing import Any

from ..language.nodes import Span
from ..language.values import Duration
from .types import RANKS, Action, Machine, State, StepInfo, Timer, Transition

FORMAT = "1.0"


class NotAMachine(ValueError):
    """The text is no machine of this format; `str(error)` says why."""


def dumps(machine: Machine) -> str:
    """Canonical JSON, ending in a newline."""
    return _text(machine, machine.hash, origins=True)


def digest(machine: Machine) -> str:
    """sha-256 (hex) over the canonical JSON with an empty `hash` and without origins."""
    from hashlib import sha256

    return sha256(_text(machine, "", origins=False).encode()).hexdigest()


def loads(text: str) -> Machine:
    """The machine of a text that `dumps` gave. NotAMachine where it is none, or where its hash does not fit its content."""
    try:
        data = json.loads(text)
        if data["format_version"].partition(".")[0] != FORMAT.partition(".")[0]:
            raise NotAMachine(f"format_version is {data['format_version']}, this version reads {FORMAT}")
        machine = _machine(data)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, NotAMachine):
            raise
        raise NotAMachine(f"no machine in format {FORMAT}: {type(error).__name__} {error}") from None
    if digest(machine) != machine.hash:
        raise NotAMachine("the hash does not fit the content: the machine was changed after it was written")
    return machine


# ---------------------------------------------------------------- writing


def _text(machine: Machine, hash: str, *, origins: bool) -> str:
    head: dict[str, Any] = {
        "format_version": FORMAT,
        "name": machine.name,
        "hash": hash,
        "channels": [{"channel": channel, "window": window} for channel, window in machine.windows],
        "elapsed": _duration(machine.elapsed),
        "event_order": [list(group) for group in RANKS],
    }
    ids = [_quoted(state.id) for state in machine.states]
    parts = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    parts.append(_lines("steps", [_line(_step(step), step.origin, origins) for step in machine.steps]))
    parts.append(_lines("states", [_line(_state(state), state.origin, origins) for state in machine.states]))
    written: dict[int, str] = {}
    parts.append(_lines("transitions", [_transition(move, ids, origins, written) for move in machine.transitions]))
    return "{\n" + ",\n".join(parts) + "\n}\n"


_json = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
_quoted = json.encoder.encode_basestring


def _lines(key: str, lines: list[str]) -> str:
    return f'"{key}": [' + ("\n  " + ",\n  ".join(lines) + "\n]" if lines else "]")


def _line(data: dict[str, Any], origin: Span, origins: bool) -> str:
    if origins:
        data["origin"] = _span(origin)
    return _json({key: value for key, value in data.items() if value not in (None, "", (), [])})


def _span(span: Span) -> str:
    return f"{span.file}:{span.line}:{span.column}-{span.end_line}:{span.end_column}"


def _duration(value: Duration | None) -> str | None:
    return None if value is None else str(value)


def _step(step: StepInfo) -> dict[str, Any]:
    return {"id": step.id, "channel": step.channel, "work": step.work}


def _state(state: State) -> dict[str, Any]:
    return {
        "id": state.id,
        "kind": state.kind,
        "step": state.step,
        "channel": state.channel,
        "outcome": state.outcome,
        "task": state.task,
        "role": state.role,
        "within": _duration(state.within),
        "pause": state.pause,
        "flags": list(state.flags),
        "touches": state.touches,
        "rounds": [list(pair) for pair in state.rounds],
    }


def _transition(move: Transition, ids: list[str], origins: bool, written: dict[int, str]) -> str:
    """By hand, and with what many transitions share (the same tuple of actions, the same timer, the same span) written once: machines have
    tens of thousands of these. `written` is keyed by identity; the machine keeps its parts alive meanwhile."""
    text = f'{{"from": {ids[move.source]}, "on": "{move.event}", "to": {ids[move.target]}'
    if move.actions:
        text += written.get(id(move.actions)) or written.setdefault(id(move.actions), f', "actions": {_json([action_data(a) for a in move.actions])}')
    if move.timer is not None:
        text += written.get(id(move.timer)) or written.setdefault(id(move.timer), f', "timer": {_json(timer_data(move.timer))}')
    if move.note:
        text += f', "note": {_quoted(move.note)}'
    if origins:
        text += written.get(id(move.origin)) or written.setdefault(id(move.origin), f', "origin": {_quoted(_span(move.origin))}')
    return text + "}"


def action_data(action: Action) -> dict[str, Any]:
    data: dict[str, Any] = {"do": action.kind, "step": action.step, "scope": action.scope, "channels": list(action.channels), "role": action.role}
    data |= {"within": _duration(action.within), "outcome": action.outcome}
    return {key: value for key, value in data.items() if value not in (None, "", [])}


def timer_data(timer: Timer) -> dict[str, Any]:
    data = {"set": timer.kind, "delay": _duration(timer.delay), "channel": timer.channel}
    return {key: value for key, value in data.items() if value is not None}


# ---------------------------------------------------------------- reading


def _machine(data: dict[str, Any]) -> Machine:
    states = tuple(_read_state(item, index) for index, item in enumerate(data["states"]))
    at = {state.id: state.index for state in states}
    windows = tuple((item["channel"], item["window"]) for item in data["channels"])
    return Machine(
        name=data["name"],
        steps=tuple(
            StepInfo(item["id"], index, item["channel"], item["work"], _read_span(item["origin"])) for index, item in enumerate(data["steps"])
        ),
        states=states,
        transitions=tuple(_read_transition(item, at) for item in data["transitions"]),
        channels=tuple(sorted({item["channel"] for item in data["steps"]})),
        elapsed=_read_duration(data["elapsed"]),
        hash=data["hash"],
        windows=windows,
    )


def _read_span(text: str) -> Span:
    start, _, end = text.rpartition("-")
    file, line, column = start.rsplit(":", 2)
    end_line, end_column = end.split(":")
    return Span(file, int(line), int(column), int(end_line), int(end_column))


def _read_duration(text: str | None) -> Duration | None:
    return None if text is None else Duration.parse(text)


def _read_state(item: dict[str, Any], index: int) -> State:
    return State(
        index=index,
        id=item["id"],
        kind=item["kind"],
        origin=_read_span(item["origin"]),
        step=item.get("step"),
        channel=item.get("channel"),
        outcome=item.get("outcome"),
        task=item.get("task"),
        role=item.get("role"),
        within=_read_duration(item.get("within")),
        pause=item.get("pause"),
        flags=tuple(item.get("flags", ())),
        touches=item.get("touches"),
        rounds=tuple((name, count) for name, count in item.get("rounds", ())),
    )


def _read_transition(item: dict[str, Any], at: dict[str, int]) -> Transition:
    timer = item.get("timer")
    return Transition(
        source=at[item["from"]],
        event=item["on"],
        target=at[item["to"]],
        origin=_read_span(item["origin"]),
        actions=tuple(_read_action(action) for action in item.get("actions", ())),
        timer=None if timer is None else Timer(timer["set"], _read_duration(timer.get("delay")), timer.get("channel")),
        note=item.get("note", ""),
    )


def _read_action(item: dict[str, Any]) -> Action:
    return Action(
        kind=item["do"],
        step=item.get("step", ""),
        scope=item.get("scope", ""),
        channels=tuple(item.get("channels", ())),
        role=item.get("role", ""),
        within=_read_duration(item.get("within")),
        outcome=item.get("outcome", ""),
    )
