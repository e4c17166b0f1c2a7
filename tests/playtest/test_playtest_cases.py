"""Cases: every kind of event and of expectation, each holding where it should and failing where it should, with its lines."""

from __future__ import annotations

from typing import Any

import pytest

from cadenza.playtest import find_suites, is_suite

SILENT = "  - name: silence\n    expect:\n      touches: [intro at 2027-01-04 09:00, call at day 3, connect at day 4, bye at day 9]\n"


def case(events: str = "", expect: str = "", more: str = "") -> str:
    listed = "".join(f"      - {{{line}}}\n" for line in events.split("; ") if line)
    wanted = "".join(f"      {line}\n" for line in expect.split("; "))
    return f"  - name: it\n{more}" + (f"    events:\n{listed}" if listed else "") + f"    expect:\n{wanted}"


@pytest.mark.parametrize(
    ("events", "expect", "more"),
    [
        ("", "touches: [intro at 2027-01-04 09:00, call at 2027-01-06 09:00, connect at 2027-01-07 09:00, bye at day 9]; outcome: finished", ""),
        ("", "touches: [intro, call, connect, bye]; next_touch: intro; state: end finished; handoff: none; suppressed: []", ""),
        ("at: day 3 10:00, replied: negative, to: call", "silent_from: day 3 10:00; outcome: said_no; state: end said_no", ""),
        ("at: day 3 10:00, replied: negative", "silent_until: 2029-01-01; outcome: said_no; state: start", ""),
        ("at: day 3 10:00, opened: intro", "touches: [intro]", "    made: {call: never}\n    until: day 5\n"),
        ("at: 1 hour after connect, accepted: connect", "touches: [intro, call, connect, note at day 5, bye]", ""),
        (
            "at: day 2 10:00, replied: out_of_office, until: day 12",
            "silent_until: day 12; next_touch: call at day 12; at: {day 8: hold out_of_office}",
            "",
        ),
        ("at: day 2 10:00, replied: out_of_office", "next_touch: call at day 9 10:00", ""),
        ("at: day 2, replied: not_now", "next_touch: bye at 2027-02-04; at: {2027-01-20: hold not_now to bye}; outcome: finished", ""),
        ("at: day 2, replied: not_now; at: day 9, replied: not_now", "next_touch: none; outcome: not_now", ""),
        ("at: day 2, replied: positive, to: intro", "handoff: ae within 1 business hour; next_touch: none; outcome: none; state: handoff ae", ""),
        ("at: day 2, replied: positive; at: day 3, done: handoff; at: day 4, meeting: booked; at: day 9, meeting: missed", "outcome: no_show", ""),
        ("at: day 2, replied: positive; at: day 3, done: review", "state: handoff ae", ""),
        ("at: day 2, replied: unclassified; at: day 3 12:00, done: review", "next_touch: call at day 4 09:00", ""),
        ("at: day 2, unsubscribed: true, to: intro", "suppressed: [all]; outcome: opted_out", ""),
        ("at: day 2, complained: true", "suppressed: [email, phone, linkedin]; silent_from: day 2", ""),
        (
            "at: day 2, complained: true; at: day 3, asked_back: true; at: day 4 08:00, enrolled: true",
            "next_touch: intro at day 4; suppressed: []",
            "",
        ),
        ("at: 1 minute after intro, bounced: intro", "outcome: invalid_address; touches: [intro]", ""),
        ("at: day 2, account: meeting_booked", "outcome: account_engaged", ""),
        ("at: day 2 10:00, replied: out_of_office, until: day 12; at: day 30, replied: negative", "silent_until: day 12", ""),
        ("at: 2027-01-03 10:00, unsubscribed: true", "touches: []; outcome: opted_out", ""),
        ("", "touches: [intro, call at day 4 11:00, connect at day 5, bye at day 10]", "    made: {call: 2027-01-07 11:00}\n"),
        ("", "touches: [intro, call at 2027-01-06 12:00, connect, bye]", "    made: {call: 3 hours after due}\n"),
        ("", "touches: [intro]; outcome: exhausted", "    made: {call: never}\n"),
        (
            "",
            "touches: [intro at 2027-01-04 14:00, call, connect, bye]",
            "    person: {country: US, timezone: America/New_York}\n    start: 2027-01-04 14:00\n",
        ),
        ("", "touches: [intro, call at 2027-03-30 09:00, connect, bye]", "    start: 2027-03-25 08:00\n"),
    ],
)
def test_what_holds(bench: Any, events: str, expect: str, more: str) -> None:
    assert bench.failures(case(events, expect, more)) == []


