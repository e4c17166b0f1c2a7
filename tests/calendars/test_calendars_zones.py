"""Zones against the standard library's own reader of the same files."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.calendars import UnknownCountry, UnknownZone, day, instant, iso, names, parse_instant, utc, zone, zones_for
from cadenza.calendars.tzif import BEGIN, read_tzif, written_out

ODD = (
    "Europe/Dublin",  # winter is the saving
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # no 30 December 2011
    "Pacific/Kiritimati",  # UTC+14
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Gaza",  # a rule at hour 50
    "America/Godthab",  # a rule at hour -1
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Africa/Monrovia",  # offsets with seconds
    "Asia/Calcutta",  # a link
)
FIRST, LAST = -2_000_000_000, 4_102_444_800  # 1906 to 2100


def standard(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offset(reference: ZoneInfo, t: int) -> int:
    found = datetime.fromtimestamp(t, UTC).astimezone(reference).utcoffset()
    assert found is not None
    return int(found.total_seconds())


@pytest.mark.parametrize("name", ODD)
def test_every_change_is_where_the_standard_library_has_it(name: str) -> None:
    here, reference = zone(name), standard(name)
    for at in here.at:
        if FIRST < at < LAST:
            assert here.offset_at(at) == offset(reference, at), (name, at)
            assert here.offset_at(at - 1) == offset(reference, at - 1), (name, at)
            assert here.offset_at(at) != here.offset_at(at - 1)


@given(st.sampled_from(names()), st.integers(FIRST, LAST))
def test_any_instant_of_any_zone(name: str, t: int) -> None:
    assert zone(name).offset_at(t) == offset(standard(name), t)


@given(st.sampled_from(ODD), st.data())
def test_walls_around_changes(name: str, data: st.DataObject) -> None:
    here, reference = zone(name), standard(name)
    near = data.draw(st.sampled_from([t for t in here.at if 0 < t < LAST] or [1_800_000_000]))
    wall = near + data.draw(st.integers(-3 * 86400, 3 * 86400))
    naive = datetime.fromtimestamp(wall, UTC).replace(tzinfo=None)
    expected = int(naive.replace(tzinfo=reference, fold=0).timestamp())  # fold 0: the earlier of two, and forward over a gap
    assert here.from_wall(wall) == expected
    shown = datetime.fromtimestamp(expected, UTC).astimezone(reference).replace(tzinfo=UTC)
    assert here.to_wall(expected) == int(shown.timestamp())


def test_a_gap_moves_forward_by_its_length_and_of_two_the_earlier_counts() -> None:
    dublin, howe = zone("Europe/Dublin"), zone("Australia/Lord_Howe")
    assert dublin.local(instant("2027-03-28", dublin, "01:30")) == "2027-03-28T02:30:00+01:00"
    assert dublin.local(instant("2027-10-31", dublin, "01:30")) == "2027-10-31T01:30:00+01:00"
    assert howe.local(instant("2027-10-03", howe, "02:10")) == "2027-10-03T02:40:00+11:00"
    assert howe.local(instant("2027-04-04", howe, "01:45")) == "2027-04-04T01:45:00+11:00"


def test_the_day_that_samoa_left_out() -> None:
    apia = zone("Pacific/Apia")
    assert apia.local(instant("2011-12-30", apia, "09:00")) == "2011-12-31T09:00:00+14:00"


def test_transitions_are_flat_and_begin_where_they_are_asked() -> None:
    london = zone("Europe/London")
    start, end = instant("2027-01-01", london), instant("2028-01-01", london)
    assert [(utc(t), offset) for t, offset in london.transitions(start, end)] == [
        ("2027-01-01T00:00:00Z", 0),
        ("2027-03-28T01:00:00Z", 3600),
        ("2027-10-31T01:00:00Z", 0),
    ]
    assert london.transitions(start, start + 1) == ((start, 0),)


def test_the_same_file_read_twice_and_a_file_that_is_none() -> None:
    data = files("tzdata").joinpath("zoneinfo", "Etc", "UTC").read_bytes()
    assert read_tzif(data) == ((BEGIN,), (0,))
    with pytest.raises(ValueError, match="not a time zone file of version 2 or later"):
        read_tzif(b"TZif1" + data[5:])


def test_the_three_ways_that_posix_names_a_day() -> None:
    after = 1_798_761_600  # 2027-01-01
    assert [(utc(t), o) for t, o in written_out("AAA-1BBB,J60/2,J300/3", after) if t >= after][:2] == [
        ("2027-03-01T01:00:00Z", 7200),
        ("2027-10-27T01:00:00Z", 3600),
    ]
    assert [utc(t) for t, _ in written_out("AAA0BBB,59/0,299/1", after) if t >= after][:4] == [
        "2027-03-01T00:00:00Z",
        "2027-10-27T00:00:00Z",
        "2028-02-29T00:00:00Z",
        "2028-10-26T00:00:00Z",
    ]
    always = written_out("XXX3YYY2,0/0,J365/25", after)  # summer all year round: one ends as the next begins
    assert {o for t, o in always if after <= t < 4_102_444_800} == {-7200}
    assert written_out("<+0530>-5:30", after) == []


def test_unknown_names_are_answered_with_a_near_one() -> None:
    with pytest.raises(UnknownZone) as near:
        zone("Europe/Dubln")
    assert str(near.value) == "no time zone is called `Europe/Dubln`: did you mean `Europe/Dublin`?"
    with pytest.raises(UnknownZone) as far:
        zone("../../etc/passwd")
    assert str(far.value) == "no time zone is called `../../etc/passwd`; write one such as `Europe/Dublin`"
    with pytest.raises(UnknownCountry) as country:
        zones_for("gb")
    assert str(country.value) == "no country has the code `gb`: did you mean `GB`?"


def test_where_somebody_may_live() -> None:
    assert zones_for("GB") == ("Europe/London",)
    assert zones_for("DE") == ("Europe/Berlin",)
    assert zones_for("US", "+12125550123") == ("America/New_York",)
    assert zones_for("IE", "01 496 0003") == ("Europe/Dublin",)
    assert zones_for(None, "+61255501234") == ("Australia/Sydney",)
    assert zones_for("GB", "+61255501234") == ("Europe/London", "Australia/Sydney")  # they disagree: both must be open
    assert zones_for("GB", "call me") == ("Europe/London",)
    assert zones_for(None, None) == zones_for("", "not a number") == ()
    assert zones_for("CA")[0] == "America/St_Johns"


def test_dates_and_instants_are_read_or_refused_with_a_good_one() -> None:
    assert iso(day("2027-01-04")) == "2027-01-04"
    assert parse_instant("2027-01-04T09:00:00+01:00") == parse_instant("2027-01-04T08:00:00Z") == instant("2027-01-04", zone("UTC"), "08:00:00")
    for read, bad, why in (
        (day, "2027-02-30", "`2027-02-30` is no date; write one such as 2027-01-04"),
        (day, "20270104", "`20270104` is no date; write one such as 2027-01-04"),
        (parse_instant, "2027-01-04T09:00:00", "`2027-01-04T09:00:00` is no instant; write one with its offset, such as 2027-01-04T09:00:00Z"),
        (lambda time: instant("2027-01-04", zone("UTC"), time), "9:00", "`9:00` is no time of day; write one such as 09:00"),
    ):
        with pytest.raises(ValueError) as error:
            read(bad)
        assert str(error.value) == why
