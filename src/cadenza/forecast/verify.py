"""Do the engines agree on *this* file? Both run a few replications; their event logs and outcomes are compared, event by event.

That they do is tested on thousands of generated worlds; here anybody can see it on their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..world.program import Program
    from .warm import Warm

Event: TypeAlias = tuple[int, int, str, str, str, int]
"""(UTC second, person's key, id of the state after it, event, resource or "", draw or 0)."""
ENGINES = ("simpy", "kernel")
RUNS = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two engines part: `number` events into run `run` they tell `first` and `second` (None: the log has ended); or a count differs.
    `names` says who people of a list are, by key."""

    point: str
    run: int
    number: int
    first: Event | None
    second: Event | None
    count: str = ""
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared: the points by name, how many runs of each, how many events in all, of which `people`; which scenarios were `left` out; and
    the first difference, if there is one."""

    points: tuple[str, ...]
    runs: int
    events: int
    people: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    difference: Difference | None = None


def verify(
    simulation: Simulation, *, runs: int = RUNS, scenarios: Sequence[str] = (), tell: Callable[[str], None] | None = None, log: Warm | None = None
) -> Agreement:
    """Run base (and the named scenarios) on both engines. Raises as `forecast` does, `NoKernel` among them."""
    from ..engines import choose
    from ..language import playbooks_of
    from ..world import build
    from .points import points_of

    points = points_of(simulation, tuple(scenarios), False)
    events, people = 0, tuple[str, ...]()
    for point in points:
        playbooks = playbooks_of(simulation, point.changes)
        playbooks = playbooks if log is None else log.playbooks(playbooks)
        program = build(playbooks, simulation.start, simulation.horizon, simulation.seed, log=log.log if log else None)
        people = people or _people(program, playbooks)
        choose("kernel", program, tell=tell)
        for replication in range(runs):
            told, difference = compare(program, point.name, replication)
            events += told
            if difference is not None:
                return Agreement((point.name,), replication + 1, events, people, (), replace(difference, names=_names(playbooks, difference)))
    names = tuple(point.name for point in points)
    left = tuple(scenario.name for scenario in simulation.scenarios if scenario.name not in names)
    return Agreement(names, runs, events, people, (*left, "the sweeps") if simulation.sweep else left)


def _people(program: Program, playbooks: Sequence[Playbook]) -> tuple[str, ...]:
    """Whom each playbook may enrol within the horizon, and whence they are."""
    found, cohorts = [], program.people.cohort
    for cohort, playbook in enumerate(playbooks):
        source, count = playbook.audience.source, cohorts.count(cohort)
        whence = "drawn" if source is None or source.list is None else f"of {source.list}"
        found.append(f"{count:,} {whence}" if len(playbooks) == 1 else f"{playbook.name}: {count:,} {whence}")
    return tuple(found)


def _names(playbooks: Sequence[Playbook], difference: Difference) -> dict[int, str]:
    """Who the people of a difference are, where they are of a list."""
    from ..language import read_people
    from ..world.draws import text64

    keys = {event[1] for event in (difference.first, difference.second) if event is not None}
    paths = {source.list for each in playbooks if (source := each.audience.source) is not None and source.list is not None}
    root = playbooks[0].workspace.root
    named = {f"{path}/{person.key}": f"{person.key} of {path}" for path in sorted(paths) for person in read_people(root / path, root=root)}
    return {key: name for text, name in named.items() if (key := text64(text)) in keys}


def compare(program: Program, point: str, replication: int) -> tuple[int, Difference | None]:
    """One replication on both engines: how many events are the same, and where the first is that is not."""
    from ..engines import run

    logs: tuple[list[Event], list[Event]] = ([], [])
    outcomes = [run(program, replication, engine, _into(log)) for engine, log in zip(ENGINES, logs, strict=True)]
    first, second = logs
    if first != second:
        n = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
        return n, Difference(point, replication, n, first[n] if n < len(first) else None, second[n] if n < len(second) else None)
    for a, b in ((outcomes[0].counts, outcomes[1].counts), (outcomes[0].weekly, outcomes[1].weekly)):
        for name in sorted(a.keys() | b.keys()):
            if a.get(name) != b.get(name):
                return len(first), Difference(point, replication, len(first), None, None, name)
    return len(first), None


def _into(log: list[Event]) -> Callable[[int, int, str, str, str, int], None]:
    return lambda *event: log.append(event)


def words(name: str, agreement: Agreement) -> str:
    """What to tell whoever asked."""
    gone = agreement.difference
    if gone is None:
        return _same(name, agreement)
    head = f"{name} ({gone.point}), run {gone.run}: the engines differ"
    if gone.count:
        return f"{head} in the count {gone.count}, after the same {gone.number:,} events\n{_ADVICE}"
    each = "".join(f"  {engine:7} {_event(event, gone.names)}\n" for engine, event in zip(ENGINES, (gone.first, gone.second), strict=True))
    return f"{head}, after {gone.number:,} events that are the same:\n{each}{_ADVICE}"


def _same(name: str, agreement: Agreement) -> str:
    if not agreement.events:
        return f"{name}: nothing to compare, since nobody is enrolled within the horizon\n"
    runs = "1 run" if agreement.runs == 1 else f"{agreement.runs} runs"
    lines = [
        f"{name}: the engines agree",
        f"  compared      {runs} of {', '.join(agreement.points)}, on {' and on '.join(ENGINES)}",
        f"  people        {' · '.join(agreement.people)}",
        f"  the same      {agreement.events:,} events, one by one (second, person, state, event, who made it, draw), and every count",
    ]
    if agreement.left:
        lines.append(f"  not compared  {', '.join(agreement.left)} (a scenario is with --scenario NAME)")
    return "\n".join(lines) + "\n"


_ADVICE = "This is a defect of cadenza: please report it with the file. Until it is mended, trust --engine simpy.\n"


def _event(event: Event | None, names: Mapping[int, str]) -> str:
    from ..calendars import Calendar

    if event is None:
        return "has ended"
    at, person, state, name, resource, draw = event
    made = f" by {resource}" if resource else ""
    who = names.get(person, f"person {person:016x}")
    return f"{Calendar(('UTC',)).local(at)} {who} {name}{made} → {state} (draw {draw:016x})"
