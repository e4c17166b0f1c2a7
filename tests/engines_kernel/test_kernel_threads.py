"""Any number of threads, in any order: the same outcome of each replication."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cadenza.engines import run
from cadenza.engines.kernel import build as kernel_build
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
