"""Views: golden pictures of the example, sound structure for every machine, and the other tools themselves where they are installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from support.playbooks import load_document, playbooks

from cadenza.language import load_playbook
from cadenza.machine import Machine, lower, outgoing, views
from cadenza.machine.views.outline import keys, outline
from cadenza.machine.views.scxml import NAMESPACE

HERE = Path(__file__).parent
LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


@pytest.fixture(scope="module")
def example(EXAMPLES: Path) -> Machine:
    return lower(load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"))


def test_the_example_in_mermaid(example: Machine, golden: Callable[[str, Path], None]) -> None:
    golden(views.mermaid(example), HERE / "golden" / "platform-cold.mmd")


def test_the_example_in_dot(example: Machine, golden: Callable[[str, Path], None]) -> None:
    golden(views.dot(example), HERE / "golden" / "platform-cold.dot")


def test_full_views_draw_every_state_and_every_pair(example: Machine) -> None:
    pairs = {(move.source, move.target) for move in example.transitions}
    mermaid, dot = views.mermaid(example, full=True).splitlines(), views.dot(example, full=True).splitlines()
    boxes = [line.strip() for line in mermaid if line.strip().startswith("state ") and not line.endswith("{")]
    assert sorted(boxes) == sorted(f'state "{state.id}" as s{state.index}' for state in example.states)
    assert {_ends(line.split(" : ")[0], " --> ") for line in mermaid if " --> s" in line and "[*]" not in line} == pairs
    assert {_ends(line.split(" [")[0], " -> ") for line in dot if " -> " in line} == pairs


def _ends(text: str, arrow: str) -> tuple[int, int]:
    source, target = (int(end.strip().removeprefix("s")) for end in text.split(arrow))
    return source, target


def test_names_cannot_break_out_of_a_picture(example: Machine) -> None:
    bad = 'x" ]; -->\n"y: #1 <b>'
    machine = replace(example, name=bad, states=(replace(example.states[0], id=bad), *example.states[1:]))
    assert '  state "x#quot; ]#59; --#gt; #quot;y#58; #35;1 #lt;b#gt;" as s0\n' in views.mermaid(machine, full=True)
    assert '[label="x\\" ]; --> \\"y: #1 <b>", ' in views.dot(machine, full=True)
    ET.fromstring(views.scxml(machine))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (dot) is not installed")
def test_graphviz_draws_it(example: Machine) -> None:
    drawn = subprocess.run(["dot", "-Tsvg"], input=views.dot(example).encode(), capture_output=True, check=True, timeout=60)
    assert drawn.stderr == b""
    titles = [title.text for title in ET.fromstring(drawn.stdout).iter("{http://www.w3.org/2000/svg}title")]
    assert [name for name in titles if name and name.startswith("step_")].count("step_goodbye") == 1
    assert {"cluster_live", "cluster_steps", "cluster_ends"} <= set(titles)


def test_keys_differ_for_different_texts() -> None:
    assert keys(["a b", "a-b", "a_b_2", "a b", "", "é"]) == ["a_b", "a_b_2", "a_b_2_2", "a_b_3", "x", "x_2"]


@LAW
@given(document=playbooks())
def test_every_outline_keeps_each_way_on(document: dict[str, Any], tmp_path: Path) -> None:
    """Each transition that the outline does not leave out on purpose lies under one of its arrows."""
    machine = lower(load_document(tmp_path, document))
    view = outline(machine)
    group = {box.key: box.group for box in view.boxes}
    drawn = {(arrow.source, arrow.target, event) for arrow in view.arrows for event in arrow.events}
    for arrow in view.arrows:
        for end in (arrow.source, arrow.target):
            assert end in group or view.of(end)
    wide = {key: {key, group[key], *(["live"] if group[key] in ("steps", "pauses") else [])} for key in group}
    labels = {(box.label, box.group): box.key for box in view.boxes}
    for move in machine.transitions:
        source, target = machine.states[move.source], machine.states[move.target]
        if source.kind in ("wait", "touch") and target.kind in ("wait", "end") and source.step != target.step:
            here = labels[source.step or "", "steps"]
            there = labels[target.step or "", "steps"] if target.step else labels[target.outcome or "", "ends"]
            assert any((a, b, move.event) in drawn for a in wide[here] for b in wide[there])


@LAW
@given(document=playbooks())
def test_scxml_is_sound(document: dict[str, Any], tmp_path: Path) -> None:
    machine = lower(load_document(tmp_path, document))
    root = ET.fromstring(views.scxml(machine))
    states = [child for child in root if child.tag in (f"{{{NAMESPACE}}}state", f"{{{NAMESPACE}}}final")]
    assert root.attrib["version"] == "1.0"
    assert len(states) == len(root) == len({state.attrib["id"] for state in states}) == len(machine.states)
    ids = {state.attrib["id"]: index for index, state in enumerate(states)}
    assert ids[root.attrib["initial"]] == 0
    for index, (state, moves) in enumerate(zip(states, outgoing(machine), strict=True)):
        found = [(item.attrib["event"], ids[item.attrib["target"]]) for item in state]
        assert sorted(found) == sorted((move.event.replace(":", "."), move.target) for move in moves)
        assert state.tag.endswith("final") == (not moves), machine.states[index].id
        for at, (event, _) in enumerate(found):
            assert not [before for before, _ in found[:at] if event.startswith(f"{before}.")], "a general event hides a special one"


@LAW
@given(document=playbooks())
def test_xstate_is_sound(document: dict[str, Any], tmp_path: Path) -> None:
    machine = lower(load_document(tmp_path, document))
    config = json.loads(views.xstate(machine))
    assert [state["meta"]["id"] for state in config["states"].values()] == [state.id for state in machine.states]
    index = {name: at for at, name in enumerate(config["states"])}
    assert index[config["initial"]] == 0
    for name, state in config["states"].items():
        found = {event: index[move["target"]] for event, move in state.get("on", {}).items()}
        assert found == {move.event: move.target for move in outgoing(machine)[index[name]]}


SCRIPT = """
const { createMachine, createActor } = require('xstate');
const { config, events } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const actor = createActor(createMachine(config));
actor.start();
const way = [];
for (const type of events) { actor.send({ type }); way.push(actor.getSnapshot().getMeta()); }
console.log(JSON.stringify(way.map((meta) => Object.values(meta)[0].id)));
"""


def _has_xstate() -> bool:
    node = shutil.which("node")
    return node is not None and subprocess.run([node, "-e", "require('xstate')"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _has_xstate(), reason="node with xstate is not installed (npm install xstate, and NODE_PATH)")
def test_xstate_walks_the_example(example: Machine) -> None:
    events = ["enrolled", "due", "done", "replied.not_now", "due", "replied.positive", "done", "meeting.booked", "meeting.held", "unsubscribed"]
    told = json.dumps({"config": json.loads(views.xstate(example)), "events": events})
    done = subprocess.run(["node", "-e", SCRIPT], input=told.encode(), capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [
        "wait intro 0 touches",
        "touch intro 0 touches",
        "wait first-call 1 touch",
        "hold not_now to answer-a-pain 1 touch 1 not_now",
        "wait answer-a-pain 1 touch 1 not_now",
        "handoff ae",
        "booking ae",
        "meeting ae",
        "end meeting",
        "end opted_out",
    ]
