"""Canonical JSON: one form, the same bytes, and enough to run a machine without this package."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.clocks import DAY, MONDAY, DayClock
from support.playbooks import HEAD, load_document, playbooks

from cadenza.language import Playbook, load_playbook, schema_folder
from cadenza.language.values import Duration
from cadenza.machine import Event, Machine, NotAMachine, alphabet, begin, dumps, loads, lower, step

Make = Callable[..., Playbook]
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)

PRINT = """
import sys
from pathlib import Path
from cadenza.language import load_playbook
from cadenza.machine import dumps, lower
sys.stdout.buffer.write(dumps(lower(load_playbook(Path(sys.argv[1])))).encode())
"""

ONE_ORDER = (
    HEAD
    + """\
cadence:
  - {id: one, channel: email, message: messages/hello.md, on: {clicked: {goto: three}, opened: {go_on: true}}}
  - {id: two, channel: phone, script: messages/hello.md, replies: {negative: {stop: no}, positive: {handoff: sdr}}}
  - {id: three, channel: email, message: messages/hello.md, when: {clicked: one, opened: one}, skip_if: {any: [{connected: two}], opened: one}}
replies:
  positive: {handoff: ae, within: 1 hour}
  not_now: {pause: 30 days, at_most: 2}
  negative: {stop: said_no, cooldown: 30 days}
stop_rules:
  - {id: bad, when: {event: bounced}, stop: bad}
  - {id: far, when: {touches: 3}, stop: enough}
opt_out: {ways: [reply], channels: [phone, email], scope: account, undo: by_request}
"""
)
OTHER_ORDER = """\
opt_out: {undo: by_request, scope: account, channels: [email, phone], ways: [reply]}
stop_rules:
  - {stop: bad, when: {event: bounced}, id: bad}
  - {when: {touches: 3}, id: far, stop: enough}
replies:
  negative: {cooldown: 30 days, stop: said_no}
  not_now: {at_most: 2, pause: 30 days}
  positive: {within: 1 hour, handoff: ae}
cadence:
  - {on: {opened: {go_on: true}, clicked: {goto: three}}, message: messages/hello.md, channel: email, id: one}
  - {replies: {positive: {handoff: sdr}, negative: {stop: no}}, id: two, channel: phone, script: messages/hello.md}
  - {skip_if: {opened: one, any: [{connected: two}]}, when: {opened: one, clicked: one}, id: three, channel: email, message: messages/hello.md}
channels:
  linkedin: {window: mon-fri 09:00-18:00}
  phone: {window: mon-fri 09:00-12:00}
  email: {window: mon-fri 09:00-17:00, senders: pool}
audience:
  fields: [email, phone, first_name]
  enroll: 10 per business day
  size: 100
