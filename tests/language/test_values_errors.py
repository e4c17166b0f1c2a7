"""What a person reads who wrote a value wrongly: why, and what to write instead. The whole sentence, for each mistake that people make."""

from __future__ import annotations

from typing import Any

import pytest

from cadenza.language.near import LONGEST, distance, near
from cadenza.language.values import Change, Distribution, Duration, Factor, Flow, Money, Range, Rate, Target, UnitError, Window, read_value

ERRORS: list[tuple[Any, str, str, str]] = [
    (Duration, "2 bussiness days", "unknown unit `bussiness days`: did you mean `business days`?", "2 business days"),
    (Duration, "1 bussiness day", "unknown unit `bussiness day`: did you mean `business day`?", "1 business day"),
    (Duration, "2 hrs", "unknown unit `hrs`: did you mean `hours`?", "2 hours"),
    (Duration, "3 working days", "unknown unit `working days`: did you mean `business days`?", "3 business days"),
    (Duration, "5", "`5` has no unit", "5 days"),
    (Duration, "1.5 hours", "`1.5` is no whole number", "90 minutes"),
    (Duration, "1.5 business days", "`1.5` is no whole number", "2 business days"),
    (Duration, "-2 days", "a duration cannot be negative", "2 days"),
    (Duration, "3 months", "a month has no fixed length", "90 days"),
    (Duration, "two days", "a duration begins with a number, and `two days` does not", "2 days"),
    (Duration, "1,000 days", "`1,000` is no plain number: leave out the separators, and write decimals with a point", "1000 days"),
    (Duration, "40000 days", "40000 days is longer than 100 years", "36525 days"),
    (Duration, "99999999999999 days", "`99999999999999` is too large: a duration is at most 1000000000000", "1 day"),
    (
        *(Duration, "2 fortnights"),
        "unknown unit `fortnights`: known are seconds, minutes, hours, days, weeks, business hours and business days",
        "2 business days",
    ),
    (Duration, "", "a duration is missing", "2 business days"),
    (Duration, "9" * 201, "a duration is at most 200 characters long, and this has 201", "2 business days"),
    (Window, "mon-fri 9-17", "`9` is no time: hours and minutes of 24 hours are written `09:00`", "mon-fri 09:00-17:00"),
    (Window, "mon-fri 9am-5:30pm", "`9am` is no time: hours and minutes of 24 hours are written `09:00`", "mon-fri 09:00-17:30"),
    (Window, "mon-fri 09:00-25:00", "`25:00` is no time of a day, which ends at 24:00", "mon-fri 09:00-24:00"),
    (
        *(Window, "mon-fri 22:00-06:00", "`22:00-06:00` ends before it starts; a window ends at 24:00 at the latest"),
        "mon-fri 22:00-24:00, tue-sat 00:00-06:00",
    ),
    (Window, "mon-fri 09:00-09:00", "`09:00-09:00` is empty: it ends where it starts", "mon-fri 00:00-24:00"),
    (Window, "mon-fri 09:00", "`09:00` has no end", "mon-fri 09:00-17:00"),
    (Window, "09:00-17:00", "`09:00-17:00` has no days", "mon-fri 09:00-17:00"),
    (Window, "mon,wed 09:00-17:00", "`mon` has no hours", "mon 09:00-17:00, wed 09:00-17:00"),
    (Window, "mon-fir 09:00-17:00", "unknown day `fir`: did you mean `fri`?", "mon-fri 09:00-17:00"),
    (Window, "Monday-Friday 08:30-17:00", "unknown day `Monday`: did you mean `mon`?", "mon-fri 08:30-17:00"),
    (Window, "weekdays 09:00-17:00", "unknown day `weekdays`: did you mean `mon-fri`?", "mon-fri 09:00-17:00"),
    (Window, "always", "`always` names no hours", "mon-sun 00:00-24:00"),
    (Window, "mon 09:00-17:00,", "nothing stands between two commas, or before or after one", "mon 09:00-17:00"),
    (Range, "2000..200", "the range `2000..200` ends before it starts", "200..2000"),
    (Range, "200-2000", "a range has two dots between its ends, and `200-2000` has none", "200..2000"),
    (Range, "200", "`200` is one number, and a range has two dots", "200.."),
    (Range, "..", "a range has at least one end", "200.."),
    (Range, "-1..5", "a range's end cannot be negative", "1..5"),
    (Rate, "120%", "`120%` is more than all: a rate is at most 100%", "100%"),
    (Rate, "0.03", "a rate ends in `%`, and `0.03` does not", "3%"),
    (Rate, "3", "a rate ends in `%`, and `3` does not", "3%"),
    (Rate, "-3%", "a rate cannot be negative", "3%"),
    (Rate, "5/3", "`5/3` counts more hits than trials", "3/5"),
    (Rate, "0/0", "`0/0` counts no trials", "312/12480"),
    (Rate, "312/12,480", "`12,480` is no plain number: leave out the separators, and write decimals with a point", "312/12480"),
    (Rate, "8%..3%", "the lower end comes first (P10..P90), and `8%..3%` has it last", "3%..8%"),
    (Rate, "3..8%", "both ends of a believed rate end in `%`, and `3` does not", "3%..8%"),
    (Rate, "0%..5%", "a believed rate lies between 0% and 100%, neither included", "0.5%..5%"),
    (Rate, "5%..5%", "both ends of the believed rate are the same; write it once", "5%"),
    (Money, "18000", "`18000` has no currency", "18000 EUR"),
    (Money, "€18000", "the amount comes first, then the currency's three letters", "18000 EUR"),
    (Money, "GBP 500", "the amount comes first, then the currency's three letters", "500 GBP"),
    (Money, "18000 eur", "unknown currency `eur`: did you mean `EUR`?", "18000 EUR"),
    (Money, "18k EUR", "money is written out, without `k` or `M`", "18000 EUR"),
    (Money, "18.000 EUR", "`18.000` has more than two decimals; thousands are written without a point", "18000 EUR"),
    (Money, "18.000,50 EUR", "`18.000,50` is no plain number: leave out the separators, and write decimals with a point", "18000.50 EUR"),
    (Flow, "120", "`120` has no period", "120 per business day"),
    (Flow, "120/day", "a flow is a number `per` a period, and `120/day` is not", "120 per day"),
    (Flow, "120 per bussiness day", "unknown period `bussiness day`: did you mean `business day`?", "120 per business day"),
    (Flow, "many", "a flow begins with a number, and `many` does not", "120 per business day"),
    (Factor, "0.85", "the factor `0.85` lacks its `x`", "0.85x"),
    (Factor, "85%", "`85%` is a rate, and a factor ends in `x`", "0.85x"),
    (Factor, "0.9x..0.75x", "the lower end comes first (P10..P90), and `0.9x..0.75x` has it last", "0.75x..0.9x"),
    (Factor, "2000x", "`2000x` is too large: a factor is at most 1000x", "1000x"),
    (Target, "under 5%", "unknown bound `under`: did you mean `at most`?", "at most 5%"),
    (Target, "35 per mnth", "unknown period `mnth`: did you mean `month`?", "at least 35 per month"),
    (Target, "5% per month", "a share has no period", "at least 5%"),
    (Target, "750k EUR per quarter", "money is written out, without `k` or `M`", "at least 750000 EUR per quarter"),
    (Target, "lots", "`lots` is no target: it has no number", "35 per month"),
    (Distribution, "{median: 3 days, p90: 4 hours}", "p90 (4 hours) lies below the median (3 days)", "{median: 4 hours, p90: 3 days}"),
    (
        *(Distribution, "{median: 2 business days, p90: 5 days}"),
        "median: a distribution counts calendar time, and `2 business days` is business time",
        "{median: 2 days, p90: 5 days}",
    ),
    (Distribution, "{median: 1 EUR, p90: 6 USD}", "median and p90 are in different currencies, EUR and USD", "{median: 1 EUR, p90: 4 EUR}"),
    (Change, "+10%", "`+10%` could mean points or a part of the rate", "1.1x"),
    (Change, "-10%", "`-10%` could mean points or a part of the rate", "0.9x"),
    (Change, "+2 days", "`+2 days` adds something that is no plain number; write the new value itself", "2 days"),
]


