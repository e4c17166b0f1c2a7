"""Calendars as flat arrays: what `calendars` knows about the weeks of one forecast, so that an engine needs nothing but bisection.

A *window* is a slice of `opens`, `closes` and `total`; a *zone* a slice of `at`, `offset` and `walls`; a *calendar* (the zones and holidays of
some people, with the windows of their playbook's channels) names one zone, one slice of business days, and for each channel a window to move
forward into and a window to count business hours in. The functions below answer exactly what `Calendar.forward` and `Calendar.add` answer
within the weeks that are covered, and NEVER beyond them; the tests hold one against the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from ..calendars import NEVER, Calendar, zone
from ..calendars.zones import Zone
from ..language.model import CHANNELS
from ..language.values import ALWAYS, Duration, Window

DAY = 86400
NO_CHANNEL = len(CHANNELS)
"""The column of "no window": pauses and cooldowns."""
COLUMNS = NO_CHANNEL + 1
EXACT, BUSINESS_DAYS, BUSINESS_HOURS = 0, 1, 2
"""Units of a lowered duration: seconds; business days; seconds of open time."""


def lowered(duration: Duration | None) -> tuple[int, int]:
    """A duration as (amount, unit)."""
    if duration is None:
        return 0, EXACT
    if duration.unit == "business day":
        return duration.amount, BUSINESS_DAYS
    if duration.unit == "business hour":
        return duration.amount * 3600, BUSINESS_HOURS
    return duration.seconds, EXACT


@dataclass(frozen=True, slots=True)
class Clocks:
    """All the time that a program knows. `start` and `end` bound what is simulated; the arrays reach some weeks further on both sides."""

    start: int
    end: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    total: tuple[int, ...]  # open seconds from the window's first opening to closes[i]
    window: tuple[int, ...]  # window w is [window[w], window[w + 1]) of the three
    at: tuple[int, ...]
    offset: tuple[int, ...]
    walls: tuple[int, ...]
    zone: tuple[int, ...]
    days: tuple[int, ...]  # business days since 1970-01-01
    business: tuple[int, ...]  # calendar c has [business[c], business[c + 1]) of them
    calendar_zone: tuple[int, ...]
    forward_window: tuple[int, ...]  # calendar * COLUMNS + channel -> window, or -1 where it is always open
    hours_window: tuple[int, ...]  # calendar * COLUMNS + channel -> the window that business hours are counted in

    def forward(self, window: int, t: int) -> int:
        """The first open second from `t` on."""
        if window < 0:
            return t
        low, high = self.window[window], self.window[window + 1]
        i = bisect_right(self.opens, t, low, high)
        if i > low and t < self.closes[i - 1]:
            return t
        return self.opens[i] if i < high else NEVER

    def opening(self, window: int, t: int) -> tuple[int, int]:
        """The opening that `t` lies in, or the next one: its first second and the one after its last."""
        low, high = self.window[window], self.window[window + 1]
        i = bisect_right(self.closes, t, low, high)
        return (self.opens[i], self.closes[i]) if i < high else (NEVER, NEVER)

    def add(self, calendar: int, channel: int, t: int, amount: int, unit: int) -> int:
        """`t` plus a lowered duration in the calendar's business time; not moved into a window."""
        if t >= NEVER:
            return NEVER
        if unit == EXACT:
            return t + amount
        if unit == BUSINESS_HOURS:
            return self.after(self.hours_window[calendar * COLUMNS + channel], t, amount)
        low, high = self.zone[self.calendar_zone[calendar]], self.zone[self.calendar_zone[calendar] + 1]
        wall = t + self.offset[bisect_right(self.at, t, low, high) - 1]
        ordinal = wall // DAY
        first, last = self.business[calendar], self.business[calendar + 1]
        i = bisect_left(self.days, ordinal, first, last) if amount == 0 else bisect_right(self.days, ordinal, first, last) + amount - 1
        if i >= last:
            return NEVER
        if self.days[i] == ordinal:
            return t
        wall += (self.days[i] - ordinal) * DAY
        return wall - self.offset[bisect_right(self.walls, wall, low, high) - 1]

    def after(self, window: int, t: int, seconds: int) -> int:
        """The first instant with that many open seconds between `t` and it."""
        if seconds <= 0:
            return t
        low, high = self.window[window], self.window[window + 1]
        i = bisect_right(self.opens, t, low, high)
        opened = 0 if i == low else self.total[i - 1] - max(0, self.closes[i - 1] - t)
        j = bisect_left(self.total, opened + seconds, low, high)
        return self.closes[j] - (self.total[j] - opened - seconds) if j < high else NEVER

    def open_seconds(self, window: int, start: int, end: int) -> int:
        """How long the window is open within [start, end)."""
        if window < 0:
            return max(0, end - start)
        low, high = self.window[window], self.window[window + 1]
        return sum(max(0, min(self.closes[i], end) - max(self.opens[i], start)) for i in range(low, high))


