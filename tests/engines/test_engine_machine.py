"""The engine walks the machine as `machine.step` does: every trace, replayed event by event, goes through the same states."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from support.playbooks import load_document, make_playbook, playbooks

from cadenza.calendars import Calendar, RecipientClock
from cadenza.engines import run
from cadenza.language import Playbook, Refused, load_playbook
from cadenza.language.values import Duration
from cadenza.machine import Event, begin, lower, step
from cadenza.world import Program, build

Told = list[tuple[int, int, str, str, str, int]]
EAGER: dict[str, Any] = {
    "email": {"bounced": "10%", "opened": "40%", "clicked": "30%", "unsubscribed": "5%", "complained": "5%"},
    "phone": {"connected": "60%", "unsubscribed": "3%"},
    "linkedin": {"accepted": "50%"},
    "meeting": {"booked": "60%", "held": "60%", "opportunity": "60%", "lead_time": {"median": "1 day", "p90": "4 days"}},
    "opportunity": {"won": "80%", "cycle": {"median": "2 days", "p90": "9 days"}},
    "replies": {"unclassified": "30%"},
    "accounts": {"people": 3},
}
REPLY = {"positive": "9%", "negative": "9%", "not_now": "9%", "wrong_person": "3%"}
for _channel in ("email", "phone", "linkedin"):
    EAGER[_channel]["reply"] = {**REPLY, **({"out_of_office": "15%"} if _channel == "email" else {})}


def traced(program: Program, replication: int = 0) -> Told:
    told: Told = []
    run(program, replication, trace=lambda *event: told.append(event))
    return told


def replay(playbook: Playbook, told: Told, start: int, clocks: dict[int, RecipientClock]) -> int:
    """Step everybody through `machine.step`; every state that the engine told is the machine's. Gives the number of events."""
    machine = lower(playbook)
    lives = defaultdict(lambda: begin(machine, start))
    for at, key, state, name, _, _ in told:
        event, _, answered = name.partition(":")
        lives[key], _ = step(machine, lives[key], Event(event, answered or None), at, clocks[key])
        assert machine.states[lives[key].state].id == state, (at, name)
    return len(told)


def clocks_of(playbook: Playbook, program: Program, calendars: tuple[Calendar, ...]) -> dict[int, RecipientClock]:
    windows = {str(channel): use.window for channel, use in playbook.channels.items()}
    return {key: RecipientClock(calendars[c], windows) for key, c in zip(program.people.key, program.people.calendar, strict=True)}


def test_the_example_walks_its_machine(EXAMPLES: Path) -> None:
    playbook = load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml")
    program = build((playbook,), "2027-01-04", Duration(13, "week"), 5, people=900)
    places = (Calendar(("Europe/London",), ("GB",)), Calendar(("Europe/Dublin",), ("IE",)))
    assert replay(playbook, traced(program), program.start, clocks_of(playbook, program, places)) > 10_000


BUSY = """\
cadenza: 1
name: busy
audience: {size: 150, enroll: 30 per business day, fields: [email, phone, first_name]}
channels:
  email: {senders: pool, window: mon-fri 09:00-17:00}
  phone: {window: mon-fri 09:00-12:00}
  linkedin: {window: mon-fri 09:00-18:00, weekly_cap: 12}
cadence:
  - {id: one, channel: email, after: 1 hour, message: messages/hello.md}
  - {id: two, channel: phone, after: 30 minutes, script: messages/hello.md, replies: {negative: {pause: 2 days, resume: one, at_most: 1}}}
  - {id: three, channel: linkedin, action: invite, after: 2 business hours, on: {accepted: {goto: five}}}
  - {id: four, channel: email, after: 1 day, message: messages/hello.md, on: {clicked: {goto: five}}}
  - {id: five, channel: phone, after: 1 business day, script: messages/hello.md, when: {any: [{opened: one}, {accepted: three}]}}
  - {id: six, channel: email, after: 1 business day, message: messages/hello.md}
replies:
  positive: {handoff: ae, within: 1 business hour, then: meeting}
  negative: {stop: said_no, cooldown: 20 days}
  not_now: {pause: 3 days, at_most: 2}
  out_of_office: {pause: until_return, assume: 2 days}
stop_rules:
  - {id: engaged, when: {event: account.meeting_booked}, stop: engaged, cooldown: 10 days}
  - {id: old, when: {elapsed: 8 days}, stop: too_old, cooldown: 12 days}
opt_out: {ways: [body_link], scope: account, channels: [phone], reaches: {phone: 4 hours, email: 2 business hours, linkedin: 1 day}}
"""
"""Three hours of phone a day for everybody: touches wait, so that replies find people in the middle of one; pauses outlast clocks."""


@pytest.mark.parametrize("replication", range(3))
def test_people_who_wait_and_pause_walk_their_machine(tmp_path: Path, replication: int) -> None:
    playbook = make_playbook(tmp_path, f"{BUSY}assumptions: {json.dumps(EAGER)}\n")
    program = build((playbook,), "2027-03-01", Duration(90, "day"), 11)
    home = Calendar((playbook.workspace.organization.timezone,), playbook.workspace.organization.holidays)
    told = traced(program, replication)
    replay(playbook, told, program.start, clocks_of(playbook, program, (home,) * 9))
    kinds = {name.partition(":")[0] for _, _, _, name, _, _ in told}
    assert {"elapsed", "cooled", "replied.unclassified", "account.opted_out", "account.meeting_booked", "meeting.missed"} <= kinds


def drawn(document: dict[str, Any], start: str, days: int, seed: int, people: int | None = None) -> tuple[Playbook, Program]:
    """A generated playbook and its program; the few whose machine is too large to explore are none."""
    with tempfile.TemporaryDirectory() as folder:
        playbook = load_document(Path(folder), {**document, "assumptions": EAGER})
    try:
        return playbook, build((playbook,), start, Duration(days, "day"), seed, people=people)
    except Refused as refused:
        if all(finding.code == "M012" for finding in refused.findings):
            reject()
        raise


@given(playbooks(), st.integers(0, 3))
def test_generated_playbooks_walk_their_machines(document: dict[str, Any], replication: int) -> None:
    playbook, program = drawn(document, "2027-03-01", 70, 11)
    home = Calendar((playbook.workspace.organization.timezone,), playbook.workspace.organization.holidays)
    told = traced(program, replication)
    replay(playbook, told, program.start, clocks_of(playbook, program, (home,) * 9))


@pytest.mark.slow
@given(playbooks())
def test_everybody_enrolled_is_somewhere(document: dict[str, Any]) -> None:
    counts = run(drawn(document, "2027-03-01", 70, 11)[1], 0).counts
    assert counts["enrolled"] == counts["ended"] + counts["in_flight"] + counts["in_pool"]
    assert counts["ended"] == sum(value for name, value in counts.items() if name.startswith("ended."))
    assert counts["touches"] == sum(value for name, value in counts.items() if name.startswith("touches.") and name.count(".") == 1)
    assert counts["handoffs"] >= counts["meetings.booked"] >= counts["meetings"] >= counts["opportunities"] >= counts["won"]


@pytest.mark.slow
@given(playbooks(most=6), st.integers(0, 100))
def test_long_generated_playbooks_walk_their_machines(document: dict[str, Any], replication: int) -> None:
    playbook, program = drawn(document, "2027-06-01", 200, 23, people=120)
    home = Calendar((playbook.workspace.organization.timezone,), playbook.workspace.organization.holidays)
    replay(playbook, traced(program, replication), program.start, clocks_of(playbook, program, (home,) * 9))
