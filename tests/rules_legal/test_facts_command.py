"""`cadenza facts` and `cadenza explain` of a policy, as people see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cadenza.cli.group import run
from cadenza.language import schema_folder

GOLDEN = Path(__file__).parent / "golden"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


def test_some_facts_with_what_they_mean(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, golden: Callable[..., None]) -> None:
    monkeypatch.chdir(EXAMPLES)
    assert run(["facts", "playbooks/platform-cold.yaml", "opt_out", "facts.touches_max", "windows", "-v", "--as-of", "2027-01-04"]) == 0
    golden(capsys.readouterr().out, GOLDEN / "facts.txt")


def test_a_fact_that_is_none_is_guessed(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(EXAMPLES)
    assert run(["facts", "playbooks/platform-cold.yaml", "touch_max"]) == 2
    assert "There is no fact 'touch_max'. Did you mean 'touches_max'?" in capsys.readouterr().err


def test_channels_that_are_not_used_are_left_out(best: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(best)
    assert run(["facts", "playbooks/best.yaml", "windows"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if line[0] != " "] == [
        "windows[email]",
        "windows[phone]",
        "windows[linkedin]",
        "windows[sms]",
    ]


def test_a_playbook_that_cannot_be_built_is_refused(worst: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(worst)
    (worst / "playbooks/worst.yaml").write_text("cadenza: 1\nname: x\n", "utf-8")
    assert run(["facts", "playbooks/worst.yaml"]) == 2
    assert "a playbook lacks the key `audience`" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["us.tcpa.revoke_all", "can-spam", "at-most-four-a-week"])
def test_a_policy_is_explained(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, golden: Callable[..., None], word: str) -> None:
    monkeypatch.chdir(EXAMPLES)
    assert run(["explain", word]) == 0
    golden(capsys.readouterr().out, GOLDEN / f"explain-{word}.txt")
    assert run(["explain", word, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads((schema_folder() / "explain.schema.json").read_text("utf-8"))).validate(document)
    assert document["kind"] == ("pack" if word == "can-spam" else "check")


def test_a_policy_that_is_none_is_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "us.canspam.honor"]) == 2
    assert "There is no rule 'us.canspam.honor'. Did you mean 'us.canspam.honour'?" in capsys.readouterr().err


def test_select_takes_checks(best: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.chdir(best)
    assert run(["lint", "--select", "uk.tps,gdpr", "--as-of", "2027-03-01"]) == 0
    assert run(["lint", "--select", "uk.tpz"]) == 2
    assert "there is no rule 'uk.tpz'; did you mean 'uk.tps'?" in capsys.readouterr().err
