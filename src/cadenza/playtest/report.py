"""All cases of all files, run and judged, with what they have tried of each playbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..language.findings import Finding, Refused
from .coverage import Coverage, coverage
from .judge import Verdict, judge
from .load import load_suite
from .model import Suite
from .run import run
from .suggest import Suggestion, paths, suggestion


@dataclass(frozen=True, slots=True)
class Tried:
    """One file with the verdict of each of its cases, in their order."""

    suite: Suite
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What `cadenza test` found; `coverage` has each playbook once, in the order of the files."""

    suites: tuple[Tried, ...]
    coverage: tuple[Coverage, ...]

    @property
    def cases(self) -> int:
        return sum(len(tried.verdicts) for tried in self.suites)

    @property
    def failed(self) -> int:
        return sum(not verdict.ok for tried in self.suites for verdict in tried.verdicts)

    def missing(self, least: float) -> list[Coverage]:
        """The playbooks of which less than this share is tried."""
        return [found for found in self.coverage if found.share < least]

    def suggestions(self, found: Coverage) -> dict[int, Suggestion]:
        """For each way that no case tries the case to write, by its index; without those to which time leaves no way."""
        suite = next(tried.suite for tried in self.suites if tried.suite.playbook.file == found.playbook)
        tree = paths(suite.machine)
        drafts = ((index, suggestion(suite.machine, way, suite.cases[0], tree)) for index, way in enumerate(found.ways) if not way.tried)
        return {index: draft for index, draft in drafts if draft is not None}


def best(found: Coverage, suggestions: dict[int, Suggestion]) -> tuple[Suggestion, int] | None:
    """The suggestion that tries most of what no case tries (the first of several), and how many ways that is."""
    missing = {(move.source, move.event): index for index, way in enumerate(found.ways) if not way.tried for move in way.moves}
    gains = [(len({missing[pair] for pair in draft.story.taken if pair in missing}), -index, draft) for index, draft in suggestions.items()]
    most = max(gains, key=lambda gain: gain[:2], default=None)
    return None if most is None else (most[2], most[0])


def check(paths: Iterable[Path]) -> Report:
    """Run every case of these files. Refused: everything that is wrong with any of them; then none is run."""
    suites: list[Suite] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            suites.append(load_suite(path))
        except Refused as refused:
            findings += refused.findings
    if findings:
        raise Refused(list({finding.order(): finding for finding in findings}.values()))
    tried = tuple(Tried(suite, tuple(judge(suite.machine, case, run(suite.machine, case)) for case in suite.cases)) for suite in suites)
    return Report(tried, tuple(_covered(tried)))


def _covered(suites: tuple[Tried, ...]) -> list[Coverage]:
    files: dict[tuple[Path, str], list[Tried]] = {}
    for tried in suites:
        files.setdefault((tried.suite.root, tried.suite.playbook.file), []).append(tried)
    return [
        coverage(file, group[0].suite.machine, (verdict.story for tried in group for verdict in tried.verdicts)) for (_, file), group in files.items()
    ]
