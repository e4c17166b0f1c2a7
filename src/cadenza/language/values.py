"""The values that playbooks are written in: durations, windows, ranges, rates, distributions, flows, money, targets, changes.

Each is a frozen value with one canonical way to print (`str`), and one parser (`Kind.parse(text)`), which either gives the value or raises
`UnitError` with a sentence that shows a good one. Parsing what was printed gives the value back. This is their door: `times.py` has what
a calendar reads, `shares.py`, `amounts.py`, `flows.py` and `prices.py` how likely, how much, how fast and how dear, `changes.py` what a
scenario does to any of them.
"""

from __future__ import annotations

from .amounts import Distribution, Money, Range
from .changes import Change, Value, read_value
from .flows import PERIODS, Flow, Period, Target
from .prices import Price
from .shares import Factor, Rate, percent
from .times import ALWAYS, DAYS, SECONDS, UNITS, Duration, Open, Unit, Window
from .words import UnitError

__all__ = [
    "ALWAYS",
    "DAYS",
    "PERIODS",
    "SECONDS",
    "UNITS",
    "Change",
    "Distribution",
    "Duration",
    "Factor",
    "Flow",
    "Money",
    "Open",
    "Period",
    "Price",
    "Range",
    "Rate",
    "Target",
    "Unit",
    "UnitError",
    "Value",
    "Window",
    "percent",
    "read_value",
]
