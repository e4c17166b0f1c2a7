"""A comparison as a page: the answer in a sentence, each metric on both sides, then what is different in words, proofs and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cadenza.forecast.metrics import metric
from cadenza.render import compare_words as words
from cadenza.render.ansi import clean, paint, wrap
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.forecast.comparison import Comparison, Pair

STYLES = {"better": "green", "worse": "red", "": "bold"}


def render(found: Comparison, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end; at most `width` columns wide."""
    numbers, width = Numbers(plain), max(60, width)
    arrow = "->" if plain else "→"
    parts = [
        [paint(line, "bold", on=colour) for line in wrap(f"{clean(found.b)} against {clean(found.a)}", width)],
        wrap(words.headline(found, numbers), width),
        table([_head(), *(_row(pair, found.currency, numbers) for pair in words.pairs(found))], "<>>>", width, colour=colour, plain=plain),
    ]
    sections = {
        "The machine": words.machine(found.shapes_a, found.shapes_b, arrow),
        "What is written differently": [words.change(item, arrow) for item in found.changes],
        "What is proved differently": [words.change(item, arrow) for item in found.proofs],
        "Findings that came": [words.finding(item) for item in found.came],
        "Findings that went": [words.finding(item) for item in found.went],
    }
    parts += [_section(title, lines, width, colour) for title, lines in sections.items() if lines]
    parts.append([line for text in words.footer(found, numbers) for line in wrap(text, width)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _section(title: str, lines: Sequence[str], width: int, colour: bool) -> list[str]:
    return [paint(title, "bold", on=colour), *(line for text in lines for line in wrap(f"  {text}", width, "    "))]


def _head() -> list[Cell]:
    return [Cell(text, "dim") for text in ("", "before", "after", "difference")]


def _row(pair: Pair, currency: str, numbers: Numbers) -> list[Cell]:
    unit = metric(pair.key).unit
    moved = pair.difference.verdict in ("higher", "lower")
    style = STYLES[words.good(pair)] if moved else "dim"
    return [
        Cell(words.label(pair, currency)),
        Cell(numbers.amount(pair.a.mean, unit)),
        Cell(numbers.amount(pair.b.mean, unit)),
        Cell(words.difference(pair, numbers), style),
    ]
