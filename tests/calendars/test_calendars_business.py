"""Windows and business time against a second implementation that is slow and obvious: it walks minute by minute on the wall clock of `zoneinfo`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadenza.calendars import NEVER, Calendar, RecipientClock, UnknownPlace, day, instant, utc, zone
from cadenza.language.values import ALWAYS, Duration, Open, Window

WORKDAYS = (0, 1, 2, 3, 4)
OFFICE = Window((Open(WORKDAYS, 9 * 3600, 17 * 3600),))
PLACES = {
    "Europe/Dublin": "IE",
    "Europe/London": "GB",
    "Europe/Berlin": "DE-BY",
    "Australia/Lord_Howe": "AU-NSW",
    "Pacific/Apia": "WS",
    "Pacific/Kiritimati": "KI",
    "America/Sao_Paulo": "BR",
    "Asia/Kolkata": "IN",
    "Asia/Jerusalem": "IL",
    "America/New_York": "US",
    "Asia/Shanghai": "CN",
}
MINUTE = timedelta(minutes=1)


@cache
def reference(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def free(place: str) -> holidays.HolidayBase:
    country, _, part = place.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)


def slow_open(calendar: Calendar, window: Window, t: int) -> bool:
    for name in calendar.zones:
        here = datetime.fromtimestamp(t, UTC).astimezone(reference(name))
        second = here.hour * 3600 + here.minute * 60 + here.second
        if not any(here.weekday() in span.days and span.start <= second < span.end for span in window.spans):
            return False
        if any(here.date() in free(place) for place in calendar.holidays):
            return False
    return True


def slow_forward(calendar: Calendar, window: Window, t: int) -> int:
    while not slow_open(calendar, window, t):
        t += 60 - t % 60
    return t


def slow_worked(calendar: Calendar, when: date) -> bool:
    return all(free(place).is_working_day(when) for place in calendar.holidays) if calendar.holidays else when.weekday() < 5


def slow_days(calendar: Calendar, t: int, n: int) -> int:
    here = datetime.fromtimestamp(t, UTC).astimezone(reference(calendar.zones[0]))
    when, left = here.date(), n
    while left or (n == 0 and not slow_worked(calendar, when)):
        when += timedelta(days=1)
        left -= bool(left) and slow_worked(calendar, when)
    if when == here.date():
        return t
    return int(datetime.combine(when, here.time().replace(fold=0), reference(calendar.zones[0])).timestamp())


def slow_hours(calendar: Calendar, window: Window, t: int, hours: int) -> int:
    left = hours * 3600
    while left:
        step = min(60 - t % 60, left) if slow_open(calendar, window, t) else 60 - t % 60
        left -= step if slow_open(calendar, window, t) else 0
        t += step
    return t


@st.composite
def windows(draw: st.DrawFn) -> Window:
    spans = []
    for _ in range(draw(st.integers(1, 2))):
        a, b = sorted(draw(st.lists(st.integers(0, 24 * 12), min_size=2, max_size=2, unique=True)))
        spans.append(Open(tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=3)))), a * 300, b * 300))
    return Window(tuple(spans))


@st.composite
def moments(draw: st.DrawFn) -> tuple[Calendar, int]:
    """A calendar, and an instant that is often near a clock change or a holiday of it."""
    name = draw(st.sampled_from(sorted(PLACES)))
    place = draw(st.sampled_from([(), (PLACES[name],)]))
    here = zone(name)
    changes = [t for t in here.at if 1_262_304_000 < t < 2_145_916_800]
    feasts = [instant(f"{year}-{tail}", here) for year in (2011, 2026, 2027) for tail in ("12-24", "12-31", "05-01", "03-26")]
    return Calendar((name,), place), draw(st.sampled_from(changes * 2 + feasts)) + draw(st.integers(-3 * 86400, 3 * 86400))


@given(moments(), windows())
@settings(max_examples=60, deadline=None)
def test_forward_finds_the_first_open_second(moment: tuple[Calendar, int], window: Window) -> None:
    calendar, t = moment
    found = calendar.forward(t, window)
    assert found == slow_forward(calendar, window, t)
    assert calendar.is_open(t, window) is (found == t)


@given(moments(), windows())
@settings(max_examples=40, deadline=None)
def test_openings_are_exact_through_gaps_overlaps_and_holidays(moment: tuple[Calendar, int], window: Window) -> None:
    calendar, t = moment
    start = t - t % 300
    found = calendar.openings(window, start, start + 3 * 86400)
    inside = [any(a <= at < b for a, b in found) for at in range(start, start + 3 * 86400, 300)]
    assert inside == [slow_open(calendar, window, at) for at in range(start, start + 3 * 86400, 300)]
    assert all(a < b for a, b in found) and all(b < a for (_, b), (a, _) in pairwise(found))
    opens, closes = calendar.tables(window, start, start + 3 * 86400)
    assert list(zip(opens, closes, strict=True)) == found


@given(moments(), st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_business_days_keep_the_wall_time(moment: tuple[Calendar, int], n: int) -> None:
    calendar, t = moment
    assert calendar.add(t, Duration(n, "business day"), OFFICE) == slow_days(calendar, t, n)


@given(moments(), windows(), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_business_hours_are_open_time(moment: tuple[Calendar, int], window: Window, hours: int) -> None:
    calendar, t = moment
    assert calendar.add(t, Duration(hours, "business hour"), window) == slow_hours(calendar, window, t, hours)


@given(
    st.sets(st.sampled_from(["Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]), min_size=2),
    windows(),
    st.integers(0, 300 * 86400),
)
@settings(max_examples=40, deadline=None)
def test_an_unknown_zone_is_open_where_all_that_it_may_be_are(names: set[str], window: Window, after: int) -> None:
    calendar = Calendar(tuple(sorted(names)), ("GB",))
    start = 1_798_761_600 + after - after % 300
    found = calendar.openings(window, start, start + 86400)
    inside = [any(a <= at < b for a, b in found) for at in range(start, start + 86400, 300)]
    assert inside == [slow_open(calendar, window, at) for at in range(start, start + 86400, 300)]


@given(moments(), windows(), st.integers(0, 40 * 86400))
@settings(max_examples=60, deadline=None)
def test_later_never_opens_earlier_and_what_was_asked_before_plays_no_part(moment: tuple[Calendar, int], window: Window, later: int) -> None:
    calendar, t = moment
    first = calendar.forward(t, window)
    assert first <= calendar.forward(t + later, window)
    fresh = Calendar(calendar.zones, calendar.holidays)
    assert (fresh.forward(t + later, window), fresh.forward(t, window)) == (calendar.forward(t + later, window), first)
    assert calendar.forward(first, window) == first


def at(text: str, time: str, calendar: Calendar) -> int:
    return instant(text, calendar.where, time)


def test_friday_evening_christmas_and_the_night_of_the_clock_change() -> None:
    london = Calendar(("Europe/London",), ("GB",))
    two, hours = Duration(2, "business day"), Duration(2, "business hour")
    said = {
        "friday": london.add(at("2027-01-08", "16:59", london), two),
        "saturday": london.add(at("2027-01-09", "11:00", london), two),
        "christmas": london.add(at("2026-12-24", "10:00", london), two),
        "clock": london.add(at("2027-03-26", "01:30", london), Duration(1, "business day")),
        "nothing, on a sunday": london.add(at("2027-01-10", "11:00", london), Duration(0, "business day")),
        "nothing, on a monday": london.add(at("2027-01-11", "11:00", london), Duration(0, "business day")),
        "hours": london.add(at("2027-01-08", "16:00", london), hours, OFFICE),
        "to the last second": london.add(at("2027-01-08", "15:00", london), hours, OFFICE),
        "hours without a window": london.add(at("2027-01-08", "23:00", london), hours),
        "days are seconds": london.add(at("2027-03-27", "12:00", london), Duration(1, "day")),
    }
    assert {name: london.local(t) for name, t in said.items()} == {
        "friday": "2027-01-12T16:59:00+00:00",
        "saturday": "2027-01-12T11:00:00+00:00",
        "christmas": "2026-12-30T10:00:00+00:00",
        "clock": "2027-03-29T01:30:00+01:00",
        "nothing, on a sunday": "2027-01-11T11:00:00+00:00",
        "nothing, on a monday": "2027-01-11T11:00:00+00:00",
        "hours": "2027-01-11T10:00:00+00:00",
        "to the last second": "2027-01-08T17:00:00+00:00",
        "hours without a window": "2027-01-11T01:00:00+00:00",
        "days are seconds": "2027-03-28T13:00:00+01:00",
    }


def test_an_overlap_is_open_twice_and_a_gap_never() -> None:
    dublin = Calendar(("Europe/Dublin",), ())
    night = Window((Open((6,), 3600, 7200),))
    spring, autumn = at("2027-03-28", "00:00", dublin), at("2027-10-31", "00:00", dublin)
    assert dublin.openings(night, spring, spring + 86400) == []
    assert [(utc(a), utc(b)) for a, b in dublin.openings(night, autumn, autumn + 86400)] == [("2027-10-31T00:00:00Z", "2027-10-31T02:00:00Z")]
    assert [utc(t) for t in dublin.opening(autumn + 5400, night) or ()] == ["2027-10-31T00:00:00Z", "2027-10-31T02:00:00Z"]


def test_two_places_are_worked_when_both_are() -> None:
    both = Calendar(("Europe/Dublin",), ("IE", "GB"))
    week = day("2027-03-15")
    assert [both.business_day(d) for d in range(week, week + 7)] == [True, True, False, True, True, False, False]  # St Patrick's Day is a Wednesday
    assert list(both.business_table(week, week + 7)) == [0, 1, 2, 2, 3, 4, 4, 4]
    assert both.business_day_after(week + 1, 1) == week + 3
    assert both.holiday(week + 2) and not both.holiday(week + 5)


def test_always_is_open_on_holidays_and_what_never_opens_is_never() -> None:
    london = Calendar(("Europe/London",), ("GB",))
    christmas = at("2027-12-25", "12:00", london)
    assert london.forward(christmas, ALWAYS) == christmas
    assert london.opening(christmas, ALWAYS) is None
    apart = Calendar(("Europe/London", "Pacific/Kiritimati"), ())
    assert apart.forward(christmas, OFFICE) == NEVER
    assert apart.add(NEVER, Duration(1, "day")) == NEVER
    assert london.add(christmas, Duration(100_000, "business day")) == NEVER
    assert london.add(christmas, Duration(1_000_000, "business hour"), OFFICE) == NEVER
    assert london.forward(at("2101-01-03", "10:00", london), OFFICE) == NEVER
    with pytest.raises(ValueError, match="a calendar needs at least one time zone"):
        Calendar((), ()).forward(christmas, OFFICE)


def test_places_that_are_none_say_what_is_near() -> None:
    for place, why in (
        ("XQ", "no holidays are known for the country `XQ`; write an ISO 3166 code such as `GB`"),
        ("gb", "no holidays are known for the country `gb`: did you mean `GB`?"),
        ("DE-BYY", "`DE` has no subdivision `BYY`: did you mean `DE-BY`?"),
        ("IE-Q", "`IE` has no subdivision `Q`; write the country alone: `IE`"),
    ):
        with pytest.raises(UnknownPlace) as error:
            Calendar(("UTC",), (place,)).business_day(day("2027-01-04"))
        assert str(error.value) == why


def test_a_recipient_has_a_window_for_each_channel() -> None:
    clock = RecipientClock(Calendar(("Europe/London",), ("GB",)), {"phone": OFFICE})
    sunday = instant("2027-01-10", zone("Europe/London"), "12:00")
    monday = instant("2027-01-11", zone("Europe/London"), "09:00")
    assert [clock.forward(sunday, channel) for channel in ("phone", "email", None)] == [monday, sunday, sunday]
    assert clock.add(sunday, Duration(1, "business hour"), "phone") == monday + 3600
    assert clock.add(sunday, Duration(1, "business hour"), None) == instant("2027-01-11", zone("Europe/London"), "01:00")
