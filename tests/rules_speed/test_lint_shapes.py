"""What is remembered by a machine's shape changes no finding: a playbook is judged as if nobody had been judged before it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cadenza.language import load_playbook
from cadenza.language.findings import Finding
from cadenza.language.values import Duration
from cadenza.machine import lower
from cadenza.machine.types import Timer
from cadenza.rules import run
from cadenza.rules.proof import shape
from cadenza.rules.proof.graph import Graph
from cadenza.rules.proof.shape import remembered, shape_of

TODAY = date(2027, 1, 4)
CHANGES = {
    "as-it-is": ("", ""),
    "of-fewer": ("size: 10000", "size: 300"),
    "leaking": ("channels: all", "channels: [email]"),
    "for-ever": (", at_most: 1}", "}"),
    "hours-late": ("phone: 4 hours", "phone: 9 days"),
    "pressing": ("after: 2 business days", "after: 2 hours"),
    "pressing-fewer": ("after: 2 business days", "after: 2 hours  # at once"),
}
"""One word of the example changed in each: some have its shape, most have not, and two that are wrong have one shape."""


@pytest.fixture
def files(tmp_path: Path, EXAMPLES: Path) -> list[Path]:
    """The example's playbook with one change in each of several files, in a workspace of their own."""
    root = tmp_path.resolve() / "workspace"
    for name in ("lists", "playbooks"):
        shutil.copytree(EXAMPLES / name, root / name)
    shutil.copy(EXAMPLES / "cadenza.yaml", root / "cadenza.yaml")
    text = (EXAMPLES / "playbooks" / "platform-cold.yaml").read_text("utf-8")
    made = []
    for name, (old, new) in CHANGES.items():
        assert old in text
        path = root / "playbooks" / f"{name}.yaml"
        path.write_text(text.replace(old, new) if old else text, "utf-8")
        made.append(path)
    return made


def judged(paths: list[Path], *, forget: bool) -> list[Finding]:
    """The findings of all files; `forget`: before each of them, what is remembered."""
    found: list[Finding] = []
    shape.forget()
    for path in paths:
        if forget:
            shape.forget()
        found += run.lint([path], as_of=TODAY).findings
    return found


def test_findings_do_not_depend_on_what_was_judged_before(files: list[Path]) -> None:
    few = files[:4]
    alone = judged(few, forget=True)
    assert {finding.code for finding in alone} >= {"M003", "R003"}, "the changes are wrong in several ways"
    assert judged(few, forget=False) == alone


@pytest.mark.slow
def test_findings_do_not_depend_on_the_order_either(files: list[Path]) -> None:
    alone = judged(files[::-1], forget=True)
    assert {finding.code for finding in alone} >= {"P001", "P003", "M003", "R003", "R004"}
    assert judged(files[::-1], forget=False) == alone


def test_a_shape_is_all_that_moves_and_nothing_that_is_named(files: list[Path]) -> None:
    example, fewer, pressing = (lower(load_playbook(path)) for path in (files[0], files[1], files[5]))
    assert shape_of(example) == shape_of(fewer) and example.states != fewer.states
    assert shape_of(example) != shape_of(pressing)
    timed = next(move for move in example.transitions if move.timer is not None and move.timer.kind == "after")
    later = timed._replace(timer=Timer("after", Duration(99, "day"), timed.timer.channel if timed.timer else None))
    other = replace(example, transitions=tuple(later if move is timed else move for move in example.transitions))
    assert shape_of(other) != shape_of(example)
    assert shape_of(replace(example, elapsed=Duration(9, "day"))) != shape_of(example)


def test_an_answer_that_is_remembered_costs_what_finding_it_did(files: list[Path]) -> None:
    shape.forget()
    first, second = (Graph(lower(load_playbook(path))) for path in files[:2])

    def find(graph: Graph) -> str:
        graph.spend(1234)
        return "found"

    assert remembered(first, "a question", lambda: find(first)) == "found"
    assert remembered(second, "a question", lambda: pytest.fail("it is known")) == "found"
    assert first.left == second.left
    assert remembered(second, "another", lambda: None) is None
