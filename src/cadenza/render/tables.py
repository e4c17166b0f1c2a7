"""Tables for a terminal: columns two apart, indented by two, the first one giving way where the page is too narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cadenza.render.ansi import columns, paint


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
    over = 2 * count + sum(widths) - width
    if over > 0:
        widths[0] = max(10, widths[0] - over)
    return [_line(row, widths, align, colour, "~" if plain else "…") for row in rows]


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
