"""What a plan says: the whole of it for the example, and the way each event changes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cadenza.calendars import utc, zone
from cadenza.language import Person, load_playbook, read_people, read_suppression
from cadenza.plan import Guard, Schedule, plan
from cadenza.plan.emitters import emitter
from cadenza.render.plan_terminal import render

GOLDEN = Path(__file__).parent / "golden"


def example(root: Path) -> Schedule:
    playbook = load_playbook(root / "playbooks" / "platform-cold.yaml")
    return plan(playbook, read_people(root / "lists" / "prospects.csv"), read_suppression(playbook.workspace), "2027-01-04")


def told(schedule: Schedule, prospect: str | None = None) -> list[str]:
    return [
        f"{touch.prospect} {touch.step}{'?' if touch.conditional else ''} {zone(touch.zone).local(touch.not_before)[:16]}"
        for touch in schedule.touches
        if prospect in (None, touch.prospect)
    ]


def log(*lines: tuple[str, ...]) -> str:
    return "".join(json.dumps(dict(zip(("at", "prospect", "event", "step", "until"), line, strict=False))) + "\n" for line in lines)


@pytest.mark.parametrize("name", ["json", "jsonl", "csv"])
def test_the_example_is_planned_as_it_stands(name: str, EXAMPLES: Path, golden: Callable[[str, Path], None]) -> None:
    schedule = example(EXAMPLES)
    written = emitter(name).write(schedule)
    text = written.decode("utf-8").replace("\r\n", "\n").replace(schedule.machine, "<the machine's hash>")
    golden(text, GOLDEN / f"platform-cold.{name}")
    assert written == emitter(name).write(example(EXAMPLES))


def test_the_example_on_a_terminal(EXAMPLES: Path, golden: Callable[[str, Path], None]) -> None:
    golden(render(example(EXAMPLES), width=100), GOLDEN / "platform-cold.table")


def test_nobody_who_is_suppressed_is_in_any_output(EXAMPLES: Path) -> None:
    schedule = example(EXAMPLES)
    for name in ("json", "jsonl", "csv"):
        written = emitter(name).write(schedule).decode()
        assert not [word for word in ("ada.byron", "Analytical", "+442079460004", "Ada") if word in written]
    assert [(one.prospect, one.line, one.code) for one in schedule.left_out] == [("p-0004", 5, "suppressed")]


def test_a_cadence_as_if_nobody_answers(house: Any) -> None:
    schedule = house.plan([house.person(1)])
    assert told(schedule) == [
        "p-001 intro 2027-01-04T09:00",
        "p-001 connect 2027-01-05T09:00",
        "p-001 call 2027-01-07T10:00",
        "p-001 note? 2027-01-08T10:00",
        "p-001 bye 2027-01-12T10:00",
    ]
    note = schedule.touches[3]
    assert note.guards[-1] == Guard("when", condition={"signal": "accepted", "step": "connect"})
    assert "replied.negative" in {guard.event for guard in note.guards}
    assert (note.body, note.fill, schedule.touches[0].fill) == ("Ask P1 one thing.\n", (), ("unsubscribe_link", "sender.name"))
    assert schedule.touches[0].body == "One line for you.\n{{ unsubscribe_link }} {{ sender.name }}\n"


def test_what_was_made_never_comes_again_and_delays_count_from_when_it_was_made(house: Any) -> None:
    schedule = house.plan(
        [house.person(1)], log(("2027-01-04T00:00:00Z", "p-001", "enrolled"), ("2027-01-06T15:30:00Z", "p-001", "done", "intro")), "2027-01-06"
    )
    assert told(schedule) == [
        "p-001 connect 2027-01-07T15:30",
        "p-001 call 2027-01-12T10:00",
        "p-001 note? 2027-01-13T10:00",
        "p-001 bye 2027-01-15T10:00",
    ]


def test_a_signal_makes_a_conditional_touch_certain_and_moves_what_follows(house: Any) -> None:
    lines = [
        ("2027-01-04T09:00:00Z", "p-001", "done", "intro"),
        ("2027-01-05T09:00:00Z", "p-001", "done", "connect"),
        ("2027-01-05T12:00:00Z", "p-001", "accepted", "connect"),
        ("2027-01-07T10:00:00Z", "p-001", "done", "call"),
    ]
    assert told(house.plan([house.person(1)], log(*lines[:2], lines[3]), "2027-01-07")) == [
        "p-001 note? 2027-01-08T10:00",
        "p-001 bye 2027-01-12T10:00",
    ]
    assert told(house.plan([house.person(1)], log(*lines), "2027-01-07")) == ["p-001 note 2027-01-08T10:00", "p-001 bye 2027-01-13T10:00"]


def test_a_touch_that_was_made_out_of_turn_is_not_made_again(house: Any) -> None:
    lines = [("2027-01-04T09:00:00Z", "p-001", "done", "intro"), ("2027-01-04T10:00:00Z", "p-001", "done", "call")]
    schedule = house.plan([house.person(1)], log(*lines), "2027-01-05")
    assert [touch.step for touch in schedule.touches] == ["connect", "note", "bye"]


@pytest.mark.parametrize(
    ("event", "expected", "left"),
    [
        (("replied.negative",), [], ("ended", "ended as `said_no`")),
        (("unsubscribed",), [], ("ended", "ended as `opted_out`")),
        (("bounced", "intro"), [], ("ended", "ended as `invalid_address`")),
        (("replied.positive",), [], ("with_a_human", "`handoff ae`: a human's turn")),
        (("replied.unclassified",), [], ("with_a_human", None)),
        (("replied.not_now",), ["p-001 bye 2027-02-03T12:00"], None),
        (
            ("replied.out_of_office", "intro", "2027-01-18T07:00:00Z"),
            ["p-001 connect 2027-01-18T09:00", "p-001 call 2027-01-20T10:00", "p-001 note? 2027-01-21T10:00", "p-001 bye 2027-01-25T10:00"],
            None,
        ),
    ],
)
def test_what_an_answer_leaves_of_a_plan(house: Any, event: tuple[str, ...], expected: list[str], left: tuple[str, str | None] | None) -> None:
    lines = [("2027-01-04T09:00:00Z", "p-001", "done", "intro"), ("2027-01-04T12:00:00Z", "p-001", *event)]
    schedule = house.plan([house.person(1)], log(*lines), "2027-01-05")
    assert told(schedule) == expected
    found = [(one.prospect, one.code, one.reason) for one in schedule.left_out]
    if left is None:
        assert found == []
    elif left[1] is None:
        assert [(prospect, code) for prospect, code, _ in found] == [("p-001", left[0])]
    else:
        assert found == [("p-001", *left)]


def test_a_second_round_has_an_id_of_its_own(house: Any) -> None:
    house.edit("small.yaml", "resume: bye", "resume: intro")
    first = house.plan([house.person(1)]).touches[0]
    lines = [("2027-01-04T09:00:00Z", "p-001", "done", "intro"), ("2027-01-04T12:00:00Z", "p-001", "replied.not_now")]
    again = house.plan([house.person(1)], log(*lines), "2027-01-05").touches[0]
    assert (first.step, first.round, again.step, again.round) == ("intro", 1, "intro", 2)
    assert first.id != again.id


def test_colleagues_hear_of_a_meeting_also_those_who_enter_later(house: Any) -> None:
    house.edit("small.yaml", "50 per business day", "2 per business day")
    rows = [house.person(n, domain="one.example") for n in (1, 2, 3)] + [house.person(4)]
    lines = [
        ("2027-01-04T00:00:00Z", "p-001", "enrolled"),
        ("2027-01-04T00:00:00Z", "p-002", "enrolled"),
        ("2027-01-04T09:00:00Z", "p-001", "done", "intro"),
        ("2027-01-04T10:00:00Z", "p-001", "replied.positive", "intro"),
        ("2027-01-04T11:00:00Z", "p-001", "done"),
        ("2027-01-04T12:00:00Z", "p-001", "meeting.booked"),
    ]
    schedule = house.plan(rows, log(*lines), "2027-01-05")
    assert {touch.prospect for touch in schedule.touches} == {"p-004"}
    assert [(one.prospect, one.code, one.reason) for one in schedule.left_out] == [
        ("p-001", "with_a_human", "`meeting ae`: a human's turn"),
        ("p-002", "ended", "ended as `account_engaged`"),
        ("p-003", "ended", "ended as `account_engaged`"),
    ]


def test_an_opt_out_of_the_account_reaches_who_was_never_enrolled(house: Any) -> None:
    house.edit("small.yaml", "scope: person", "scope: account")
    rows = [house.person(n, domain="one.example") for n in (1, 2)]
    schedule = house.plan(
        rows, log(("2027-01-04T09:00:00Z", "p-001", "done", "intro"), ("2027-01-04T10:00:00Z", "p-001", "unsubscribed")), "2027-01-05"
    )
    assert schedule.touches == ()
    assert [(one.prospect, one.reason) for one in schedule.left_out] == [("p-001", "ended as `opted_out`"), ("p-002", "ended as `opted_out`")]


def test_an_elapsed_rule_ends_the_plan_and_bounds_the_last_touch(house: Any) -> None:
    house.edit("small.yaml", "stop_rules:\n", "stop_rules:\n  - {id: long, when: {elapsed: 180 hours}, stop: exhausted}\n")
    schedule = house.plan([house.person(1)])
    assert [touch.step for touch in schedule.touches] == ["intro", "connect", "call", "note"]
    house.edit("small.yaml", "180 hours", "204 hours")
    last = house.plan([house.person(1)]).touches[-1]
    assert (last.step, utc(last.not_before), utc(last.not_after)) == ("bye", "2027-01-12T10:00:00Z", "2027-01-12T12:00:00Z")


def test_far_away_and_on_the_eve_of_a_holiday(house: Any) -> None:
    rows = [
        house.person(1, country="NZ", timezone="Pacific/Auckland"),
        house.person(2, country="KI", timezone="Pacific/Kiritimati"),
        house.person(3, country="US", timezone="America/New_York"),
    ]
    assert [line for line in told(house.plan(rows, start="2027-07-02")) if " intro" in line or " connect" in line] == [
        "p-001 intro 2027-07-02T11:00",
        "p-002 intro 2027-07-02T13:00",
        "p-003 intro 2027-07-02T09:00",
        "p-001 connect 2027-07-05T11:00",
        "p-002 connect 2027-07-05T13:00",
        "p-003 connect 2027-07-06T09:00",  # Independence Day 2027 is a Sunday and kept on the Monday
    ]


def test_an_unknown_zone_is_safe_in_every_zone_that_it_may_be(house: Any) -> None:
    house.edit("small.yaml", "mon-fri 09:00-17:00", "mon-fri 09:00-20:00")
    house.edit("small.yaml", "mon-fri 10:00-12:00", "mon-fri 09:00-20:00")
    rows = [house.person(1, country="US", timezone="", phone="+18005550123"), house.person(2, country="US", timezone="", phone="+12125550123")]
    first = {touch.prospect: touch for touch in reversed(house.plan(rows).touches)}
    assert {key: (touch.zone, utc(touch.not_before), utc(touch.not_after)) for key, touch in first.items()} == {
        "p-001": ("America/New_York", "2027-01-04T19:00:00Z", "2027-01-05T01:00:00Z"),  # 09:00 in Hawaii to 20:00 in New York
        "p-002": ("America/New_York", "2027-01-04T14:00:00Z", "2027-01-05T01:00:00Z"),
    }


def test_everybody_who_is_left_out_is_named_with_the_reason_and_nothing_else(house: Any) -> None:
    house.edit("small.yaml", "countries: [GB, IE, US, NZ, KI, DE]", "countries: [GB, US, QQ, KI]")
    house.edit("call.md", "{{ first_name | default: 'them' }}", "{{ first_name }}")
    house.write(**{"no.csv": "email,phone,domain,reason,since\n,,c1.example,competitor,2026-01-01\n"})
    rows = [
        house.person(1),
        house.person(2, email=""),
        house.person(3, phone="call me"),
        house.person(4, country="FR"),
        house.person(5, country="QQ"),
        house.person(6, timezone="Europe/Lundon"),
        house.person(7, first_name=""),
        house.person(8, email="nobody"),
        house.person(9),
        house.person(11, country="", timezone="", phone="020 7946 0011"),
        house.person(12, country="KI", timezone="", phone="+68673012345"),
    ]
    schedule = house.plan(rows)
    assert {touch.prospect for touch in schedule.touches} == {"p-009"}
    assert [(one.prospect, one.line, one.code, one.reason) for one in schedule.left_out if one.code != "suppressed"] == [
        ("p-002", 3, "missing_field", "`email` is empty, and step `intro` goes by email"),
        ("p-003", 4, "bad_address", "`phone` is no telephone number; write it with its country: +442079460001"),
        ("p-004", 5, "outside_icp", "the country is none of GB, US, QQ, KI"),
        ("p-005", 6, "unknown_country", "`country` is no ISO 3166 code whose holidays are known; write one such as GB"),
        ("p-006", 7, "unknown_zone", "`timezone` is no time zone; write one such as Europe/Dublin, or leave it empty"),
        ("p-007", 8, "missing_field", "`first_name` is empty, and `call.md` uses it without a default"),
        ("p-008", 9, "bad_address", "`email` is no e-mail address"),
        ("p-011", 11, "bad_address", "`phone` is no telephone number; write it with its country: +442079460001"),
        ("p-012", 12, "no_common_hours", "no hour of the phone window is open in all 3 zones that the person may be in: write `timezone`"),
    ]
    assert [one.prospect for one in schedule.left_out if one.code == "suppressed"] == ["p-001"]


def test_the_caps_of_mailboxes_and_reps_hold_and_the_later_person_waits(house: Any) -> None:
    house.edit("cadenza.yaml", "daily_cap: 50}", "daily_cap: 5, warm_up: {start: 1, add: 1 per business day}}")
    house.edit("small.yaml", 'linkedin: {window: "mon-fri 09:00-18:00"}', 'linkedin: {window: "mon-fri 09:00-18:00", weekly_cap: 6}')
    house.edit("small.yaml", 'phone: {window: "mon-fri 10:00-12:00"}', 'phone: {window: "mon-fri 10:00-12:00", daily_cap: 3}')
    schedule = house.plan([house.person(n) for n in range(1, 31)])
    mails: Counter[tuple[int | None, str]] = Counter()
    calls: Counter[tuple[int | None, str]] = Counter()
    invites: Counter[tuple[int | None, int]] = Counter()
    for touch in schedule.touches:
        day = utc(touch.not_before)[:10]
        mails[touch.mailbox, day] += touch.channel == "email"
        calls[touch.rep, day] += touch.channel == "phone"
        invites[touch.rep, (touch.not_before // 86400 - 4) // 7] += touch.channel == "linkedin"
    warm = {"2027-01-04": 1, "2027-01-05": 2, "2027-01-06": 3, "2027-01-07": 4}
    assert all(number <= warm.get(day, 5) for (_, day), number in mails.items())
    assert [mails[box, day] for day in warm for box in (1, 2)] == [1, 1, 2, 2, 3, 3, 4, 4]  # and nobody waits longer than they must
    assert max(mails.values()) <= 5 and max(calls.values()) <= 3 and max(invites.values()) <= 6
    assert len(schedule.touches) == 30 * 5 and schedule.left_out == ()
    first = [touch for touch in schedule.touches if touch.step == "intro" and touch.mailbox == 1]
    assert [touch.prospect for touch in first] == sorted(touch.prospect for touch in first)


def test_who_has_begun_by_the_first_day_is_a_rep(house: Any) -> None:
    people = [house.person(n) for n in range(1, 41)]
    hires = "hires: [{id: new, people: 1, starts: 2027-01-04}, {id: later, people: 9, starts: 2027-01-05}],"
    house.edit("cadenza.yaml", "sdr: {people: 2,", f"sdr: {{people: 2, {hires}")
    assert {touch.rep for touch in house.plan(people).touches if touch.channel == "phone"} == {1, 2, 3}
    house.edit("cadenza.yaml", "sdr: {people: 2,", "sdr: {people: 0,")
    assert {touch.rep for touch in house.plan(people).touches if touch.channel == "phone"} == {1}
    house.edit("cadenza.yaml", "starts: 2027-01-04", "starts: 2027-01-11")
    assert len({touch.rep for touch in house.plan(people).touches if touch.channel == "phone"}) > 3, "where nobody has begun, all of them"


def test_a_mailbox_that_may_send_nothing_leaves_people_out_with_the_reason(house: Any) -> None:
    house.edit("cadenza.yaml", "daily_cap: 50}", "daily_cap: 50, warm_up: {start: 0, add: 0 per day}}")
    schedule = house.plan([house.person(1)])
    assert [(one.code, one.reason) for one in schedule.left_out] == [
        ("no_room", "no hour of the next two years is inside the window and within the caps")
    ]


def test_one_address_under_two_keys_is_written_to_once(house: Any) -> None:
    playbook = load_playbook(house.root / "small.yaml")
    people = [Person(key, {**house.person(1), "email": email}, line) for key, email, line in (("b", "One@c.example", 2), ("a", "one@C.example", 3))]
    for rows in (people, people[::-1]):
        schedule = plan(playbook, rows, read_suppression(playbook.workspace), "2027-01-04")
        assert {touch.prospect for touch in schedule.touches} == {"a"}
        assert [(one.prospect, one.line, one.reason) for one in schedule.left_out] == [("b", 2, "the same e-mail address as a")]
