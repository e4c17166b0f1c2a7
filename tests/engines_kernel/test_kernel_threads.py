"""Any number of threads, in any order: the same outcome of each replication."""

from __future__ import annotations

from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cadenza.engines import kernel_engine, run
from cadenza.engines.kernel import build as kernel_build
from cadenza.engines.outcome import Outcome
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import build

pytestmark = pytest.mark.skipif(kernel_build.compiler() is None, reason="there is no C compiler")


@pytest.mark.parametrize("threads", [2, 5])
def test_replications_side_by_side(EXAMPLES: Path, threads: int) -> None:
    playbooks = [load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"), load_playbook(EXAMPLES / "benchmarks" / "w" / "playbooks" / "w.yaml")]
    programs = [build((playbook,), "2027-01-04", Duration(8, "week"), 3, 1500) for playbook in playbooks]
    jobs = [(which, replication) for replication in range(8) for which in (0, 1)]
    alone = {job: run(programs[job[0]], job[1], "kernel") for job in jobs}
    assert len({str(outcome.counts) for outcome in alone.values()}) == len(jobs)
    with ThreadPoolExecutor(threads) as pool:
        together = dict(zip(reversed(jobs), pool.map(lambda job: run(programs[job[0]], job[1], "kernel"), reversed(jobs)), strict=True))
    assert together == alone


def test_memory_that_is_lent_again_says_nothing_of_the_run_before(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one run begins in the middle of another."""
    program = build((load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"),), "2027-01-04", Duration(4, "week"), 3, 300)
    monkeypatch.setattr(kernel_engine, "_rooms", [])
    alone = run(program, 0, "kernel")
    assert len(kernel_engine._rooms[0]) > 0
    other = run(program, 1, "kernel")
    within: list[Outcome] = []

    def begin_another(*_: object) -> None:
        if not within:
            within.append(run(program, 1, "kernel"))

    kernel_engine._rooms[0][:] = array("q", [-1]) * len(kernel_engine._rooms[0])
    assert run(program, 0, "kernel", begin_another) == alone
    assert within == [other] and len(kernel_engine._rooms) == 2
    monkeypatch.setattr(kernel_engine, "_rooms", [])
    monkeypatch.setattr(kernel_engine, "_ROOM", 0)
    assert run(program, 0, "kernel") == alone and not len(kernel_engine._rooms[0])
