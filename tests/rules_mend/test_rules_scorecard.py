"""Every point of a scorecard has its reason and its line, and moves with what the playbook says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from cadenza.cli.group import group
from cadenza.language import schema_folder


@pytest.fixture
def playbook(tmp_path: Path, EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("playbooks", "lists"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    shutil.copy(EXAMPLES / "cadenza.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "playbooks" / "platform-cold.yaml"


def card(path: Path) -> dict[str, Any]:
    result = CliRunner().invoke(group, ["lint", str(path), "--as-of", "2027-01-04", "--scorecard", "--format", "json"], catch_exceptions=False)
    document = json.loads(result.output)
    Draft202012Validator(json.loads((schema_folder() / "finding.schema.json").read_text("utf-8"))).validate(document)
    return {pillar["name"]: pillar for pillar in document["scorecards"][0]["pillars"]}


def scores(path: Path) -> dict[str, int]:
    return {name: pillar["score"] for name, pillar in card(path).items()}


CHANGES = {
    "purpose": ("  consent: legitimate_interest\n", ""),
    "governance": ("owner: revops@acme-observability.example\n", ""),
    "culture": ("page: {steps: 0, login: false, asks_reason: false}", "page: {steps: 2, login: true, asks_reason: true}"),
    "incentives": ("  pipeline: 750000 EUR per quarter\n", ""),
    "knowledge": ("verified: 2026-11-02", "verified: 2025-11-02"),
    "technology": ("phone: 4 hours", "phone: 5 days"),
    "resilience": ("enroll: 120 per business day", "enroll: 1200 per business day"),
}


@pytest.mark.parametrize("pillar", CHANGES)
def test_one_line_costs_one_point(pillar: str, playbook: Path) -> None:
    before, (good, bad) = scores(playbook), CHANGES[pillar]
    text = playbook.read_text("utf-8")
    assert good in text
    playbook.write_text(text.replace(good, bad, 1), "utf-8")
    after = card(playbook)
    assert after[pillar]["score"] == before[pillar] - 1
    lost = [point for point in after[pillar]["points"] if not point["held"]]
    assert all(point["reason"] and point["line"] >= 1 for point in lost)


def test_a_score_is_one_and_its_points(playbook: Path) -> None:
    for pillar in card(playbook).values():
        assert pillar["score"] == 1 + sum(point["held"] for point in pillar["points"])


def test_the_text_of_the_example(playbook: Path, golden: Any) -> None:
    result = CliRunner().invoke(group, ["lint", str(playbook), "--as-of", "2027-01-04", "--scorecard"], env={"COLUMNS": "100", "NO_COLOR": "1"})
    golden(result.output, Path(__file__).parent / "golden" / "scorecard.out")
