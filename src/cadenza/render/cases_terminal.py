"""Playbook tests for reading: each case in a line; a failing one with its story, in which what was expected stands beside what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..playtest import best
from .ansi import clean, columns, paint, wrap
from .stories import DAYS, MONTHS

if TYPE_CHECKING:
    from ..language.nodes import Span
    from ..playtest import Check, Coverage, Report, Row, Story, Suggestion, Verdict

DAY = 86400
LEGEND = "- expected, and did not happen   + happened, and was not expected   > the first difference"
COLOURS = {"-": ("green",), "+": ("red",), " ": ()}


def render(
    report: Report,
    *,
    colour: bool = False,
    width: int = 100,
    verbose: bool = False,
    coverage: bool = False,
    least: float | None = None,
) -> str:
    """The page, with a newline at its end. `verbose` tells the passing cases' stories, too; `coverage` lists what no case tries, with a case to
    write; `least` is the share of ways that must be tried."""
    parts = [_file(clean(tried.suite.file), tried.verdicts, colour, width, verbose) for tried in report.suites]
    if report.failed:
        parts.append([paint(LEGEND, "dim", on=colour)])
    if coverage:
        parts += [part for found in report.coverage if (part := _untried(found, report.suggestions(found), colour))]
    parts.append(list(_summary(report, coverage, least, colour)))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def sentence(check: Check) -> str:
    """One failed expectation in a sentence: `touches: expected intro at 2027-01-04 08:30, but no such touch of intro`."""
    return clean(f"{check.key}: expected {check.wanted}, but {_made(check.happened)}")


def _made(happened: str) -> str:
    return happened if happened.startswith(("no ", "`", "it ", "the ")) else f"it was {happened}"


def timeline(verdict: Verdict, *, colour: bool = False, width: int = 100) -> list[str]:
    """The story with its differences, a line each: mark, date, what, and the line of the case or the playbook that it comes from."""
    dates = list(_dates(verdict.story, verdict.rows))
    size = max((columns(date) for date in dates), default=0)
    what = [clean(row.what) for row in verdict.rows]
    places = [_place(row) for row in verdict.rows]
    room = min(max(map(columns, what), default=0), max(24, width - size - 7 - max(map(columns, places), default=0)))
    lines = []
    for index, (row, date, text, place) in enumerate(zip(verdict.rows, dates, what, places, strict=True)):
        head = f"{'>' if index == verdict.first else ' '} {date}{' ' * (size - columns(date))} {row.mark} "
        body = text + " " * max(0, room - columns(text))
        narrow = bool(place) and columns(head) + columns(body) + 2 + columns(place) > width
        told = paint(head, "bold", on=colour and index == verdict.first) + paint(text if narrow else body, *COLOURS[row.mark], on=colour)
        tail = paint(place, "dim", on=colour)
        lines += [told.rstrip(), f"{' ' * columns(head)}  {tail}"] if narrow else [f"{told}  {tail}".rstrip()]
    return lines


def _place(row: Row) -> str:
    """Where a line comes from: the case for what it says or expects, the playbook for what was done."""
    span = row.case if row.case is not None else row.line
    return clean(f"{span.file.rpartition('/')[2]}:{span.line}") if span is not None else ""


def _dates(story: Story, rows: Sequence[Row]) -> Iterator[str]:
    """`Mon 4 Jan 2027 08:00` on the person's wall; the year where it is not that of the line before."""
    year = ""
    for row in rows:
        ordinal, time = divmod(story.scene.wall(row.at), DAY)
        iso = story.scene.written(row.at)
        shown = f" {iso[:4]}" if iso[:4] != year else ""
        year = iso[:4]
        hour = "" if row.whole_day else f" {time // 3600:02}:{time // 60 % 60:02}"
        yield f"{DAYS[(ordinal + 3) % 7]} {int(iso[8:10])} {MONTHS[int(iso[5:7]) - 1]}{shown}{hour}"


def _file(name: str, verdicts: Sequence[Verdict], colour: bool, width: int, verbose: bool) -> list[str]:
    lines = [paint(name, "bold", on=colour)]
    for verdict in verdicts:
        word = paint("ok  ", "green", on=colour) if verdict.ok else paint("FAIL", "red", "bold", on=colour)
        lines.append(f"  {word}  {clean(verdict.case.name)}")
        if not verdict.ok or verbose:
            story = [f"    {line}" for line in timeline(verdict, colour=colour, width=width - 4)]
            lines += ["", *story, "", *_reasons(verdict, colour, width)]
    while lines[-1] == "":
        lines.pop()
    return lines


def _reasons(verdict: Verdict, colour: bool, width: int) -> list[str]:
    lines: list[str] = []
    for check in verdict.checks:
        if not check.ok:
            lines += [f"      {line}" for line in wrap(sentence(check), width - 6, "  ")]
            lines.append(paint(f"        {_span(check.span)}" + (f", made so by {_span(check.line)}" if check.line else ""), "dim", on=colour))
    return [*lines, ""] if lines else []


def _span(span: Span) -> str:
    return clean(f"{span.file}:{span.line}:{span.column}")


# ---------------------------------------------------------------- coverage


def _untried(found: Coverage, suggestions: Mapping[int, Suggestion], colour: bool) -> list[str]:
    untried = [(index, way) for index, way in enumerate(found.ways) if not way.tried]
    if not untried:
        return []
    size = max(len(f"{way.line.file}:{way.line.line}") for _, way in untried)
    lines = [paint(f"No case of {clean(found.name)} tries:", "bold", on=colour)]
    for index, way in untried:
        place = clean(f"{way.line.file}:{way.line.line}")
        dead = "" if index in suggestions else "  (none of the shortest stories that lead there can happen)"
        lines.append(f"  {paint(place.ljust(size), 'dim', on=colour)}  {clean(way.what)}{dead}")
    chosen = best(found, dict(suggestions))
    if chosen is None:
        return lines
    draft, gain = chosen
    title = f"A case that would try {_count(gain, 'of these', 'of these')}; it expects what happens today, so read it before you keep it:"
    return [*lines, "", paint(title, "bold", on=colour), *(clean(line) for line in draft.text.rstrip("\n").split("\n"))]


def _summary(report: Report, coverage: bool, least: float | None, colour: bool) -> Iterator[str]:
    files = _count(len(report.suites), "file", "files")
    if report.failed:
        yield paint(f"{report.failed:,} of {_count(report.cases, 'case', 'cases')} in {files} failed", "red", "bold", on=colour)
    else:
        yield paint(f"{_count(report.cases, 'case', 'cases')} in {files}: all as expected", "green", on=colour)
    for found in report.coverage:
        more = "" if coverage or found.tried == len(found.ways) else "; --coverage lists the rest"
        yield f"{clean(found.name)}: {covered(found)}{more}"
        if least is not None and found.share < least:
            yield paint(f"{clean(found.name)}: {short(found, least)}", "red", on=colour)


def covered(found: Coverage) -> str:
    """`the cases try 31 of 43 ways (72%), 58 of 3,904 transitions`."""
    ways = f"{found.tried} of {_count(len(found.ways), 'way', 'ways')} ({percent(found.share)})"
    return f"the cases try {ways}, {found.taken:,} of {found.transitions:,} transitions"


def short(found: Coverage, least: float) -> str:
    """Why a coverage is not enough."""
    return f"{percent(found.share)} is less than the {least * 100:.10g}% that --min-coverage asks for"


def percent(share: float) -> str:
    """Whole percent, rounded down: nothing short of all is 100%, and nothing short of a limit looks as if it met it."""
    return f"{int(share * 100 + 1e-9)}%"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
