"""Workspaces to hold policies against: one that meets every check that ships, one that breaks each of them, and copies to change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.language.findings import Finding
from cadenza.rules import lint

HERE = Path(__file__).resolve().parent


@pytest.fixture
def today() -> date:
    return date(2027, 3, 1)


@pytest.fixture
def best(tmp_path: Path) -> Path:
    """A copy of the workspace that meets every check."""
    return Path(shutil.copytree(HERE / "best", tmp_path / "best"))


@pytest.fixture
def worst(tmp_path: Path) -> Path:
    """A copy of the workspace that breaks every check."""
    return Path(shutil.copytree(HERE / "worst", tmp_path / "worst"))


@pytest.fixture
def change() -> Callable[[Path, str, str], None]:
    """`change(file, old, new)`: the one place where `old` stands in a file."""

    def replace(file: Path, old: str, new: str) -> None:
        text = file.read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        file.write_text(text.replace(old, new), "utf-8")

    return replace


@pytest.fixture
def said(today: date) -> Callable[..., list[str]]:
    """`said(root)`: what lint says of the policies there, as `place level name: message`."""

    def judge(root: Path, *words: str, as_of: date = today, ignore: tuple[str, ...] = ()) -> list[str]:
        report = lint([root], as_of=as_of, select=words or ("L", "Y"), ignore=ignore, base=root)
        return [line(finding) for finding in report.findings]

    return judge


def line(finding: Finding) -> str:
    return f"{finding.span} {finding.level.name} {finding.name}: {finding.message}"
