"""Where a letter of a value stands in its file, however the value is written: plain, in quotes, or as a block over several lines."""

from __future__ import annotations

import re
from pathlib import Path

from ...language.nodes import Scalar, Span

_ESCAPED = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n[ \t]*|.)", re.DOTALL)
_HEADER = re.compile(r"[|>][^\n]*\n")


def part(root: Path, node: Scalar, start: int, end: int) -> Span:
    """The place of the letters from `start` to `end` of a value; that of the whole value where its file no longer shows it so."""
    lines = _lines(root / node.span.file)
    raw, first = _raw(lines, node.span)
    places = _places(raw, node.text)
    if places is None or not node.text:
        return node.span
    begin = places[start][0] if start < len(places) else places[-1][1]
    stop = places[end - 1][1] if end <= len(places) else places[-1][1] + 1
    return Span(node.span.file, *_at(raw, begin, first), *_at(raw, max(stop, begin + 1), first))


def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text("utf-8-sig").split("\n"))
    except (OSError, ValueError):
        return ()


def _raw(lines: tuple[str, ...], span: Span) -> tuple[str, tuple[int, int]]:
    """The text of a span as it is written, and the line and column at which it begins."""
    if not 0 < span.line <= span.end_line <= len(lines):
        return "", (span.line, span.column)
    found = list(lines[span.line - 1 : span.end_line])
    found[-1] = found[-1][: span.end_column - 1]
    found[0] = found[0][span.column - 1 :]
    return "\n".join(found), (span.line, span.column)


def _places(raw: str, text: str) -> list[tuple[int, int]] | None:
    """For each letter of the value where it begins and ends in what is written. Blanks are folded by YAML, so one of them stands for any."""
    style = raw[:1]
    header = _HEADER.match(raw)
    at = header.end() if header else 1 if style in ("'", '"') else 0
    found: list[tuple[int, int]] = []
    for letter in text:
        if not letter.isspace():
            while at < len(raw) and raw[at].isspace():
                at += 1
        if at >= len(raw) and letter.isspace():
            found.append((len(raw) - 1, len(raw)))
            continue
        width = _width(raw, at, style)
        if at >= len(raw) or (width == 1 and raw[at] != letter and not (letter.isspace() and raw[at].isspace())):
            return None
        found.append((at, at + width))
        at += width
    return found


def _width(raw: str, at: int, style: str) -> int:
    """How many written letters make the one at `at`."""
    if style == "'" and raw[at : at + 2] == "''":
        return 2
    escaped = _ESCAPED.match(raw, at) if style == '"' else None
    return len(escaped[0]) if escaped else 1


def _at(raw: str, offset: int, first: tuple[int, int]) -> tuple[int, int]:
    line = raw.count("\n", 0, offset)
    column = offset - (raw.rfind("\n", 0, offset) + 1)
    return first[0] + line, column + (first[1] if line == 0 else 1)
