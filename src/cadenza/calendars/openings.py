"""When a window is open, to the second: stretches of UTC seconds, sorted, apart from each other.

An instant is open when the wall shows a time inside the window, on a day that is no holiday, in *every* zone of the calendar. So a night in which the
clock jumps has exactly the openings that its clock showed: what is skipped was never open, what is shown twice is open twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import TypeAlias

from ..language.values import Window
from .zones import Zone

DAY = 86400
REACH = 731 * DAY  # a window that stays shut for two years (731 days) never opens
NEVER = 1 << 62
"""The instant that does not come: what `forward` and `add` give where nothing opens within two years, or beyond the year 2100."""
END = 4133980800  # 2101-01-01: the zones' rules and the working days are written out this far

Stretch: TypeAlias = tuple[int, int]
Spans: TypeAlias = tuple[tuple[Stretch, ...], ...]


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Sorted, with those that touch or overlap joined."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def both(left: list[Stretch], right: list[Stretch]) -> list[Stretch]:
    """What lies in both lists."""
    found: list[Stretch] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            found.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def week(window: Window) -> Spans:
    """A window by weekday (0 = Monday): stretches in seconds after midnight."""
    return tuple(tuple(merged((s.start, s.end) for s in window.spans if weekday in s.days and s.start < s.end)) for weekday in range(7))


def stretches(zone: Zone, spans: Spans, open_day: Callable[[int], bool], start: int, end: int) -> list[Stretch]:
    """The openings of one zone in [start, end), cut off at both."""
    found: list[Stretch] = []
    pieces = zone.transitions(start, end)
    for (begin, offset), finish in zip(pieces, [*(t for t, _ in pieces[1:]), end], strict=True):
        for day in range((begin + offset) // DAY, (finish - 1 + offset) // DAY + 1):
            if not spans[(day + 3) % 7] or not open_day(day):  # day 0, 1970-01-01, was a Thursday
                continue
            midnight = day * DAY - offset
            for opens, closes in spans[(day + 3) % 7]:
                first, last = max(midnight + opens, begin), min(midnight + closes, finish)
                if first < last:
                    found.append((first, last))
    return merged(found)


class Table:
    """The openings around the instants that were asked for, in flat arrays that grow when an instant lies outside.

    `opens[i] <= t < closes[i]` is open; `total[i]` open seconds lie between the beginning of the table and `closes[i]`.
    """

    __slots__ = ("closes", "end", "make", "opens", "safe", "start", "total")

    def __init__(self, make: Callable[[int, int], list[Stretch]]) -> None:
        self.make = make
        self.start = self.safe = self.end = 0
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.total: list[int] = []

    def cover(self, start: int, end: int) -> None:
        """Make the table right for every instant in [start, end], and two years beyond."""
        if self.start < self.end and self.start <= start and end < self.safe:
            return
        low, high = (self.start, self.safe) if self.start < self.end else (start - 8 * DAY, end)
        self.start, self.safe = min(low, start - 30 * DAY), min(END, max(high, end + 200 * DAY))
        self.end = self.safe + REACH + DAY
        found = self.make(self.start, self.end)
        self.opens, self.closes = [a for a, _ in found], [b for _, b in found]
        self.total, total = [], 0
        for a, b in found:
            total += b - a
            self.total.append(total)

    def forward(self, t: int) -> int:
        """The first open second from `t` on; NEVER where there is none within two years."""
        if not self.start <= t < self.safe:
            if t >= END:
                return NEVER
            self.cover(t, t)
        i = bisect_right(self.opens, t)
        if i and t < self.closes[i - 1]:
            return t
        return self.opens[i] if i < len(self.opens) and self.opens[i] - t <= REACH else NEVER

    def after(self, t: int, seconds: int) -> int:
        """The first instant with that many open seconds between `t` and it; NEVER where the years to 2100 have not as many."""
        if t >= END or seconds <= 0:
            return t if seconds <= 0 else NEVER
        span = 4 * seconds + 7 * DAY
        while True:
            self.cover(t, min(t + span, END - 1))
            target = self._opened(t) + seconds
            i = bisect_left(self.total, target)
            if i < len(self.total):
                return self.closes[i] - (self.total[i] - target)
            if self.safe >= END:
                return NEVER
            span *= 2

    def _opened(self, t: int) -> int:
        i = bisect_right(self.opens, t)
        return 0 if not i else self.total[i - 1] - max(0, self.closes[i - 1] - t)
