"""The kernel is the reference engine, event by event: the same log (time, person, state, event, resource, draw) and the same outcome to the last
digit.

60 worlds in a usual run, and 30 in which people are under way; `-m slow` compares 2,000 and 500.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from support.playbooks import make_playbook
from support.worlds import build_world, warm_worlds, worlds

from cadenza.engines import run
from cadenza.engines.kernel import build as kernel_build
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build

pytestmark = pytest.mark.skipif(kernel_build.compiler() is None, reason="there is no C compiler")
Told = list[tuple[int, int, str, str, str, int]]


def both(program: Program, replication: int = 0, fixed: bool = False) -> Told:
    """The event log of both engines, which must be one; so must their outcomes."""
    logs: dict[str, Told] = {"simpy": [], "kernel": []}
    outcomes = {name: run(program, replication, name, lambda *event, log=log: log.append(event), fixed) for name, log in logs.items()}
    for number, (reference, other) in enumerate(zip(logs["simpy"], logs["kernel"], strict=False)):
        assert other == reference, f"event {number}, after {logs['simpy'][max(0, number - 3) : number]}"
    assert len(logs["kernel"]) == len(logs["simpy"])
    assert outcomes["kernel"] == outcomes["simpy"]
    assert list(outcomes["kernel"].counts) == list(outcomes["simpy"].counts)
    assert run(program, replication, "kernel", fixed_rates=fixed) == outcomes["simpy"]  # tracing changes nothing
    return logs["kernel"]


def agree(world: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = build_world(Path(folder), world)
    both(program, world["replication"], world["fixed"])


@given(worlds())
def test_any_world(world: dict[str, Any]) -> None:
    agree(world)


@given(warm_worlds())
@settings(max_examples=30)
def test_any_world_with_people_under_way(world: dict[str, Any]) -> None:
    agree(world)


@pytest.mark.slow
@given(warm_worlds())
@settings(max_examples=500, derandomize=False)
def test_five_hundred_worlds_with_people_under_way(world: dict[str, Any]) -> None:
    agree(world)


@pytest.mark.slow
@given(worlds())
@settings(max_examples=2000, derandomize=False)
def test_two_thousand_worlds(world: dict[str, Any]) -> None:
    agree(world)


@pytest.mark.parametrize("replication", [0, 7])
def test_the_example(EXAMPLES: Path, replication: int) -> None:
    playbook = load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml")
    assert len(both(build((playbook,), "2027-01-04", Duration(13, "week"), 65969257), replication)) > 90_000


@pytest.mark.slow
def test_workload_w(EXAMPLES: Path) -> None:
    playbook = load_playbook(EXAMPLES / "benchmarks" / "w" / "playbooks" / "w.yaml")
    assert len(both(build((playbook,), "2027-01-04", Duration(40, "week"), 1))) > 150_000


NEWS_TRAVELS = """\
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, after: 30 minutes, script: messages/hello.md, replies: {negative: {pause: 2 days, resume: one, at_most: 1}}}
  - {id: three, channel: linkedin, action: invite, after: 2 business hours}
  - {id: four, channel: email, after: 4 hours, message: messages/hello.md}
  - {id: five, channel: phone, after: 1 business day, script: messages/hello.md}
replies:
  positive: {handoff: ae, within: 1 business hour, then: meeting}
  negative: {stop: said_no, cooldown: 20 days}
opt_out: {ways: [body_link], scope: account, channels: [phone], reaches: {phone: 4 hours, email: 2 business hours, linkedin: 1 day}}
assumptions:
  email: {unsubscribed: 15%, complained: 10%, reply: {positive: 10%, negative: 15%}, reply_delay: {median: 1 hour, p90: 9 hours}}
  phone: {connected: 60%, unsubscribed: 9%, complained: 9%, reply: {positive: 9%, negative: 15%}}
  linkedin: {accepted: 50%, unsubscribed: 9%, complained: 9%, reply: {positive: 9%, negative: 15%}}
  accounts: {people: 3}
  replies: {unclassified: 20%}
"""
"""Refusals on their way while touches are made: told to the channel in time, told everywhere later, taken back by a yes."""


@pytest.mark.parametrize("replication", range(3))
def test_news_that_travels(tmp_path: Path, replication: int) -> None:
    program = build((make_playbook(tmp_path, NEWS_TRAVELS),), "2027-03-22", Duration(60, "day"), 11)
    both(program, replication)
    assert run(program, replication, "kernel").counts["contacts_after_no"] > 5
