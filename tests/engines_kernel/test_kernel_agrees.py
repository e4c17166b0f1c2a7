"""The kernel is the reference engine, event by event: the same log (time, person, state, event, resource, draw) and the same outcome to the last
digit.

60 worlds in a usual run; `-m slow` compares 2,000.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from support.worlds import build_world, worlds

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


@given(worlds())
def test_any_world(world: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = build_world(Path(folder), world)
    both(program, world["replication"], world["fixed"])


@pytest.mark.slow
@given(worlds())
@settings(max_examples=2000, derandomize=False)
def test_two_thousand_worlds(world: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = build_world(Path(folder), world)
    both(program, world["replication"], world["fixed"])


@pytest.mark.parametrize("replication", [0, 7])
def test_the_example(EXAMPLES: Path, replication: int) -> None:
    playbook = load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml")
    assert len(both(build((playbook,), "2027-01-04", Duration(13, "week"), 65969257), replication)) > 90_000


@pytest.mark.slow
def test_workload_w(EXAMPLES: Path) -> None:
    playbook = load_playbook(EXAMPLES / "benchmarks" / "w" / "playbooks" / "w.yaml")
    assert len(both(build((playbook,), "2027-01-04", Duration(40, "week"), 1))) > 150_000
