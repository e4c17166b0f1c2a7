"""Forecasts on a real Dask scheduler with workers in processes of their own: the same result, also where a worker is killed on the way."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from dask_processes import Cluster
from failing_jobs import Deadly, NoCompiler, TooLarge
from fake_engine import FakeJob, frame, prepared

from cadenza.engines.kernel.build import NoKernel
from cadenza.forecast import Forecast, Interrupted
from cadenza.forecast import connection as room
from cadenza.forecast.cluster import ClusterCrew
from cadenza.forecast.connection import ClusterError, Connection
from cadenza.forecast.errand import Edition, edition
from cadenza.forecast.pool import Collect, Outcome, Task
from cadenza.forecast.run import Plan, simulate

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
PLAN = Plan(60, 60)


def alone(plan: Plan = PLAN) -> Forecast:
    """One core, no cluster."""
    return simulate(frame(plan.limit), prepared(), plan, 1, lambda _: None, 91)


def together(cluster: Cluster, job: FakeJob, plan: Plan = PLAN) -> Forecast:
    crew = ClusterCrew(job, Connection(cluster.address), size=3 * plan.limit)
    return simulate(frame(plan.limit), prepared(job), plan, 1, lambda _: None, 91, crew=crew)


def test_a_cluster_gives_what_one_core_gives(cluster: Cluster) -> None:
    assert together(cluster, FakeJob()) == alone()
    precise = Plan(2000, 20, (("meetings", 0.03),))
    assert together(cluster, FakeJob(), precise) == alone(precise)


class Stopped(ClusterCrew):
    """Ctrl-C comes as soon as every run has its first replication."""

    def run(self, tasks: Iterable[Task], collect: Collect) -> None:
        missing = {0, 1, 2}

        def stop(task: Task, outcomes: list[Outcome]) -> None:
            collect(task, outcomes)
            missing.difference_update([task.point] if task.first == 0 else ())
            if not missing:
                raise KeyboardInterrupt

        super().run(tasks, stop)


def test_ctrl_c_keeps_what_is_finished(cluster: Cluster) -> None:
    job = FakeJob(wait=0.01)
    with pytest.raises(Interrupted) as stopped:
        simulate(frame(60), prepared(job), PLAN, 1, lambda _: None, 91, crew=Stopped(job, Connection(cluster.address), size=180))
    partial = stopped.value.partial
    assert partial is not None and partial.stopped == "interrupted" and 1 <= partial.run <= 60
    assert [point.measures for point in partial.points] == [point.measures for point in alone(Plan(partial.run, partial.run)).points]


def test_what_a_worker_cannot_do_is_said_here(cluster: Cluster) -> None:
    with pytest.raises(NoKernel) as no_kernel:
        together(cluster, NoCompiler())
    assert str(no_kernel.value) == f"on a worker of the scheduler at {cluster.address}: there is no C compiler (cc)"
    with pytest.raises(ClusterError) as no_memory:
        together(cluster, TooLarge())
    assert str(no_memory.value) == (
        f"a worker of the scheduler at {cluster.address} gave up: there is not enough memory for this many people; "
        "give the workers more, or fewer threads each"
    )


def test_another_cadenza_on_the_workers_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Edition("9.9.9", "f" * 64)
    monkeypatch.setattr(room, "edition", lambda: other)
    with pytest.raises(ClusterError) as refused:
        together(cluster, FakeJob())
    text = str(refused.value)
    assert text.startswith(f"3 of 3 workers of the scheduler at {cluster.address} are not as this one, cadenza 9.9.9 (ffffffff): tcp://127.0.0.1:")
    assert text.count(f" has {edition()}") == 3
    assert text.endswith(". Install the same version on all of them, with the same Python")


def test_tasks_take_about_a_second_and_leave_nobody_idle() -> None:
    at = Connection("tcp://127.0.0.1:1")
    crew = ClusterCrew(FakeJob(), at, size=800)
    at.threads = 4
    assert crew.chunk(0) == 1, "the first shows how long one takes"
    at.pace = 0.012
    assert crew.chunk(8) == 83
    at.pace = 0.001
    assert crew.chunk(8) == 100, "two for each thread"
    at.pace = 7.0
    assert crew.chunk(8) == 1


def test_a_worker_that_is_killed_on_the_way_costs_nothing(cluster: Cluster, tmp_path: Path) -> None:
    log, grave = tmp_path / "log", tmp_path / "grave"
    assert together(cluster, Deadly(wait=0.01, log=str(log), grave=str(grave))) == alone()
    dead = [worker.pid for worker in cluster.workers if worker.poll() == -signal.SIGKILL]
    assert dead == [int(grave.read_text())]
    ran = [int(line) for line in log.read_text().split()]
    assert set(dead) < set(ran) <= {worker.pid for worker in cluster.workers}
    assert len(ran) > 180, "what it was at was done anew"


# ---------------------------------------------------------------- no cluster


def refused(address: str) -> str:
    with pytest.raises(ClusterError) as found, ClusterCrew(FakeJob(), Connection(address), size=1) as crew:
        crew.run([Task(0, 0, 1)], lambda *_: None)
    return str(found.value)


def test_an_address_that_is_none_is_said_with_a_good_one() -> None:
    assert refused("scheduler:8786") == "'scheduler:8786' is no address of a scheduler: a good one is tcp://scheduler.example:8786, or `local`"


def test_a_scheduler_that_does_not_answer_is_said_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CONNECT", 1)
    begin = time.monotonic()
    text = refused("tcp://127.0.0.1:9")
    assert text == (
        "no Dask scheduler answers at tcp://127.0.0.1:9 within 1 seconds: start one with `dask scheduler` and workers with "
        "`dask worker tcp://127.0.0.1:9`, or try --cluster local"
    )
    assert time.monotonic() - begin < 10


def test_without_dask_the_way_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refused("tcp://127.0.0.1:9") == "a cluster needs Dask, which is not installed: pip install 'cadenza[cluster]'"
