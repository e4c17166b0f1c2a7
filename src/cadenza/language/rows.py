"""Rows of a CSV file, each with its line, read piece by piece; and every row that is broken, with its place.

Files come from spreadsheets: with a byte order mark, in UTF-16, with semicolons. That is heard. What cannot be heard without guessing
(a row with a cell too many, a quote that never ends, another encoding) is refused, all of it at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from .files import name_of, open_file
from .findings import Finding, Refused
from .nodes import Span
from .records import record
from .report import error, listed

LIMIT = 100_000_000
LONGEST_LINE = 1_000_000
LONGEST_CELL = 10_000
MOST_COLUMNS = 1_000
LONGEST_HEADER = 100_000
MOST_FINDINGS = 100
AT_ONCE = 1 << 11
"""Rows that `read_columns` gives at a time: few enough to stay in a processor's cache."""


@dataclass(slots=True)
class Table:
    """A file's header and its rows. `columns` are folded (`First Name` → `first_name`); `findings` collects what is wrong with rows."""

    file: str
    columns: tuple[str, ...]
    delimiter: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether more is wrong than anybody is told."""
        return len(self.findings) >= MOST_FINDINGS

    def wrong(self, message: str, help: str, place: Span) -> None:
        if not self.full:
            self.findings.append(error("Y014", message, place, help))


@record
class Row:
    """One row: its cells (trimmed) by column, its first line, and its text, from which places are found when one is asked for."""

    cells: dict[str, str]
    line: int
    text: str
    table: Table

    def place(self, column: str) -> Span:
        """The place of a cell in the file."""
        index = self.table.columns.index(column)
        return _cell_span(self.table, self.text, self.line, index)

    def wrong(self, column: str, message: str, help: str) -> None:
        if not self.table.full:
            self.table.wrong(message, help, self.place(column))


def read_rows(
    path: Path | str, root: Path | None, wanted: tuple[str, ...], referred: Span | None = None, *, what: str = "list", limit: int = LIMIT
) -> tuple[Table, Iterator[Row]]:
    """The header of a CSV file, and its rows one by one; broken rows are left out, and told in `table.findings` once the rows are read.

    The header must have one of the `wanted` columns. Raises Refused at once where there is no such header, and while reading where the rest
    cannot be read (another encoding, a NUL byte).
    """
    file = name_of(path, root)
    stream = open_file(path, root, limit, referred, what)
    reader = _Lines(stream, file, limit)
    try:
        table, records = _header(reader, file)
        _check_columns(table, wanted)
    except BaseException:
        stream.close()
        raise
    return table, _rows(table, records, reader, stream)


class Odd(Exception):
    """Something in a file needs a closer look: `read_rows` says what it is, or that it is nothing."""


def read_columns(path: Path | str, root: Path | None, wanted: tuple[str, ...], referred: Span | None = None) -> Iterator[dict[str, list[str]]]:
    """The cells of `read_rows`, trimmed and without their places: column by column, many rows at a time, at a tenth of the cost.

    Raises Odd for whatever is not plain (another encoding, a row of another length, a very long cell), and Refused as `read_rows` does at once.
    """
    file = name_of(path, root)
    with open_file(path, root, LIMIT, referred) as stream:
        if any(b"\0" in piece for piece in iter(lambda: stream.read(1 << 20), b"")):
            raise Odd
        stream.seek(0)
        lines = _Lines(stream, file, LIMIT)
        table, _ = _header(lines, file)
        _check_columns(table, wanted)
        width = len(table.columns)
        if lines.text.encoding != "utf-8-sig" or width * LONGEST_CELL > LONGEST_LINE:
            raise Odd
        csv.field_size_limit(LONGEST_CELL)
        records = csv.reader(lines.text, delimiter=table.delimiter, strict=True)
        try:
            while rows := list(islice(records, AT_ONCE)):
                lengths = set(map(len, rows))
                if lengths - {0, width}:
                    raise Odd
                columns = zip(*(filter(None, rows) if 0 in lengths else rows), strict=True)
                yield {name: list(map(str.strip, cells)) for name, cells in zip(table.columns, columns, strict=False)}
        except (csv.Error, UnicodeError):
            raise Odd from None
        finally:
            csv.field_size_limit(LONGEST_LINE)


class _Lines:
    """Lines of text out of a stream of bytes; keeps those of the current record, and knows where it is."""

    def __init__(self, stream: BinaryIO, file: str, limit: int) -> None:
        self.stream, self.file, self.limit = stream, file, limit
        mark = stream.read(3)
        stream.seek(0)
        wide = mark[:2] in (b"\xff\xfe", b"\xfe\xff")
        self.text = io.TextIOWrapper(stream, encoding="utf-16" if wide else "utf-8-sig", newline="")
        self.line, self.size = 0, 0
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self.text.readline(LONGEST_LINE + 1)
        except UnicodeError as problem:
            raise Refused([_no_text(self.stream, self.file, self.text.encoding, problem)]) from None
        if not line:
            raise StopIteration
        self.line += 1
        self.size += len(line)
        if len(line) > LONGEST_LINE or self.size > self.limit:
            place = Span(self.file, self.line, 1, self.line, 1)
            raise Refused([error("Y006", f"a line is longer than {LONGEST_LINE} characters", place, "split the file into rows")])
        if "\0" in line:
            column = line.index("\0") + 1
            place = Span(self.file, self.line, column, self.line, column + 1)
            raise Refused([error("Y014", "a NUL byte stands in the file", place, "export the list again, as CSV in UTF-8")])
        self.record.append(line)
        return line


def _no_text(stream: BinaryIO, file: str, encoding: str, problem: UnicodeError) -> Finding:
    """The exact place of the first byte that is no text, by a second reading."""
    if encoding != "utf-8-sig":
        return error("Y014", "the file begins like UTF-16, and is not", Span(file), "save the list as CSV in UTF-8")
    stream.seek(0)
    line = 0
    for line, data in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
        try:
            data.decode("utf-8-sig" if line == 1 else "utf-8")
        except UnicodeDecodeError as found:
            column = len(data[: found.start].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")) + 1
            why = f"byte 0x{data[found.start]:02x} is no UTF-8"
            return error("Y014", why, Span(file, line, column, line, column + 1), "save the list as CSV in UTF-8 (in Excel: `CSV UTF-8`)")
    return error("Y014", f"the file is no UTF-8: {problem}", Span(file, max(line, 1), 1, max(line, 1), 1), "save the list as CSV in UTF-8")


# ---------------------------------------------------------------- header


def _header(lines: _Lines, file: str) -> tuple[Table, Iterator[list[str]]]:
    first = ""
    while not first.strip(",;\t\r\n "):
        lines.record.clear()
        first = next(lines, "")
        if not first:
            raise Refused([error("Y014", "the file is empty", Span(file), "begin it with a row of column names, such as `email,phone,domain`")])
    delimiter = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    if first.count(delimiter) >= MOST_COLUMNS or len(first) > LONGEST_HEADER:
        why = f"the header has more than {MOST_COLUMNS:,} columns, or {LONGEST_HEADER:,} characters"
        raise Refused([error("Y006", why, Span(file, lines.line, 1, lines.line, 1), "keep the columns that a playbook uses")])
    csv.field_size_limit(LONGEST_LINE)
    cells = next(csv.reader([first], delimiter=delimiter))
    table = Table(file, tuple(_folded(cell) for cell in cells), delimiter)
    _check_header(table, cells, first, lines.line)
    return table, csv.reader(lines, delimiter=delimiter, strict=True)


def _check_columns(table: Table, wanted: tuple[str, ...]) -> None:
    if not set(wanted).intersection(table.columns):
        message = f"no column says who is meant; the header has {', '.join(f'`{name}`' for name in table.columns[:8])}"
        raise Refused([error("Y014", message, Span(table.file), f"add a column {listed(wanted)}")])


def _folded(cell: str) -> str:
    name = "_".join(cell.strip().casefold().replace("-", " ").split())
    return {"e_mail": "email", "mail": "email", "email_address": "email", "telephone": "phone"}.get(name, name)


def _check_header(table: Table, cells: list[str], text: str, line: int) -> None:
    data = next((index for index, cell in enumerate(cells) if "@" in cell or cell.strip().lstrip("+").isdigit()), None)
    if data is not None:
        place = _cell_span(table, text, line, data)
        message = f"the first row is data (`{cells[data].strip()[:40]}`), and a list begins with its column names"
        raise Refused([error("Y014", message, place, "put a row such as `email,phone,domain` before it")])
    for index, name in enumerate(table.columns):
        if not table.full and not name:
            table.wrong(f"column {index + 1} has no name", "name it, or remove the column", _cell_span(table, text, line, index))
        elif not table.full and name in table.columns[:index]:
            table.wrong(f"two columns are called `{name}`", "rename or remove one of them", _cell_span(table, text, line, index))
    if table.findings:
        raise Refused(table.findings)


# ---------------------------------------------------------------- rows


def _rows(table: Table, records: Iterator[list[str]], lines: _Lines, stream: BinaryIO) -> Iterator[Row]:
    with stream:
        while True:
            lines.record.clear()
            line = lines.line + 1
            try:
                cells = next(records)
            except StopIteration:
                return
            except csv.Error as problem:
                table.findings.append(_broken(table, problem, "".join(lines.record), line))
                return
            text = "".join(lines.record)
            if any(cell.strip() for cell in cells) and _sound(table, cells, text, line):
                yield Row({name: cell.strip() for name, cell in zip(table.columns, cells, strict=True)}, line, text, table)


def _sound(table: Table, cells: list[str], text: str, line: int) -> bool:
    count, wanted = len(cells), len(table.columns)
    if count < wanted:
        end = len(text.rstrip("\r\n")) + 1
        help, place = f"add `{table.delimiter}` for each empty cell", Span(table.file, line, 1, line, max(end, 2))
        table.wrong(f"this row has {_cells(count)}, and the header has {wanted}", help, place)
    elif count > wanted:
        help = f'put a cell that holds `{table.delimiter}` in quotes: "..."'
        table.wrong(f"this row has {_cells(count)}, and the header has {wanted}", help, _cell_span(table, text, line, wanted))
    elif (longest := max(range(count), key=lambda index: len(cells[index]))) is not None and len(cells[longest]) > LONGEST_CELL:
        first = _cell_span(table, text, line, longest)
        place = Span(table.file, first.line, first.column, first.line, first.column + 1)
        message = f"the cell `{table.columns[longest]}` has {len(cells[longest])} characters, and at most {LONGEST_CELL} are allowed"
        table.wrong(message, "look for a quote that is not closed", place)
    else:
        return True
    return False


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _broken(table: Table, problem: csv.Error, text: str, line: int) -> Finding:
    """A row that the reader gave up on; nothing after it can be trusted."""
    place = _open_quote(table, text, line)
    if "expected after" in str(problem):
        return error("Y014", "a quote stands inside a cell in quotes", place, 'write two quotes ("") for one inside a cell')
    if "end of data" in str(problem) or "field limit" in str(problem):
        return error("Y014", "the quote that opens here is never closed, so the rest of the file is one cell", place, 'close it with "')
    return error("Y014", f"this row cannot be read: {problem}", Span(table.file, line, 1, line, 1), "export the list again, as CSV in UTF-8")


def _walk(delimiter: str, text: str) -> Iterator[tuple[int, int, bool]]:
    """The cells of a row's text: their first and last offsets, and whether a quote is left open."""
    start, quoted, begins, closed = 0, False, True, -2
    for offset, letter in enumerate(text):
        if letter == '"' and (quoted or begins or closed == offset - 1):
            quoted, begins, closed = not quoted, False, offset if quoted else -2
        elif letter == delimiter and not quoted:
            yield start, offset, False
            start, begins = offset + 1, True
        elif not letter.isspace():
            begins = False
    yield start, len(text.rstrip("\r\n")), quoted


def _cell_span(table: Table, text: str, line: int, index: int) -> Span:
    start, end = 0, 0
    for number, (first, last, _) in enumerate(_walk(table.delimiter, text)):
        start, end = first, last
        if number == index:
            break
    return _span(table.file, text, line, start, end)


def _open_quote(table: Table, text: str, line: int) -> Span:
    for first, last, left_open in _walk(table.delimiter, text):
        if left_open:
            return _span(table.file, text, line, first, min(last, first + 1))
        closed = text[first:last].strip()
        if closed.startswith('"') and (closed.count('"') % 2 or not closed.endswith('"')):
            return _span(table.file, text, line, first, last)
    return Span(table.file, line, 1, line, 1)


def _span(file: str, text: str, line: int, start: int, end: int) -> Span:
    def at(offset: int) -> tuple[int, int]:
        before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        return line + before.count("\n"), len(before) - before.rfind("\n")

    return Span(file, *at(start), *at(max(start, end)))
