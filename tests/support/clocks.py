"""A recipient's calendar that a test can work out in its head."""

from __future__ import annotations

from cadenza.language.values import Duration

DAY = 86400
HOUR = 3600
MONDAY = 1798966800  # 2027-01-04 09:00 UTC


class DayClock:
    """Every channel is open from 09:00 to 17:00 UTC on every day; a business day is a day, a business hour an hour."""

    def forward(self, at: int, channel: str | None) -> int:
        day, second = divmod(at, DAY)
        if channel is None or 9 * HOUR <= second < 17 * HOUR:
            return at
        return (day if second < 9 * HOUR else day + 1) * DAY + 9 * HOUR

    def add(self, at: int, delay: Duration, channel: str | None) -> int:
        del channel
        units = {"business day": DAY, "business hour": HOUR}
        return at + (delay.amount * units[delay.unit] if delay.business else delay.seconds)
