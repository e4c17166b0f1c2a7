"""Waivers: what they cover, what they do not, and what is said of themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.rules import Report, lint

WHY = "a pilot with people we know"


def said(report: Report) -> list[tuple[str, int, str]]:
    return [(finding.code, finding.span.line, finding.message) for finding in report.findings]


def consent(comment: str, before: str = "") -> str:
    return f"audience:\n{before}  consent: none{'  # ' + comment if comment else ''}\n"


@pytest.mark.parametrize(
    "text",
    [
        consent(f"cadenza: ignore[no-consent-basis]: {WHY}"),
        consent(f"cadenza: ignore[P006]: {WHY}"),
        consent(f"cadenza: ignore[ P006 ] until 2027-01-04: {WHY}"),
        consent("", f"  # cadenza: ignore[no-consent-basis]: {WHY}\n"),
        consent("", f"  # cadenza: ignore[no-consent-basis]: {WHY}\n  # and a word about it\n"),
    ],
)
def test_a_waiver_covers_its_line_or_the_next(text: str, base: Callable[..., Path], today: date) -> None:
    report = lint([base(text)], as_of=today)
    assert said(report) == []
    assert [(finding.code, finding.waived) for finding in report.waived] == [("P006", WHY)]
    assert not report.fails(strict=True)


def test_several_rules_and_a_family(base: Callable[..., Path], today: date) -> None:
    text = "audience:\n  # cadenza: ignore[no-consent-basis, D]: both are known\n  consent: none\n"
    report = lint([base(text)], as_of=today)
    assert [finding.code for finding in report.waived] == ["P006"]
    assert said(report) == [("Y011", 2, "the waiver of `D` waives nothing here")]


@pytest.mark.parametrize(
    ("comment", "code", "message"),
    [
        ("cadenza: ignore[no-consent-basis]", "Y012", "the waiver of `no-consent-basis` gives no reason, so it waives nothing"),
        ("cadenza: ignore[no-consent-basis]:  ", "Y012", "the waiver of `no-consent-basis` gives no reason, so it waives nothing"),
        ("cadenza: ignore no-consent-basis", "Y012", "this waiver does not say which rules it is for"),
        ("cadenza: ignore[]: because", "Y012", "this waiver does not say which rules it is for"),
        (f"cadenza: ignore[P006] until 2027-01-03: {WHY}", "Y011", "the waiver of `P006` ended on 2027-01-03, 1 day ago"),
        (f"cadenza: ignore[P006] until soon: {WHY}", "Y011", "the waiver's end `soon` is no date, so it waives nothing"),
        (f"cadenza: ignore[consent]: {WHY}", "Y011", "the waiver names `consent`, which is no rule"),
        (f"cadenza: ignore[Y003]: {WHY}", "Y011", "`Y003` cannot be waived: it keeps the file from being read"),
    ],
)
def test_a_waiver_that_waives_nothing_says_why(comment: str, code: str, message: str, base: Callable[..., Path], today: date) -> None:
    report = lint([base(consent(comment))], as_of=today)
    assert said(report) == [
        ("P006", 2, "500 people are contacted on no ground at all (`consent: none`)"),
        (code, 2, message),
    ]


def test_other_comments_are_left_alone(base: Callable[..., Path], today: date) -> None:
    report = lint([base("# cadenza: 1 is the version\n# we ignore [brackets]\naudience:\n  consent: express  # cadenza ignore\n")], as_of=today)
    assert said(report) == []


def test_a_waiver_of_a_rule_that_did_not_run_is_not_called_unused(base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  consent: express  # cadenza: ignore[no-consent-basis]: not needed any more\n")
    assert said(lint([file], as_of=today, select=["R"])) == []
    assert said(lint([file], as_of=today)) == [("Y011", 2, "the waiver of `no-consent-basis` waives nothing here")]


LINT = "lint:\n  waivers:\n    - {{path: '{path}', rules: [no-consent-basis], until: '{until}', because: {why}}}\n"


@pytest.mark.parametrize(
    ("path", "covered"),
    [
        ("playbooks/example.yaml", True),
        ("playbooks/*.yaml", True),
        ("**/example.yaml", True),
        ("**", True),
        ("./playbooks/**", True),
        ("*.yaml", False),
        ("playbooks/exampleXyaml", False),
        ("playbooks", False),
    ],
)
def test_a_waiver_in_the_workspace_covers_the_files_of_its_pattern(path: str, covered: bool, base: Callable[..., Path], today: date) -> None:
    file = base(consent(""))
    workspace = file.parent.parent / "cadenza.yaml"
    workspace.write_text(workspace.read_text("utf-8") + LINT.format(path=path, until="2027-03-01", why="known"), "utf-8")
    report = lint([file], as_of=today)
    assert [finding.waived for finding in report.waived] == (["known"] if covered else [])
    assert [finding.code for finding in report.findings] == ([] if covered else ["P006"])


def test_a_waiver_in_the_workspace_ends(base: Callable[..., Path]) -> None:
    file = base(consent(""))
    workspace = file.parent.parent / "cadenza.yaml"
    workspace.write_text(workspace.read_text("utf-8") + LINT.format(path="**", until="2027-03-01", why="known"), "utf-8")
    assert said(lint([file], as_of=date(2027, 3, 1))) == []
    late = lint([file], as_of=date(2027, 3, 2), ignore=["D003"])
    assert [(finding.code, finding.span.file) for finding in late.findings] == [("Y011", "cadenza.yaml"), ("P006", "playbooks/example.yaml")]
