"""A tornado, or Sobol' indices, as a page: the answer in a sentence, then a bar or a row for each line of YAML, with its place.

Left of the middle stands what makes the metric less, right what makes it more, whichever way the line has to be changed for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cadenza.forecast.metrics import metric
from cadenza.forecast.sobol import Sobol
from cadenza.render.ansi import clean, paint, wrap
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from cadenza.forecast.lines import Line
    from cadenza.forecast.results import Interval
    from cadenza.forecast.sobol import Part
    from cadenza.forecast.tornado import About, Bar, End, Tornado

HALF, WIDE_HALF = 8, 12
WIDE = 100
SMALL = 0.01
"""Totals below this share of the variance are not worth a row."""


def render(found: Tornado | Sobol, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end; at most `width` columns wide."""
    numbers, width = Numbers(plain), max(60, width)
    if isinstance(found, Sobol):
        parts = _indices(found, numbers, colour, width)
    else:
        parts = [wrap(_question(found, numbers), width), *_bars(found, numbers, colour, width), *_rest(found, numbers, width)]
    parts[0] = [paint(line, "bold", on=colour) for line in parts[0]]
    parts += [line for note in found.about.notes for line in [wrap(clean(note) + ".", width)]]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _what(about: About) -> str:
    found = metric(about.metric)
    return f"{found.label}, {about.currency or '?'}" if found.unit == "money" else found.label


def _place(line: Line) -> str:
    return clean(f"{line.span.file}:{line.span.line}")


def _said(line: Line) -> str:
    return clean(f"{line.path}: {line.text}")


# ---------------------------------------------------------------- tornado


def _question(found: Tornado, numbers: Numbers) -> str:
    about = found.about
    middle = numbers.amount(found.base.p50.value, metric(about.metric).unit)
    return f"{clean(about.name)}: what moves {_what(about)} (P50 {middle} in {about.horizon}) most"


def _bars(found: Tornado, numbers: Numbers, colour: bool, width: int) -> list[list[str]]:
    """A bar for each line that got all runs and does something."""
    shown = [bar for bar in found.bars if bar.n == found.base.n and bar.verdict == "moves"]
    if not shown:
        return [["No line moves it by more than noise."]]
    middle = found.base.p50.value
    reach = max(abs(end.p50 - middle) for bar in shown for end in (bar.low, bar.high) if end is not None) or 1.0
    half = WIDE_HALF if width >= WIDE else HALF
    unit = metric(found.about.metric).unit
    figures = max(len(numbers.amount(end.p50, unit)) for bar in shown for end in (bar.low, bar.high) if end is not None)
    return [_bar(bar, middle, reach, half, figures, unit, numbers, colour, width) for bar in shown]


def _bar(bar: Bar, middle: float, reach: float, half: int, figures: int, unit: str, numbers: Numbers, colour: bool, width: int) -> list[str]:
    ends = sorted((end for end in (bar.low, bar.high) if end is not None), key=lambda end: (end.p50, end.mean))
    less, more = ends[0], ends[-1]
    left, right = (_block(max(0.0, away / reach), half, numbers) for away in (middle - less.p50, more.p50 - middle))
    drawn = f"{left:>{half}}{'|' if numbers.plain else '│'}{right:<{half}}"
    low, high = (numbers.amount(end.p50, unit) if len(ends) == 2 or end.p50 != middle else "" for end in (less, more))
    front = f"  {low:>{figures}} {paint(drawn, 'cyan', on=colour)} {high:<{figures}}  "
    indent = " " * (2 * half + 2 * figures + 7)
    texts = wrap(_said(bar.line), width - len(indent))
    below = wrap(f"{_ends(less, more, numbers)}  {_place(bar.line)}", width - len(indent))
    return [front + texts[0], *(indent + text for text in texts[1:]), *(indent + paint(text, "dim", on=colour) for text in below)]


