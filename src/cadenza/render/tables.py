"""Tables for a terminal: columns two apart, indented by two, the first one giving way where the page is too narrow; a list where no table fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from cadenza.render.ansi import columns, paint, wrap

Marked: TypeAlias = tuple[str, str]
"""A text, and how it is marked."""
NARROWEST = 10
"""Columns that a table's first one has at least."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and how it is marked (a style of `ansi.CODES`, or nothing)."""

    text: str = ""
    style: str = ""


def table(rows: Sequence[Sequence[Cell]], align: str, width: int, *, colour: bool = False, plain: bool = False) -> list[str]:
    """The rows as lines; an empty row is an empty line. `align` has `<` or `>` for each column."""
    if not any(rows):
        return []
    count = max(map(len, rows))
    widths = [max((columns(row[at].text) for row in rows if at < len(row)), default=0) for at in range(count)]
    if not fit(widths, width):
        return listed([[(cell.text, cell.style) for cell in row] for row in rows], width, partial(_painted, colour=colour))
    return [_line(row, widths, align, colour, "~" if plain else "…") for row in rows]


def fit(widths: list[int], width: int) -> bool:
    """Whether columns of these widths have room on the page, after the first one gave way as far as it can."""
    over = 2 * len(widths) + sum(widths) - width
    given = min(max(0, over), max(0, widths[0] - NARROWEST))
    widths[0] -= given
    return over <= given


def listed(rows: Sequence[Sequence[Marked]], width: int, mark: Callable[[str, str], str]) -> list[str]:
    """The rows one below the other: the first cell, and indented below it each further one after its column's name. The first row names the columns
    where all of it is dim; an empty row is an empty line."""
    named = bool(rows) and all(style == "dim" for text, style in rows[0] if text)
    names = [text for text, _ in rows[0]] if named else []
    lines: list[str] = []
    for row in rows[named:]:
        lines += [mark(line, row[0][1]) for line in wrap(f"  {row[0][0]}", width, "  ")] if row and row[0][0] else [] if row else [""]
        for at, (text, style) in enumerate(row):
            if at and text:
                name = names[at] if at < len(names) else ""
                first, *rest = wrap(f"    {name}{'  ' if name else ''}{text}", width, "      ")
                lines += [first if rest or not style else first.removesuffix(text) + mark(text, style), *rest]
    return lines


def _painted(text: str, style: str, *, colour: bool) -> str:
    return paint(text, style, on=colour) if style else text


def _line(row: Sequence[Cell], widths: Sequence[int], align: str, colour: bool, more: str) -> str:
    cells = []
    for cell, width, side in zip(row, widths, align, strict=False):
        text = cell.text if columns(cell.text) <= width else _cut(cell.text, width - 1) + more
        space = " " * (width - columns(text))
        marked = paint(text, cell.style, on=colour) if cell.style else text
        cells.append(space + marked if side == ">" else marked + space)
    return ("  " + "  ".join(cells)).rstrip()


def _cut(text: str, width: int) -> str:
    while columns(text) > width:
        text = text[:-1]
    return text
