"""Numbers as people read them: grouped, rounded to what they are worth, with their unit; in ASCII where the terminal knows no more.

Amounts come in the unit of their metric: money in cents, shares between 0 and 1, times in seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

BLOCKS, ASCII_BLOCKS = "▁▂▃▄▅▆▇█", ".:-=+*%#"
EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class Numbers:
    """`plain`: ASCII only (commas for thin spaces, a hyphen for the minus, `#` for bars)."""

    plain: bool = False

    @property
    def thin(self) -> str:
        return "," if self.plain else "\u202f"

    @property
    def dash(self) -> str:
        return "-" if self.plain else "–"

    @property
    def give_or_take(self) -> str:
        return "+/-" if self.plain else "±"

    def grouped(self, value: float, decimals: int = 0) -> str:
        """`1 250 000`, `-3.5`: from 10,000 on in groups of three, as four figures need none."""
        text = f"{abs(value):,.{decimals}f}"
        text = text.replace(",", self.thin) if abs(value) >= 10_000 else text.replace(",", "")
        negative = value < 0 and text.strip("0.") != ""
        return (("-" if self.plain else "−") + text) if negative else text

    def count(self, value: float) -> str:
        """Whole from 20 on; below that one decimal where there is something behind the point."""
        return self.grouped(value, 0 if abs(value) >= 20 or abs(value - round(value)) < 0.05 else 1)

    def share(self, value: float, least: int = 0) -> str:
        """In percent, with decimals where it is small: `0.03%`, `2.5%`, `71%`; `least` of them at least."""
        percent = 100 * value
        decimals = 0 if abs(percent) >= 10 or percent == 0 else 1 if abs(percent) >= 1 else 2
        return self.grouped(percent, max(decimals, least)) + "%"

    def money(self, cents: float) -> str:
        """In whole units, rounded to three figures, as a forecast knows no more: `1 250 000`."""
        return self.grouped(_rounded(cents / 100, 3))

    def short_money(self, cents: float, figures: int = 3) -> str:
        """`1.25M`, `312k`, `800`."""
        value = _rounded(cents / 100, figures)
        for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= size:
                return self.grouped(value / size, max(0, figures - 1 - int(math.log10(abs(value) / size)))) + letter
        return self.grouped(value)

    def seconds(self, value: float) -> str:
        """`40 s`, `12 min`, `3.5 h`, `2.1 d`."""
        for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
            if abs(value) >= 1.5 * size:
                return f"{self.count(value / size)} {unit}"
        return f"{self.count(value)} s"

    def amount(self, value: float, unit: str) -> str:
        """A value in its unit, as a table shows it (the currency stands in the row's label)."""
        if unit == "share":
            return self.share(value)
        return {"money": self.money, "seconds": self.seconds}.get(unit, self.count)(value)

    def signed(self, value: float, unit: str, least: int = 0) -> str:
        """A difference: with its sign, one decimal more (`least` at least), money in short."""
        if unit == "money":
            text = self.short_money(value)
        elif unit == "share":
            text = self.share(value, least)
        elif unit == "seconds":
            text = self.amount(value, unit)
        else:
            text = self.grouped(value, max(least, 0 if abs(value) >= 100 else 1))
        return f"+{text}" if value > 0 else text

    def difference(self, value: float, half: float, unit: str) -> str:
        """`+4.2 ±0.8`; a difference that is more than noise is not rounded to 0: `+0.003% ±0.001%`."""
        least = _decimals(value * (100 if unit == "share" else 1)) if abs(value) > half and unit in ("count", "share") else 0
        reach = self.short_money(half, 2) if unit == "money" else self.signed(half, unit, least).removeprefix("+")
        return f"{self.signed(value, unit, least)} {self.give_or_take}{reach}"

    def bar(self, share: float, width: int) -> str:
        """A bar of `share` of the width, to an eighth of a column."""
        if self.plain:
            return "#" * round(share * width)
        eighths = round(share * width * 8)
        return "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")

    def sparkline(self, values: tuple[float, ...]) -> str:
        """One column a value, its height by the share of the highest."""
        blocks = ASCII_BLOCKS if self.plain else BLOCKS
        top = max(values, default=0.0)
        if top <= 0:
            return blocks[0] * len(values)
        return "".join(blocks[min(7, int(8 * max(0.0, value) / top))] for value in values)


def _decimals(value: float) -> int:
    """How many it takes to show one figure of a small value."""
    return min(6, -math.floor(math.log10(abs(value)))) if 0 < abs(value) < 0.05 else 0


def _rounded(value: float, figures: int) -> float:
    if value == 0:
        return 0.0
    return float(round(value, figures - 1 - math.floor(math.log10(abs(value)))))
