"""Rules over forecasts, by both of their doors: `lint --forecast` and `forecast`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from cadenza.cli.group import group

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = ROOT / "tests" / "rules" / "base"
GOAL = "cadenza: 1\nextends: base.yaml\nname: example\ntargets:\n  meetings: 900 per month\n"
OUT = "the target meetings: at least 900 per month is out of reach: 0% of the forecasts get there; half of them have "


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "playbooks" / "example.yaml"
    file.write_text(GOAL, "utf-8")
    return file


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(group, [*words, "--as-of", "2027-01-04"])
    assert result.exit_code == code, result.output
    return result.stdout


def messages(text: str) -> list[tuple[str, str]]:
    return [(finding["code"], finding["message"]) for finding in json.loads(text).get("findings", ())]


def test_lint_runs_them_when_a_forecast_is_asked_for(playbook: Path) -> None:
    words = ["lint", str(playbook), "--format", "json", "--no-cache", "--select", "C"]
    assert messages(run(*words)) == []
    found = dict(messages(run(*words, "--forecast")))
    assert found["C006"].startswith(OUT)


def test_who_names_such_a_rule_without_a_forecast_is_told(playbook: Path) -> None:
    result = CliRunner().invoke(group, ["lint", str(playbook), "--select", "target-out-of-reach"])
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, "Error: C006 target-out-of-reach reads a forecast; add --forecast")


def test_a_waiver_holds_there_and_is_not_called_unused_without_a_forecast(playbook: Path) -> None:
    playbook.write_text(GOAL.replace("per month", "per month  # cadenza: ignore[target-out-of-reach]: a goal for three years"), "utf-8")
    words = ["lint", str(playbook), "--format", "json", "--no-cache", "--select", "C,Y"]
    assert messages(run(*words)) == []
    found = json.loads(run(*words, "--forecast"))["findings"]
    assert [finding["waived"] for finding in found if finding["code"] in ("C006", "Y011")] == ["a goal for three years"]


def test_a_forecast_shows_them_below_its_table_and_in_json(playbook: Path) -> None:
    text = run("forecast", str(playbook), "-n", "4", "-j", "1")
    assert "C006 target-out-of-reach" in text and text.index("C006") > text.index("meetings held")
    data = run("forecast", str(playbook), "-n", "4", "-j", "1", "--format", "json")
    assert [code for code, message in messages(data) if message.startswith(OUT)] == ["C006"]
    Draft202012Validator(json.loads((ROOT / "schema" / "forecast.schema.json").read_text("utf-8"))).validate(json.loads(data))


def test_the_workspace_decides_about_them_as_about_all_rules(playbook: Path) -> None:
    workspace = playbook.parent.parent / "cadenza.yaml"
    workspace.write_text(workspace.read_text("utf-8") + "lint: {ignore: [target-out-of-reach, below-critical-mass]}\n", "utf-8")
    assert "C006" not in run("forecast", str(playbook), "-n", "4", "-j", "1")


def test_a_limit_before_the_last_step_is_forecast_without_it(playbook: Path) -> None:
    text = (BASE / "playbooks" / "base.yaml").read_text("utf-8").replace("name: base", "name: example").replace("touches: 6", "touches: 1")
    playbook.write_text(text, "utf-8")
    words = ["lint", str(playbook), "--format", "json", "--no-cache", "--select", "E016", "--forecast", "--profile", "strict"]
    ((code, message),) = messages(run(*words))
    assert code == "E016" and message.startswith("`enough` stops after 1 touch of 4 that are written: that costs ")
    playbook.write_text(text.replace("touches: 1", "touches: 4"), "utf-8")
    assert messages(run(*words)) == []
