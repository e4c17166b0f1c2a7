"""Mending: the edits that findings carry, put into the files, and taken back where they made nothing better.

A fix is a text edit at a place, so comments, order and style stay as they are. Safe fixes mean what was written; unsafe ones decide
something for the author. After each round everything is judged again, and a file keeps its new text only where that left strictly fewer
findings: of the language, where the language's own mistakes were mended (they hide what comes after them), else of all kinds.
So a fix never breaks a file, and mending what is mended changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..language.findings import Edit, Finding, Fix
from ..language.nodes import Span
from .run import Report

ROUNDS = 25
"""Mending one thing may uncover the next; this many times at most."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was mended: each finding whose fix stands now, in order; what is left; and how many more a fix of the other kind would mend."""

    done: tuple[Finding, ...]
    report: Report
    unsafe_left: int


def mend(judge: Callable[[], Report], base: Path, *, unsafe: bool = False) -> Mended:
    """Apply the safe fixes (with `unsafe` all of them) of what `judge()` finds, below `base`, until there is nothing more to mend.

    OSError where a file cannot be written; what was written until then stands and is whole.
    """
    report, done, refused = judge(), [], set[tuple[str, str, str]]()
    for _ in range(ROUNDS):
        chosen = [f for f in report.findings if f.fix is not None and (unsafe or f.fix.safe) and _known(f) not in refused]
        if not chosen:
            break
        for batch in (chosen, *([finding] for finding in chosen)):
            kept, after = _try(batch, report, judge, base)
            if kept:
                done += kept
                report = after
                break
            if len(batch) == 1:
                refused.add(_known(batch[0]))
    left = sum(1 for f in report.findings if f.fix is not None and not f.fix.safe)
    return Mended(tuple(done), report, 0 if unsafe else left)


def _known(finding: Finding) -> tuple[str, str, str]:
    """A finding by what it says and mends, not by its line: lines move while others are mended."""
    return (finding.code, finding.span.file, f"{finding.message}\0{finding.fix.title if finding.fix else ''}")


def _try(batch: Sequence[Finding], before: Report, judge: Callable[[], Report], base: Path) -> tuple[list[Finding], Report]:
    """Write the fixes of `batch`, as many as do not overlap; keep them if that is better, else put everything back."""
    kept, texts = _texts(batch, base)
    old = {file: _read(base / file) for file in texts}
    try:
        for file, text in texts.items():
            _write(base / file, text.encode("utf-8"))
        after = judge()
        better = _weight(after.findings, batch) < _weight(before.findings, batch)
    except BaseException:
        _put_back(old, base)
        raise
    if better:
        return kept, after
    _put_back(old, base)
    return [], before


def _weight(findings: Iterable[Finding], batch: Sequence[Finding]) -> int:
    language = any(finding.code.startswith("Y") for finding in batch)
    return sum(1 for finding in findings if finding.code.startswith("Y") or not language)


def _texts(batch: Sequence[Finding], base: Path) -> tuple[list[Finding], dict[str, str]]:
    """The new texts of the files that `batch` edits, and the findings whose fixes are in them. A fix goes in whole or waits for the next round."""
    kept: list[Finding] = []
    taken: dict[str, list[Edit]] = {}
    for finding in sorted(batch, key=Finding.order):
        fix = finding.fix
        if fix is not None and _fits(fix, taken):
            kept.append(finding)
            for edit in fix.edits:
                taken.setdefault(edit.span.file, []).append(edit)
    return kept, {file: edited(_read(base / file).decode("utf-8"), edits) for file, edits in taken.items()}


def _fits(fix: Fix, taken: dict[str, list[Edit]]) -> bool:
    return bool(fix.edits) and not any(_overlap(edit.span, other.span) for edit in fix.edits for other in taken.get(edit.span.file, ()))


def _overlap(a: Span, b: Span) -> bool:
    """Whether two edits touch the same text; two that meet at one place do, since their order would matter."""
    return (a.line, a.column) <= (b.end_line, b.end_column) and (b.line, b.column) <= (a.end_line, a.end_column)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """`text` with every edit in it. Lines and columns count from 1 in characters; a byte order mark is no column. The edits must not overlap."""
    mark = text[:1] if text[:1] == "\ufeff" else ""
    body = text[len(mark) :]
    starts = [0]
    for line in body.split("\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)

    def offset(line: int, column: int) -> int:
        return min(starts[min(line, len(starts)) - 1] + column - 1, len(body))

    for edit in sorted(edits, key=lambda edit: (edit.span.line, edit.span.column), reverse=True):
        first, last = offset(edit.span.line, edit.span.column), offset(edit.span.end_line, edit.span.end_column)
        body = body[:first] + edit.text + body[last:] if edit.text else _without(body, first, last)
    return mark + body


def _without(body: str, first: int, last: int) -> str:
    """`body` without a stretch; a line that holds nothing else goes with it, and no blanks are left at a line's end."""
    before, after = body[:first].rstrip(" \t"), body[last:]
    alone = before == "" or before.endswith("\n")
    if alone and after[:1] == "\n":
        return before + after[1:]
    return before + after if after[:1] in ("", "\n", "\r") else body[:first] + after


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _put_back(old: dict[str, bytes], base: Path) -> None:
    for file, data in old.items():
        if _read(base / file) != data:
            _write(base / file, data)


def _write(path: Path, data: bytes) -> None:
    """Aside first, then renamed, so that nobody ever reads half a file; its mode is kept."""
    real = Path(os.path.realpath(path))
    aside = real.with_name(f".{real.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(data)
        aside.chmod(real.stat().st_mode & 0o7777)
        aside.replace(real)
    except BaseException as error:
        with suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            error.writing, error.filename, error.filename2 = True, str(path), None  # type: ignore[attr-defined]
        raise
