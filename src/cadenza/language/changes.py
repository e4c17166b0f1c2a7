"""What a scenario does to a value: multiply it (`0.5x`), add to it (`+1`, `-2`), or put another in its place.

A change is applied to a value that is already read, so that half of `1 hour` is `30 minutes` and half of a believed rate stays believed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias

from .amounts import Distribution, Money, Range
from .flows import Flow
from .prices import Price
from .records import record
from .shares import Factor, Rate
from .times import SECONDS, Duration
from .words import MOST, UnitError, bare, checked, digits, number, plural, shown, split_number, tidy

Value: TypeAlias = Duration | Range | Rate | Money | Price | Flow | Factor | Distribution | int | float
_INTEGER = re.compile(r"-?[0-9]{1,13}")
_FLOAT = re.compile(r"[0-9]{1,13}\.[0-9]{1,180}")


@record
class Change:
    """What a scenario does to a value: `0.5x` (times), `+1` or `-2` (plus), a plain value (set)."""

    kind: Literal["times", "plus", "set"]
    value: object

    @classmethod
    def parse(cls, value: object) -> Change:
        """From a scalar. Hand over the *text* of a number (YAML reads an unquoted `+1` as 1); a bool, an int or a float is set as it is.

        A negative number takes away, since nothing in a playbook is negative. `+10%` is refused: it could mean points or a tenth more.
        """
        if isinstance(value, (bool, int, float)):
            return cls("plus", value) if not isinstance(value, bool) and value < 0 else cls("set", value)
        return checked(cls._read, str(value), "0.5x")

    @classmethod
    def _read(cls, value: str) -> Change:
        words = tidy(value, "a change", "0.5x")
        if re.fullmatch(r"[0-9.,]*[0-9] ?[xX×]", words):
            return cls("times", Factor.parse(words).low)
        if words[0] in "+-":
            return cls("plus", _added(words))
        return cls("set", _plain(words))

    def applied(self, old: object) -> object:
        """The new value. `old` is a value that is read already (see `read_value`); a `set` gives its own value, whatever was there."""
        if self.kind == "set":
            return self.value
        by = Decimal(repr(self.value))
        if isinstance(old, bool) or not isinstance(old, (Duration, Rate, Money, Price, Flow, Factor, Distribution, int, float)):
            raise UnitError(f"{self} changes a number, and {shown(str(old))} is none", f"{old}" if old not in (None, "") else "9")
        return _times(old, by, self) if self.kind == "times" else _plus(old, by, self)

    def __str__(self) -> str:
        if self.kind == "times" and isinstance(self.value, (int, float)):
            return f"{digits(self.value)}x"
        if self.kind == "plus" and isinstance(self.value, (int, float)):
            return f"{'+' if self.value >= 0 else ''}{digits(self.value)}"
        if isinstance(self.value, bool):
            return str(self.value).lower()
        return digits(self.value) if isinstance(self.value, float) else str(self.value)


def _added(words: str) -> int | float:
    figure, unit = split_number(words)
    sign, size = words[0], Decimal(bare(figure)) if figure else Decimal(1)
    if unit == "%" and size <= 100:
        factor = 1 + (size if sign == "+" else -size).scaleb(-2)
        raise UnitError(f"{shown(words)} could mean points or a part of the rate", f"{digits(factor)}x")
    if not figure or unit:
        raise UnitError(f"{shown(words)} adds something that is no plain number; write the new value itself", words.lstrip("+- ") or "+1")
    value = number(figure[1:], "what is added", f"{sign}{bare(figure)}")
    signed = value if sign == "+" else -value
    return int(signed) if signed == signed.to_integral_value() else float(signed)


def _plain(words: str) -> object:
    if words in ("true", "false"):
        return words == "true"
    if _INTEGER.fullmatch(words):
        return int(words)
    return float(words) if _FLOAT.fullmatch(words) else words


def _times(old: Value, by: Decimal, change: Change) -> Value:
    if isinstance(old, Rate):
        return replace(old, scale=float(Decimal(repr(old.scale)) * by))
    if isinstance(old, Flow):
        return replace(old, amount=float(Decimal(repr(old.amount)) * by))
    if isinstance(old, Factor):
        high = None if old.high is None else float(Decimal(repr(old.high)) * by)
        return Factor(float(Decimal(repr(old.low)) * by), high)
    if isinstance(old, Money):
        return Money(int((old.cents * by).to_integral_value(ROUND_HALF_UP)), old.currency)
    if isinstance(old, Price):
        return old.times(by)
    if isinstance(old, Duration):
        return _longer(old, by, change)
    if isinstance(old, Distribution):
        median, p90 = (_times(point, by, change) for point in (old.median, old.p90))
        assert isinstance(median, (Duration, Money)) and isinstance(p90, (Duration, Money))
        return Distribution.through(median, p90)
    assert isinstance(old, (int, float))
    return _same_kind(old, Decimal(repr(old)) * by, change)


def _longer(old: Duration, by: Decimal, change: Change) -> Duration:
    amount = old.amount * by
    if amount == amount.to_integral_value():
        return Duration(int(amount), old.unit)
    if old.unit in SECONDS:
        return Duration.of_seconds(int((old.seconds * by).to_integral_value(ROUND_HALF_UP)), old.unit)
    raise UnitError(f"{change} of `{old}` is {digits(amount)} {old.unit}s, and they are whole", plural(int(amount) + 1, old.unit))


def _plus(old: Value, by: Decimal, change: Change) -> Value:
    if isinstance(old, (Rate, Factor, Distribution)):
        raise UnitError(f"{change} cannot be added to `{old}`: multiply it, or write the new value", "1.1x")
    if isinstance(old, Flow):
        return replace(old, amount=float(_above(Decimal(repr(old.amount)) + by, change, old)))
    if isinstance(old, Money):
        cents = _above(old.cents + by * 100, change, old)
        return Money(int(cents.to_integral_value(ROUND_HALF_UP)), old.currency)
    if isinstance(old, Price):
        money = _plus(old.money, by, change)
        assert isinstance(money, Money)
        return replace(old, money=money)
    if isinstance(old, Duration):
        return replace(old, amount=int(_same_kind(old.amount, _above(old.amount + by, change, old), change)))
    assert isinstance(old, (int, float))
    return _same_kind(old, _above(Decimal(repr(old)) + by, change, old), change)


def _above(value: Decimal, change: Change, old: object) -> Decimal:
    if value < 0:
        raise UnitError(f"{change} on `{old}` goes below zero", str(old))
    return value


def _same_kind(old: int | float, new: Decimal, change: Change) -> int | float:
    """The number in its old kind: people, touches and mailboxes stay whole."""
    if isinstance(old, float):
        return float(new)
    if new != new.to_integral_value():
        raise UnitError(f"{change} of {old} is {digits(new)}, which is no whole number", str(int(new) + 1))
    return min(int(new), MOST)


def read_value(text: str) -> Value | str:
    """The value of whichever kind the text is of (no two kinds share a text), or the text itself: for changes, where a path says no kind."""
    for kind in (Duration, Flow, Money, Price, Rate, Factor, Range, Distribution):
        try:
            found: Value = kind.parse(text)
        except UnitError:
            continue
        return found
    plain = _plain(" ".join(text.split()))
    return plain if isinstance(plain, (int, float)) and not isinstance(plain, bool) else text