@pytest.mark.parametrize(("kind", "text", "why", "good"), ERRORS, ids=[f"{kind.__name__}-{text[:30]}" for kind, text, _, _ in ERRORS])
def test_a_mistake_is_explained(kind: Any, text: str, why: str, good: str) -> None:
    with pytest.raises(UnitError) as caught:
        kind.parse(text)
    assert (str(caught.value), caught.value.good) == (why, good)


CANONICAL: list[tuple[Any, str, str]] = [
    (Duration, "1 business days", "1 business day"),
    (Duration, "  2  Business   Day ", "2 business days"),
    (Duration, "0 minute", "0 minutes"),
    (Window, "fri-mon 9:00-17:00", "fri-mon 09:00-17:00"),
    (Window, "Mon-Fri 09:00 – 17:00", "mon-fri 09:00-17:00"),
    (Window, "mon-fri 09:00-24:00", "mon-fri 09:00-24:00"),
    (Window, "mon 11:00-14:00, tue 09:00-14:00, mon 9:00-12:00", "mon-tue 09:00-14:00"),
    (Window, "mon-fri 09:00-12:00, mon-fri 12:00-17:00", "mon-fri 09:00-17:00"),
    (Window, "mon-fri 14:00-17:00, mon-fri 09:00-12:00", "mon-fri 09:00-12:00, mon-fri 14:00-17:00"),
    (Window, "sat 10:00-12:00, mon 10:00-12:00", "mon 10:00-12:00, sat 10:00-12:00"),
    (Window, "sat 10:00-12:00, sun 10:00-12:00, mon 10:00-12:00", "sat-mon 10:00-12:00"),
    (Range, " 200 .. 2000 ", "200..2000"),
    (Rate, "0.350%", "0.35%"),
    (Rate, "312 / 12480", "312/12480"),
    (Rate, "3% .. 8%", "3%..8%"),
    (Rate, "0.5x 3%", "0.5x 3%"),
    (Money, "18000.5 EUR", "18000.50 EUR"),
    (Money, "18000.00 EUR", "18000 EUR"),
    (Flow, "120.0 per business days", "120 per business day"),
    (Factor, "0.850x", "0.85x"),
    (Target, "35 per month", "at least 35 per month"),
    (Target, "750000 EUR per quarter", "at least 750000 EUR per quarter"),
    (Target, "at most 0.1%", "at most 0.1%"),
    (Change, "0.50x", "0.5x"),
    (Change, "60 per business day", "60 per business day"),
]