@pytest.mark.parametrize(
    ("events", "expect", "more", "failures"),
    [
        (
            "",
            "touches: [intro at 2027-01-04 09:00, call at day 4, connect, bye]",
            "",
            [("touches", 6, "call at day 4", "call at 2027-01-06 09:00", 14)],
        ),
        ("", "touches: [intro, call, connect, note, bye]", "", [("touches", 6, "note", "no such touch of note", None)]),
        ("", "touches: [intro, call, bye]", "", [("touches", 6, "no touch then", "connect at 2027-01-07 09:00", 15)]),
        ("", "touches: []", "", [("touches", 6, "no touch", "intro at 2027-01-04 09:00", 13)]),
        ("", "touches: [call, intro, connect, bye]", "", [("touches", 6, "call", "call at 2027-01-06 09:00", 14)]),
        ("at: day 2, replied: negative", "next_touch: call", "", [("next_touch", 8, "call", "no touch", None)]),
        ("at: day 2, opened: intro", "next_touch: none", "", [("next_touch", 8, "no touch", "call at 2027-01-06 09:00", 14)]),
        ("at: day 2, opened: intro", "silent_until: day 4", "", [("silent_until", 8, "no touch until day 4", "call at 2027-01-06 09:00", 14)]),
        ("", "silent_from: day 3; silent_until: day 4", "", [("silent_from", 6, "no touch from day 3 until day 4", "call at 2027-01-06 09:00", 14)]),
        (
            "at: day 2 10:00, replied: out_of_office, until: day 8; at: day 30, replied: negative",
            "silent_until: day 12",
            "",
            [("silent_until", 9, "no touch until day 12", "call at 2027-01-11 09:00", 14)],
        ),
        (
            "",
            "silent_from: day 9; silent_until: day 4",
            "",
            [("silent_from", 6, "no touch from day 9 until day 4", "the silence would begin only at 2027-01-12 00:00", None)],
        ),
        ("", "silent_from: 1 hour after note", "", [("silent_from", 6, "no touch from 1 hour after note", "`note` was never made", None)]),
        ("at: day 2, replied: negative", "outcome: finished", "", [("outcome", 8, "finished", "said_no", 22)]),
        ("", "outcome: finishd", "", [("outcome", 6, "finishd (the playbook has none; did you mean `finished`?)", "finished", 17)]),
        ("at: day 2, replied: negative", "suppressed: [all]", "", [("suppressed", 8, "all", "none", None)]),
        ("at: day 2, unsubscribed: true", "suppressed: [email]", "", [("suppressed", 8, "email", "all", 27)]),
        ("at: day 2, unsubscribed: true", "suppressed: []", "", [("suppressed", 8, "none", "all", 27)]),
        ("at: day 2, replied: positive", "handoff: ae within 2 hours", "", [("handoff", 8, "ae within 2 hours", "ae within 1 business hour", 19)]),
        ("", "handoff: se", "", [("handoff", 6, "se (the playbook has none; did you mean `ae`?)", "none", None)]),
        ("at: day 2, replied: positive", "handoff: none", "", [("handoff", 8, "none", "ae within 1 business hour", 19)]),
        ("", "at: {day 4 08:00: hold}", "", [("at", 6, "hold", "wait connect", 15)]),
        ("", "state: hold not_know", "", [("state", 6, "hold not_know (the playbook has none; did you mean `hold not_now`?)", "end finished", 17)]),
        (
            "at: day 2, replied: negative, to: call",
            "outcome: said_no",
            "",
            [("case", 6, "call before it is answered", "no such touch was made by then", None)],
        ),
        (
            "at: 1 day after note, replied: negative",
            "outcome: finished",
            "",
            [("case", 6, "replied: negative, 1 day after note", "`note` was never made", None)],
        ),
        (
            "at: day 20, replied: negative",
            "outcome: finished",
            "    until: day 15\n",
            [("case", 7, "replied: negative, 2027-01-23 12:00", "the case ends before (`until`)", None)],
        ),
        ("", "outcome: finished", "    made: {call: day 2}\n", [("case", 5, "call is made at day 2", "it was due only at 2027-01-06 09:00", None)]),
    ],
)
def test_what_fails(bench: Any, events: str, expect: str, more: str, failures: list[Any]) -> None:
    assert bench.failures(case(events, expect, more)) == failures


