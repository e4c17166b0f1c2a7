"""What cadenza has to say about a file: one finding, one place, one way out.

Everything that judges (the loader, the rules, the policy packs) yields `Finding`s; everything that shows (terminal, JSON, SARIF)
reads them. A finding is plain data: no renderer decides anything, no judge formats anything.
"""

from __future__ import annotations

from dataclasses import field
from enum import IntEnum

from .nodes import Span
from .records import record


class Level(IntEnum):
    """How bad. Only an error fails a run by itself; a warning fails it under `--strict`."""

    advice = 1
    warning = 2
    error = 3


@record
class Beat:
    """One moment of a story: when (UTC seconds, or None where time plays no part), what happened, and the line that made it happen."""

    at: int | None
    what: str
    span: Span | None = None
    zone: str = "UTC"


@record
class Witness:
    """The shortest story that shows the finding. `events` replays through `step()`: (event name, UTC seconds) from enrolment on."""

    beats: tuple[Beat, ...]
    events: tuple[tuple[str, int], ...] = ()


@record
class Edit:
    """Replace the text of `span` (empty spans insert) by `text`."""

    span: Span
    text: str


@record
class Fix:
    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@record
class Related:
    span: Span
    note: str


@record
class Finding:
    """`message` is one sentence: what is wrong, the number that broke it, the limit. `help` is what to write instead."""

    code: str
    name: str
    level: Level
    message: str
    span: Span
    help: str = ""
    related: tuple[Related, ...] = ()
    witness: Witness | None = None
    fix: Fix | None = None
    source: str = ""
    waived: str = ""
    facts: dict[str, object] = field(default_factory=dict, hash=False)

    def order(self) -> tuple[str, int, int, str, str]:
        """Findings are shown in the order of the file, then by code."""
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


class Refused(Exception):
    """A document that cannot be used, with everything that is wrong with it. Carried to the door, shown there, never a traceback."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{f.span}: {f.message}" for f in findings[:3]))
        self.findings = sorted(findings, key=Finding.order)