@pytest.mark.parametrize(("kind", "text", "canonical"), CANONICAL)
def test_what_is_heard_is_printed_in_one_way(kind: Any, text: str, canonical: str) -> None:
    assert str(kind.parse(text)) == canonical


def test_rates_are_the_nearest_floats() -> None:
    assert Rate.parse("0.35%").low == 0.0035
    assert Rate.parse("0.03%").low == 0.0003
    assert Rate.parse("71/12168") == Rate("seen", 71 / 12168, hits=71, trials=12168)
    assert Rate.parse("3%..8%") == Rate("believed", 0.03, 0.08)


def test_a_change_of_a_number_that_yaml_has_read() -> None:
    assert [Change.parse(value) for value in (9, -2, 0.5, True, "9", "+1", "-2", "0.5", "0.5x", "0.75x..0.9x", "sdr")] == [
        Change("set", 9),
        Change("plus", -2),
        Change("set", 0.5),
        Change("set", True),
        Change("set", 9),
        Change("plus", 1),
        Change("plus", -2),
        Change("set", 0.5),
        Change("times", 0.5),
        Change("set", "0.75x..0.9x"),
        Change("set", "sdr"),
    ]


@pytest.mark.parametrize(
    ("old", "change", "new"),
    [
        ("1 hour", "0.5x", "30 minutes"),
        ("4 business days", "0.5x", "2 business days"),
        ("30 days", "+7", "37 days"),
        ("10000", "1.15x", "11500"),
        ("9", "-2", "7"),
        ("3%..8%", "0.5x", "0.5x 3%..8%"),
        ("0.5x 3%..8%", "0.5x", "0.25x 3%..8%"),
        ("120 per business day", "1.5x", "180 per business day"),
        ("120 per business day", "-20", "100 per business day"),
        ("{median: 4 hours, p90: 3 days}", "0.5x", "{median: 2 hours, p90: 36 hours}"),
        ("18000 EUR", "0.333x", "5994 EUR"),
        ("18000 EUR", "+0.50", "18000.50 EUR"),
        ("0.85x", "0.9x", "0.765x"),
        ("3%", "312/12480", "312/12480"),
    ],
)
def test_a_change_applied(old: str, change: str, new: str) -> None:
    assert str(Change.parse(change).applied(read_value(old))) == new


