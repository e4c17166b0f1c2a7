"""Findings as text: place, level, code and sentence; the line with a mark under it; the story; what to write instead.

Written without rich, because `lint` must start at once. Nothing from a file reaches the terminal before `clean` has made it harmless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from ..language.findings import Finding, Level
from ..language.nodes import Span
from .ansi import clean, columns, paint, wrap

COLOURS = {Level.error: "red", Level.warning: "yellow", Level.advice: "cyan"}
SHOWN = 500
"""Findings that are told one by one: nobody reads more, and a log that a stranger can fill hides what matters."""
ROOM = 8
"""Columns that a message needs to begin beside its place."""
LARGEST = 4 << 20
"""Bytes of a file beyond which no line of it is shown."""


def render(
    findings: Sequence[Finding],
    *,
    colour: bool = False,
    width: int = 100,
    base: Path | None = None,
    verbose: bool = False,
    waived: Sequence[Finding] = (),
    files: Sequence[str] | None = None,
) -> str:
    """All findings and one line that sums them up. Lines of source are read below `base` (default: the current folder).

    `verbose` tells each story beat by beat, each with its line of YAML, and lists what was waived. `files`: what was judged, for the last line.
    """
    lines: list[str] = []
    sourced: set[str] = set()
    for finding in findings[:SHOWN]:
        lines += [*one(finding, colour=colour, width=width, base=base, verbose=verbose, source=finding.name not in sourced), ""]
        sourced.add(finding.name)
    if len(findings) > SHOWN:
        lines += [f"{len(findings) - SHOWN:,} more are not shown here; `--format json` has them all.", ""]
    if verbose:
        lines += [f"{clean(str(finding.span))} waived {finding.code} {finding.name}: {clean(finding.waived)}" for finding in waived]
    return "\n".join([*lines, summary(findings, waived, files, colour=colour)]) + "\n"


def one(
    finding: Finding, *, colour: bool = False, width: int = 100, base: Path | None = None, verbose: bool = False, source: bool = True
) -> list[str]:
    """One finding, in lines; `source`: with where the rule comes from (once for each rule is enough)."""
    place = paint(clean(str(finding.span)), "bold", on=colour)
    level = paint(finding.level.name, "bold", COLOURS[finding.level], on=colour)
    code = paint(f"{finding.code} {finding.name}", "bold", on=colour)
    head = f"{place} {level} {code}: "
    seen = columns(f"{clean(str(finding.span))} {finding.level.name} {finding.code} {finding.name}: ")
    if seen + ROOM > width:
        lines = [head.rstrip(), *wrap("    " + clean(finding.message), width, "    ")]
    else:
        text, *rest = wrap("\0" * seen + clean(finding.message), width, "    ")
        lines = [head + text.lstrip("\0"), *rest]
    if finding.code != "Y007" or finding.span[1:] != (1, 1, 1, 1):  # a file outside the workspace is nobody's to show
        lines += _snippet(finding.span, base, width, colour=colour)
    for related in finding.related:
        lines += _labelled("see", f"{related.span}: {related.note}", width, colour=colour)
    if finding.witness is not None and finding.witness.beats:
        lines += _story(finding, base, width, colour=colour, verbose=verbose)
    if finding.help:
        lines += _labelled("help", finding.help[:1].upper() + finding.help[1:], width, colour=colour)
    if source and finding.source:
        lines += _labelled("source", finding.source, width, colour=colour)
    return lines


def mended(done: Sequence[Finding], unsafe_left: int, *, colour: bool = False) -> str:
    """What was mended, a line each, and what `--unsafe-fixes` would mend besides."""
    lines = [f"{clean(str(f.span))} {paint('mended', 'bold', 'green', on=colour)} {f.code} {f.name}: {clean(f.fix.title)}" for f in done if f.fix]
    if unsafe_left:
        lines.append(f"{unsafe_left} more could be mended with --unsafe-fixes.")
    return "\n".join([*lines, ""]) + "\n" if lines else ""


def held(known: int, gone: int) -> str:
    """One line about a baseline: what it hid, and what of it could be taken out."""
    stale = f"; {gone} of its entries {'is' if gone == 1 else 'are'} gone: write it anew" if gone else ""
    return f"{known} known from the baseline{stale}.\n"


def summary(findings: Sequence[Finding], waived: Sequence[Finding] = (), files: Sequence[str] | None = None, *, colour: bool = False) -> str:
    """`2 errors, 1 warning in 1 file.` or `Clean: 3 files.`"""
    counts = {level: sum(1 for finding in findings if finding.level is level) for level in (Level.error, Level.warning, Level.advice)}
    number = len(files) if files is not None else len({finding.span.file for finding in findings})
    where = f"{number} file{'' if number == 1 else 's'}"
    aside = f" {len(waived)} waived." if waived else ""
    if not findings:
        return paint("Clean", "bold", "green", on=colour) + f": {where}.{aside}"
    plural = {Level.error: "errors", Level.warning: "warnings", Level.advice: "pieces of advice"}
    said = [f"{count} {level.name if count == 1 else plural[level]}" for level, count in counts.items() if count]
    worst = max(level for level, count in counts.items() if count)
    return paint(", ".join(said), "bold", COLOURS[worst], on=colour) + f" in {where}.{aside}"


def _labelled(label: str, text: str, width: int, *, colour: bool) -> Iterator[str]:
    lines = wrap(f"  {label:<7} " + clean(text), width, " " * 10)
    yield lines[0].replace(f"  {label:<7}", "  " + paint(f"{label:<7}", "dim", on=colour), 1)
    yield from lines[1:]


def _story(finding: Finding, base: Path | None, width: int, *, colour: bool, verbose: bool) -> Iterator[str]:
    from .stories import dated, told

    assert finding.witness is not None
    if not verbose:
        yield from _labelled("story", told(finding.witness), width, colour=colour)
        return
    beats = dated(finding.witness)
    wide = max(len(date) for date, _ in beats)
    what = max(columns(clean(beat.what)) for _, beat in beats)
    for number, (date, beat) in enumerate(beats):
        label = paint("story  ", "dim", on=colour) if number == 0 else " " * 7
        line = _line(beat.span, base) if beat.span else ""
        where = paint(f"{clean(str(beat.span))}  {clean(line.strip())}", "dim", on=colour) if beat.span else ""
        said = clean(beat.what)
        if beat.span and 10 + wide + what + columns(f"{clean(str(beat.span))}  {clean(line.strip())}") + 3 > width:
            yield f"  {label} {date:<{wide}} {said}"
            yield from (paint(each, "dim", on=colour) for each in wrap(f"{' ' * 12}{clean(str(beat.span))}  {clean(line.strip())}", width, " " * 14))
            continue
        yield f"  {label} {date:<{wide}} {said}{' ' * (what - columns(said) + 2)}{where}".rstrip()


def _snippet(span: Span, base: Path | None, width: int, *, colour: bool) -> Iterator[str]:
    """The line, cut to the width around what is marked, and a mark under it."""
    line = _line(span, base)
    if not line.strip():
        return
    number = str(span.line)
    room = max(20, width - len(number) - 6)
    start = max(0, span.column - 1)
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = min(max(end, start + 1), max(len(line), start + 1))
    cut = max(0, min(start - 8, end - room)) if len(line) > room else 0
    shown, before = clean(line[cut : cut + room].rstrip()), columns(clean(line[cut:start]))
    marks = "^" * max(1, min(columns(clean(line[start:end])), room - before))
    gutter = paint("|", "dim", on=colour)
    yield f"  {number} {gutter} {shown}"
    yield f"  {' ' * len(number)} {gutter} {' ' * before}{paint(marks, 'bold', 'red', on=colour)}"


def _line(span: Span, base: Path | None) -> str:
    lines = _lines((base or Path()) / span.file) if span.file else ()
    return lines[span.line - 1] if 0 < span.line <= len(lines) else ""


@lru_cache(maxsize=8)
def _lines(path: Path) -> tuple[str, ...]:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return ()
        return tuple(path.read_text("utf-8-sig", errors="replace").split("\n"))
    except (OSError, ValueError):
        return ()
