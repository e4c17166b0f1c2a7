"""A forecast that goes on from a log tells of the same future as the world that left the log.

A world is run as a whole; then its log is cut at a date, and forecasts begin from what is left of it, with luck of their own. What the whole world
brings after the date must be what they bring, in the mean: the difference, world by world, is compared with its own standard error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, stdev

import pytest
from support.playbooks import WORKSPACE, write_playbook

from cadenza.calendars import parse_instant
from cadenza.engines import run
from cadenza.engines.diary import keep
from cadenza.language import load_playbook
from cadenza.language.model import Playbook
from cadenza.language.values import Duration
from cadenza.machine.log import Entry
from cadenza.machine.types import Event
from cadenza.world import Program, build

START, CUT = "2027-01-04", "2027-02-03"
WHOLE, PAST, AHEAD = (Duration(days, "day") for days in (65, 30, 35))
BUSY = """\
cadenza: 1
name: tried
audience: {enroll: 6 per business day, fields: [email, phone, first_name], source: {kind: crm, list: ../list.csv}}
channels:
  email: {senders: pool, window: mon-fri 09:00-17:00}
  phone: {window: mon-fri 09:00-17:00}
  linkedin: {weekly_cap: 60}
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: linkedin, action: invite, after: 2 business days}
  - {id: three, channel: email, after: 3 business days, message: messages/hello.md}
  - {id: four, channel: phone, after: 3 business days, script: messages/hello.md}
  - {id: five, channel: email, after: 4 business days, message: messages/hello.md}
  - {id: six, channel: linkedin, action: message, after: 3 business days, when: {accepted: two}, message: messages/hello.md}
replies:
  positive: {handoff: ae, within: 4 business hours, then: meeting}
  negative: {stop: said_no, cooldown: 365 days}
  not_now: {pause: 12 days, resume: five}
  out_of_office: {pause: until_return, assume: 7 days}
stop_rules:
  - {id: colleague, when: {event: account.meeting_booked}, stop: engaged}
  - {id: customer, when: {event: account.became_customer}, stop: engaged}
opt_out: {ways: [body_link], channels: all, reaches: {email: 2 business days, phone: 4 days, linkedin: 3 days}}
assumptions:
  email:
    {inbox: 90%, bounced: 6%, unsubscribed: 4%, complained: 3%, reply: {positive: 6%, negative: 6%, not_now: 8%, out_of_office: 8%, wrong_person: 2%},
     reply_delay: {median: 2 days, p90: 12 days}}
  phone: {connected: 40%, reply: {positive: 10%, negative: 10%, not_now: 10%}}
  linkedin:
    {accepted: 40%, signal_delay: {median: 3 days, p90: 15 days}, reply: {positive: 9%, negative: 6%}, reply_delay: {median: 3 days, p90: 9 days}}
  meeting: {booked: 80%, held: 80%, opportunity: 70%, lead_time: {median: 6 days, p90: 14 days}}
  opportunity: {won: 50%, value: {median: 1000 EUR, p90: 3000 EUR}, cycle: {median: 15 days, p90: 40 days}}
  replies: {unclassified: 15%, away: {median: 8 days, p90: 15 days}}
  propensity: {spread: 0.8}
  pressure: {each_touch: 1.4x, after_no: 3x}
  reputation: {complaints: 0.99x, bounces: 0.97x}
"""
ROOM = WORKSPACE.replace("daily_cap: 50}", "daily_cap: 40, warm_up: {start: 2, add: 1 per business day}}")
ASKS = """\
cadenza: 1
name: asks
motion: inbound
audience: {enroll: 2 per business day, fields: [email, phone, first_name], source: {kind: crm, list: ../list.csv}}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}, phone: {window: mon-fri 09:00-17:00}}
cadence:
  - {id: answer, channel: email, message: messages/hello.md}
  - {id: ring, channel: phone, after: 2 business days, script: messages/hello.md}