REACH = 60 * DAY


@dataclass(slots=True)
class ClockMaker:
    """Collects windows, zones and calendars, each once, and makes the arrays. `reach` seconds are covered beyond both ends."""

    start: int
    end: int
    reach: int = REACH
    windows: dict[tuple[Calendar, Window, bool], int] = field(default_factory=dict)
    zones: dict[str, int] = field(default_factory=dict)
    calendars: dict[tuple[Calendar, tuple[Window, ...]], int] = field(default_factory=dict)
    rows: list[tuple[list[int], list[int]]] = field(default_factory=list)

    def window(self, calendar: Calendar, window: Window) -> int:
        """The id of a window to move forward into; -1 where it is always open."""
        return -1 if window == ALWAYS else self._window(calendar, window, False)

    def _window(self, calendar: Calendar, window: Window, hours: bool) -> int:
        return self.windows.setdefault((calendar, window, hours and window == ALWAYS), len(self.windows))

    def calendar(self, calendar: Calendar, windows: dict[str, Window]) -> int:
        """The id of a calendar together with the windows of a playbook's channels."""
        own = (*(windows.get(channel, ALWAYS) for channel in CHANNELS), ALWAYS)
        if (calendar, own) not in self.calendars:
            self.calendars[(calendar, own)] = len(self.rows)
            self.zones.setdefault(calendar.zones[0], len(self.zones))
            self.rows.append(([self.window(calendar, w) for w in own], [self._window(calendar, w, True) for w in own]))
        return self.calendars[(calendar, own)]

    def make(self) -> Clocks:
        low, high = self.start - self.reach, self.end + self.reach
        opens: list[int] = []
        closes: list[int] = []
        total: list[int] = []
        bounds = [0]
        for calendar, window, whole_days in self.windows:
            seconds = 0
            for a, b in calendar.table(window).make(low, high) if whole_days else calendar.openings(window, low, high):
                opens.append(a)
                closes.append(b)
                seconds += b - a
                total.append(seconds)
            bounds.append(len(opens))
        at, offset, walls, zone_bounds = self._zone_arrays(low, high)
        days, business = self._day_arrays(low, high)
        return Clocks(
            start=self.start,
            end=self.end,
            opens=tuple(opens),
            closes=tuple(closes),
            total=tuple(total),
            window=tuple(bounds),
            at=at,
            offset=offset,
            walls=walls,
            zone=zone_bounds,
            days=days,
            business=business,
            calendar_zone=tuple(self.zones[calendar.zones[0]] for calendar, _ in self.calendars),
            forward_window=tuple(w for forward, _ in self.rows for w in forward),
            hours_window=tuple(w for _, hours in self.rows for w in hours),
        )

    def _zone_arrays(self, low: int, high: int) -> tuple[tuple[int, ...], ...]:
        """What the zones' clocks do in these weeks, with the change before and the one after."""
        at: list[int] = []
        offset: list[int] = []
        walls: list[int] = []
        bounds = [0]
        for name in self.zones:
            where: Zone = zone(name)
            first, last = bisect_right(where.at, low) - 1, bisect_left(where.at, high) + 1
            at.extend(where.at[first:last])
            offset.extend(where.offset[first:last])
            walls.extend(where.walls[first:last])
            bounds.append(len(at))
        return tuple(at), tuple(offset), tuple(walls), tuple(bounds)

    def _day_arrays(self, low: int, high: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        days: list[int] = []
        bounds = [0]
        for calendar, _ in self.calendars:
            days.extend(day for day in range(low // DAY - 1, high // DAY + 2) if calendar.business_day(day))
            bounds.append(len(days))
        return tuple(days), tuple(bounds)
