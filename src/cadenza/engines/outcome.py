"""What one replication gives: counts by name, and the same week by week for those that are looked at as a curve."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """`counts`: people and events as counts, money in cents, loads as shares, lateness in seconds. `weekly`: one value for each week of the
    horizon. With several playbooks each count is there for all of them together and, as `name:count`, for each."""

    counts: dict[str, float] = field(default_factory=dict)
    weekly: dict[str, tuple[float, ...]] = field(default_factory=dict)
