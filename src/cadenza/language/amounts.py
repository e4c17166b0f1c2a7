"""How much: ranges (`200..2000`), money (`18000 EUR`), and distributions through two points."""

from __future__ import annotations

import re
from decimal import Decimal

from .records import record
from .times import Duration
from .words import MOST, UnitError, bare, bare_whole, checked, digits, number, plural, shown, split_number, tidy, whole


@record
class Range:
    """`200..2000`, `200..`, `..50`; both ends included."""

    low: int | None
    high: int | None

    @classmethod
    def parse(cls, text: str) -> Range:
        """Whole numbers with two dots between; one end may be open."""
        return checked(cls._read, text, "200..2000")

    @classmethod
    def _read(cls, text: str) -> Range:
        words = tidy(text, "a range", "200..2000")
        low_text, dots, high_text = (part.strip() for part in words.partition(".."))
        if not dots:
            raise _no_range(words)
        if not low_text and not high_text:
            raise UnitError("a range has at least one end", "200..")
        ends = sorted(int(bare_whole(text)) for text in (low_text, high_text) if text)
        good = f"{ends[0]}..{ends[1]}" if len(ends) == 2 else f"{ends[0]}.." if low_text else f"..{ends[0]}"
        low = whole(low_text, "a range's end", good) if low_text else None
        high = whole(high_text, "a range's end", good) if high_text else None
        if low is not None and high is not None and low > high:
            raise UnitError(f"the range {shown(words)} ends before it starts", f"{high}..{low}")
        return cls(low, high)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, (int, float)) and (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        return f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"


def _no_range(words: str) -> UnitError:
    found = re.fullmatch(r"([0-9]{1,12}) ?(?:-|–|—|to|…) ?([0-9]{1,12})", words)
    if found:
        return UnitError(f"a range has two dots between its ends, and {shown(words)} has none", f"{int(found[1])}..{int(found[2])}")
    first, rest = split_number(words)
    if first and rest in ("", "+"):
        return UnitError(f"{shown(words)} is one number, and a range has two dots", f"{bare_whole(first)}..")
    return UnitError(f"{shown(words)} is no range", "200..2000")


@record
class Money:
    """`18000 EUR`: whole cents of an ISO 4217 currency."""

    cents: int
    currency: str

    @classmethod
    def parse(cls, text: str) -> Money:
        """An amount and three capital letters; up to two decimals."""
        return checked(cls._read, text, "18000 EUR")

    @classmethod
    def _read(cls, text: str) -> Money:
        words = tidy(text, "money", "18000 EUR")
        figure, currency = split_number(words)
        if not re.fullmatch("[A-Z]{3}", currency):
            raise _no_currency(words, figure, currency)
        good = f"{_bare_cents(figure)} {currency}"
        amount = number(figure, "an amount", good)
        if len(figure.partition(".")[2]) > 2:
            raise UnitError(f"{shown(figure)} has more than two decimals; thousands are written without a point", good)
        return cls(int(amount.scaleb(2)), currency)

    def __str__(self) -> str:
        units, cents = divmod(self.cents, 100)
        return f"{units}.{cents:02} {self.currency}" if cents else f"{units} {self.currency}"


def _bare_cents(figure: str) -> str:
    """The amount that was probably meant, in at most two decimals: `18.000` is eighteen thousand to half of Europe."""
    clean = bare(figure)
    units, _, cents = clean.partition(".")
    if len(cents) == 3 and len(units) < 10:
        return units + cents
    return format(Decimal(clean).quantize(Decimal("0.01")), "f").removesuffix(".00")


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "euro": "EUR", "euros": "EUR", "dollars": "USD", "pounds": "GBP", "chf": "CHF"}


