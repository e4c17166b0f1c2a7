"""How a forecast is run: how many replications, in which order, when it is enough.

Replication r of every point comes before replication r + 1 of any, so that whenever a forecast is stopped (narrow enough, time up, Ctrl-C)
all points have met the same people and can be compared. Three ways to say how many:

a number     all of them; the result is a function of the inputs alone
precision    batches of 20, until the 95% interval of each named metric is within its share of the mean in every scenario; at most MAXIMUM
a time       as many of the above as fit, at least FEW; how many that is depends on the machine, and the result says so
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from . import after, statistics, summary
from .points import Point, Prepared, points_of, prepare
from .pool import Crew, Hands, Outcome, Progress, Stopped, Task
from .results import Forecast, Stop, origin
from .samples import Samples
from .staff import Place, crew_of

if TYPE_CHECKING:
    from ..language.model import Simulation
    from .checkpoint import Checkpoint
    from .points import Runs
    from .warm import Begun, Warm

BATCH = 20
MAXIMUM = 2000
FEW = 4
DEFAULT = 200

Report = Callable[[Progress], None]
Record: TypeAlias = Callable[[Point, int, Mapping[str, float], Mapping[str, Sequence[float]]], None]
"""Called with each replication of each point, in their order, once all are done: the point, its number, metric -> value, metric -> weeks."""


class Interrupted(Stopped):
    """Ctrl-C came. `partial` is the forecast of what was finished, or None where not one replication of base was."""

    partial: Forecast | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How many replications: `limit` at most, stop early when `precision` is reached (checked every `batch`) or when `clock` comes to `until`."""

    limit: int
    batch: int
    precision: tuple[tuple[str, float], ...] = ()
    until: float | None = None
    clock: Callable[[], float] | None = None


def plan_of(simulation: Simulation, replications: int | None, seconds: float | None, clock: Callable[[], float] | None) -> Plan:
    """The number asked for, else what the simulation says, else DEFAULT."""
    if replications is not None and replications < 1:
        raise ValueError("a forecast needs at least one replication")
    if seconds is not None and clock is None:
        raise ValueError("a forecast with a time needs a clock")
    until = None if seconds is None or clock is None else clock() + seconds
    if replications is None and simulation.replications is None and simulation.precision:
        wanted = tuple((key, rate.low) for key, rate in simulation.precision.items())
        _check_metrics(simulation, [key for key, _ in wanted])
        return Plan(MAXIMUM, BATCH, wanted, until, clock)
    limit = replications or simulation.replications or DEFAULT
    return Plan(limit, limit, (), until, clock)


def _check_metrics(simulation: Simulation, keys: Sequence[str]) -> None:
    """Refused where precision is about something that no forecast knows: it would be reached at once, or never."""
    from ..language.findings import Refused
    from ..language.near import near
    from ..language.nodes import key_span
    from ..language.report import error, listed
    from .metrics import BY_KEY

    findings = []
    for key in keys:
        if key not in BY_KEY:
            meant = near(key, BY_KEY)
            way_out = f"did you mean `{meant}`?" if meant else f"there are {listed(BY_KEY, 'and')}"
            findings.append(error("Y004", f"no forecast has a metric `{key}`", key_span(simulation.node, "precision", key), way_out))
    if findings:
        raise Refused(findings)


