"""How much in how long: flows (`120 per business day`) and the targets that a forecast is held against (`at least 35 per month`)."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, cast

from .amounts import Money
from .near import near
from .records import record
from .shares import percent, read_share
from .words import UnitError, bare, checked, digits, number, shown, split_number, tidy

PERIODS: dict[str, float] = {
    "hour": 1 / 24,
    "day": 1.0,
    "business day": 1.0,
    "week": 7.0,
    "month": 30.4375,
    "quarter": 91.3125,
    "year": 365.25,
}
"""Days in each period (a month is a twelfth of 365.25 days). A business day is a day on which the calendar works."""
Period: TypeAlias = Literal["hour", "day", "business day", "week", "month", "quarter", "year"]
_PER_ALIASES = {
    "d": "day",
    "h": "hour",
    "w": "week",
    "mo": "month",
    "q": "quarter",
    "y": "year",
    "workday": "business day",
    "working day": "business day",
    "weekday": "business day",
}


def _period(word: str, front: str, allowed: tuple[str, ...]) -> str:
    """The period of `per ...`; `front` is what stands before it, for a good value."""
    folded = word.casefold()
    name = folded.removesuffix("s")
    if name in allowed:
        return name
    meant = _PER_ALIASES.get(name) or near(folded, allowed) or near(name, allowed)
    hint = f"did you mean `{meant}`?" if meant in allowed else f"known are {', '.join(allowed)}"
    raise UnitError(f"unknown period {shown(word)}: {hint}", f"{front} per {meant if meant in allowed else 'month'}")


@record
class Flow:
    """`120 per business day`, `30 per month`."""

    amount: float
    per: Period

    @classmethod
    def parse(cls, text: str) -> Flow:
        return checked(cls._read, text, "120 per business day")

    @classmethod
    def _read(cls, text: str) -> Flow:
        words = tidy(text, "a flow", "120 per business day")
        figure, rest = split_number(words)
        if not figure:
            raise UnitError(f"a flow begins with a number, and {shown(words)} does not", "120 per business day")
        per, _, period = rest.partition(" ")
        if per.casefold() != "per" or not period:
            raise _no_flow(words, bare(figure), rest)
        name = _period(period, bare(figure), tuple(PERIODS))
        amount = number(figure, "a flow", f"{bare(figure)} per {name}")
        return cls(float(amount), cast(Period, name))

    @property
    def a_day(self) -> float:
        """How many on a day: on a calendar day, or on a business day where `per` says so (then there are none on the others)."""
        return self.amount / PERIODS[self.per]

    def __str__(self) -> str:
        return f"{digits(self.amount)} per {self.per}"


def _no_flow(words: str, figure: str, rest: str) -> UnitError:
    slashed = re.fullmatch(r"(?:/|an? |each |every )? ?(.+?)(?:ly)?", rest) if rest else None
    word = slashed[1].casefold().removesuffix("s") if slashed else ""
    meant = _PER_ALIASES.get(word) or {"dai": "day"}.get(word) or near(word, PERIODS)
    if not rest:
        return UnitError(f"{shown(words)} has no period", f"{figure} per business day")
    return UnitError(f"a flow is a number `per` a period, and {shown(words)} is not", f"{figure} per {meant or 'business day'}")


# ---------------------------------------------------------------- targets


@record
class Target:
    """`35 per month`, `750000 EUR per quarter`, `at most 0.1%`, `at least 20`. `amount` in units, cents or a share, as `of` says.

    What has no bound is at least that; printed, the bound is always there."""

    bound: Literal["at least", "at most"]
    amount: float
    of: Literal["count", "money", "share"]
    per: Literal["", "day", "business day", "week", "month", "quarter", "year"] = ""
    currency: str = ""

    @classmethod
    def parse(cls, text: str) -> Target:
        return checked(cls._read, text, "35 per month")

    @classmethod
    def _read(cls, text: str) -> Target:
        words = tidy(text, "a target", "35 per month")
        bound, rest = _bound(words)
        front, per, period = rest.partition(" per ")
        name = _period(period, f"{bound} {front}", tuple(PERIODS)[1:]) if per else ""
        if "%" in front:
            if per:
                raise UnitError("a share has no period", f"{bound} {front}")
            return cls(cast(Literal["at least", "at most"], bound), read_share(front), "share")
        tail = f" per {name}" if name else ""
        return _amount_target(bound, front, name, tail)

    def over(self, days: float, business_days: float | None = None) -> float:
        """The amount that it asks for in a stretch of so many days; without a period (and for a share) the amount itself."""
        if self.per == "business day":
            return self.amount * (days * 5 / 7 if business_days is None else business_days)
        return self.amount * days / PERIODS[self.per] if self.per else self.amount

    def met(self, value: float, asked: float | None = None) -> bool:
        """Whether a value keeps to the bound, of `asked` (from `over`) or of the amount."""
        limit = self.amount if asked is None else asked
        return value >= limit if self.bound == "at least" else value <= limit

    def __str__(self) -> str:
        figure = percent(self.amount) if self.of == "share" else digits(self.amount)
        if self.of == "money":
            figure = str(Money(int(self.amount), self.currency))
        return f"{self.bound} {figure}" + (f" per {self.per}" if self.per else "")


_BOUNDS = {"at least": "at least", "at most": "at most"}
_LOOSE_BOUNDS = {
    **dict.fromkeys((">=", ">", "min", "minimum", "over", "above", "more than", "no less than", "not less than"), "at least"),
    **dict.fromkeys(("<=", "<", "max", "maximum", "under", "below", "less than", "no more than", "not more than", "up to"), "at most"),
}


def _bound(words: str) -> tuple[str, str]:
    if words[0].isdigit():
        return "at least", words
    found = re.search("[-+]?[0-9]", words)
    if not found:
        raise UnitError(f"{shown(words)} is no target: it has no number", "35 per month")
    word, rest = words[: found.start()].strip().casefold(), words[found.start() :]
    if word in _BOUNDS:
        return word, rest
    meant = _LOOSE_BOUNDS.get(word) or near(word, _BOUNDS)
    if not word:
        return "at least", rest
    hint = f": did you mean `{meant}`?" if meant else ": a target is `at least` or `at most` so much"
    raise UnitError(
        f"unknown bound {shown(word)}{hint}",
        f"{meant or 'at least'} {bare(split_number(rest)[0])}{split_number(rest)[1] and _spaced(split_number(rest)[1])}",
    )


def _spaced(unit: str) -> str:
    return unit if unit.startswith("%") else f" {unit}"


def _amount_target(bound: str, front: str, per: str, tail: str) -> Target:
    limit, name = cast(Literal["at least", "at most"], bound), cast(Literal["", "day"], per)
    figure, unit = split_number(front)
    if unit:
        try:
            money = Money.parse(front)
        except UnitError as problem:
            raise UnitError(str(problem), f"{bound} {problem.good}{tail}") from None
        return Target(limit, float(money.cents), "money", name, money.currency)
    return Target(limit, float(number(figure, "a target", f"{bound} {bare(figure)}{tail}")), "count", name)