def test_the_row_of_the_survey(bench: Any) -> None:
    """Given a reply at day 3 and an out-of-office at day 5, no touch until day 12: a soft no first, and then nothing shortens it."""
    bench.edit("not_now: {pause: 30 days, resume: bye, at_most: 1}", "not_now: {pause: 7 days}")
    events = "at: day 3 11:00, replied: not_now, to: call; at: day 5 10:00, replied: out_of_office"
    assert bench.failures(case(events, "silent_until: day 10; next_touch: connect at day 10")) == []
    bench.edit("not_now: {pause: 7 days}", "not_now: {pause: 9 days}")
    assert bench.failures(case(events, "silent_until: day 12; next_touch: connect at day 12 11:00")) == []


def test_a_cadence_that_goes_back_is_watched_until_the_case_says(bench: Any) -> None:
    bench.edit("negative: {stop", "wrong_person: {goto: intro}\n  negative: {stop")
    events = "at: 1 hour after call, replied: wrong_person"
    assert bench.failures(case(events, "touches: [intro, call, intro, call, connect, bye]; outcome: finished")) == []
    assert bench.failures(case(events, "touches: [intro, call, intro]; outcome: none; state: wait call", "    until: day 4\n")) == []


def test_a_window_that_never_opens_for_all_zones_leaves_the_person_waiting(bench: Any) -> None:
    """Half an hour after midnight is never open from New York to Honolulu at once."""
    bench.edit("phone: {window: mon-fri 09:00-12:00}", "phone: {window: mon 00:00-00:30}")
    person = "    person: {country: US}\n"
    assert bench.failures(case("", "touches: [intro]; state: end exhausted; at: {2027-02-01: wait call}", person)) == []


def test_files(bench: Any) -> None:
    tests = bench.write(SILENT)
    (bench.root / "playbooks" / "chart.test.yaml").write_text("suite: another tool's\n", "utf-8")
    (bench.root / "playbooks" / "lost.test.yml").write_text("cadenza: 1\n", "utf-8")
    for hidden in (".git", "build"):
        (bench.root / hidden).mkdir()
        (bench.root / hidden / "x.test.yaml").write_text("cadenza: 1\n", "utf-8")
    assert find_suites([bench.root]) == [bench.root / "playbooks" / "lost.test.yml", tests]
    assert find_suites([bench.playbook, tests]) == [tests]
    assert find_suites([bench.root / "cadenza.yaml"]) == []
    with pytest.raises(FileNotFoundError):
        find_suites([bench.root / "nothing.test.yaml"])
    assert [is_suite(name) for name in ("a.test.yaml", "a.test.yml", ".a.test.yaml", "a.yaml", "test.yaml")] == [True, True, False, False, False]
