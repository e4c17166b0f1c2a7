"""A corpus of mails, each in a playbook of its own: what it must be found guilty of stands in its front matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from cadenza.language.findings import Finding
from cadenza.rules import lint

MAILS = Path(__file__).resolve().parent / "mails"
JUDGED = ("P010", "P012", "E003", "E004", "E005", "E006", "E007", "E012", "E015")
TODAY = date(2027, 1, 4)
_TEST_KEYS = re.compile(r"^(expect|place|after|channel): *(.*)\n", re.MULTILINE)
WORKSPACE = """cadenza: 1
organization: {name: Northlight, postal_address: "1 Example Way, Dublin", timezone: Europe/Dublin}
team:
  sdr: {people: 1, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 50%}
work:
  email.templated: {role: sdr, takes: 0 minutes}
  linkedin.action: {role: sdr, takes: 3 minutes}
  reply.other: {role: sdr, takes: 2 minutes}
senders:
  pool: {mailboxes: 2, domain: mail.example.com, daily_cap: 40}
links:
  story: https://example.com/story
"""
PLAYBOOK = """cadenza: 1
name: corpus
motion: cold
icp:
  accounts: {industries: [software], countries: [IE]}
  personas: [{id: lead, titles: [Lead], pains: [cost]}]
audience:
  source: {kind: researched, verified: 2026-12-01, valid_emails: 97%}
  consent: legitimate_interest
  size: 100
  enroll: 2 per business day
  fields: [email, first_name, title, company, industry, city, domain]
channels:
  email: {window: mon-fri 09:00-17:00, senders: pool}
  linkedin: {window: mon-fri 09:00-17:00}
cadence:
CADENCE
replies:
  negative: {stop: said_no, cooldown: 365 days}
stop_rules:
  - {id: too-long, when: {elapsed: 45 days}, stop: exhausted}
opt_out: {ways: [one_click_header, body_link, reply], scope: person, channels: all}
"""
BEFORE = """---
subject: "The first mail to {{ company }}"
gives: table
---
Your table of what others pay is attached. Which row would {{ company }} be in?
"""
AFTER = """---
subject: "The last mail to {{ company }}"
---
You will hear no more of this from me. The table stays with {{ company }}, whatever becomes of it.
"""


@dataclass(frozen=True)
class Mail:
    """One mail of the corpus: its text as a message, what it must be found guilty of, and where in a cadence it stands."""

    name: str
    text: str
    expect: frozenset[str]
    place: str
    after: str
    channel: str

    @property
    def language(self) -> str:
        return "other" if "E015" in self.expect else "en"


def read(path: Path) -> Mail:
    text = path.read_text("utf-8")
    _, front, body = text.split("---\n", 2)
    keys = dict(_TEST_KEYS.findall(front))
    front = _TEST_KEYS.sub("", front)
    expect = frozenset(re.findall(r"[A-Z]\d{3}", keys.get("expect", "")))
    name = path.relative_to(MAILS).as_posix()
    return Mail(name, f"---\n{front}---\n{body}", expect, keys.get("place", "first"), keys.get("after", ""), keys.get("channel", "email"))


def corpus() -> list[Mail]:
    return [read(path) for path in sorted(MAILS.glob("*/*.md"))]


def build(mail: Mail, folder: Path) -> Path:
    """A workspace whose cadence has the mail first, in the middle (`later`) or at its end (`last`)."""
    steps = [("mail", mail.channel, mail.text)]
    if mail.place != "first":
        steps.insert(0, ("before", "email", read(MAILS / mail.after).text if mail.after else BEFORE))
    if mail.place != "last":
        steps.append(("ending", "email", AFTER))
    lines = []
    (folder / "messages").mkdir(exist_ok=True)
    for index, (name, channel, text) in enumerate(steps):
        (folder / "messages" / f"{name}.md").write_text(text, "utf-8")
        thread = ", thread: reply" if re.search(r'^subject: "?re:', text, re.MULTILINE | re.IGNORECASE) and index else ""
        delay = ", after: 3 business days" if index else ""
        lines.append(
            f"  - {{id: {name}, channel: {channel}{', action: message' if channel == 'linkedin' else thread}{delay}, message: messages/{name}.md}}"
        )
    (folder / "cadenza.yaml").write_text(WORKSPACE, "utf-8")
    playbook = folder / "playbook.yaml"
    playbook.write_text(PLAYBOOK.replace("CADENCE", "\n".join(lines)), "utf-8")
    return playbook


def guilty(mail: Mail, folder: Path, settings: str = "") -> Iterator[Finding]:
    """What the text rules find in the mail itself; `settings` is a `lint:` for the workspace."""
    playbook = build(mail, folder)
    with (folder / "cadenza.yaml").open("a", encoding="utf-8") as file:
        file.write(settings)
    report = lint([playbook], as_of=TODAY, select=JUDGED)
    return (finding for finding in report.findings if finding.span.file == "messages/mail.md")


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., list[Finding]]:
    """`judge(text, place="first", settings="")`: the findings about a message."""

    def run(text: str, *, place: str = "first", after: str = "", settings: str = "") -> list[Finding]:
        return list(guilty(Mail("x", text, frozenset(), place, after, "email"), tmp_path, settings))

    return run
