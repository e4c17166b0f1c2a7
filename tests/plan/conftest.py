"""A small workspace to plan in, made from text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cadenza.language import load_playbook, read_people, read_suppression
from cadenza.plan import Schedule, plan, read_log

WORKSPACE = """\
cadenza: 1
organization:
  name: Acme
  postal_address: 1 Example Way, Dublin
  timezone: Europe/Dublin
  holidays: [IE]
team:
  sdr: {people: 2, hours: "mon-fri 09:00-17:00", timezone: Europe/Dublin}
  ae: {people: 1, hours: "mon-fri 09:00-17:00", timezone: Europe/Dublin}
work:
  email.templated: {role: sdr, takes: 0 minutes}
  phone.attempt: {role: sdr, takes: 2 minutes}
  linkedin.action: {role: sdr, takes: 1 minute}
  reply.other: {role: sdr, takes: 1 minute}
senders:
  pool: {mailboxes: 2, domain: mail.acme.example, daily_cap: 50}
suppression: {lists: [no.csv]}
"""
PLAYBOOK = """\
cadenza: 1
name: small
motion: cold
icp: {accounts: {countries: [GB, IE, US, NZ, KI, DE]}}
audience:
  consent: legitimate_interest
  size: 100
  enroll: 50 per business day
  fields: [email, phone, first_name]
channels:
  email: {senders: pool, window: "mon-fri 09:00-17:00"}
  phone: {window: "mon-fri 10:00-12:00"}
  linkedin: {window: "mon-fri 09:00-18:00"}
cadence:
  - {id: intro, channel: email, message: intro.md}
  - {id: connect, channel: linkedin, action: invite, after: 1 business day}
  - {id: call, channel: phone, after: 2 business days, script: call.md}
  - {id: note, channel: linkedin, action: message, after: 1 business day, when: {accepted: connect}, message: call.md}
  - {id: bye, channel: email, after: 3 business days, message: intro.md}
replies:
  positive: {handoff: ae, within: 1 business hour, then: meeting}
  not_now: {pause: 30 days, resume: bye, at_most: 1}
  out_of_office: {pause: until_return, assume: 7 days}
  wrong_person: {stop: wrong_person}
  negative: {stop: said_no, cooldown: 365 days}
stop_rules:
  - {id: bad-address, when: {event: bounced}, stop: invalid_address}
  - {id: colleague, when: {event: account.meeting_booked}, stop: account_engaged}
opt_out: {ways: [body_link, reply], honour_within: 24 hours, scope: person, channels: all, undo: by_request, keep: forever}
"""
INTRO = "---\nsubject: \"Hello {{ first_name | default: 'there' }}\"\n---\nOne line for you.\n{{ unsubscribe_link }} {{ sender.name }}\n"
COLUMNS = ("id", "email", "phone", "first_name", "country", "timezone", "domain")
Rows = Sequence[dict[str, str]]


def person(number: int, **other: str) -> dict[str, str]:
    """A row: somebody in London, each in a company of their own."""
    row = {"id": f"p-{number:03d}", "email": f"p{number}@c{number}.example", "phone": f"+4420794600{number % 100:02d}"}
    return {**row, "first_name": f"P{number}", "country": "GB", "timezone": "Europe/London", "domain": f"c{number}.example", **other}


class House:
    """A workspace in a folder; `plan` writes the list (and the log) and plans."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.person = person
        self.write(
            **{"cadenza.yaml": WORKSPACE, "small.yaml": PLAYBOOK, "intro.md": INTRO, "call.md": "Ask {{ first_name | default: 'them' }} one thing.\n"}
        )
        self.write(**{"no.csv": "email,phone,domain,reason,since\n"})

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.root / name).write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text("utf-8")
        assert old in text
        (self.root / name).write_text(text.replace(old, new), "utf-8")

    def list_of(self, rows: Rows) -> Path:
        buffer = io.StringIO(newline="")
        table = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        (self.root / "people.csv").write_text(buffer.getvalue(), "utf-8")
        return self.root / "people.csv"

    def plan(self, rows: Rows, log: str | None = None, as_of: str | None = None, start: str = "2027-01-04") -> Schedule:
        playbook = load_playbook(self.root / "small.yaml")
        people = read_people(self.list_of(rows))
        entries = None
        if log is not None:
            (self.root / "log.jsonl").write_text(log, "utf-8")
            entries = read_log(self.root / "log.jsonl", {p.key for p in people}, {s.id for s in playbook.cadence})
        return plan(playbook, people, read_suppression(playbook.workspace), start, as_of or start, entries)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Any]:
    """For property tests: a fresh house each time."""
    return lambda: House(tmp_path_factory.mktemp("house"))
