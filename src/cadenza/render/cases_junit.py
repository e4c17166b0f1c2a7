"""Playbook tests as JUnit XML, which every CI service reads: a suite a file, a failure with its story as text."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from .ansi import clean
from .cases_terminal import LEGEND, covered, sentence, short, timeline

if TYPE_CHECKING:
    from ..playtest import Report, Tried, Verdict


def render(report: Report, *, least: float | None = None) -> str:
    """One XML document, without times: the same report gives the same bytes. With `least`, the coverage of each playbook is a case, too."""
    limits = len(report.coverage) if least is not None else 0
    failed = report.failed + (len(report.missing(least)) if least is not None else 0)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="cadenza test" tests="{report.cases + limits}" failures="{failed}" errors="0">',
    ]
    for tried in report.suites:
        lines += _suite(tried)
    if least is not None:
        lines += _limits(report, least)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(tried: Tried) -> list[str]:
    failed = sum(not verdict.ok for verdict in tried.verdicts)
    lines = [f'  <testsuite name={_attribute(tried.suite.file)} tests="{len(tried.verdicts)}" failures="{failed}" errors="0">']
    for verdict in tried.verdicts:
        lines += _case(tried.suite.playbook.name, verdict)
    return [*lines, "  </testsuite>"]


def _case(playbook: str, verdict: Verdict) -> list[str]:
    case = verdict.case
    head = f'    <testcase classname={_attribute(playbook)} name={_attribute(case.name)} file={_attribute(case.span.file)} line="{case.span.line}"'
    if verdict.ok:
        return [f"{head}/>"]
    bad = [check for check in verdict.checks if not check.ok]
    text = "\n".join([*(f"{sentence(check)} ({check.span})" for check in bad), "", *timeline(verdict, width=160), "", LEGEND])
    return [f"{head}>", f"      <failure message={_attribute(sentence(bad[0]))}>{_text(text)}</failure>", "    </testcase>"]


def _limits(report: Report, least: float) -> list[str]:
    missing = report.missing(least)
    lines = [f'  <testsuite name="coverage" tests="{len(report.coverage)}" failures="{len(missing)}" errors="0">']
    for found in report.coverage:
        head = f"    <testcase classname={_attribute(found.name)} name={_attribute('coverage')} file={_attribute(found.playbook)}"
        if found in missing:
            lines += [f"{head}>", f"      <failure message={_attribute(short(found, least))}>{_text(covered(found))}</failure>", "    </testcase>"]
        else:
            lines.append(f"{head}/>")
    return [*lines, "  </testsuite>"]


def _attribute(text: str) -> str:
    return quoteattr(clean(text))


def _text(text: str) -> str:
    return escape("\n".join(clean(line) for line in text.split("\n")))
