"""The little language of moments: what is read, what it means on a wall, and what is said about a text that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.calendars import Calendar, instant, zone
from cadenza.language.values import Duration, UnitError
from cadenza.playtest import Moment, Scene

LONDON = zone("Europe/London")
START = instant("2027-01-04", LONDON, "08:00")


def scene(**known: int) -> Scene:
    return Scene(Calendar(("Europe/London",), ("GB",)), START, known)


def at(day: str, time: str = "00:00") -> int:
    return instant(day, LONDON, time)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027-01-06 10:15", at("2027-01-06", "10:15"), at("2027-01-06", "10:15") + 59),
        ("2027-01-06 10:15:30", at("2027-01-06", "10:15:30"), at("2027-01-06", "10:15:30")),
        ("2027-01-06", at("2027-01-06"), at("2027-01-07") - 1),
        ("day 1", at("2027-01-04"), at("2027-01-05") - 1),
        ("day 3 09:00", at("2027-01-06", "09:00"), at("2027-01-06", "09:00") + 59),
        ("2 hours after start", at("2027-01-04", "10:00"), at("2027-01-04", "10:00") + 59),
        ("after intro", at("2027-01-04", "08:30"), at("2027-01-04", "08:30") + 59),
        ("1 business day after intro", at("2027-01-05", "08:30"), at("2027-01-05", "08:30") + 59),
    ],
)
def test_what_a_moment_holds(text: str, first: int, last: int) -> None:
    here, moment = scene(intro=at("2027-01-04", "08:30")), Moment.parse(text)
    assert [moment.holds(t, here) for t in (first - 1, first, last, last + 1)] == [False, True, True, False]
    assert str(moment) == text


def test_a_whole_day_happens_at_its_noon_or_where_one_asks() -> None:
    moment = Moment.parse("day 2")
    assert (moment.instant(scene()), moment.instant(scene(), 0)) == (at("2027-01-05", "12:00"), at("2027-01-05"))


def test_what_counts_from_a_touch_is_unknown_until_it_is_made() -> None:
    moment = Moment.parse("2 hours after call")
    assert (moment.instant(scene()), moment.walls(scene()), moment.holds(START, scene())) == (None, None, False)
    assert moment.instant(scene(call=START)) == START + 7200


def test_clock_changes() -> None:
    """In spring 01:30 does not exist and is 02:30; in autumn it comes twice, and both are meant."""
    here = scene()
    assert Moment.parse("2027-03-28 01:30").instant(here) == at("2027-03-28", "02:30")
    first = at("2027-10-31", "01:30")
    moment = Moment.parse("2027-10-31 01:30")
    assert [moment.holds(t, here) for t in (first, first + 3600, first + 7200)] == [True, True, False]
    assert Moment.parse("1 day after intro").instant(scene(intro=at("2027-03-27", "09:00"))) == at("2027-03-28", "10:00")


@pytest.mark.parametrize(
    ("text", "why", "good"),
    [
        ("", "a moment is missing", "2027-01-06 10:15"),
        ("day 0", "the day of the start is day 1", "day 1"),
        ("day three", "a moment is a date, a day counted from the start, or a time after a touch", "2027-01-06 10:15"),
        ("Day 3", "a moment is a date, a day counted from the start, or a time after a touch; this day is written otherwise", "day 3"),
        ("day 3 at 9:30", "a moment is a date, a day counted from the start, or a time after a touch; this day is written otherwise", "day 3 09:30"),
        (
            "2027-1-6 9:15",
            "a moment is a date, a day counted from the start, or a time after a touch; this date is written otherwise",
            "2027-01-06 09:15",
        ),
        (
            "2027-01-06T10:15:00Z",
            "a moment is a date, a day counted from the start, or a time after a touch; this date is written otherwise",
            "2027-01-06 10:15",
        ),
        ("2027-02-30", "the calendar has no 2027-02-30", "2027-02-01"),
        ("2027-13-01 10:00", "the calendar has no 2027-13-01", "2027-01-01"),
        ("2027-01-06 25:10", "the clock has no 25:10", "2027-01-06 23:10"),
        ("10:15", "an hour needs its day", "day 1 10:15"),
        ("3 days", "a moment is a date, a day counted from the start, or a time after a touch; from when does `3 days` count?", "3 days after start"),
        ("after intro 2 hours", "what passes stands before `after`", "2 hours after intro"),
        ("after intro: 2 hours", "what passes stands before `after`", "2 hours after intro"),
        ("2 huors after intro", "unknown unit `huors`: did you mean `hours`?", "2 hours after intro"),
        ("two hours after intro", "a duration begins with a number, and `two hours` does not", "2 hours after intro"),
        ("x" * 500, "a moment is at most 200 characters long", "2027-01-06 10:15"),
        ("tomorrow", "a moment is a date, a day counted from the start, or a time after a touch", "2027-01-06 10:15"),
    ],
)
def test_what_is_no_moment_is_told_with_a_good_one(text: str, why: str, good: str) -> None:
    with pytest.raises(UnitError) as caught:
        Moment.parse(text)
    assert (str(caught.value), caught.value.good) == (why, good)
    Moment.parse(caught.value.good)


@given(st.text(alphabet="day 0123456789-:Tafterintohus", max_size=30))
def test_every_text_is_a_moment_or_told_with_a_good_one(text: str) -> None:
    try:
        moment = Moment.parse(text)
    except UnitError as problem:
        Moment.parse(problem.good)
    else:
        assert Moment.parse(str(moment)) == moment


@given(st.integers(0, 3000), st.integers(0, 86399))
def test_what_is_written_names_its_instant(days: int, seconds: int) -> None:
    here = scene()
    t = START + days * 86400 + seconds
    assert Moment.parse(here.written(t)).holds(t, here)


@given(st.sampled_from(["minute", "hour", "day", "business day", "business hour"]), st.integers(0, 40))
def test_delays_are_the_calendars_own(unit: str, amount: int) -> None:
    delay = Duration(amount, unit)  # type: ignore[arg-type]
    assert Moment.parse(f"{delay} after intro").instant(scene(intro=START)) == scene().calendar.add(START, delay)
