"""Start-up is a feature: what the quick commands import, and what they must not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("attrs", "attr", "dask", "holidays", "jsonschema", "liquid", "networkx", "numpy", "phonenumbers", "rich", "scipy", "simpy")


def imported(cwd: Path, *arguments: str) -> list[str]:
    """Top-level packages that a run of cadenza imports, in order of name."""
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cadenza", *arguments], cwd=cwd, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout + result.stderr[-2000:]
    lines = [line.rpartition("|")[2].strip() for line in result.stderr.splitlines() if line.startswith("import time:")]
    return sorted({name.partition(".")[0] for name in lines})


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("lint", "playbooks/platform-cold.yaml", "--as-of", "2027-01-04"),
        ("compile", "playbooks/platform-cold.yaml"),
        ("explain", "ignores-no"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_quick_commands_import_nothing_heavy(arguments: tuple[str, ...], EXAMPLES: Path) -> None:
    found = imported(EXAMPLES, *arguments)
    assert "click" in found
    assert [name for name in HEAVY if name in found] == []
