"""A recipient's clock: a calendar with the window of each channel, as the machine's `step` wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..language.values import ALWAYS, Duration, Window
from .calendar import Calendar


@dataclass(frozen=True, slots=True)
class RecipientClock:
    """Implements `machine.types.Clock`. A channel that has no window is always open; no channel means no window."""

    calendar: Calendar
    windows: Mapping[str, Window]

    def window(self, channel: str | None) -> Window:
        """The channel's window, or ALWAYS."""
        return ALWAYS if channel is None else self.windows.get(channel, ALWAYS)

    def forward(self, at: int, channel: str | None) -> int:
        """The first instant from `at` on in which the channel's window is open; NEVER where none comes within two years."""
        return self.calendar.forward(at, self.window(channel))

    def add(self, at: int, delay: Duration, channel: str | None) -> int:
        """`at` plus the delay, in business time of the recipient's calendar and the channel's window; not moved into the window."""
        return self.calendar.add(at, delay, self.window(channel))
