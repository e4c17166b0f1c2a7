"""The values that playbooks are written in: durations, windows, ranges, rates, distributions, flows, money, targets, changes.

Each is a frozen value with one canonical way to print (`str`), and one parser (`Kind.parse(text)`), which either gives the value or raises
`UnitError` with a sentence that shows a good one. Parsing what was printed gives the value back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["second", "minute", "hour", "day", "week", "business hour", "business day"]
SECONDS: dict[str, int] = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


class UnitError(ValueError):
    """The text is no such value. `str(error)` says why in half a sentence; `good` is a value that would be right."""

    def __init__(self, why: str, good: str) -> None:
        super().__init__(why)
        self.good = good


@dataclass(frozen=True, slots=True)
class Duration:
    """`2 business days`, `90 days`, `4 hours`, `0 minutes`. Calendar units are exact seconds (a day is 86,400); business units need a calendar."""

    amount: int
    unit: Unit

    @property
    def business(self) -> bool:
        return self.unit.startswith("business")

    @property
    def seconds(self) -> int:
        """Exact seconds of a calendar duration; ValueError for a business one."""
        if self.business:
            raise ValueError("a business duration has no length without a calendar")
        return self.amount * SECONDS[self.unit]


@dataclass(frozen=True, slots=True)
class Open:
    """One stretch of a week in local wall time: weekdays (0 = Monday), from `start` to `end` in seconds after midnight (end exclusive, at most 86,400)."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """`mon-fri 09:00-12:00, mon-fri 14:00-17:00`."""

    spans: tuple[Open, ...]


ALWAYS = Window((Open((0, 1, 2, 3, 4, 5, 6), 0, 86400),))


@dataclass(frozen=True, slots=True)
class Range:
    """`200..2000`, `200..`, `..50`; both ends included."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share between 0 and 1, with what is known about it.

    `point`: known exactly (`3%`). `seen`: hits of trials (`312/12480`), Beta(hits + 1/2, trials - hits + 1/2). `believed`: P10 and P90
    (`3%..8%`), logit-normal through both. `scale` multiplies the drawn rate (a scenario's `0.5x`); the product is capped at 1.
    """

    kind: Literal["point", "seen", "believed"]
    low: float  # the point; or P10
    high: float = 0.0  # P90, of a believed rate
    hits: int = 0
    trials: int = 0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Money:
    """`18000 EUR`: whole cents of an ISO 4217 currency."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """`{median: 4 hours, p90: 3 days}`: lognormal through both points; of durations (seconds) or of money (cents)."""

    median: Duration | Money
    p90: Duration | Money


@dataclass(frozen=True, slots=True)
class Flow:
    """`120 per business day`, `30 per month`."""

    amount: float
    per: Literal["hour", "day", "business day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Factor:
    """`0.85x`: what something is multiplied with. A believed factor is `0.75x..0.9x` (P10..P90, lognormal through both)."""

    low: float
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a scenario does to a value: `0.5x` (times), `+1` or `-2` (plus), a plain value (set)."""

    kind: Literal["times", "plus", "set"]
    value: object


@dataclass(frozen=True, slots=True)
class Target:
    """`35 per month`, `750000 EUR per quarter`, `at most 0.1%`, `at least 20`. `amount` in units, cents or a share, as `of` says."""

    bound: Literal["at least", "at most"]
    amount: float
    of: Literal["count", "money", "share"]
    per: Literal["", "day", "business day", "week", "month", "quarter", "year"] = ""
    currency: str = ""
