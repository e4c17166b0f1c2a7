"""People who are away, people who change their minds, and what a mailbox did week by week."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cadenza.engines import run
from cadenza.engines.kernel import build as kernel_build

World = Callable[..., Any]
AWAY = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: email, after: 1 business day, message: messages/hello.md}
replies: {out_of_office: {pause: until_return, assume: 3 days}}
"""
NOTES = {"email": {"reply": {"out_of_office": "100%"}}}


def test_the_note_says_when_they_are_back(world: World) -> None:
    """Eight days for everybody; the next mail goes out at the hour at which they are back."""
    known = world(AWAY, NOTES | {"replies": {"away": {"median": "8 days", "p90": "8 days"}}})
    assert known.story()[3:6] == [
        "Mon 01 09:01 replied.out_of_office:one → hold out_of_office before two",
        "Tue 09 09:01 due → wait two",
        "Tue 09 09:01 due → touch two",
    ]


def test_without_a_word_the_playbook_assumes(world: World) -> None:
    assert world(AWAY, NOTES).story()[4] == "Thu 04 09:01 due → wait two"


def test_absences_differ_and_have_the_median_that_is_assumed(world: World) -> None:
    made = world(AWAY, NOTES | {"replies": {"away": {"median": "5 days", "p90": "14 days"}}}, days=60, people=400)
    gone: dict[int, int] = {}
    away = []
    for at, key, _, event, _, _ in made.told():
        if event == "replied.out_of_office:one":
            gone[key] = at
        elif event == "due" and key in gone:
            away.append((at - gone.pop(key)) / 86400)
    median = sorted(away)[len(away) // 2]
    assert len(away) > 350 and abs(median - 5) < 1 and len(set(away)) > 300


OUT = """
cadence: [{id: one, channel: email, message: messages/hello.md}]
opt_out: {ways: [body_link], undo: %s}
"""
ASKS = {"email": {"unsubscribed": "100%"}, "asked_back": {"share": "%s", "delay": {"median": "3 days", "p90": "3 days"}}}


def asks(share: str) -> dict[str, Any]:
    return ASKS | {"asked_back": {**ASKS["asked_back"], "share": share}}


def test_who_opted_out_may_ask_to_come_back(world: World) -> None:
    """Out at ten, asked on the third day, let in again where the day has room, and what follows is no contact after a no."""
    made = world(OUT % "by_request", asks("100%"), people=1, days=6)
    assert made.story()[3:] == [
        "Mon 01 10:00 unsubscribed:one → end opted_out",
        "Thu 04 10:00 asked_back → start",
        "Fri 05 09:00 enrolled → wait one",
        "Fri 05 09:00 due → touch one",
        "Fri 05 09:00 done → end finished",
        "Fri 05 10:00 unsubscribed:one → end opted_out",
    ]
    counts = made.run().counts
    assert [counts[name] for name in ("asked_back", "reenrolled", "contacts_after_no", "unsubscribed")] == [1, 1, 0, 2]


def test_nobody_asks_where_nothing_can_be_undone_or_nobody_assumes_it(world: World) -> None:
    assert world(OUT % "never", asks("100%")).run().counts["asked_back"] == 0
    assert "asked_back" not in world(OUT % "by_request", {"email": {"unsubscribed": "100%"}}).run().counts


def test_so_many_ask_as_are_assumed(world: World) -> None:
    counts = world(OUT % "by_request", asks("25%"), people=800, days=5).run().counts
    everybody = world(OUT % "by_request", asks("25%"), people=40, days=28).run().counts
    assert counts["asked_back"] <= counts["unsubscribed"]
    assert 0 < everybody["asked_back"] < everybody["unsubscribed"]


def test_what_a_mailbox_did_week_by_week(world: World) -> None:
    """Ten people a business day, two mails each, on two mailboxes with 50 mails a day; 17 March is a holiday. Both engines say the same."""
    made = world(AWAY, {}, people=500, days=28)
    outcome = made.run()
    caps = 2 * 50 * 5
    mails = [10 + 4 * 20, 5 * 20, 4 * 20, 5 * 20]
    assert outcome.weekly["load.sender.pool"] == (mails[0] / caps, mails[1] / caps, mails[2] / (caps * 4 / 5), mails[3] / caps)
    assert outcome.counts["load.sender.pool"] == pytest.approx(sum(mails) / (caps * 19 / 5))
    if kernel_build.compiler():
        assert run(made.program, 0, "kernel").weekly == outcome.weekly


def test_means_know_that_absences_differ(world: World) -> None:
    """The engine of means draws nothing: who is away comes back in a few dozen parts, about when people who are drawn do."""
    made = world(AWAY, NOTES | {"replies": {"away": {"median": "8 days", "p90": "30 days"}}}, days=10, people=10)
    runs = [run(made.program, replication).weekly["touches"] for replication in range(200)]
    drawn = [sum(week) / len(runs) for week in zip(*runs, strict=True)]
    assert run(made.program, 0, "expected").weekly["touches"] == pytest.approx(drawn, abs=0.5)
