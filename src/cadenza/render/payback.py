"""A payback: a page for people, and `schema/payback.schema.json` for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cadenza.render.ansi import clean, inert, paint, wrap
from cadenza.render.forecast_json import interval_of, laid_out, number
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from cadenza.forecast.payback import Payback

FORMAT_VERSION = 1
MONTH = 365.25 / 12 / 7
"""Weeks."""


def render(found: Payback, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end; at most `width` columns wide."""
    numbers, width = Numbers(plain), max(60, width)
    title = f"{clean(found.name)}: when what {found.horizon} cost comes back"
    rows = [[Cell(text, "dim") for text in ("by week", f"spent, {clean(found.currency)}", f"{_what(found)}, P10", "P50", "P90")]]
    rows += [[Cell(str(each.week)), Cell(numbers.money(each.spent)), *(Cell(numbers.money(value)) for value in each.back)] for each in found.moments]
    rates = [f"{value:.1f}" for value in found.return_on_cost]
    about = (
        f"Return on cost after {found.looked} weeks: {rates[1]} (P10 {rates[0]}, P90 {rates[2]}) for each unit spent. {found.replications} runs; "
        f"nobody new is let in after the {found.horizon}, and from then on only work that is charged as used is paid. From {found.start}, seed "
        f"{found.seed}, engine {found.engine}, cadenza {found.version}."
    )
    parts = [
        [paint(title, "bold", on=colour)],
        wrap(_told(found, numbers), width),
        table(rows, ">>>>>", width, colour=colour, plain=plain),
        [line for text in (*_margins(found, numbers), about, *map(clean, found.notes)) for line in wrap(text, width)],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _what(found: Payback) -> str:
    return "won" if all(margin == 1 for _, margin in found.margin) else "margin won"


def _margins(found: Payback, numbers: Numbers) -> list[str]:
    """What is left of a deal, where a playbook says it."""
    shares = [f"{numbers.share(margin)}" + (f" of {clean(name)}" if len(found.margin) > 1 else "") for name, margin in found.margin]
    return [] if _what(found) == "won" else [f"Gross margin: {', '.join(shares)}."]


def _told(found: Payback, numbers: Numbers) -> str:
    low, middle, high = found.weeks
    interval = found.share_interval
    sure = f"95% interval {numbers.share(interval.low)} {numbers.dash} {numbers.share(interval.high)}"
    never = f"not within {found.looked} weeks"
    chance = f"{numbers.share(found.share)} of the runs get their money back within {found.looked} weeks ({sure})"
    if middle is None:
        first = f" One run of ten does by week {low}." if low is not None else ""
        return f"P50: {never}. {chance}.{first}"
    span = ""
    if found.interval is not None:
        ends = [str(end) if end is not None else never for end in found.interval]
        span = f", 95% interval {ends[0]} {numbers.dash} {ends[1]}"
    late = f"week {high}" if high is not None else never
    return f"Half of the runs have their money back by week {middle} (month {middle / MONTH:.1f}{span}). P10: week {low}, P90: {late}. {chance}."


def render_json(found: Payback) -> str:
    """The document, with a newline at its end."""
    return inert(laid_out(document(found), "")) + "\n"


def document(found: Payback) -> dict[str, Any]:
    low, middle, high = found.weeks
    return {
        "format": "cadenza.payback",
        "format_version": FORMAT_VERSION,
        "cadenza": found.version,
        "name": found.name,
        "start": found.start,
        "horizon": found.horizon,
        "looked": found.looked,
        "seed": found.seed,
        "engine": found.engine,
        "currency": found.currency or None,
        "replications": found.replications,
        "weeks": {"p10": low, "p50": middle, "p90": high, "p50_interval": None if found.interval is None else list(found.interval)},
        "paid_back": {"met": found.met, "share": number(found.share), "interval": interval_of(found.share_interval)},
        "return_on_cost": _spread(found.return_on_cost),
        "margin": {name: number(margin) for name, margin in found.margin},
        "by_week": [{"week": each.week, "spent": number(each.spent), "back": _spread(each.back)} for each in found.moments],
        "notes": list(found.notes),
    }


def _spread(values: tuple[float, float, float]) -> dict[str, Any]:
    return dict(zip(("p10", "p50", "p90"), map(number, values), strict=True))
