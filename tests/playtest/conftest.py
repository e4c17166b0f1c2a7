"""Suites from text: a playbook in a folder of its own, with its tests beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.playbooks import write_playbook

from cadenza.playtest import Report, check

PLAYBOOK = """\
icp: {accounts: {countries: [GB]}}
cadence:
  - {id: intro, channel: email, message: messages/hello.md}
  - {id: call, channel: phone, after: 2 business days, script: messages/hello.md}
  - {id: connect, channel: linkedin, action: invite, after: 1 day}
  - {id: note, channel: linkedin, action: message, after: 1 day, when: {accepted: connect}, message: messages/hello.md}
  - {id: bye, channel: email, after: 3 business days, message: messages/hello.md}
replies:
  positive: {handoff: ae, within: 1 business hour, then: meeting}
  not_now: {pause: 30 days, resume: bye, at_most: 1}
  out_of_office: {pause: until_return, assume: 7 days}
  negative: {stop: said_no, cooldown: 365 days}
stop_rules:
  - {id: bad-address, when: {event: bounced}, stop: invalid_address}
  - {id: colleague, when: {event: account.meeting_booked}, stop: account_engaged}
  - {id: too-long, when: {elapsed: 40 days}, stop: exhausted}
opt_out: {ways: [body_link, reply], channels: all, undo: by_request}
"""
HEAD = "cadenza: 1\nstart: 2027-01-04 08:00\ncases:\n"


class Bench:
    """A workspace with one playbook and its tests."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.playbook = write_playbook(root, PLAYBOOK, name="tried")
        self.file = root / "playbooks" / "tried.test.yaml"

    def edit(self, old: str, new: str) -> None:
        text = self.playbook.read_text("utf-8")
        assert old in text
        self.playbook.write_text(text.replace(old, new), "utf-8")

    def write(self, cases: str, head: str = HEAD) -> Path:
        self.file.write_text(head + cases, "utf-8")
        return self.file

    def run(self, cases: str, head: str = HEAD) -> Report:
        return check([self.write(cases, head)])

    def failures(self, cases: str, head: str = HEAD) -> list[tuple[str, int, str, str, int | None]]:
        """Each failed expectation: key, its line, what was wanted, what happened, the playbook's line."""
        return [
            (one.key, one.span.line, one.wanted, one.happened, one.line.line if one.line else None)
            for tried in self.run(cases, head).suites
            for verdict in tried.verdicts
            for one in verdict.checks
            if not one.ok
        ]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """For property tests: a fresh folder each time."""
    return lambda: tmp_path_factory.mktemp("playtest")
