"""The flat arrays answer what the calendars answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.calendars import NEVER, Calendar, instant, zone
from cadenza.language.model import CHANNELS
from cadenza.language.values import ALWAYS, Duration, Window
from cadenza.world.clocks import NO_CHANNEL, ClockMaker, Clocks, lowered

DUBLIN = zone("Europe/Dublin")
START, END = instant("2027-01-04", DUBLIN), instant("2027-11-15", DUBLIN)
WINDOWS: dict[str, Window] = {
    "email": Window.parse("mon-fri 08:30-17:00"),
    "phone": Window.parse("mon-fri 09:00-12:00, mon-fri 14:00-17:00"),
    "sms": Window.parse("sat-sun 00:30-03:00"),
}
CALENDARS = (
    Calendar(("Europe/Dublin",), ("IE",)),
    Calendar(("America/New_York", "America/Los_Angeles"), ("US",)),
    Calendar(("Pacific/Auckland",), ("NZ",)),
    Calendar(("Australia/Lord_Howe",), ()),
)


def made() -> tuple[Clocks, list[int]]:
    maker = ClockMaker(START, END)
    ids = [maker.calendar(calendar, WINDOWS) for calendar in CALENDARS]
    return maker.make(), ids


CLOCKS, IDS = made()
UNITS = ("minute", "hour", "day", "week", "business day", "business hour")


@given(st.sampled_from(range(4)), st.sampled_from((*CHANNELS, None)), st.integers(START, END), st.integers(0, 25), st.sampled_from(UNITS))
def test_forward_and_add_are_the_calendars(which: int, channel: str | None, t: int, amount: int, unit: str) -> None:
    calendar, window = CALENDARS[which], ALWAYS if channel is None else WINDOWS.get(channel, ALWAYS)
    column = NO_CHANNEL if channel is None else CHANNELS.index(channel)
    duration = Duration(amount, unit)  # type: ignore[arg-type]
    assert CLOCKS.add(IDS[which], column, t, *lowered(duration)) == calendar.add(t, duration, window)
    assert CLOCKS.forward(CLOCKS.forward_window[IDS[which] * (len(CHANNELS) + 1) + column], t) == calendar.forward(t, window)


def test_beyond_the_weeks_that_are_covered_nothing_comes() -> None:
    assert CLOCKS.add(IDS[0], 0, END, 400, 1) == NEVER
    assert CLOCKS.forward(CLOCKS.forward_window[0], END + 10**8) == NEVER


@pytest.mark.parametrize("which", range(4))
def test_open_seconds_are_what_the_openings_last(which: int) -> None:
    window = CLOCKS.forward_window[IDS[which] * (len(CHANNELS) + 1)]
    expected = sum(b - a for a, b in CALENDARS[which].openings(WINDOWS["email"], START + 40_000, END - 7))
    assert CLOCKS.open_seconds(window, START + 40_000, END - 7) == expected


def test_equal_calendars_are_kept_once() -> None:
    maker = ClockMaker(START, END)
    assert [maker.calendar(CALENDARS[0], WINDOWS), maker.calendar(Calendar(("Europe/Dublin",), ("IE",)), dict(WINDOWS))] == [0, 0]
