"""What each country is put through: a table for people, and `schema/intrusion.schema.json` for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from cadenza import __version__
from cadenza.render.ansi import clean, inert, paint, wrap
from cadenza.render.forecast_json import laid_out, number
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.forecast_words import day
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from cadenza.forecast.countries import Country
    from cadenza.language.model import Simulation

FORMAT_VERSION = 1
HEAD = ("", "people", "touches", "without consent", "opt-outs", "complaints", "meetings")
PER = ("people", "touches", "without_consent", "unsubscribed", "complained")


def render(
    simulation: Simulation,
    found: Sequence[Country],
    runs: int,
    notes: Sequence[str],
    *,
    colour: bool = False,
    width: int = 100,
    plain: bool = False,
) -> str:
    """The page, with a newline at its end; at most `width` columns wide."""
    numbers, width = Numbers(plain), max(60, width)
    title = f"{clean(simulation.name)}: what it asks of people, {simulation.horizon} from {day(date.fromisoformat(simulation.start))}"
    each = [[Cell(text, "dim") for text in ("for each meeting", *HEAD[1:-1])], *(_per(country, numbers) for country in found)]
    total = [[Cell(text, "dim") for text in ("in all", *HEAD[1:])], *(_all(country, numbers) for country in found)]
    about = f"Means of {runs} run{'s' * (runs != 1)}; for each meeting held: the sums of all runs, divided."
    about += f" Seed {simulation.seed}, cadenza {__version__}."
    parts = [
        [paint(title, "bold", on=colour)],
        table(each, "<>>>>>", width, colour=colour, plain=plain),
        table(total, "<>>>>>>", width, colour=colour, plain=plain),
        [line for text in (about, *map(clean, notes)) for line in wrap(text, width)],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _name(country: Country) -> str:
    return clean(country.country) or "not said"


def _per(country: Country, numbers: Numbers) -> list[Cell]:
    values = [country.per_meeting(getattr(country, key)) for key in PER]
    return [Cell(_name(country)), *(Cell(numbers.dash if value is None else numbers.count(value)) for value in values)]


def _all(country: Country, numbers: Numbers) -> list[Cell]:
    return [Cell(_name(country)), *(Cell(numbers.count(getattr(country, key))) for key in (*PER, "meetings"))]


def render_json(simulation: Simulation, found: Sequence[Country], runs: int, notes: Sequence[str]) -> str:
    """The document, with a newline at its end."""
    return inert(laid_out(document(simulation, found, runs, notes), "")) + "\n"


def document(simulation: Simulation, found: Sequence[Country], runs: int, notes: Sequence[str]) -> dict[str, Any]:
    """The document as plain data."""
    return {
        "format": "cadenza.intrusion",
        "format_version": FORMAT_VERSION,
        "cadenza": __version__,
        "name": simulation.name,
        "start": simulation.start,
        "horizon": str(simulation.horizon),
        "seed": simulation.seed,
        "replications": runs,
        "countries": [_document(country) for country in found],
        "notes": list(notes),
    }


def _document(country: Country) -> dict[str, Any]:
    means = {key: number(getattr(country, key)) for key in (*PER, "meetings")}
    per = {key: None if (value := country.per_meeting(getattr(country, key))) is None else number(value) for key in PER}
    return {"country": country.country or None, "means": means, "per_meeting": per}
