"""When people begin: at most `audience.enroll` of them in each of its periods, in the order of their keys.

A period's people are spread over its business days (those of the organization), as evenly as whole people allow, and enter at midnight of
the organization's time zone, so that everybody's first window of that day is still to come. `30 per month` are thus one or two a day, not
thirty on the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from ..calendars import Calendar, day, iso
from ..language.values import Flow

DAY = 86400
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def enrolments(flow: Flow, calendar: Calendar, start: int) -> Iterator[int]:
    """The instants (UTC seconds) at which the first, second, ... person enters; `start` is a day ordinal. Endless while the flow is above nothing."""
    rate = Fraction(flow.amount).limit_denominator(1_000_000)
    if rate <= 0:
        return
    if flow.per == "hour":
        begin = _midnight(calendar, start)
        count = 0
        while True:
            yield begin + int(count / rate) * 3600
            count += 1
    count, period = 0, 0
    while True:
        days = _days(flow.per, calendar, start, period)
        here = int(rate * (period + 1)) - count  # what the flow has earned by the end of this period and not used
        for index in range(here):
            yield _midnight(calendar, days[index * len(days) // here])
        count += here
        period += 1


def _days(per: str, calendar: Calendar, start: int, period: int) -> list[int]:
    """The business days of a period (its first day, where it has none)."""
    if per == "business day":
        first = calendar.business_day_after(start, 0)
        found = first if period == 0 or first is None else calendar.business_day_after(first, period)
        if found is None:
            raise ValueError("the people of this list would still be enrolled after the year 2100")
        return [found]
    if per == "day":
        return [start + period]
    if per == "week":
        first, last = start + 7 * period, start + 7 * period + 7
    else:
        first, last = (_months_on(start, _MONTHS[per] * (period + i)) for i in (0, 1))
    return [d for d in range(first, last) if calendar.business_day(d)] or [first]


def _months_on(ordinal: int, months: int) -> int:
    begin = date.fromisoformat(iso(ordinal))
    year, month = divmod(begin.month - 1 + months, 12)
    first = date(begin.year + year, month + 1, 1)
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)
    return day(first.replace(day=min(begin.day, last.day)).isoformat())


def _midnight(calendar: Calendar, ordinal: int) -> int:
    return calendar.where.from_wall(ordinal * DAY)
