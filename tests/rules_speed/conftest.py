"""A small workspace, and lint that tells which files it really judged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.rules import cache, run
from cadenza.rules.run import Report

BASE = Path(__file__).resolve().parent.parent / "rules" / "base"
TODAY = date(2027, 1, 4)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two playbooks: `one.yaml` extends the base and names a list of people and a table; `two.yaml` extends the base and nothing more."""
    root = tmp_path.resolve() / "workspace"
    shutil.copytree(BASE, root)
    (root / "lists").mkdir(exist_ok=True)
    (root / "lists" / "people.csv").write_text("email,phone,first_name,company\nada@x.example,+35312345678,Ada,X\n", "utf-8")
    (root / "playbooks" / "one.yaml").write_text(
        "cadenza: 1\nextends: base.yaml\nname: one\naudience:\n  source: {kind: researched, verified: 2026-12-01, valid_emails: 97%, "
        "list: ../lists/people.csv}\nassumptions: {use: cold-b2b-2025}\n",
        "utf-8",
    )
    (root / "playbooks" / "two.yaml").write_text("cadenza: 1\nextends: base.yaml\nname: two\n", "utf-8")
    return root


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "store"


@pytest.fixture(autouse=True)
def same_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tool stays as it is, also where somebody edits it while the tests run."""
    monkeypatch.setattr(cache, "tool_digest", lambda: "the tool")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were judged, not taken from the cache; it grows."""
    names: list[str] = []
    judge = run._judge

    def counted(path: Path, *rest: object, **named: object) -> object:
        names.append(path.name)
        return judge(path, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "_judge", counted)
    return names


@pytest.fixture
def check(home: Path, store: Path) -> Callable[..., Report]:
    """Lint both playbooks with the cache."""

    def lint(**asked: object) -> Report:
        files = [home / "playbooks" / "one.yaml", home / "playbooks" / "two.yaml"]
        asked = {"as_of": TODAY, "base": home, **asked}
        return run.lint(files, cache=store, **asked)  # type: ignore[arg-type]

    return lint
