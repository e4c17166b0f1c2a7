"""Which rules run and at which level: profiles, the workspace's overrides, the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.language.findings import Level
from cadenza.rules import lint

LATE = "opt_out:\n  page: {steps: 3}\naudience:\n  source: {kind: researched, verified: 2026-08-01}\n"


def with_lint(file: Path, text: str) -> Path:
    workspace = file.parent.parent / "cadenza.yaml"
    workspace.write_text(workspace.read_text("utf-8") + text, "utf-8")
    return file


def found(file: Path, today: date, **how: object) -> list[tuple[str, str]]:
    return [(finding.code, finding.level.name) for finding in lint([file], as_of=today, **how).findings]  # type: ignore[arg-type]


def test_each_profile_contains_the_one_before(base: Callable[..., Path], today: date) -> None:
    file = base(LATE)
    assert found(file, today, profile="minimal") == [("R005", "error")]
    assert found(file, today) == [("R005", "error"), ("D003", "warning")]
    assert found(file, today, profile="strict", ignore=["D002"]) == [("R005", "error"), ("D003", "error")]
    assert found(with_lint(file, "lint: {profile: minimal}\n"), today) == [("R005", "error")]
    assert found(file, today, profile="standard") == [("R005", "error"), ("D003", "warning")], "the command line is above the workspace"


def test_select_and_ignore(base: Callable[..., Path], today: date) -> None:
    file = base(LATE)
    assert found(file, today, select=["D003"]) == [("D003", "warning")]
    assert found(file, today, select=["R", "stale-list"], ignore=["R005"]) == [("D003", "warning")]
    assert found(file, today, ignore=["opt-out-friction", "D"]) == []
    assert found(file, today, strict=True) == [("R005", "error"), ("D003", "error")]


def test_the_workspace_sets_levels_and_numbers(base: Callable[..., Path], today: date) -> None:
    text = "lint:\n  ignore: [opt-out-leaks]\n  overrides:\n    opt-out-friction: {level: advice, steps: 2}\n    D003: {days: 300}\n"
    assert found(with_lint(base(LATE), text), today) == [("R005", "advice")]


def test_a_duration_and_a_level_of_off(base: Callable[..., Path], today: date) -> None:
    text = "lint:\n  overrides:\n    not-now-too-soon: {least: 120 days}\n    opt-out-friction: {level: 'off'}\n    stale-list: {level: 'off'}\n"
    report = lint([with_lint(base(LATE), text)], as_of=today)
    assert [(finding.code, finding.message) for finding in report.findings] == [
        ("R013", '"not now" pauses for 90 days, then `proof` follows; the least is 120 days')
    ]


@pytest.mark.parametrize(
    ("text", "line", "code", "message", "help"),
    [
        ("lint: {ignore: [ignore-no]}\n", 20, "Y004", "there is no rule `ignore-no`", "Did you mean `ignores-no`?"),
        ("lint: {overrides: {P01: {}}}\n", 20, "Y004", "there is no rule `P01`", "Did you mean `P001`?"),
        ("lint:\n  overrides:\n    P001: {weak: 5}\n", 22, "Y004", "there is no option of too-many-touches `weak`", "Did you mean `week`?"),
        ("lint:\n  overrides:\n    P001: {week: lots}\n", 22, "Y005", "`lots` is no value for too-many-touches.week", "A good one is `4`."),
        ("lint:\n  overrides:\n    R013: {least: soon}\n", 22, "Y005", "`soon` is no value for not-now-too-soon.least", "A good one is `30 days`."),
    ],
)
def test_a_mistake_in_the_settings_has_a_place(
    text: str, line: int, code: str, message: str, help: str, base: Callable[..., Path], today: date
) -> None:
    file = with_lint(base(), text)
    for path in (file, file.parent.parent / "cadenza.yaml"):
        (finding,) = lint([path], as_of=today).findings
        assert (finding.code, finding.level, finding.message, finding.help) == (code, Level.error, message, help)
        assert (finding.span.file, finding.span.line) == ("cadenza.yaml", line)
