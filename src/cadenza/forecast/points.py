"""The points of a forecast: base, the other scenarios, and each value of each path that is swept, one at a time.

A point is a name and its changes; `prepare` loads the playbooks with those changes, lowers them to a program, and remembers whose machine ran.
Everything that can be wrong with any point is therefore said before the first replication starts. Two points that come to the same program
(a sweep that passes through what is written anyway) share their runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from .pool import Job, Outcome, Progress
from .targets import Written
from .terms import Terms, terms_of

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from .warm import Warm

BASE = "base"


@dataclass(frozen=True, slots=True)
class Point:
    """One scenario or sweep value, not yet loaded."""

    name: str
    kind: Literal["scenario", "sweep"]
    changes: dict[str, Any] = field(default_factory=dict)  # path -> Change


@dataclass(frozen=True, slots=True)
class Loaded:
    """A point whose playbooks were read. `run` is the number of the run it reads; `machines` are (playbook, hash)."""

    point: Point
    run: int
    machines: tuple[tuple[str, str], ...] = ()
    targets: tuple[Written, ...] = ()
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that can run: the points, the job that runs them, the number of the run with base's rates and other luck (to split the band), and of
    that which goes on after the horizon."""

    points: tuple[Loaded, ...]
    job: Job
    chance: int | None
    currency: str = ""
    after: int | None = None


TWIN = 1 << 40
"""A twin's luck is that of the replication so many further on: nobody else's."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The job of a real forecast: run i is a program. Replication r of a twin has the rates that r draws and the luck of another replication."""

    programs: tuple[Any, ...]
    twins: tuple[bool, ...]
    engine: str
    parts: bool = False
    """Whether its outcomes are going to be put together (`shards.merge`)."""

    @property
    def threads(self) -> bool:
        """Whether threads run it in parallel: the kernel works without the interpreter's lock."""
        return self.engine == "kernel"

    def part(self, point: int) -> Runs:
        """What one run needs, to be carried out elsewhere: there it is run 0."""
        from .shards import light

        program = self.programs[point]
        return replace(self, programs=(replace(program, people=light(program.people)),), twins=(self.twins[point],))

    def identity(self, point: int) -> str:
        """A hash of everything that the replications of this run depend on."""
        from .identity import digest

        return digest(self.programs[point], "twin" if self.twins[point] else "")

    def __call__(self, point: int, replication: int) -> Outcome:
        from ..engines import run
        from ..world.rates import positions

        program, twin = self.programs[point], self.twins[point]
        rates = positions(program, replication) if twin else False
        outcome: Outcome = run(program, replication + TWIN * twin, engine=self.engine, fixed_rates=rates, lateness=self.parts)
        return outcome


class NoSuchScenario(ValueError):
    """A scenario was asked for that the simulation does not have. `names` are those that it has."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        from ..language.near import near

        found = near(name, names)
        way_out = f"did you mean {found!r}?" if found else f"there are {', '.join(names)}"
        super().__init__(f"the simulation has no scenario {name!r}: {way_out}")
        self.name, self.names = name, tuple(names)


class NoSuchEngine(ValueError):
    """An engine was asked for that is not there."""

    def __init__(self, engine: str, names: Sequence[str]) -> None:
        super().__init__(f"there is no engine {engine!r}: there is {', '.join(('auto', *names))}")


def points_of(simulation: Simulation, scenarios: Sequence[str] | None, sweep: bool) -> list[Point]:
    """Base first, then the scenarios (all, or those asked for) and the sweep's values, in the order written; each is base and its own changes."""
    written = {scenario.name: scenario for scenario in simulation.scenarios}
    for name in scenarios or ():
        if name not in written:
            raise NoSuchScenario(name, tuple(written))
    wanted = [name for name in written if name != BASE and (scenarios is None or name in scenarios)]
    base = Point(BASE, "scenario", dict(written[BASE].changes) if BASE in written else {})
    points = [base, *(Point(name, "scenario", {**base.changes, **written[name].changes}) for name in wanted)]
    if sweep:
        for path, values in simulation.sweep.items():
            points += [Point(f"{path} = {value}", "sweep", {**base.changes, path: value}) for value in values]
    return points


def prepare(
    simulation: Simulation,
    points: Sequence[Point],
    engine: str,
    split: bool,
    report: Callable[[Progress], None],
    tell: Callable[[str], None] | None = None,
    elsewhere: bool = False,
    log: Warm | None = None,
) -> tuple[Prepared, str]:
    """Load and lower every point (`split`: and base with other luck, and beyond the horizon); the name of the engine that will run it comes along:
    that which was asked for, where it runs `elsewhere`, and whoever runs it there has to find one.

    Raises `Refused` with what is wrong at the first point where something is, NoSuchEngine, and NoKernel where the kernel cannot be had.
    """
    from ..engines import expect
    from ..language import playbooks_of
    from ..machine import lower
    from ..world import build
    from .after import MOST, longer

    check_engine(engine)
    programs: list[Any] = []
    beyond: tuple[Any, ...] = ()
    loaded: list[Loaded] = []
    currency = ""
    for index, point in enumerate(points):
        report(Progress("build", index, len(points), len(points)))
        playbooks = playbooks_of(simulation, point.changes)
        playbooks = playbooks if log is None else log.playbooks(playbooks)
        if index == 0 and not elsewhere:
            expect(engine, sum(playbook.audience.size for playbook in playbooks), tell)
        machines = tuple(lower(playbook) for playbook in playbooks)
        entries = None if log is None else log.log
        program = build(playbooks, simulation.start, simulation.horizon, simulation.seed, log=entries, machines=machines)
        terms = terms_of(playbooks, simulation.start, simulation.horizon.seconds / 86400)
        known = {each.run: each.terms for each in loaded}
        run = next((number for number, other in enumerate(programs) if known[number] == terms and other == program), len(programs))
        if run == len(programs):
            programs.append(program)
        loaded.append(Loaded(point, run, tuple((machine.name, machine.hash) for machine in machines), _targets(playbooks), terms))
        currency = currency or program.currency
        if index == 0 and split and len(program.people.key) <= MOST:
            beyond = (longer(simulation, playbooks, program, log, machines),)
    chosen = engine if elsewhere else choose_engine(engine, (*programs, *beyond), tell)
    count = len(programs)
    job = Runs((*programs, *programs[: int(split)], *beyond), (False,) * count + (True,) * split + (False,) * len(beyond), chosen)
    return Prepared(tuple(loaded), job, count if split else None, currency, count + 1 if beyond else None), chosen


def check_engine(engine: str) -> None:
    """Raises NoSuchEngine, before anything is built for it."""
    from ..engines import names

    if engine != "auto" and engine not in names():
        raise NoSuchEngine(engine, names())


def choose_engine(engine: str, programs: Sequence[Any], tell: Callable[[str], None] | None = None) -> str:
    """The engine that runs these programs, ready to run. Raises NoSuchEngine, and NoKernel where the kernel cannot be had."""
    from ..engines import choose

    check_engine(engine)
    return choose(engine, *programs, tell=tell)


def _targets(playbooks: Sequence[Playbook]) -> tuple[Written, ...]:
    return tuple(Written(playbook.name, name, target) for playbook in playbooks for name, target in playbook.targets.items())
