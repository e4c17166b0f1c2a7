"""How likely: rates (`3%`, `312/12480`, `3%..8%`) and the factors that they are multiplied with (`0.85x`)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from .records import record
from .words import UnitError, bare, bare_whole, checked, digits, number, shown, split_number, tidy, whole


@record
class Factor:
    """`0.85x`: what something is multiplied with. A believed factor is `0.75x..0.9x` (P10..P90, lognormal through both)."""

    low: float
    high: float | None = None

    @classmethod
    def parse(cls, text: str) -> Factor:
        return checked(cls._read, text, "0.85x")

    @classmethod
    def _read(cls, text: str) -> Factor:
        words = tidy(text, "a factor", "0.85x")
        low_text, dots, high_text = (part.strip() for part in words.partition(".."))
        low = _times(low_text)
        if not dots:
            return cls(float(low))
        high = _times(high_text)
        if low == high:
            raise UnitError("both ends of the believed factor are the same; write it once", f"{digits(low)}x")
        if low > high:
            raise UnitError(f"the lower end comes first (P10..P90), and {shown(words)} has it last", f"{digits(high)}x..{digits(low)}x")
        if not low:
            raise UnitError("a believed factor lies above 0x", f"0.1x..{digits(high)}x")
        return cls(float(low), float(high))

    def __str__(self) -> str:
        return f"{digits(self.low)}x" + ("" if self.high is None else f"..{digits(self.high)}x")


def _times(text: str) -> Decimal:
    sign = next((sign for sign in "x×*" if sign in text.casefold()), "")
    figure, unit = split_number(text.strip("xX×* "))
    good = f"{bare(figure)}x" if figure else "0.85x"
    if figure and unit == "%":
        raise UnitError(f"{shown(text)} is a rate, and a factor ends in `x`", f"{digits(Decimal(bare(figure)).scaleb(-2))}x")
    if figure and not unit and not sign:
        raise UnitError(f"the factor {shown(text)} lacks its `x`", good)
    if not figure or unit or not re.fullmatch(r"[^xX×*]+[xX×]", text):
        raise UnitError(f"{shown(text)} is no factor", good)
    value = number(figure, "a factor", good)
    if value > 1000:
        raise UnitError(f"{shown(text)} is too large: a factor is at most 1000x", "1000x")
    return value


@record
class Rate:
    """A share between 0 and 1, with what is known about it.

    `point`: known exactly (`3%`). `seen`: hits of trials (`312/12480`), Beta(hits + 1/2, trials - hits + 1/2). `believed`: P10 and P90
    (`3%..8%`), logit-normal through both. `scale` multiplies the drawn rate (a scenario's `0.5x`); the product is capped at 1.
    A scaled rate prints with its factor before it: `0.5x 3%..8%`.
    """

    kind: Literal["point", "seen", "believed"]
    low: float  # the point; or P10
    high: float = 0.0  # P90, of a believed rate
    hits: int = 0
    trials: int = 0
    scale: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Rate:
        """`3%`, `312/12480`, `3%..8%`. A seen rate has `low` = hits/trials."""
        return checked(cls._read, text, "3%")

    @classmethod
    def _read(cls, text: str) -> Rate:
        words = tidy(text, "a rate", "3%")
        scaled = re.fullmatch(r"([0-9.]+)x (.*)", words)
        if scaled:
            plain = cls._read(scaled[2])
            return cls(plain.kind, plain.low, plain.high, plain.hits, plain.trials, float(_times(f"{scaled[1]}x")) * plain.scale)
        if ".." in words:
            return _believed(words)
        if "/" in words:
            return _seen(words)
        return cls("point", read_share(words))

    def __str__(self) -> str:
        before = "" if self.scale == 1.0 else f"{digits(self.scale)}x "
        if self.kind == "seen":
            return f"{before}{self.hits}/{self.trials}"
        if self.kind == "believed":
            return f"{before}{percent(self.low)}..{percent(self.high)}"
        return f"{before}{percent(self.low)}"


def percent(share: float) -> str:
    """A share as it is written: 0.0035 → `0.35%`, so that reading it gives the same float."""
    return f"{digits(Decimal(repr(share)).scaleb(2))}%"


def read_share(text: str) -> float:
    """A percentage from 0% to 100% as a share."""
    figure, unit = split_number(text)
    if not figure:
        raise UnitError(f"{shown(text)} is no rate", "3%")
    value = Decimal(bare(figure))
    if unit != "%":
        good = f"{digits(value if value > 1 else value.scaleb(2))}%" if value <= 100 else "3%"
        raise UnitError(f"a rate ends in `%`, and {shown(text)} does not", good)
    exact = number(figure, "a rate", f"{digits(value)}%" if value <= 100 else "3%")
    if exact > 100:
        raise UnitError(f"{shown(text)} is more than all: a rate is at most 100%", "100%")
    return float(exact.scaleb(-2))


def _believed(words: str) -> Rate:
    low_text, _, high_text = (part.strip() for part in words.partition(".."))
    if not low_text or not high_text:
        raise UnitError("a believed rate has both ends, P10..P90", f"{low_text or '3%'}..{high_text or '8%'}" if "%" in words else "3%..8%")
    if low_text[-1] != "%" and high_text[-1] == "%" and not low_text.startswith("-"):
        raise UnitError(f"both ends of a believed rate end in `%`, and {shown(low_text)} does not", f"{bare(low_text)}%..{high_text}")
    low, high = read_share(low_text), read_share(high_text)
    if low == high:
        raise UnitError("both ends of the believed rate are the same; write it once", percent(low))
    if low > high:
        raise UnitError(f"the lower end comes first (P10..P90), and {shown(words)} has it last", f"{percent(high)}..{percent(low)}")
    if low == 0 or high == 1:
        good = f"{percent(low or high / 10)}..{percent(high if high < 1 else (1 + low) / 2)}"
        raise UnitError("a believed rate lies between 0% and 100%, neither included", good)
    return Rate("believed", low, high)


def _seen(words: str) -> Rate:
    hits_text, _, trials_text = (part.strip() for part in words.partition("/"))
    counts = sorted(int(bare_whole(text)) for text in (hits_text, trials_text))
    good = f"{counts[0]}/{counts[1]}" if counts[1] else "312/12480"
    hits, trials = whole(hits_text, "a count", good), whole(trials_text, "a count", good)
    if trials == 0:
        raise UnitError(f"{shown(words)} counts no trials", "312/12480")
    if hits > trials:
        raise UnitError(f"{shown(words)} counts more hits than trials", f"{trials}/{hits}")
    return Rate("seen", hits / trials, hits=hits, trials=trials)
