"""What things cost: an amount of money for each stretch of time, or for each contact (`5200 EUR per month`, `0.40 EUR per contact`)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeAlias, cast

from .amounts import Money
from .flows import PERIODS
from .near import near
from .records import record
from .words import MOST, UnitError, checked, shown, tidy

Unit: TypeAlias = Literal["day", "week", "month", "quarter", "year", "contact"]
TIMES: tuple[str, ...] = ("day", "week", "month", "quarter", "year")


@record
class Price:
    """`5200 EUR per month`, `0.40 EUR per contact`: whole cents."""

    money: Money
    per: Unit

    @classmethod
    def parse(cls, text: str) -> Price:
        """Money, then `per` and a period or `contact`."""
        return checked(lambda words: cls._read(words, (*TIMES, "contact")), text, "5200 EUR per month")

    @classmethod
    def of_time(cls, text: str) -> Price:
        """Only a price of time."""
        return checked(lambda words: cls._read(words, TIMES), text, "5200 EUR per month")

    @classmethod
    def of_contact(cls, text: str) -> Price:
        """Only a price of a contact."""
        return checked(lambda words: cls._read(words, ("contact",)), text, "0.40 EUR per contact")

    @classmethod
    def _read(cls, text: str, units: tuple[str, ...]) -> Price:
        words = tidy(text, "a price", f"5200 EUR per {units[-1]}")
        front, per, unit = words.partition(" per ")
        usual = "month" if "month" in units else units[0]
        try:
            money = Money.parse(front)
        except UnitError as problem:
            raise UnitError(str(problem), f"{problem.good} per {usual}") from None
        name = unit.casefold()
        name = name if name in units else name.removesuffix("s")
        if name not in units:
            meant = near(name, units) or usual
            said = f"{shown(unit)} is none of them" if per else f"{shown(words)} does not say for what"
            raise UnitError(f"a price is so much `per` {' or '.join(units)}, and {said}", f"{money} per {meant}")
        return cls(money, cast("Unit", name))

    @property
    def a_day(self) -> float:
        """Cents on a day; only of a price of time."""
        return self.money.cents / PERIODS[self.per]

    def times(self, factor: Decimal) -> Price:
        """So many times as dear, to the nearest cent."""
        cents = int((self.money.cents * factor).to_integral_value(ROUND_HALF_UP))
        if cents > MOST * 100:
            raise UnitError("that is too dear", str(self))
        return Price(Money(cents, self.money.currency), self.per)

    def __str__(self) -> str:
        return f"{self.money} per {self.per}"
