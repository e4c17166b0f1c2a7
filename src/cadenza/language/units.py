"""The little languages by the name that a schema gives them (`x-unit`): which parser reads a text, and what its values are called."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from .take import parsed
from .values import Change, Duration, Factor, Flow, Money, Price, Range, Rate, Target, UnitError, Window

YEARS = range(1970, 3000)
"""Of all dates and instants that are read; calendars reach further, so that what follows from them can be told, too."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _date(text: str) -> str:
    """An ISO date that the calendar has."""
    words = text.strip()
    if not _DATE.fullmatch(words):
        raise UnitError(f"`{words[:40]}` is no date: year, month, day", "2027-01-04")
    try:
        date.fromisoformat(words)
    except ValueError:
        raise UnitError(f"the calendar has no {words}", f"{words[:8]}01" if words[5:7] <= "12" and words[5:7] > "00" else "2027-01-04") from None
    if int(words[:4]) not in YEARS:
        raise UnitError(f"{words} is not in the years {YEARS[0]} to {YEARS[-1]}", "2027-01-04")
    return words


def _span(text: str) -> Duration:
    """A duration of calendar units, above zero."""
    found = Duration.parse(text)
    if found.business:
        raise UnitError("a horizon is counted in calendar time", "13 weeks")
    if not found.amount:
        raise UnitError("a horizon is longer than nothing", "13 weeks")
    return found


def _rate_or_factor(text: str) -> Rate | Factor:
    return Factor.parse(text) if "x" in text.lower() else Rate.parse(text)


KINDS: dict[str, tuple[Callable[[str], object], tuple[type, ...], str]] = {
    "duration": (Duration.parse, (Duration,), "a duration"),
    "span": (_span, (Duration,), "a duration"),
    "window": (Window.parse, (Window,), "a window of time"),
    "range": (Range.parse, (Range,), "a range"),
    "rate": (Rate.parse, (Rate,), "a rate"),
    "factor": (Factor.parse, (Factor,), "a factor"),
    "rate|factor": (_rate_or_factor, (Rate, Factor), "a rate or a factor"),
    "money": (Money.parse, (Money,), "an amount of money"),
    "cost": (Price.of_time, (Price,), "a price of time"),
    "price": (Price.of_contact, (Price,), "a price of a contact"),
    "flow": (Flow.parse, (Flow,), "a number per time"),
    "target": (Target.parse, (Target,), "a target"),
    "change": (Change.parse, (Change,), "a change"),
    "date": (_date, (), "a date"),
}
"""x-unit -> its parser, the classes of its values (already read after a scenario), and what to call one in a sentence."""


def read_text(unit: str, text: str) -> object:
    """The value of a text; UnitError where it is none."""
    return parsed(KINDS[unit][0], text)


def is_read(unit: str, value: object) -> bool:
    """Whether `value` is of this kind already."""
    return bool(KINDS[unit][1]) and isinstance(value, KINDS[unit][1])
