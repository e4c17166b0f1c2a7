"""Playbook tests as JSON, in the shape of `schema/test-report.schema.json` (format version 1): for editors and whoever builds on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .ansi import inert

if TYPE_CHECKING:
    from ..language.nodes import Span
    from ..playtest import Check, Coverage, Report, Row, Story, Suggestion, Tried, Verdict

FORMAT_VERSION = 1


def render(report: Report, *, coverage: bool = False) -> str:
    """One JSON document; the same report gives the same bytes. With `coverage` each way that no case tries has the case to write."""
    return inert(json.dumps(document(report, coverage=coverage), ensure_ascii=False, indent=2)) + "\n"


def document(report: Report, *, coverage: bool = False) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "tests",
        "summary": {"files": len(report.suites), "cases": report.cases, "failed": report.failed},
        "files": [_file(tried) for tried in report.suites],
        "coverage": [_coverage(found, report.suggestions(found) if coverage else {}) for found in report.coverage],
    }


def _file(tried: Tried) -> dict[str, Any]:
    suite = tried.suite
    return {
        "file": suite.file,
        "playbook": suite.playbook.file,
        "machine": suite.machine.hash,
        "cases": [_case(verdict) for verdict in tried.verdicts],
    }


def _case(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": verdict.case.name,
        "ok": verdict.ok,
        "place": _place(verdict.case.span),
        "checks": [_check(check) for check in verdict.checks],
        "timeline": [_row(verdict.story, row, index == verdict.first) for index, row in enumerate(verdict.rows)],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "key": check.key,
        "ok": check.ok,
        "expected": check.wanted,
        "happened": check.happened,
        "place": _place(check.span),
        "line": _place(check.line),
    }


def _row(story: Story, row: Row, first: bool) -> dict[str, Any]:
    return {
        "at": row.at,
        "local": story.scene.calendar.local(row.at),
        "whole_day": row.whole_day,
        "mark": {" ": "both", "-": "expected", "+": "happened"}[row.mark],
        "first_difference": first,
        "what": row.what,
        "place": _place(row.case),
        "line": _place(row.line),
    }


def _coverage(found: Coverage, suggestions: dict[int, Suggestion]) -> dict[str, Any]:
    return {
        "playbook": found.playbook,
        "name": found.name,
        "ways": len(found.ways),
        "tried": found.tried,
        "share": round(found.share, 6),
        "transitions": found.transitions,
        "taken": found.taken,
        "untried": [
            {
                "event": way.event,
                "what": way.what,
                "line": _place(way.line),
                "transitions": len(way.moves),
                "case": suggestions[index].text if index in suggestions else None,
            }
            for index, way in enumerate(found.ways)
            if not way.tried
        ],
    }


def _place(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else dict(zip(("file", "line", "column", "end_line", "end_column"), span, strict=True))