def _block(share: float, half: int, numbers: Numbers) -> str:
    """Whole columns: a bar that grows to the left has no eighths. What is not nothing has one."""
    return ("#" if numbers.plain else "█") * (max(1, round(share * half)) if share else 0)


def _ends(less: End, more: End, numbers: Numbers) -> str:
    """What the line says at either end of its bar."""
    if less is more:
        return f"at {clean(less.text)}"
    return f"{clean(less.text)} {numbers.dash} {clean(more.text)}"


def _rest(found: Tornado, numbers: Numbers, width: int) -> list[list[str]]:
    """What became of the other lines, and how to read it all."""
    n, unit = found.base.n, metric(found.about.metric).unit
    quiet = [bar.line.path for bar in found.bars if bar.n == n and bar.verdict != "moves"]
    others = [bar for bar in found.bars if bar.n < n]
    lines = []
    if quiet:
        lines += wrap(f"No more than noise in {n} runs: {clean(', '.join(quiet))}.", width)
    if others:
        most = max(abs(end.difference.mean) for bar in others for end in (bar.low, bar.high) if end is not None)
        tried = " or ".join(str(runs) for runs in sorted({bar.n for bar in others}))
        lines += wrap(
            f"{len(others)} other lines were tried in {tried} runs each; none of them moved the mean by more than "
            f"{numbers.signed(most, unit).removeprefix('+')}. --format json has them all.",
            width,
        )
    lines += wrap(
        f"{n} runs of base and of each end, over the same people with the same luck; the figures are P50. Assumptions that are uncertain go to "
        "their P10 and P90; what is written as known, and decisions, by a tenth or by one. Each line by itself.",
        width,
    )
    return [lines]


# ---------------------------------------------------------------- Sobol' indices


def _indices(found: Sobol, numbers: Numbers, colour: bool, width: int) -> list[list[str]]:
    about = found.about
    unit = metric(about.metric).unit
    middle = f"mean {numbers.amount(found.mean, unit)}, standard deviation {numbers.amount(found.deviation, unit)}"
    first = wrap(f"{clean(about.name)}: whose ignorance makes the band of {_what(about)} ({middle} in {about.horizon})", width)
    if not found.parts:
        return [first, ["Nothing varies: no run differs from any other."]]
    shown = [part for part in found.parts if part.index.total >= SMALL]
    rows = [[Cell(text, "dim") for text in ("share of the variance", "alone", "", "with others", "")]]
    for part in shown:
        rows += _part(part, numbers)
    return [first, table(rows, "<>>>>", width, colour=colour, plain=numbers.plain), _reading(found, len(shown), width)]


def _part(part: Part, numbers: Numbers) -> list[list[Cell]]:
    name = "luck: who happens to answer" if part.line is None else clean(part.line.path)
    index = part.index
    cells = [
        Cell(name),
        Cell(numbers.share(index.first), "bold"),
        Cell(_between(index.first_interval, numbers), "dim"),
        Cell(numbers.share(index.total), "bold"),
        Cell(_between(index.total_interval, numbers), "dim"),
    ]
    return [cells] if part.line is None else [cells, [Cell(f"  {clean(part.line.text)}  {_place(part.line)}", "dim")]]


def _between(interval: Interval, numbers: Numbers) -> str:
    return f"{numbers.grouped(100 * interval.low)} to {numbers.grouped(100 * interval.high)}"


def _reading(found: Sobol, shown: int, width: int) -> list[str]:
    rest = len(found.parts) - shown
    less = f" {rest} other inputs have less than 1% each, with all that they take part in." if rest else ""
    return wrap(
        f"{found.evaluations} evaluations: two samples of {found.points} points, and one for each of {len(found.parts)} inputs (Saltelli). "
        "Alone: the share of the variance that goes when this is known. With others: what is left when all else is known. Between: 95% "
        f"intervals, in percent; an estimate near 0 may be below it.{less}",
        width,
    )
