"""Scorecards as text and as plain data (`schema/finding.schema.json`, `scorecards`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..rules.scorecard import Pillar, Scorecard
from .ansi import clean, paint, wrap


def render(cards: Iterable[Scorecard], *, colour: bool, width: int) -> str:
    """Each playbook's seven pillars, then the reason of every point: `+` for one that is held, `-` for one that is not, with its line."""
    lines: list[str] = []
    for card in cards:
        name, *rest = wrap(f"Scorecard of {clean(card.name)}  {clean(card.file)}", width, "  ")
        title = f"Scorecard of {clean(card.name)}"
        lines += ["", paint(name[: len(title)], "bold", on=colour) + name[len(title) :], *rest]
        for pillar in card.pillars:
            lines += _pillar(pillar, colour=colour, width=width)
    return "\n".join(lines) + "\n" if lines else ""


def _pillar(pillar: Pillar, *, colour: bool, width: int) -> list[str]:
    shade = "green" if pillar.score >= 4 else "yellow" if pillar.score >= 3 else "red"
    score = f"{pillar.score} of 5"
    head, *rest = wrap(f"  {pillar.name:<11} {score}  {pillar.asks}", width, " " * 14)
    lines = [head.replace(score, paint(score, "bold", shade, on=colour), 1), *rest]
    for point in pillar.points:
        sign = paint("+", "green", on=colour) if point.held else paint("-", "red", on=colour)
        place = "" if point.held else f" ({point.span.file}:{point.span.line})"
        first, *rest = wrap(clean(f"{point.question} {point.reason}{place}"), width - 6, "")
        lines += [f"    {sign} {first}", *(f"      {line}" for line in rest)]
    return lines


def document(cards: Iterable[Scorecard]) -> list[dict[str, Any]]:
    """The same as plain data."""
    return [
        {
            "file": card.file,
            "name": card.name,
            "pillars": [
                {
                    "name": pillar.name,
                    "asks": pillar.asks,
                    "score": pillar.score,
                    "points": [
                        {"question": point.question, "held": point.held, "reason": point.reason, "file": point.span.file, "line": point.span.line}
                        for point in pillar.points
                    ],
                }
                for pillar in card.pillars
            ],
        }
        for card in cards
    ]
