"""Copies of the example workspace in which few people are asked, so that a run takes milliseconds; in some they answer, so that few are enough."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cadenza.language import load_simulation
from cadenza.language.model import Simulation

COLD, QUARTER = "playbooks/platform-cold.yaml", "simulations/2027-q1.yaml"
EIGHT_WEEKS = """\
cadenza: 1
name: q
playbooks: [../playbooks/platform-cold.yaml]
start: 2027-01-04
horizon: 8 weeks
replications: 4
seed: 7
"""


def copied(examples: Path, folder: Path) -> Path:
    """The workspace, with sixty people in all."""
    shutil.copy(examples / "cadenza.yaml", folder)
    for name in ("playbooks", "lists", "simulations"):
        shutil.copytree(examples / name, folder / name)
    return edited(folder, "  size: 10000\n  enroll: 120 per business day\n", "  size: 60\n  enroll: 10 per business day\n")


def edited(folder: Path, old: str, new: str) -> Path:
    text = (folder / COLD).read_text("utf-8")
    assert old in text
    (folder / COLD).write_text(text.replace(old, new), "utf-8")
    return folder


def answering(folder: Path) -> Path:
    """The same people, who answer more often than anybody does, for eight weeks."""
    (folder / QUARTER).write_text(EIGHT_WEEKS, "utf-8")
    return edited(folder, "positive: 71/12168", "positive: 20%")


@pytest.fixture
def small(EXAMPLES: Path, tmp_path: Path) -> Path:
    return copied(EXAMPLES, tmp_path)


@pytest.fixture
def simulation(small: Path) -> Simulation:
    """Of `small`, whose people answer now."""
    return load_simulation(answering(small) / QUARTER)


@pytest.fixture(scope="module")
def folder(EXAMPLES: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose people answer, for all tests of a module: nobody writes there."""
    return answering(copied(EXAMPLES, tmp_path_factory.mktemp("shared")))
