"""Tiny worlds in which everything can be computed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from support.playbooks import WORKSPACE

World = Callable[..., Any]
TWO_MAILS = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: email, after: 1 business day, message: messages/hello.md}
"""
ROUTES = """
replies:
  positive: {handoff: sdr, within: 1 business hour, then: meeting}
  negative: {stop: said_no}
"""


def test_silence(world: World) -> None:
    """Enrolled at nine, mailed at once, mailed again at nine on the next business day, finished."""
    made = world(TWO_MAILS + ROUTES, {})
    assert made.story() == [
        "Mon 01 09:00 enrolled → wait one",
        "Mon 01 09:00 due → touch one",
        "Mon 01 09:00 done → wait two",
        "Tue 02 09:00 due → touch two",
        "Tue 02 09:00 done → end finished",
    ]
    counts = made.run().counts
    assert {name: counts[name] for name in ("enrolled", "touches", "touches.email", "replies", "ended.finished", "in_flight")} == {
        "enrolled": 10,
        "touches": 20,
        "touches.email": 20,
        "replies": 0,
        "ended.finished": 10,
        "in_flight": 0,
    }
    assert counts["people_without_answer"] == 10


def test_everybody_says_yes(world: World) -> None:
    """15 minutes of hand-off at 60% of selling time are 25; the meeting's 45 minutes at 40% are 112 and a half."""
    made = world(
        TWO_MAILS + ROUTES,
        {
            "email": {"reply": {"positive": "100%"}},
            "meeting": {"booked": "100%", "held": "100%", "opportunity": "100%", "lead_time": {"median": "1 day", "p90": "1 day"}},
            "opportunity": {
                "won": "100%",
                "value": {"median": "1000 EUR", "p90": "1000 EUR"},
                "cycle": {"median": "7 days", "p90": "7 days"},
            },
        },
        people=1,
    )
    assert made.story() == [
        "Mon 01 09:00 enrolled → wait one",
        "Mon 01 09:00 due → touch one",
        "Mon 01 09:00 done → wait two",
        "Mon 01 10:00 replied.positive:one → handoff sdr",
        "Mon 01 10:25 done → booking sdr",
        "Mon 01 10:25 meeting.booked → meeting sdr",
        "Tue 02 12:17 meeting.held → end meeting",
    ]
    outcome = made.run()
    names = ("handoffs", "meetings.booked", "meetings", "opportunities", "pipeline", "won", "won_value", "minutes.sdr", "minutes.ae")
    assert [outcome.counts[name] for name in names] == [1, 1, 1, 1, 100000, 1, 100000, 15, 45]
    assert outcome.weekly["meetings"] == (1, 0, 0, 0)
    assert outcome.weekly["load.ae"][0] == pytest.approx(45 / (5 * 8 * 60 * 0.4))


THREE = """
cadence:
  - {id: mail, channel: email, message: messages/hello.md}
  - {id: call, channel: phone, after: 2 hours, script: messages/hello.md}
  - {id: again, channel: email, after: 3 hours, message: messages/hello.md}
opt_out: {ways: [reply], channels: all, reaches: {phone: REACH, email: 5 minutes}}
"""
NO = {"email": {"reply": {"negative": "100%"}}}


def test_a_refusal_that_is_known_at_once_is_heeded(world: World) -> None:
    made = world(THREE.replace("REACH", "0 minutes").replace("5 minutes", "0 minutes") + ROUTES, NO)
    counts = made.run().counts
    assert (counts["contacts_after_no"], counts["touches"], counts["ended.said_no"]) == (0, 10, 10)


def test_a_call_before_the_caller_knows_is_contact_after_a_no(world: World) -> None:
    """Refused at 10:00, called at 11:00, because a refusal takes eight hours to reach the phone. The mail knows, and so is not sent."""
    made = world(THREE.replace("REACH", "8 hours") + ROUTES, NO, people=1)
    assert made.story()[3:] == [
        "Mon 01 11:00 due → touch call",
        "Mon 01 11:00 done → wait again",
        "Mon 01 14:00 due → touch again",
        "Mon 01 14:00 replied.negative:mail → end said_no",
    ]
    assert made.run().counts["contacts_after_no"] == 1