"""
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "going-on.md"
METRICS = (
    *("enrolled", "touches", "touches.email", "replies", "replies.positive", "replies.negative", "replies.not_now", "unsubscribed", "complained"),
    *("bounced", "contacts_after_no", "handoffs", "meetings.booked", "meetings", "opportunities", "won", "ended", "in_flight"),
)
STANDING = ("ended", "in_flight")


def world(folder: Path, people: int, text: str = BUSY, workspace: str = ROOM) -> Playbook:
    """A playbook whose people are on a list, two in a company."""
    rows = [f"p-{n},p{n}@c{n // 2}.example,+442079460{n % 1000:03d},GB,Europe/London,c{n // 2}.example\n" for n in range(people)]
    (folder / "list.csv").write_text("id,email,phone,country,timezone,domain\n" + "".join(rows), "utf-8")
    return load_playbook(write_playbook(folder, text, workspace=workspace))


def diary(program: Program, names: dict[int, str], replication: int) -> Iterator[Entry]:
    """The log of one replication."""
    found: list[Entry] = []

    def write(at: int, person: int, event: str, step: int, until: int) -> None:
        own = program.steps.id[step] if step >= 0 else None
        cohort = program.people.cohort[person]
        what = Event(event, own, until if until >= 0 else None)
        found.append(Entry(at, names[program.people.key[person]], what, len(found), program.cohorts.name[cohort]))

    keep(program, replication, write)
    return iter(sorted(found, key=Entry.order))


def keys_of(playbook: Playbook, people: int) -> dict[int, str]:
    from cadenza.world.draws import text64

    assert playbook.audience.source is not None
    return {text64(f"{playbook.audience.source.list}/p-{n}"): f"p-{n}" for n in range(people)}


def compare(playbooks: tuple[Playbook, ...], people: int, worlds: int, futures: int, seed: int = 7) -> dict[str, tuple[float, float, float]]:
    """By metric: what the whole worlds bring after the cut, what the forecasts do, and the standard error of the difference."""
    whole, past = (build(playbooks, START, horizon, seed) for horizon in (WHOLE, PAST))
    names = keys_of(playbooks[0], people)
    cut = parse_instant(f"{CUT}T00:00:00Z")
    both: dict[str, list[tuple[float, float]]] = {name: [] for name in METRICS}
    for number in range(worlds):
        log = [entry for entry in diary(past, names, number) if entry.at < cut]
        warm = build(playbooks, CUT, AHEAD, seed, log=log)
        after, before = (run(program, number, "kernel").counts for program in (whole, past))
        found = [run(warm, 1000 + number * futures + n, "kernel").counts for n in range(futures)]
        for name, pairs in both.items():
            pairs.append((after[name] - (0 if name in STANDING else before[name]), fmean(each[name] for each in found)))
    return {name: _summary(pairs) for name, pairs in both.items()}


def _summary(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    differences = [after - forecast for after, forecast in pairs]
    return fmean(after for after, _ in pairs), fmean(forecast for _, forecast in pairs), stdev(differences) / math.sqrt(len(pairs))


def table(found: dict[str, tuple[float, float, float]]) -> str:
    """What the tests print: world, forecast, and their difference in standard errors."""
    return "\n".join(f"{name:20} {a:9.2f} {b:9.2f} {(a - b) / e if e else 0.0:6.2f}" for name, (a, b, e) in found.items())


def agree(found: dict[str, tuple[float, float, float]], most: float) -> None:
    far = {name for name, (a, b, error) in found.items() if abs(a - b) > most * error + 1e-9}
    assert not far, "\n" + table(found)


def shared(folder: Path, people: int) -> tuple[Playbook, ...]:
    """The busy playbook and an inbound one, of the same people."""
    first = world(folder, people)
    head = ASKS + BUSY[BUSY.index("replies:") :].replace("resume: five", "resume: answer")
    return first, load_playbook(write_playbook(folder, head, workspace=ROOM, name="asks"))


def test_a_cut_world_goes_on_as_it_would_have(tmp_path: Path) -> None:
    agree(compare((world(tmp_path, 400),), 400, worlds=10, futures=4), 4.0)


def test_a_cut_world_of_two_playbooks_goes_on_as_it_would_have(tmp_path: Path) -> None:
    agree(compare(shared(tmp_path, 300), 300, worlds=8, futures=3), 4.0)


@pytest.mark.slow
def test_two_hundred_cut_worlds_go_on_as_the_page_says(tmp_path: Path) -> None:
    found = compare((world(tmp_path, 400),), 400, worlds=200, futures=10)
    print(table(found))
    agree(found, 3.5)
    rows = [f"| `{name}` | {a:.2f} | {b:.2f} | {e:.2f} | {(a - b) / e:+.1f} |" for name, (a, b, e) in found.items()]
    assert "\n".join(rows) in PAGE.read_text("utf-8")


@pytest.mark.slow
def test_two_hundred_cut_worlds_of_two_playbooks_go_on_as_they_would_have(tmp_path: Path) -> None:
    """But for who was enrolled while a refusal was on its way: see the page."""
    found = compare(shared(tmp_path, 300), 300, worlds=200, futures=6)
    print(table(found))
    agree({name: each for name, each in found.items() if name != "ended"}, 3.5)
    assert found["ended"][0] == pytest.approx(found["ended"][1], rel=0.01)
