"""Rows are for people under way: taken back at an end that nothing can lead away from, and kept where something still may."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.playbooks import HEAD, make_playbook

from cadenza.engines import run
from cadenza.engines.kernel import build as kernel_build
from cadenza.engines.kernel_engine import crew
from cadenza.language.values import Duration
from cadenza.world import Program, build

pytestmark = pytest.mark.skipif(kernel_build.compiler() is None, reason="there is no C compiler")

SHORT = """\
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: linkedin, action: invite, after: 2 business days}
replies:
  positive: {handoff: ae, within: 1 business hour, then: meeting}
  negative: {stop: said_no%s}
opt_out: {ways: [body_link], scope: %s, channels: all}
assumptions:
  email: {bounced: 0%%, unsubscribed: 2%%, reply: {positive: 4%%, negative: 5%%}, reply_delay: {median: 1 hour, p90: 9 hours}}
  linkedin: {accepted: 50%%, reply: {positive: 4%%, negative: 5%%}, signal_delay: {median: 3 hours, p90: 2 days}}
  accounts: {people: %s}
"""


def program_of(folder: Path, cooldown: str = "", scope: str = "person", people: int = 1) -> Program:
    text = HEAD.replace("size: 100", "size: 2000") + SHORT % (cooldown, scope, people)
    return build((make_playbook(folder, text),), "2027-01-04", Duration(40, "week"), 3)


def same(program: Program) -> None:
    logs: dict[str, list[tuple[int, int, str, str, str, int]]] = {"simpy": [], "kernel": []}
    outcomes = {name: run(program, 0, name, lambda *event, log=log: log.append(event)) for name, log in logs.items()}
    assert logs["kernel"] == logs["simpy"] and outcomes["kernel"] == outcomes["simpy"] == run(program, 0, "kernel")


def test_a_long_list_needs_rows_for_those_under_way(tmp_path: Path) -> None:
    program = program_of(tmp_path)
    same(program)
    assert len(program.people.key) > 1900 and crew(program, 0) < 60


def test_who_may_come_back_keeps_the_row(tmp_path: Path) -> None:
    program = program_of(tmp_path, cooldown=", cooldown: 200 days")
    same(program)
    assert crew(program, 0) > crew(program_of(tmp_path / "never"), 0) + 10


def test_colleagues_leave_together(tmp_path: Path) -> None:
    program = program_of(tmp_path, scope="account", people=3)
    same(program)
    assert 60 < crew(program, 0) < len(program.people.key) / 2


def test_lateness_is_exact_when_it_is_counted_by_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that counts by second from 16 late touches on, beside one that notes them one by one."""
    from cadenza.engines import kernel_engine

    program = program_of(tmp_path)
    expected = run(program, 0, "kernel", lateness=True)
    monkeypatch.setattr(kernel_build, "FLAGS", ("-DMANY_LATE=16", *(flag for flag in kernel_build.FLAGS if flag != "-O3")))
    monkeypatch.setattr(kernel_engine, "_library", kernel_engine._load(kernel_build.make(tmp_path / "cache", lambda _: None)))
    found = run(program, 0, "kernel", lateness=True)
    assert found == expected and found.counts["late.touch.p90"] > 0
