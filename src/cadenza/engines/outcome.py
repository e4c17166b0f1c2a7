"""What one replication gives: counts by name, and the same week by week for those that are looked at as a curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .totals import Totals


@dataclass(frozen=True, slots=True)
class Outcome:
    """`counts`: people and events as counts, money in cents, loads as shares, lateness in seconds. `weekly`: one value for each week of the
    horizon. With several playbooks each count is there for all of them together and, as `name:count`, for each. `totals` are the integers that the
    shares were computed from, for whoever adds outcomes up."""

    counts: dict[str, float] = field(default_factory=dict)
    weekly: dict[str, tuple[float, ...]] = field(default_factory=dict)
    totals: Totals | None = field(default=None, compare=False, repr=False)