def test_without_a_route_every_later_touch_is_contact_after_a_no(world: World) -> None:
    text = THREE.replace("REACH", "0 minutes").replace("5 minutes", "0 minutes") + ROUTES.replace("  negative: {stop: said_no}\n", "")
    counts = world(text, NO).run().counts
    assert (counts["contacts_after_no"], counts["touches"], counts["replies.negative"]) == (20, 30, 20)


def test_who_was_touched_after_a_no_complains_more(world: World) -> None:
    text = TWO_MAILS + "replies:\n  positive: {handoff: sdr}\n"
    rates = {"email": {"reply": {"negative": "90%"}, "complained": "2%"}}
    calm = world(text, rates, people=2000, days=300).run().counts["complained"]
    angry = world(text, {**rates, "pressure": {"after_no": "4x"}}, people=2000, days=300).run().counts["complained"]
    assert calm + 60 < angry


def test_a_mailbox_sends_what_its_cap_allows_and_the_rest_waits(world: World) -> None:
    workspace = WORKSPACE.replace("daily_cap: 50}", "daily_cap: 3, warm_up: {start: 1, add: 1 per business day}}")
    made = world("cadence:\n  - {id: one, channel: email, message: messages/hello.md}\n" + ROUTES, {}, people=30, workspace=workspace)
    days = Counter((at // 86400 - made.program.start // 86400, by) for at, _, _, event, by, _ in made.told() if event == "done")
    per_box = [[count for (_, by), count in sorted(days.items()) if by == box] for box in ("pool/1", "pool/2")]
    assert per_box == [[1, 2, 3, 3, 3, 3], [1, 2, 3, 3, 3, 3]]


def test_invitations_keep_to_the_weekly_cap_of_each_rep(world: World) -> None:
    text = """
cadence:
  - {id: connect, channel: linkedin, action: invite}
channels:
  linkedin: {weekly_cap: 4}
"""
    whole = "cadenza: 1\nname: tried\naudience: {size: 100, enroll: 30 per business day, fields: [email]}\n" + text + ROUTES
    made = world(whole, {}, people=30)
    assert made.run().weekly["touches"] == (8, 8, 8, 6)
    hires = "hires: [{id: then, people: 1, starts: 2027-03-01}, {id: later, people: 5, starts: 2027-03-02}],"
    hired = WORKSPACE.replace("people: 2,", f"people: 2, {hires}", 1)
    assert hired != WORKSPACE
    assert world(whole, {}, people=30, workspace=hired).run().weekly["touches"] == (12, 12, 6, 0), "hires who have begun have accounts, too"


def test_calls_wait_for_the_recipients_window_and_for_a_free_hand(world: World) -> None:
    """Two reps, two minutes at 60% each: pairs of calls every 200 seconds from nine o'clock on."""
    text = "cadence:\n  - {id: call, channel: phone, script: messages/hello.md}\n" + ROUTES
    made = world(text, {}, people=6)
    starts = sorted(at - made.program.start - 9 * 3600 for at, _, _, event, _, _ in made.told() if event == "done")
    assert starts == [0, 0, 200, 200, 400, 400]
    assert made.run().counts["late.touch.p90"] == 400


def test_a_booked_meeting_stops_the_colleagues(world: World) -> None:
    text = TWO_MAILS + ROUTES + "stop_rules:\n  - {id: engaged, when: {event: account.meeting_booked}, stop: engaged}\n"
    yes = {"email": {"reply": {"positive": "20%"}}, "meeting": {"booked": "100%"}, "accounts": {"people": 50}}
    counts = world(text, yes, people=60, days=20).run().counts
    alone = world(text, {**yes, "accounts": {"people": 1}}, people=60, days=20).run().counts
    assert alone.get("ended.engaged", 0) == 0 < counts["ended.engaged"]
    assert counts["touches"] < alone["touches"]


def test_who_has_cooled_down_comes_back_when_the_list_is_used_up(world: World) -> None:
    text = "cadence:\n  - {id: one, channel: email, message: messages/hello.md}\nreplies:\n  positive: {handoff: sdr}\n"
    head = "cadenza: 1\nname: tried\naudience: {size: 20, enroll: 10 per business day, fields: [email], reenroll: {after: 5 days, at_most: 1}}\n"
    made = world(head + "channels: {email: {senders: pool}}\n" + text, {}, people=20)
    counts = made.run().counts
    assert (counts["enrolled"], counts["reenrolled"], counts["touches"], counts["in_pool"]) == (20, 20, 40, 0)
    assert [line for line in made.story() if " enrolled " in line or " cooled " in line] == [
        "Mon 01 09:00 enrolled → wait one",
        "Sat 06 09:00 cooled → start 1 reenrolled",
        "Mon 08 09:00 enrolled → wait one 1 reenrolled",
    ]


def test_an_unclear_reply_is_read_before_it_counts(world: World) -> None:
    """Two minutes of reading at 60%."""
    made = world(TWO_MAILS + ROUTES, {**NO, "replies": {"unclassified": "100%"}}, people=1)
    assert made.story()[3:] == [
        "Mon 01 10:00 replied.unclassified:one → review before two",
        "Mon 01 10:03 replied.negative:one → end said_no",
    ]


def test_bad_addresses_bounce_each_time(world: World) -> None:
    """Whether an address is bad belongs to the person, not to the mail."""
    counts = world(TWO_MAILS + ROUTES, {"email": {"bounced": "30%"}}, people=400, days=90).run().counts
    assert counts["bounced"] % 2 == 0
    assert counts["bounced"] / 2 == pytest.approx(400 * 0.3, abs=4 * (400 * 0.3 * 0.7) ** 0.5)


def test_complaints_cost_replies(world: World) -> None:
    """A tenth of all mail complained about is notches and notches; with the mail in spam complaints stop, and so it swings, far below."""
    rates = {"email": {"complained": "10%", "reply": {"negative": "10%"}}}
    healthy = world(TWO_MAILS + ROUTES, rates, people=600, days=90).run().weekly["replies"]
    ruined = world(TWO_MAILS + ROUTES, {**rates, "reputation": {"complaints": "0.5x"}}, people=600, days=90).run().weekly["replies"]
    assert ruined[0] <= healthy[0]
    assert sum(ruined[2:]) < 0.5 * sum(healthy[2:])


def test_pressure_makes_people_leave(world: World) -> None:
    text = TWO_MAILS + ROUTES + "opt_out: {ways: [reply], channels: all}\n"
    calm = world(text, {"email": {"unsubscribed": "5%"}}, people=1000, days=150).run().counts["unsubscribed"]
    pressed = world(text, {"email": {"unsubscribed": "5%"}, "pressure": {"each_touch": "3x"}}, people=1000, days=150).run().counts["unsubscribed"]
    assert calm == pytest.approx(1000 * (0.05 + 0.95 * 0.05), abs=4 * 97.5**0.5)
    assert pressed == pytest.approx(1000 * (0.05 + 0.95 * 0.15), abs=4 * 192**0.5)


def test_a_late_first_touch_loses_inbound_leads(world: World) -> None:
    head = """
cadenza: 1
name: tried
motion: inbound
audience: {size: 2000, enroll: 40 per day, fields: [email]}
channels: {email: {senders: pool, window: mon-fri 09:00-10:00}}
cadence:
  - {id: one, channel: email, message: messages/hello.md}
"""
    rates = {"email": {"reply": {"positive": "50%"}}}
    slow = world(head + ROUTES, {**rates, "speed_to_lead": {"half_life": "1 hour", "floor": "20%"}}, people=1000).run().counts
    patient = world(head + ROUTES, {**rates, "speed_to_lead": {"half_life": "1 hour", "floor": "100%"}}, people=1000).run().counts
    assert slow["touches"] == patient["touches"]
    assert 0.2 < slow["replies.positive"] / patient["replies.positive"] < 0.35


@pytest.mark.parametrize("sdr", ["{people: 0, ", "{people: 2, "])
def test_without_people_or_time_nothing_gets_done(world: World, sdr: str) -> None:
    """Nobody, or nobody with a minute to spare: calls wait to the end of the world; only what software does goes out."""
    share = "selling_time: 0%" if sdr.startswith("{people: 2") else "selling_time: 60%"
    workspace = WORKSPACE.replace("sdr: {people: 2, ", f"sdr: {sdr}").replace("selling_time: 60%", share)
    text = (
        "cadence:\n  - {id: mail, channel: email, message: messages/hello.md}\n  - {id: call, channel: phone, script: messages/hello.md}\n" + ROUTES
    )
    counts = world(text, {}, workspace=workspace).run().counts
    assert (counts["touches.email"], counts["touches.phone"], counts["in_flight"], counts["load.sdr"]) == (10, 0, 10, 0)
