"""What ships is clean."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cadenza.language.findings import Level
from cadenza.rules import lint

DAY = date(2026, 11, 21)


def test_the_example_workspace_is_clean(example: Path) -> None:
    report = lint([example], as_of=DAY)
    assert [str(finding.span) + finding.message for finding in (*report.findings, *report.waived)] == []
    assert report.files == ("cadenza.yaml", "playbooks/platform-cold.test.yaml", "playbooks/platform-cold.yaml", "simulations/2027-q1.yaml")


def test_under_strict_it_gets_advice_about_optional_fields_and_nothing_else(example: Path) -> None:
    report = lint([example], as_of=DAY, profile="strict")
    assert {(finding.name, finding.level) for finding in report.findings} == {("no-default", Level.advice), ("colleague-next", Level.advice)}
    assert not report.fails(strict=True)


def test_its_list_goes_stale(example: Path) -> None:
    report = lint([example / "playbooks"], as_of=date(2027, 2, 1))
    assert [(finding.code, finding.message) for finding in report.findings] == [
        ("D003", "the list was verified 91 days ago; the limit is 90: about 6% of its addresses may be wrong by now")
    ]
