"""Two playbooks judged with a store of results: what the tests of the store share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from cadenza.render import findings_json
from cadenza.rules import run
from cadenza.rules.cache import FORMAT
from cadenza.rules.run import Report

BOTH = ["one.yaml", "two.yaml"]
TODAY = date(2027, 1, 4)
Check = Callable[..., Report]


def shown(report: Report) -> str:
    return findings_json.render(report.findings, waived=report.waived, files=report.files)


def fresh(home: Path, **asked: object) -> Report:
    """Judge both, with no store."""
    asked = {"as_of": TODAY, "base": home, **asked}
    return run.lint([home / "playbooks" / "one.yaml", home / "playbooks" / "two.yaml"], **asked)  # type: ignore[arg-type]


def entries(store: Path) -> list[Path]:
    return sorted((store / FORMAT).iterdir())
