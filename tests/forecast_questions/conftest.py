"""A copy of the example workspace in which few people are asked, so that a run takes milliseconds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def small(EXAMPLES: Path, tmp_path: Path) -> Path:
    shutil.copy(EXAMPLES / "cadenza.yaml", tmp_path)
    for folder in ("playbooks", "lists", "simulations"):
        shutil.copytree(EXAMPLES / folder, tmp_path / folder)
    playbook = tmp_path / "playbooks/platform-cold.yaml"
    text = playbook.read_text("utf-8")
    assert "  size: 10000\n  enroll: 120 per business day\n" in text
    playbook.write_text(text.replace("  size: 10000\n  enroll: 120 per business day\n", "  size: 60\n  enroll: 10 per business day\n"), "utf-8")
    return tmp_path
