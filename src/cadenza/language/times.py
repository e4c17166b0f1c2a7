"""Time as playbooks write it: durations (`2 business days`) and weekly windows (`mon-fri 09:00-17:00`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias, cast

from .near import near
from .records import record
from .words import UnitError, bare, checked, plural, shown, split_number, tidy, whole

Unit: TypeAlias = Literal["second", "minute", "hour", "day", "week", "business hour", "business day"]
SECONDS: dict[str, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
UNITS: tuple[str, ...] = (*SECONDS, "business hour", "business day")
_CENTURY = 36_525
_MOST: dict[str, int] = {
    **{unit: _CENTURY * 86400 // seconds for unit, seconds in SECONDS.items()},
    "business hour": _CENTURY * 24,
    "business day": _CENTURY,
}
_ALIASES: dict[str, str] = {
    **dict.fromkeys(("s", "sec"), "second"),
    **dict.fromkeys(("m", "min"), "minute"),
    **dict.fromkeys(("h", "hr"), "hour"),
    "d": "day",
    **dict.fromkeys(("w", "wk"), "week"),
    **dict.fromkeys(("bh", "work hour", "working hour"), "business hour"),
    **dict.fromkeys(("bd", "work day", "workday", "working day", "weekday", "businessday"), "business day"),
}
_NO_LENGTH: dict[str, tuple[int, str]] = {"month": (30, "day"), "quarter": (13, "week"), "year": (365, "day"), "business week": (5, "business day")}
_COUNT_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


@record
class Duration:
    """`2 business days`, `90 days`, `4 hours`, `0 minutes`. Calendar units are exact seconds (a day is 86,400); business units need a calendar."""

    amount: int
    unit: Unit

    @property
    def business(self) -> bool:
        return self.unit not in SECONDS

    @property
    def seconds(self) -> int:
        """Exact seconds of a calendar duration; ValueError for a business one."""
        length = SECONDS.get(self.unit)
        if length is None:
            raise ValueError("a business duration has no length without a calendar")
        return self.amount * length

    @classmethod
    def of_seconds(cls, seconds: int, unit: str = "second") -> Duration:
        """So many seconds, in `unit` where that is a whole number of them, else in the next smaller unit that is."""
        names = list(SECONDS)
        for name in reversed(names[: names.index(unit) + 1]):
            if seconds % SECONDS[name] == 0:
                return cls(seconds // SECONDS[name], cast(Unit, name))
        raise ValueError(seconds)

    @classmethod
    def parse(cls, text: str) -> Duration:
        """`1 business day`, `90 days`: a whole number and a unit, singular or plural. At most 100 years."""
        words = tidy(text, "a duration", "2 business days")
        count, unit_word = split_number(words)
        if not count:
            raise _no_count(words)
        unit = _unit(count, unit_word)
        return cls(_amount(count, unit), cast(Unit, unit))

    def __str__(self) -> str:
        return plural(self.amount, self.unit)


def _no_count(words: str) -> UnitError:
    first, _, rest = words.partition(" ")
    unit = _singular(rest)
    good = plural(_COUNT_WORDS.get(first.casefold(), 2), unit if unit in UNITS else "business day")
    return UnitError(f"a duration begins with a number, and {shown(words)} does not", good)


def _singular(word: str) -> str:
    folded = word.casefold()
    known = {*UNITS, *_ALIASES, *_NO_LENGTH}
    return folded[:-1] if folded.endswith("s") and folded[:-1] in known else folded


def _unit(count: str, word: str) -> str:
    unit = _singular(word)
    if unit in UNITS:
        return unit
    number = bare(count)
    amount = int(number) if number.isdigit() else 2
    if not word:
        raise UnitError(f"{shown(count)} has no unit", _within(amount, "day"))
    if unit in _NO_LENGTH:
        times, better = _NO_LENGTH[unit]
        raise UnitError(f"a {unit} has no fixed length", _within(amount * times, better))
    meant = _ALIASES.get(unit) or near(unit, UNITS)
    plurals = near(word, [f"{name}s" for name in UNITS])
    meant = meant or (plurals[:-1] if plurals else None)
    if meant is None:
        known = ", ".join(f"{name}s" for name in UNITS[:-1])
        raise UnitError(f"unknown unit {shown(word)}: known are {known} and {UNITS[-1]}s", _within(amount, "business day"))
    good = _within(amount, meant)
    raise UnitError(f"unknown unit {shown(word)}: did you mean `{good.partition(' ')[2]}`?", good)


def _within(amount: int, unit: str) -> str:
    """The duration, or the longest there is."""
    return plural(min(amount, _MOST[unit]), unit)


def _amount(count: str, unit: str) -> int:
    amount = whole(count, "a duration", _good_count(count, unit))
    if amount > _MOST[unit]:
        raise UnitError(f"{plural(amount, unit)} is longer than 100 years", _within(amount, unit))
    return amount


def _good_count(count: str, unit: str) -> str:
    """What was probably meant by a count that is none: `1.5 hours` → `90 minutes`, `-2 days` → `2 days`."""
    clean = bare(count)
    if clean.isdigit():
        return _within(int(clean), unit)
    units, _, part = clean.partition(".")
    if unit in SECONDS and len(part) <= 6:
        seconds, rest = divmod(int(units + part) * SECONDS[unit], 10 ** len(part))
        if not rest and seconds <= _MOST["second"]:
            return str(Duration.of_seconds(seconds, unit))
    return _within(int(units) + 1, unit)


# ---------------------------------------------------------------- windows

DAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {
    **dict.fromkeys(("weekday", "weekdays", "workdays", "working-days", "business-days", "mo-fr"), "mon-fri"),
    **dict.fromkeys(("daily", "everyday", "every-day", "all", "always", "24/7"), "mon-sun"),
    **dict.fromkeys(("weekend", "weekends"), "sat-sun"),
}
_GOOD = "mon-fri 09:00-17:00"
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_LOOSE_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?h? ?(am|pm)?")
_DASH = re.compile(r"[ ]*[-\u2010-\u2015][ ]*")


@record
class Open:
    """One stretch of a week in local wall time: weekdays (0 = Monday), from `start` to `end` in seconds after midnight.

    The end is exclusive, and at most 86,400."""

    days: tuple[int, ...]
    start: int
    end: int

    def __str__(self) -> str:
        return f"{_days_text(self.days)} {_time_text(self.start)}-{_time_text(self.end)}"


@record
class Window:
    """`mon-fri 09:00-12:00, mon-fri 14:00-17:00`. However it is written, equal weeks are equal windows: overlapping and touching stretches
    are merged on each day, and days with the same hours are joined when the window is made."""

    spans: tuple[Open, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", _canonical(self.spans))

    @classmethod
    def parse(cls, text: str) -> Window:
        """Days and hours, several joined by commas. Hours run from 00:00 to 24:00; days may wrap (`fri-mon`), hours may not."""
        return checked(cls._read, text, "mon-fri 09:00-17:00")

    @classmethod
    def _read(cls, text: str) -> Window:
        words = _DASH.sub("-", tidy(text, "a window", _GOOD))
        if words.casefold() in _GROUPS:
            raise UnitError(f"{shown(words)} names no hours", f"{_GROUPS[words.casefold()]} 00:00-24:00")
        parts = [part.strip() for part in words.split(",")]
        return cls(tuple(_stretch(part, parts) for part in parts))

    def __str__(self) -> str:
        return ", ".join(map(str, self.spans))


def _canonical(spans: Iterable[Open]) -> tuple[Open, ...]:
    """The same hours of the week as few stretches, in the order of the week."""
    groups: dict[tuple[int, int], set[int]] = {}
    spans = tuple(spans)
    for day in range(7):
        for hours in _merged(sorted((span.start, span.end) for span in spans if day in span.days)):
            groups.setdefault(hours, set()).add(day)
    runs = [(run, hours) for hours, days in groups.items() for run in _runs(days)]
    runs.sort(key=lambda found: (found[0][0], found[1]))
    return tuple(Open(tuple(sorted(run)), start, end) for run, (start, end) in runs)


def _merged(hours: list[tuple[int, int]]) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    for start, end in hours:
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(done[-1][1], end))
        else:
            done.append((start, end))
    return done


def _runs(days: set[int]) -> list[list[int]]:
    """Days in stretches that follow one another, Sunday before Monday included: {4, 5, 6, 0} is one, from Friday to Monday."""
    firsts = [day for day in sorted(days) if (day - 1) % 7 not in days] or [0]
    runs = []
    for first in firsts:
        run = [first]
        while (run[-1] + 1) % 7 in days and len(run) < len(days):
            run.append((run[-1] + 1) % 7)
        runs.append(run)
    return runs


def _days_text(days: tuple[int, ...]) -> str:
    runs = _runs(set(days))
    return "+".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def _time_text(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


def _stretch(part: str, parts: list[str]) -> Open:
    days_text, _, hours_text = part.partition(" ")
    if not hours_text:
        raise _incomplete(part, parts)
    days = _days(days_text, hours_text)
    first, dash, last = hours_text.partition("-")
    if not dash:
        raise UnitError(f"{shown(hours_text)} has no end", f"{days_text} {_guess(first, '09:00')}-17:00")
    good = f"{days_text} {_guess(first, '09:00')}-{_guess(last, '17:00')}"
    start, end = _time(first, good, days_text), _time(last, good, days_text)
    if start == end:
        raise UnitError(f"{shown(hours_text)} is empty: it ends where it starts", f"{days_text} 00:00-24:00")
    if end < start:
        night = f"{days_text} {_time_text(start)}-24:00"
        early = Open(tuple(sorted((day + 1) % 7 for day in days)), 0, end)
        raise UnitError(f"{shown(hours_text)} ends before it starts; a window ends at 24:00 at the latest", f"{night}, {early}" if end else night)
    return Open(days, start, end)


def _incomplete(part: str, parts: list[str]) -> UnitError:
    hours = next((other.partition(" ")[2] for other in parts if " " in other), "09:00-17:00")
    if not part:
        return UnitError("nothing stands between two commas, or before or after one", ", ".join(other for other in parts if other) or _GOOD)
    if part[0].isdigit():
        first, _, last = part.partition("-")
        return UnitError(f"{shown(part)} has no days", f"mon-fri {_guess(first, '09:00')}-{_guess(last, '17:00')}")
    whole = ", ".join(other if " " in other else f"{other if _known_days(other) else _day_guess(other)} {hours}" for other in parts)
    return UnitError(f"{shown(part)} has no hours", whole)


def _known_days(text: str) -> bool:
    return all(day in DAYS for day in text.casefold().split("-")) and text.count("-") < 2


def _days(text: str, hours: str) -> tuple[int, ...]:
    if not _known_days(text):
        wrong = next((day for day in text.split("-") if day.casefold() not in DAYS), text)
        guess = _day_guess(text)
        meant = guess if text.casefold() in _GROUPS else _one_day(wrong)
        hint = f": did you mean `{meant}`?" if meant else f": the days are {', '.join(DAYS)}"
        raise UnitError(f"unknown day {shown(wrong)}{hint}", f"{guess} {hours if '-' in hours and ':' in hours else '09:00-17:00'}")
    first, _, last = text.casefold().partition("-")
    start = DAYS.index(first)
    length = (DAYS.index(last or first) - start) % 7 + 1
    return tuple(sorted((start + offset) % 7 for offset in range(length)))


def _one_day(word: str) -> str | None:
    folded = word.casefold()
    full = next((DAYS[index] for index, name in enumerate(_FULL) if len(folded) > 1 and name.startswith(folded)), None)
    longer = near(folded, (*DAYS, *_FULL))
    return full or (longer[:3] if longer else None)


def _day_guess(text: str) -> str:
    if text.casefold() in _GROUPS:
        return _GROUPS[text.casefold()]
    ends = [_one_day(word) for word in text.split("-")]
    return "-".join(day for day in ends if day) if 0 < len(ends) < 3 and all(ends) else "mon-fri"


def _time(text: str, good: str, days: str) -> int:
    found = _TIME.fullmatch(text)
    if not found:
        raise UnitError(f"{shown(text)} is no time: hours and minutes of 24 hours are written `09:00`", good)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    value = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or value > 86400:
        raise UnitError(f"{shown(text)} is no time of a day, which ends at 24:00", good if "24:00" in good else f"{days} 09:00-24:00")
    return value


def _guess(text: str, otherwise: str) -> str:
    """A time that was probably meant: `9` → `09:00`, `5pm` → `17:00`."""
    found = _LOOSE_TIME.fullmatch(text.strip().casefold())
    if not found:
        return otherwise
    hours, minutes = int(found[1]), int(found[2] or 0)
    hours = hours % 12 + (12 if found[3] == "pm" else 0) if found[3] else hours
    return f"{hours:02}:{minutes:02}" if minutes < 60 and hours * 60 + minutes <= 1440 else otherwise


ALWAYS = Window((Open((0, 1, 2, 3, 4, 5, 6), 0, 86400),))
