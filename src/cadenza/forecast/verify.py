"""Do the engines agree on *this* file? Both run a few replications; their event logs and outcomes are compared, event by event.

That they do is tested on thousands of generated worlds; here anybody can see it on their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ..language.model import Simulation
    from ..world.program import Program
    from .warm import Warm

Event: TypeAlias = tuple[int, int, str, str, str, int]
"""(UTC second, person's key, id of the state after it, event, resource or "", draw or 0)."""
ENGINES = ("simpy", "kernel")
RUNS = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two engines part: `number` events into run `run` they tell `first` and `second` (None: the log has ended); or a count differs."""

    point: str
    run: int
    number: int
    first: Event | None
    second: Event | None
    count: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was compared: the points by name, how many runs of each, how many events in all; and the first difference, if there is one."""

    points: tuple[str, ...]
    runs: int
    events: int
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
    events = 0
    for point in points:
        playbooks = playbooks_of(simulation, point.changes)
        playbooks = playbooks if log is None else log.playbooks(playbooks)
        program = build(playbooks, simulation.start, simulation.horizon, simulation.seed, log=log.log if log else None)
        choose("kernel", program, tell=tell)
        for replication in range(runs):
            told, difference = compare(program, point.name, replication)
            events += told
            if difference is not None:
                return Agreement((point.name,), replication + 1, events, difference)
    return Agreement(tuple(point.name for point in points), runs, events)


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
        runs = "1 run" if agreement.runs == 1 else f"{agreement.runs} runs"
        return f"{name} ({', '.join(agreement.points)}): identical: {agreement.events:,} events in {runs} of each, on simpy and kernel\n"
    head = f"{name} ({gone.point}), run {gone.run}: the engines differ"
    if gone.count:
        return f"{head} in the count {gone.count}, after the same {gone.number:,} events\n{_ADVICE}"
    each = "".join(f"  {engine:7} {_event(event)}\n" for engine, event in zip(ENGINES, (gone.first, gone.second), strict=True))
    return f"{head}, after {gone.number:,} events that are the same:\n{each}{_ADVICE}"


_ADVICE = "This is a defect of cadenza: please report it with the file. Until it is mended, trust --engine simpy.\n"


def _event(event: Event | None) -> str:
    from ..calendars import Calendar

    if event is None:
        return "has ended"
    at, person, state, name, resource, draw = event
    made = f" by {resource}" if resource else ""
    return f"{Calendar(('UTC',)).local(at)} person {person:016x} {name}{made} → {state} (draw {draw:016x})"
