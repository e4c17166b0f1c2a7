"""A calendar: time zones and the places whose holidays count. It answers when a window is open and when so many business days are over.

Business time, as it is defined here:

- A *business day* is a day on which none of the calendar's places has a holiday or a weekend. Without a place, it is Monday to Friday.
- `n business days` after t, n > 0: the same wall time on the n-th business day after t's own local day, whether that one was a business day or not.
- `0 business days`: t itself where its day is a business day, else the same wall time on the next one.
- `n business hours`: that much open time of the window (of whole business days where the window is always open, or where there is none);
  the moment at which the last second of it is over, which may be the moment of closing.
- Every other duration is exact: a day has 86,400 seconds, on the night of a clock change too.

None of these moves the result into a window; `forward` does.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from ..language.values import ALWAYS, Duration, Window
from .free import Year, year_of
from .openings import DAY, END, NEVER, Spans, Stretch, Table, both, stretches, week
from .zones import Zone, zone

_EPOCH = date(1970, 1, 1).toordinal()
_WHOLE_DAYS = tuple(((0, DAY),) for _ in range(7))


class Openings(NamedTuple):
    """Flat tables for a compiled engine: `opens[i] <= t < closes[i]` is open, in UTC seconds (signed 64 bit), sorted."""

    opens: array[int]
    closes: array[int]


@dataclass(frozen=True)
class Calendar:
    """`zones` by IANA name, at least one: an instant is open when it is in all of them; the first one shows the wall time.
    `holidays` are places such as `GB` or `DE-BY`. Raises UnknownZone, UnknownPlace or ValueError when it is first asked about time."""

    zones: tuple[str, ...]
    holidays: tuple[str, ...] = ()
    _seen: dict[int, tuple[Window, Table]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _tables: dict[Window, Table] = field(default_factory=dict, init=False, repr=False, compare=False)
    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _work: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    @cached_property
    def where(self) -> Zone:
        """The zone that shows the wall time: the first."""
        if not self.zones:
            raise ValueError("a calendar needs at least one time zone")
        return zone(self.zones[0])

    # ------------------------------------------------------------ days

    def _year(self, year: int) -> Year:
        if year not in self._years:
            parts = [year_of(place, year) for place in (self.holidays or ("",))]
            self._years[year] = Year(frozenset().union(*(p.holidays for p in parts)), frozenset().union(*(p.idle for p in parts)))
        return self._years[year]

    def holiday(self, ordinal: int) -> bool:
        """Whether that day (since 1970-01-01) is a public holiday in one of the places."""
        return bool(self.holidays) and ordinal in self._year(date.fromordinal(ordinal + _EPOCH).year).holidays

    def business_day(self, ordinal: int) -> bool:
        """Whether that day (since 1970-01-01) is worked in all of the places."""
        return ordinal not in self._year(date.fromordinal(ordinal + _EPOCH).year).idle

    def business_table(self, start: int, end: int) -> array[int]:
        """`table[i]`: how many business days lie in [start, start + i), for i from 0 to end - start; day ordinals since 1970-01-01."""
        found, count = array("q", [0]), 0
        for ordinal in range(start, end):
            count += self.business_day(ordinal)
            found.append(count)
        return found

    def business_day_after(self, ordinal: int, n: int) -> int | None:
        """The n-th business day after a day (n = 0: that day, or the next business day). None beyond the year 2100."""
        last = END // DAY
        days = self._work
        while True:
            i = bisect_left(days, ordinal) if n == 0 else bisect_right(days, ordinal) + n - 1
            if days and days[0] <= ordinal and i < len(days):
                return days[i]
            if (days and days[-1] >= last - 8 and days[0] <= ordinal) or ordinal >= last:
                return None
            self._grow(ordinal, n)

    def _grow(self, ordinal: int, n: int) -> None:
        low = min(ordinal, self._work[0] if self._work else ordinal) - 15
        high = min(max(ordinal + 2 * n + 400, self._work[-1] if self._work else 0) + 200, END // DAY)
        self._work[:] = [d for d in range(low, high) if self.business_day(d)]

    # ------------------------------------------------------------ windows

    def table(self, window: Window) -> Table:
        """The table behind a window; it grows by itself and is shared by equal windows."""
        seen = self._seen.get(id(window))
        if seen is not None:
            return seen[1]
        if window not in self._tables:
            self._tables[window] = Table(lambda start, end: self._make(window, start, end))
        self._seen[id(window)] = (window, self._tables[window])  # keeps the window, and so its id
        return self._tables[window]

    def _make(self, window: Window, start: int, end: int) -> list[Stretch]:
        if window == ALWAYS:  # as business hours see it; `forward` and `openings` never ask
            return self._meet(_WHOLE_DAYS, self.business_day, start, end)
        return self._meet(week(window), lambda day: not self.holiday(day), start, end)

    def _meet(self, spans: Spans, open_day: Callable[[int], bool], start: int, end: int) -> list[Stretch]:
        found = stretches(self.where, spans, open_day, start, end)
        for name in self.zones[1:]:
            found = both(found, stretches(zone(name), spans, open_day, start, end))
        return found

    def forward(self, t: int, window: Window) -> int:
        """The first second from `t` on in which the window is open (`t` itself where it is); NEVER where that is not within two years."""
        if window is ALWAYS or window == ALWAYS:
            return t
        return self.table(window).forward(t)

    def is_open(self, t: int, window: Window) -> bool:
        """Whether the window is open at `t`."""
        return self.forward(t, window) == t

    def opening(self, t: int, window: Window) -> Stretch | None:
        """The opening that `t` lies in, from its first second to the one after its last; None where the window is shut (or never shut)."""
        if window == ALWAYS or not self.is_open(t, window):
            return None
        table = self.table(window)
        table.cover(t - 8 * DAY, t + 8 * DAY)
        i = bisect_right(table.opens, t) - 1
        return table.opens[i], table.closes[i]

    def openings(self, window: Window, start: int, end: int) -> list[Stretch]:
        """Every opening in [start, end), cut off at both."""
        if start >= end:
            return []
        return [(start, end)] if window == ALWAYS else self._make(window, start, end)

    def tables(self, window: Window, start: int, end: int) -> Openings:
        """The same as two flat arrays."""
        found = self.openings(window, start, end)
        return Openings(array("q", [a for a, _ in found]), array("q", [b for _, b in found]))

    # ------------------------------------------------------------ durations

    def add(self, t: int, duration: Duration, window: Window = ALWAYS) -> int:
        """`t` plus the duration, in business time as this module's page defines it. Not moved into the window."""
        if t >= NEVER:
            return NEVER
        if not duration.business:
            return t + duration.seconds
        if duration.unit == "business hour":
            return self.table(window).after(t, duration.amount * 3600)
        ordinal, time = divmod(self.where.to_wall(t), DAY)
        target = self.business_day_after(ordinal, duration.amount)
        if target is None:
            return NEVER
        return t if target == ordinal else self.where.from_wall(target * DAY + time)

    def local(self, t: int) -> str:
        """ISO 8601 with the offset, as the wall in the first zone shows it."""
        return self.where.local(t)