def _no_currency(words: str, figure: str, currency: str) -> UnitError:
    first = re.match(r"([^0-9 ]{1,7}) ?([0-9].*)", words)
    if first and not figure:
        found = split_number(first[2])[0]
        code = _SIGNS.get(first[1].casefold(), first[1].upper() if re.fullmatch("[A-Za-z]{3}", first[1]) else "EUR")
        return UnitError("the amount comes first, then the currency's three letters", f"{_bare_cents(found)} {code}")
    if not figure:
        return UnitError(f"{shown(words)} is no money", "18000 EUR")
    if not currency:
        return UnitError(f"{shown(words)} has no currency", f"{_bare_cents(figure)} EUR")
    thousand = re.fullmatch(r"([kKmM]) ?([A-Za-z]{3})?", currency)
    if thousand:
        value = Decimal(_bare_cents(figure)) * (1000 if thousand[1] in "kK" else 1_000_000)
        return UnitError(
            "money is written out, without `k` or `M`", f"{digits(value)} {(thousand[2] or 'EUR').upper()}" if value <= MOST else "18000 EUR"
        )
    code = _SIGNS.get(currency.casefold(), currency.upper() if re.fullmatch("[A-Za-z]{3}", currency) else "")
    hint = f": did you mean `{code}`?" if code else ": a currency is three capital letters (ISO 4217)"
    return UnitError(f"unknown currency {shown(currency)}{hint}", f"{_bare_cents(figure)} {code or 'EUR'}")


@record
class Distribution:
    """`{median: 4 hours, p90: 3 days}`: lognormal through both points; of durations (seconds) or of money (cents)."""

    median: Duration | Money
    p90: Duration | Money

    @classmethod
    def of(cls, median: str, p90: str) -> Distribution:
        """From the two values of the map. Both durations (of calendar units), or both money of one currency; 0 < median <= p90."""
        points: list[Duration | Money] = []
        for name, text in (("median", median), ("p90", p90)):
            try:
                points.append(_point(text))
            except UnitError as problem:
                raise UnitError(f"{name}: {problem}", _good_points(median, p90)) from None
        return cls.through(points[0], points[1])

    @classmethod
    def through(cls, low: Duration | Money, high: Duration | Money) -> Distribution:
        """From two values; UnitError where no lognormal goes through them."""
        if type(low) is not type(high):
            raise UnitError("median and p90 are of different kinds", "{median: 4 hours, p90: 3 days}")
        if isinstance(low, Money) and isinstance(high, Money) and low.currency != high.currency:
            raise UnitError(
                f"median and p90 are in different currencies, {low.currency} and {high.currency}",
                f"{{median: {low}, p90: {low.cents // 25} {low.currency}}}",
            )
        if not _size(low):
            raise UnitError(
                "the median is above zero", "{median: 4 hours, p90: 3 days}" if isinstance(low, Duration) else "{median: 18000 EUR, p90: 60000 EUR}"
            )
        if _size(low) > _size(high):
            raise UnitError(
                f"p90 ({high}) lies below the median ({low})", f"{{median: {high}, p90: {low}}}" if _size(high) else f"{{median: {low}, p90: {low}}}"
            )
        return cls(low, high)

    @classmethod
    def parse(cls, text: str) -> Distribution:
        """The map on one line, as `str` prints it."""
        words = tidy(text, "a distribution", "{median: 4 hours, p90: 3 days}")
        found = re.fullmatch(r"\{ ?median: ?([^,{}:]+), ?p90: ?([^,{}:]+)\}", words)
        if not found:
            raise UnitError(f"{shown(words)} is no distribution", "{median: 4 hours, p90: 3 days}")
        return cls.of(found[1], found[2])

    def __str__(self) -> str:
        return f"{{median: {self.median}, p90: {self.p90}}}"


def _good_points(median: str, p90: str) -> str:
    """Both points mended, where that makes a distribution."""
    mended: list[Duration | Money] = []
    for text in (median, p90):
        try:
            mended.append(_point(text))
        except UnitError as problem:
            mended.append(_point(problem.good))
    try:
        return str(Distribution.through(mended[0], mended[1]))
    except UnitError as problem:
        return problem.good


def _size(point: Duration | Money) -> int:
    return point.cents if isinstance(point, Money) else point.seconds


def _point(text: str) -> Duration | Money:
    words = tidy(text, "a point of a distribution", "4 hours")
    if re.search("[A-Z]{3}$", words):
        return Money.parse(words)
    found = Duration.parse(words)
    if found.business:
        good = plural(found.amount, found.unit.removeprefix("business "))
        raise UnitError(f"a distribution counts calendar time, and {shown(words)} is business time", good)
    return found
