"""How a forecast is run: the same whoever runs it, narrow enough when asked, in time when asked, comparable whenever it stops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fake_engine import POINTS, FakeJob, frame, normal, prepared, two_playbooks
from sensitivity_world import PLAYBOOK, loaded

from cadenza.engines import run as run_engine
from cadenza.forecast import Interrupted, Progress, WorkerLost, forecast
from cadenza.forecast.points import TWIN, Loaded, Point, points_of, prepare
from cadenza.forecast.pool import Task
from cadenza.forecast.results import Forecast, Interval
from cadenza.forecast.run import BATCH, FEW, MAXIMUM, Plan, simulate
from cadenza.forecast.samples import Samples
from cadenza.forecast.statistics import mean_interval
from cadenza.forecast.summary import PAIRS
from cadenza.forecast.targets import Written, metric_of, needed
from cadenza.language.values import Target
from cadenza.world.rates import positions

assert forecast  # the public name stands for the whole room


def run(plan: Plan, job: FakeJob | None = None, *, workers: int = 1, method: str | None = None, points: tuple[Point, ...] = POINTS) -> Forecast:
    return simulate(frame(plan.limit), prepared(job, points), plan, workers, lambda _: None, 91, method)


@pytest.fixture(scope="module")
def forty() -> Forecast:
    return run(Plan(40, 40))


@pytest.mark.parametrize(("workers", "method"), [(2, "fork"), (3, "fork"), (2, "spawn")])
def test_any_number_of_workers_gives_the_same(forty: Forecast, workers: int, method: str) -> None:
    assert run(Plan(40, 40), workers=workers, method=method) == forty


def test_replications_are_filed_by_index_not_by_arrival() -> None:
    job, late, early = FakeJob(), Samples([0, 1]), Samples([0, 1])
    tasks = [Task(run, index, 1) for index in range(5) for run in (0, 1)]
    for task in tasks:
        early.take(task, [job(task.point, task.first)])
    for task in reversed(tasks):
        late.take(task, [job(task.point, task.first)])
    assert [early.values(1, "meetings", 5), early.weeks(0, 5)] == [late.values(1, "meetings", 5), late.weeks(0, 5)]


def test_a_measure_says_what_the_replications_say(forty: Forecast) -> None:
    job = FakeJob()
    values = sorted(job(0, index).counts["meetings"] for index in range(40))
    found = forty.base.measures["meetings"]
    assert found.n == 40
    assert found.mean == sum(values) / 40
    assert found.interval == mean_interval(values)
    assert found.p50.value == (values[19] + values[20]) / 2
    assert found.p10.value == pytest.approx(values[3] + 0.9 * (values[4] - values[3]))
    assert (found.p10.interval, found.p10.needs) == (Interval(values[0], values[8]), 36)


def test_differences_are_paired_so_that_small_ones_show_and_noise_is_called_noise(forty: Forecast) -> None:
    """Four meetings of a hundred drown in a deviation of ten, but not where both met the same people."""
    more, half = forty.points[1].differences, forty.points[2].differences
    assert more["meetings"].verdict == "higher"
    assert more["meetings"].interval is not None
    assert more["meetings"].interval.high - more["meetings"].interval.low < 1.2
    assert half["meetings"].verdict == "lower"
    assert more["touches.email"] == replace(more["touches.email"], mean=0.0, interval=Interval(0.0, 0.0), verdict="same")
    assert not forty.base.differences

    alike = run(Plan(40, 40), FakeJob(means=(100.0, 100.0, 52.0)))
    assert alike.points[1].differences["meetings"].verdict == "noise"


def test_noise_is_right_19_times_of_20() -> None:
    """300 pairs of runs that differ by luck alone: about 5% of them are called a difference (at most 9%, four standard errors off)."""
    from cadenza.forecast.summary import difference

    called = 0
    for pair in range(300):
        one = [normal(21, pair, index) for index in range(20)]
        two = [normal(22, pair, index) for index in range(20)]
        called += difference("x", one, two).verdict != "noise"
    assert 1 <= called <= 27


def test_targets_are_scaled_to_the_horizon_and_judged_by_the_band(forty: Forecast) -> None:
    meetings, pipeline, complained, unsubscribed = forty.base.targets
    assert meetings.metric == "meetings"
    assert meetings.needed == pytest.approx(35 * 91 / (365 / 12))
    assert meetings.met == sum(FakeJob()(0, index).counts["meetings"] >= meetings.needed for index in range(40))
    assert meetings.verdict == "missed"
    assert pipeline.needed == pytest.approx(75_000_000 * 91 / 91.25)
    assert (pipeline.verdict, pipeline.met) == ("met", 40)
    assert (complained.metric, complained.verdict, complained.probability) == ("complained.share", "met", 1.0)
    assert (unsubscribed.verdict, 0.5 < unsubscribed.probability < 0.9) == ("at risk", True)


def test_with_several_playbooks_a_target_is_about_its_own() -> None:
    found = simulate(frame(), two_playbooks(), Plan(40, 40), 1, lambda _: None, 91).base
    assert [(target.playbook, target.metric, target.verdict) for target in found.targets] == [
        ("cold", "cold:meetings", "missed"),
        ("warm", "warm:meetings", "met"),
        ("warm", "warm:complained.share", "met"),
    ]
    assert found.measures["warm:meetings"].mean == pytest.approx(found.measures["meetings"].mean / 5)
    assert found.measures["warm:complained.share"].mean == pytest.approx(found.measures["complained.share"].mean)


def test_a_target_that_nothing_counts_is_said_not_judged() -> None:
    ready = prepared()
    base = Loaded(POINTS[0], 0, (), (Written("platform-cold", "moon", Target("at least", 3, "count")),))
    found = simulate(frame(), replace(ready, points=(base,)), Plan(5, 5), 1, lambda _: None, 91)
    assert found.base.targets == ()
    assert len(found.notes) == 1 and found.notes[0].startswith("the target moon: ")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_precision_run_stops_at_the_first_batch_that_is_narrow_enough(workers: int) -> None:
    wide = run(Plan(MAXIMUM, BATCH, (("meetings", 0.05),)), FakeJob(means=(100.0, 104.0, 52.0), shared=10), workers=workers)
    assert wide.stopped == "precision"
    assert wide.run % BATCH == 0 and wide.run > BATCH

    def width(point: int, n: int) -> float:
        values = [FakeJob()(point, index).counts["meetings"] for index in range(n)]
        interval = mean_interval(values)
        assert interval is not None
        return (interval.high - interval.low) / 2 / (sum(values) / n)

    assert all(width(point, wide.run) <= 0.05 for point in range(3))
    assert any(width(point, wide.run - BATCH) > 0.05 for point in range(3))


def test_a_precision_that_is_never_reached_ends_at_the_maximum() -> None:
    found = run(Plan(60, BATCH, (("meetings", 0.0001),)))
    assert (found.stopped, found.run) == ("maximum", 60)


class Clock:
    """A clock that moves on by `tick` whenever it is read."""

    def __init__(self, tick: float) -> None:
        self.now, self.tick = 0.0, tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


def test_a_time_runs_as_many_replications_as_fit_and_says_so() -> None:
    timed = run(Plan(200, 200, (), 20.0, Clock(1.0)))
    assert timed.stopped == "time"
    assert FEW < timed.run < 30
    assert timed == replace(run(Plan(timed.run, timed.run)), asked=200, stopped="time")


def test_a_time_that_is_over_at_once_still_runs_a_few() -> None:
    assert run(Plan(200, 200, (), 0.0, Clock(1.0))).run == FEW


def test_a_time_that_is_long_enough_changes_nothing(forty: Forecast) -> None:
    assert run(Plan(40, 40, (), 1e9, Clock(0.001))) == forty


def test_points_with_one_program_share_their_runs() -> None:
    ready = prepared(points=POINTS[:2])
    twin = replace(ready.points[1], run=0)
    seen: list[Progress] = []
    found = simulate(frame(), replace(ready, points=(ready.points[0], twin)), Plan(10, 10), 1, seen.append, 91)
    assert seen[-1].done == 10
    assert found.points[1].measures == found.base.measures
    assert {difference.verdict for difference in found.points[1].differences.values()} == {"same"}


def test_the_band_is_split_into_what_we_do_not_know_and_chance() -> None:
    class Twin(FakeJob):
        """Run 1 is base once more with the same rates (`shared`) and other luck (`own`): 64 of 100 of its variance are the rates."""

    ready = prepared(Twin(means=(100.0, 100.0), shared=8.0, own=6.0), POINTS[:1], chance=1)
    found = simulate(frame(400), ready, Plan(400, 400), 1, lambda _: None, 91)
    meetings = next(item for item in found.split if item.key == "meetings")
    assert meetings.unknown == pytest.approx(0.64, abs=0.15)
    assert meetings.interval.low < 0.64 < meetings.interval.high < meetings.interval.low + 0.4
    assert (meetings.unknown + meetings.chance, meetings.pairs) == (1, PAIRS)
    assert not simulate(frame(20), ready, Plan(20, 20), 1, lambda _: None, 91).split


def test_a_twin_has_the_rates_of_its_replication_and_the_luck_of_no_other(tmp_path: Path) -> None:
    simulation = loaded(tmp_path, PLAYBOOK)
    ready, _ = prepare(simulation, points_of(simulation, (), False), "simpy", True, lambda _: None)
    assert ready.chance == 1
    program = ready.job.programs[0]  # type: ignore[attr-defined]
    assert ready.job(1, 3) == run_engine(program, 3 + TWIN, "simpy", fixed_rates=positions(program, 3))
    assert ready.job(1, 3) != ready.job(0, 3) == run_engine(program, 3, "simpy")


def test_ctrl_c_keeps_what_every_point_has() -> None:
    class Stops(FakeJob):
        def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
            if (point, replication) == (1, 7):
                raise KeyboardInterrupt
            return super().__call__(point, replication)

    with pytest.raises(Interrupted) as caught:
        run(Plan(40, 40), Stops())
    partial = caught.value.partial
    assert partial is not None
    assert partial == replace(run(Plan(7, 7)), asked=40, stopped="interrupted")


def test_ctrl_c_in_the_first_replication_leaves_base_or_nothing() -> None:
    class Stops(FakeJob):
        def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
            if point == self.means[0]:
                raise KeyboardInterrupt
            return super().__call__(point, replication)

    with pytest.raises(Interrupted) as caught:
        run(Plan(40, 40), Stops(means=(1, 104.0, 52.0)))
    partial = caught.value.partial
    assert partial is not None
    assert ([point.name for point in partial.points], partial.run) == (["base"], 1)
    assert partial.notes == ("stopped before the other scenarios had one replication: this is base alone",)
    with pytest.raises(Interrupted) as caught:
        run(Plan(40, 40), Stops(means=(0, 104.0, 52.0)))
    assert caught.value.partial is None


def test_a_worker_that_dies_is_an_error_with_a_way_out() -> None:
    with pytest.raises(WorkerLost, match="--workers 1"):
        run(Plan(40, 40), Dies(), workers=2)


class Dies(FakeJob):
    def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
        import os

        os._exit(9)


def test_an_error_in_a_worker_comes_to_the_caller_as_itself() -> None:
    with pytest.raises(ZeroDivisionError):
        run(Plan(40, 40), Fails(), workers=2)


class Fails(FakeJob):
    def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
        return 1 // 0  # type: ignore[return-value]


class Counted(FakeJob):
    """Run 1 has its rates held fixed; `seen` are the replications that it was asked for."""

    seen: ClassVar[list[int]] = []

    def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
        if point == 1:
            self.seen.append(replication)
        return super().__call__(0, replication)


@pytest.mark.parametrize("replications", [40, 59, 60, 61, 97])
@pytest.mark.parametrize("batch", [20, 200])
def test_sixty_pairs_split_the_band_and_no_more_are_run(replications: int, batch: int) -> None:
    Counted.seen.clear()
    seen: list[Progress] = []
    found = simulate(frame(replications), prepared(Counted(), POINTS[:1], chance=1), Plan(replications, batch), 1, seen.append, 91)
    assert Counted.seen == list(range(min(replications, PAIRS)))
    assert {item.pairs for item in found.split} == {min(replications, PAIRS)}
    assert (found.run, seen[-1].done, seen[-2].total) == (replications, replications + min(replications, PAIRS), seen[-1].done)


@pytest.mark.parametrize(("seconds", "split"), [(10.0, False), (120.0, True), (160.0, True)])
def test_where_the_time_decides_the_band_is_split_only_if_enough_will_fit(seconds: float, split: bool) -> None:
    Counted.seen.clear()
    ready = prepared(Counted(), POINTS[:1], chance=1)
    found = simulate(frame(200), ready, Plan(200, 200, (), seconds, Clock(1.0)), 1, lambda _: None, 91)
    assert found.stopped == "time"
    assert Counted.seen == (list(range(min(found.run, PAIRS))) if split else [])
    assert bool(found.split) == split


@pytest.mark.parametrize(
    ("name", "written", "key"),
    [
        ("meetings", Target("at least", 35, "count", "month"), "meetings"),
        ("complained", Target("at most", 0.001, "share"), "complained.share"),
        ("load.sdr", Target("at most", 0.85, "share"), "load.sdr"),
        ("won", Target("at least", 3, "count", "quarter"), "won"),
        ("won", Target("at least", 20_000_000, "money", "quarter", "EUR"), "won_value"),
        ("touches", Target("at most", 0.5, "share"), "touches.share"),  # nothing counts it, so it is said, not judged
    ],
)
def test_what_a_target_is_about(name: str, written: Target, key: str) -> None:
    assert metric_of(name, written) == key


@pytest.mark.parametrize(
    ("per", "needed_of_13_weeks"),
    [("", 12), ("day", 12 * 91), ("business day", 12 * 65), ("week", 156), ("month", 35.9), ("quarter", 11.97), ("year", 2.99)],
)
def test_what_a_target_asks_of_13_weeks(per: Any, needed_of_13_weeks: float) -> None:
    assert needed(Target("at least", 12, "count", per), 91) == pytest.approx(needed_of_13_weeks, rel=1e-3)