name: tried
cadenza: 1
"""


def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((schema_folder() / "machine.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def without_origins(text: str) -> str:
    return re.sub(r', "origin": "[^"]*"', "", text)


def test_the_example_goes_there_and_back(EXAMPLES: Path) -> None:
    machine = lower(load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"))
    text = dumps(machine)
    assert loads(text) == machine
    assert dumps(loads(text)) == text
    validator().validate(json.loads(text))


@SAME_FOLDER
@given(document=playbooks())
def test_every_machine_goes_there_and_back(document: dict[str, Any], tmp_path: Path) -> None:
    machine = lower(load_document(tmp_path, document))
    text = dumps(machine)
    assert loads(text) == machine
    validator().validate(json.loads(text))


def test_the_same_bytes_for_every_hash_seed(EXAMPLES: Path) -> None:
    found = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PRINT, str(EXAMPLES / "playbooks" / "platform-cold.yaml")]
        found.add(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert len(found) == 1
    assert found.pop().startswith(b'{\n"format_version": "1.0",\n"name": "platform-cold",\n')


def test_the_order_of_keys_moves_origins_and_nothing_else(make_playbook: Make) -> None:
    one, other = lower(make_playbook(ONE_ORDER)), lower(make_playbook(OTHER_ORDER))
    assert without_origins(dumps(one)) == without_origins(dumps(other))
    assert one.hash == other.hash
    assert dumps(one) != dumps(other)


def test_the_hash_is_of_what_the_machine_does(make_playbook: Make) -> None:
    plain = lower(make_playbook(ONE_ORDER))
    assert lower(make_playbook("# a comment\n" + ONE_ORDER)).hash == plain.hash
    assert lower(make_playbook(ONE_ORDER.replace("pause: 30 days", "pause: 31 days"))).hash != plain.hash
    assert lower(make_playbook(ONE_ORDER.replace("mon-fri 09:00-17:00", "mon-fri 09:00-17:30"))).hash != plain.hash


def test_what_is_no_machine_is_refused_with_a_reason(EXAMPLES: Path) -> None:
    text = dumps(lower(load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml")))
    with pytest.raises(NotAMachine, match=r"^the hash does not fit the content: the machine was changed after it was written$"):
        loads(text.replace('"365 days"', '"3 days"'))
    with pytest.raises(NotAMachine, match=r"^format_version is 2\.0, this version reads 1\.0$"):
        loads(text.replace('"format_version": "1.0"', '"format_version": "2.0"'))
    for other in ("[]", "{}", "", "null", '{"format_version": 1}', text[:-40]):
        with pytest.raises(NotAMachine, match=r"^no machine in format 1\.0: "):
            loads(other)


# ---------------------------------------------------------------- somebody else's interpreter, from the JSON and its page alone


class Elsewhere:
    """A second implementation of docs/reference/machine.md, which knows nothing but the JSON."""

    def __init__(self, text: str, clock: DayClock, at: int) -> None:
        self.data, self.clock = json.loads(text), clock
        self.states = {state["id"]: state for state in self.data["states"]}
        self.moves = {(move["from"], move["on"]): move for move in self.data["transitions"]}
        self.state, self.touched = self.data["states"][0]["id"], at
        self.due: int | None = None
        self.planned: int | None = None
        self.expires: int | None = None
        self.held: int | None = None
        self.since = at

    def add(self, at: int, delay: str | None, channel: str | None) -> int:
        return at if delay is None else self.clock.add(at, Duration.parse(delay), channel)

    def take(self, name: str, step: str | None, at: int) -> list[dict[str, Any]]:
        runs = {"due": self.due, "cooled": self.due, "elapsed": self.expires}.get(name, at)
        move = self.moves.get((self.state, f"{name}:{step}")) or self.moves.get((self.state, name))
        if runs is None or at < runs or move is None:
            return []
        source, target = self.states[self.state], self.states[move["to"]]
        if name == "enrolled" or (name == "done" and source["kind"] == "touch"):
            self.touched = at
        timer = move.get("timer", {"set": "none"})
        old_due, channel, delay = self.due, timer.get("channel"), timer.get("delay")
        starts = {"after": lambda: self.add(self.touched, delay, channel), "now": lambda: self.add(at, delay, channel)}
        starts |= {"planned": lambda: self.planned or at, "return": lambda: self.add(at, delay, None)}
        if timer["set"] == "none":
            self.due = None
        elif timer["set"] != "keep":
            self.due = self.clock.forward(max(at, starts[timer["set"]]()), channel)
        waiting = target["kind"] == "hold" or target.get("task") == "review"
        self.planned = ({"wait": old_due, "touch": self.since}.get(source["kind"], self.planned)) if waiting else None
        self._clocks(name, source, target, at)
        if not (timer["set"] == "keep" and source["kind"] == target["kind"]):
            self.since = at
        self.state = target["id"]
        return move.get("actions", [])

    def _clocks(self, name: str, source: dict[str, Any], target: dict[str, Any], at: int) -> None:
        if self.data["elapsed"] is None or "step" not in target:
            self.expires = None
        elif name == "enrolled":
            self.expires = self.add(at, self.data["elapsed"], None)
        elif "pause" in source and "pause" not in target and self.expires is not None and self.held is not None:
            self.expires += at - self.held
        self.held = (self.held if "pause" in source else at) if "pause" in target else None


def compare(machine: Machine, choices: list[tuple[int, int]]) -> list[str]:
    """Walk both side by side: each choice picks an event of the alphabet and the hours until it comes. Gives the states on the way."""
    clock = DayClock()
    at, life = MONDAY, begin(machine, MONDAY)
    other = Elsewhere(dumps(machine), clock, MONDAY)
    events = [*alphabet(machine), "enrolled", "due", "done", "due", "done", "cooled"]
    way = []
    for pick, hours in choices:
        name, _, answered = events[pick % len(events)].partition(":")
        at += hours * 3600
        life, actions = step(machine, life, Event(name, answered or None), at, clock)
        told = other.take(name, answered or None, at)
        assert [(a.kind, a.step, a.outcome) for a in actions] == [(a["do"], a.get("step", ""), a.get("outcome", "")) for a in told]
        here = (machine.states[life.state].id, life.due, life.planned, life.expires, life.held, life.since, life.touched)
        assert here == (other.state, other.due, other.planned, other.expires, other.held, other.since, other.touched)
        way.append(other.state)
    return way


@SAME_FOLDER
@given(document=playbooks(), choices=st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from((0, 1, 24, 72, 240, 2400))), max_size=40))
def test_a_third_party_runs_it_from_the_json(document: dict[str, Any], choices: list[tuple[int, int]], tmp_path: Path) -> None:
    machine = lower(load_document(tmp_path, document))
    enrol = sorted({*alphabet(machine)}).index("enrolled")
    compare(machine, [(enrol, 0), *choices])


def test_a_third_party_runs_the_example(EXAMPLES: Path) -> None:
    machine = lower(load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"))
    at = {name: index for index, name in enumerate(alphabet(machine))}
    names = ["enrolled", "due", "done", "replied.out_of_office", "replied.unclassified", "done", "due", "due", "done", "accepted:connect"]
    way = compare(machine, [(at[name], 24 * 9) for name in [*names, "replied.negative", "cooled"]] + [(at["cooled"], 366 * DAY // 3600)])
    assert way[-1] == "start"
    assert len(set(way)) == 9