@pytest.mark.parametrize(
    ("old", "change", "why", "good"),
    [
        ("3 business days", "0.5x", "0.5x of `3 business days` is 1.5 business days, and they are whole", "2 business days"),
        ("9", "0.5x", "0.5x of 9 is 4.5, which is no whole number", "5"),
        ("9", "-20", "-20 on `9` goes below zero", "9"),
        ("3%", "+1", "+1 cannot be added to `3%`: multiply it, or write the new value", "1.1x"),
        ("sdr", "2x", "2x changes a number, and `sdr` is none", "sdr"),
    ],
)
def test_a_change_that_cannot_be_applied(old: str, change: str, why: str, good: str) -> None:
    with pytest.raises(UnitError) as caught:
        Change.parse(change).applied(read_value(old))
    assert (str(caught.value), caught.value.good) == (why, good)


def test_a_flow_on_a_day_and_a_target_over_a_stretch() -> None:
    assert Flow.parse("120 per business day").a_day == 120
    assert Flow.parse("14 per week").a_day == 2
    assert Target.parse("7 per week").over(28) == 28
    assert Target.parse("10 per business day").over(7) == 50
    assert Target.parse("10 per business day").over(7, business_days=4) == 40
    assert Target.parse("at most 0.1%").over(91) == 0.001
    assert Target.parse("at most 0.1%").met(0.001)
    assert not Target.parse("at most 0.1%").met(0.0011)
    assert Target.parse("35 per month").met(36)


def test_business_time_has_no_length_without_a_calendar() -> None:
    assert Duration.parse("2 weeks").seconds == 1_209_600
    with pytest.raises(ValueError, match="a business duration has no length without a calendar"):
        _ = Duration.parse("2 business days").seconds


@pytest.mark.parametrize(
    ("word", "candidates", "found"),
    [
        ("chanel", ["channel", "cadence"], "channel"),
        ("stop_rule", ["stop_rules", "stops"], "stop_rules"),
        ("Stop-Rules", ["stop_rules"], "stop_rules"),
        ("emial", ["email", "phone"], "email"),
        ("at", ["to", "by"], None),
        ("aaa", ["aab", "baa"], "aab"),
        ("x" * (LONGEST + 1), ["x" * (LONGEST + 1)], None),
        ("", ["a"], None),
        ("playbook", [], None),
    ],
)
def test_did_you_mean(word: str, candidates: list[str], found: str | None) -> None:
    assert near(word, candidates) == found
    assert near(word, reversed(candidates)) == found


def test_the_distance_counts_slips() -> None:
    pairs = [("abc", "abc"), ("abc", "abd"), ("abc", "acb"), ("abc", "ab"), ("abc", "xabc"), ("ca", "abc"), ("", "ab")]
    assert [distance(one, two) for one, two in pairs] == [0, 1, 1, 1, 1, 3, 2]