class Rounds:
    """The tasks in their order, and the decision to stop: it asks the clock before each replication whether one more of every point fits.

    What is asked of base besides (`besides`: run -> how many replications of it are enough) comes along from the beginning, so that at the end nobody
    waits for it. Where the time decides, only the run with other luck, which splits the band, does, and not before the first few have shown that
    enough of them will fit.
    """

    def __init__(self, plan: Plan, samples: Samples, prepared: Prepared, chunk: Callable[[int], int]) -> None:
        self.plan, self.samples = plan, samples
        self.out_of_time = False
        self._pairs = {} if prepared.chance is None else {prepared.chance: summary.PAIRS}
        self.besides = {} if plan.until is not None else self._pairs | ({} if prepared.after is None else {prepared.after: after.RUNS})
        self._chunk = chunk
        self._known = samples.done  # from an earlier run of the same forecast: they took no time
        self._given = 0
        self._start = plan.clock() if plan.clock is not None else 0.0

    def tasks(self, first: int, last: int) -> Iterator[Task]:
        """Tasks for replications first to last - 1 of every run."""
        start = first
        while start < last:
            if start >= FEW and not self._fits(1):
                self.out_of_time = True
                return
            if start == FEW and self.plan.until is not None and self._fits(summary.SPLIT_NEEDS):
                self.besides = self._pairs
                yield from (missing for run in self._pairs for index in range(FEW) for missing in self._give(Task(run, index, 1)))
            # small at the end, so that nobody waits for long for the last one
            count = 1 if self.plan.until is not None else min(self._chunk(start), (last - start + 1) // 2)
            for run in self.samples.runs:
                yield from self._give(Task(run, start, count))
            for run, enough in self.besides.items():
                yield from self._give(Task(run, start, min(count, max(0, enough - start))))
            start += count

    def _give(self, task: Task) -> Iterator[Task]:
        for missing in self.samples.missing(task):
            self._given += missing.count
            yield missing

    def _fits(self, rounds: int) -> bool:
        """Whether so many more replications of every run can be expected to be done in time, after what is on its way."""
        plan, done = self.plan, self.samples.done - self._known
        if plan.until is None or plan.clock is None or not done:
            return True
        now = plan.clock()
        ahead = self._given - done + rounds * (len(self.samples.runs) + len(self.besides))
        return now + ahead * (now - self._start) / done <= plan.until


def replicate(crew: Hands, plan: Plan, prepared: Prepared, samples: Samples, report: Report, saved: Checkpoint | None = None) -> Stop:
    """Run until it is enough, and say why it was."""
    rounds = Rounds(plan, samples, prepared, crew.chunk)
    more = sum(min(enough, plan.limit) for enough in rounds.besides.values())
    total = None if plan.precision or plan.until is not None else plan.limit * len(samples.runs) + more

    def collect(task: Task, outcomes: Sequence[Outcome]) -> None:
        samples.take(task, outcomes)
        if saved is not None:
            saved.add(task, outcomes)
        report(Progress("run", samples.done, total, len(prepared.points)))

    for first in range(0, plan.limit, plan.batch):
        crew.run(rounds.tasks(first, min(first + plan.batch, plan.limit)), collect)
        if plan.precision and narrow(plan, prepared, samples):
            return "precision"
        if rounds.out_of_time:
            return "time"
    return "maximum" if plan.precision else "all"


def narrow(plan: Plan, prepared: Prepared, samples: Samples) -> bool:
    """Whether each metric that precision names is known well enough in every scenario (sweeps follow, they do not decide)."""
    n = samples.complete()
    scenarios = [index for index, loaded in enumerate(prepared.points) if loaded.point.kind == "scenario"]
    for key, share in plan.precision:
        for index in scenarios:
            values = samples.values(index, key, n)
            interval = statistics.mean_interval(values)
            if interval is None or (interval.high - interval.low) / 2 > share * abs(statistics.mean(values)):
                return False
    return True


def gather(frame: Forecast, prepared: Prepared, samples: Samples, stopped: Stop, days: float) -> Forecast:
    """The forecast of the replications that every point has. Where Ctrl-C came before that, of base alone."""
    n, points = samples.complete(), prepared.points
    notes = list(frame.notes)
    if n < 1:
        n, points = samples.finished(points[0].run), points[:1]
        notes.append("stopped before the other scenarios had one replication: this is base alone")
    notes += summary.unmeasured(samples, points[0], days)
    results = tuple(summary.point_result(samples, index, loaded, n, days) for index, loaded in enumerate(points))
    beyond = after.after(samples, prepared.after, n)
    return replace(frame, run=n, stopped=stopped, points=results, split=summary.split(samples, prepared, n), notes=tuple(notes), after=beyond)


def _samples(prepared: Prepared) -> Samples:
    """Where the outcomes of what was prepared are filed."""
    terms = {loaded.run: loaded.terms for loaded in prepared.points}
    extra = tuple(run for run in (prepared.chance, prepared.after) if run is not None)
    return Samples([loaded.run for loaded in prepared.points], extra, terms | dict.fromkeys(extra, prepared.points[0].terms))


def simulate(
    frame: Forecast,
    prepared: Prepared,
    plan: Plan,
    workers: int,
    report: Report,
    days: float,
    method: str | None = None,
    *,
    crew: Hands | None = None,
    saved: Checkpoint | None = None,
    record: Record | None = None,
) -> Forecast:
    """Run what was prepared and sum it up. Ctrl-C raises `Interrupted` with what there is.

    `crew` carries it out (default: `workers` processes or threads here). `saved` gives what an earlier run has finished, and takes what this one
    finishes as it comes. `record` is called with every replication that is in the result.
    """
    samples = _samples(prepared)
    if saved is not None:
        saved.restore(samples, plan.limit)
    try:
        with crew or Crew(prepared.job, min(workers, plan.limit * len(samples.runs)), method) as hands:
            stopped = replicate(hands, plan, prepared, samples, report, saved)
    except KeyboardInterrupt:
        if not samples.finished(prepared.points[0].run):
            raise Interrupted(None) from None
        partial = gather(frame, prepared, samples, "interrupted", days)
        _record(record, prepared, samples, partial)
        raise Interrupted(partial) from None
    report(Progress("sum", samples.done, samples.done, len(prepared.points)))
    result = gather(frame, prepared, samples, stopped, days)
    _record(record, prepared, samples, result)
    return result


def _record(record: Record | None, prepared: Prepared, samples: Samples, result: Forecast) -> None:
    """Give away every replication that is in the result."""
    if record is not None:
        for index, loaded in enumerate(prepared.points[: len(result.points)]):
            for replication in range(result.run):
                record(loaded.point, replication, *samples.replication(index, replication))


def forecast(
    simulation: Simulation,
    *,
    replications: int | None = None,
    workers: int | None = None,
    engine: str = "auto",
    scenarios: Sequence[str] | None = None,
    sweep: bool = True,
    progress: Report | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] | None = None,
    notes: Sequence[str] = (),
    tell: Callable[[str], None] | None = None,
    cluster: str | None = None,
    shards: int = 1,
    checkpoint: Path | None = None,
    record: Record | None = None,
    log: Warm | None = None,
) -> Forecast:
    """Forecast a simulation: `base`, its scenarios (all, or those named) and its sweeps.

    `workers` processes (default: as many as can run at once) change how long it takes and nothing else. With `seconds` (and `clock`, such as
    `time.monotonic`) as many replications are run as fit into that time. `notes` are sentences that go into the result. `tell` is given a sentence
    when something takes long once (the kernel is compiled). The result names the engine that was asked for: which one `auto` found depends on
    the machine, and nothing in the result does.

    `cluster` is the address of a Dask scheduler (`tcp://host:8786`), or `local` for one that is started here with `workers` processes. `shards`
    cuts every population into so many parts that have nothing to do with each other, where there are such. `checkpoint` is a file that keeps what is
    finished, as it comes; a forecast that finds it goes on where the other one stopped. None of the three changes the result. `record` is
    called with every replication that is in it. `log` is what happened before the start (`warm.warm`): its people are under way.

    Raises `Refused` for what is wrong with the files, `NoSuchScenario`, `NoSuchEngine`, `NoKernel`, `WorkerLost`, `ClusterError`, `NotSeparable`,
    `CheckpointError`, and `Interrupted` on Ctrl-C. Where processes are spawned (not on Linux), a script calls this under
    `if __name__ == "__main__":`, as with everything that uses processes.
    """
    report = progress or (lambda _: None)
    plan = plan_of(simulation, replications, seconds, clock)
    points = points_of(simulation, scenarios, sweep)
    split = plan.limit >= summary.SPLIT_NEEDS
    with ExitStack() as files:
        prepared, _ = prepare(simulation, points, engine, split, report, tell, **_more(bool(cluster) or shards > 1, log))
        place = files.enter_context(Place(workers, cluster))
        crew = crew_of(prepared, place, shards, min(plan.batch, plan.limit) * (len(points) + split), tell)
        saved = None
        if checkpoint is not None:
            from .checkpoint import Checkpoint

            saved = files.enter_context(Checkpoint(checkpoint, simulation.name, prepared, clock or (lambda: 0.0), tell))
        frame = replace(_frame(simulation, plan, engine, prepared.currency, notes), begun=_begun(prepared, log))
        days = simulation.horizon.seconds / 86400
        return simulate(frame, prepared, plan, place.workers, report, days, crew=crew, saved=saved, record=record)


def _more(elsewhere: bool, log: Warm | None) -> dict[str, Any]:
    """What `prepare` is told besides, where there is anything to tell."""
    return {**({"elsewhere": True} if elsewhere else {}), **({"log": log} if log is not None else {})}


def _begun(prepared: Prepared, log: Warm | None) -> Begun | None:
    """Who is under way at the start of base."""
    if log is None:
        return None
    from .warm import begun

    return begun(cast("Runs", prepared.job).programs[prepared.points[0].run], log)


def _frame(simulation: Simulation, plan: Plan, engine: str, currency: str, notes: Sequence[str]) -> Forecast:
    """The forecast before anything has run: what it is about and where it comes from."""
    return Forecast(
        **origin(simulation),
        engine=engine,
        currency=currency,
        asked=None if plan.precision else plan.limit,
        precision=plan.precision,
        run=0,
        stopped="all",
        points=(),
        split=(),
        notes=tuple(notes),
    )
