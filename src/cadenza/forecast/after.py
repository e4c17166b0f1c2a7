"""What comes after the horizon: a forecast ends in the middle of things, and says what it leaves out.

Base runs once more over the same people with the same luck, only longer, and nobody new is let in. Until the horizon the two runs are the same, event
by event, so what the longer one has more of came after it: meetings of people who were on their way, deals that close later.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..language.values import Duration
from . import statistics, summary
from .results import After
from .samples import Samples

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..machine import Machine
    from ..world.program import Program
    from .warm import Warm

WEEKS = 52
"""Longer than any cadence with its pauses, its meetings and most sales cycles."""
RUNS = 40
"""Replications that are run longer: the note needs a mean, not a band to the last figure."""
FEWEST = 10
MOST = 1_000_000
"""People beyond whom nothing goes on after the horizon: it would take the memory of a second crowd."""
KEYS = ("meetings", "opportunities", "pipeline", "won", "won_value")


def longer(
    simulation: Simulation, playbooks: Sequence[Playbook], program: Program, log: Warm | None = None, machines: Sequence[Machine] | None = None
) -> Program:
    """The program of these playbooks over a year more, with the people of `program` who are let in before its end, and nobody after it."""
    from ..world import build

    made = build(
        playbooks,
        simulation.start,
        Duration.of_seconds(simulation.horizon.seconds + WEEKS * 7 * 86400),
        simulation.seed,
        log=log.log if log else None,
        machines=machines,
    )
    people, days, open_days = program.people, len(made.days.business), len(program.days.business)
    open_days -= program.days.nine[-1] >= program.end
    never = [person for person, at in enumerate(people.arrive) if at >= program.end]  # on a last day that the end cuts short
    return replace(
        made,
        people=replace(people, arrive=_put(people.arrive, never, made.end), arrive_day=_put(people.arrive_day, never, days - 1)),
        cohorts=replace(made.cohorts, quota=tuple(count if at % days < open_days else 0 for at, count in enumerate(made.cohorts.quota))),
    )


def _put(column: Sequence[int], places: Sequence[int], value: int) -> Any:
    """The column, a tuple or an array, with the value at these places."""
    if not places:
        return column
    made = array(column.typecode, column) if isinstance(column, array) else list(column)
    for place in places:
        made[place] = value
    return made if isinstance(made, array) else tuple(made)


def after(samples: Samples, run: int | None, n: int) -> After | None:
    """What the longer run has more of than base, replication by replication; None where too few were run."""
    n = 0 if run is None else min(n, samples.finished(run))
    if run is None or n < FEWEST:
        return None
    more = {}
    for key in KEYS:
        base, beyond = samples.values(0, key, n), samples.run_values(run, key, n)
        more[key] = summary.measure(key, [longer - value for longer, value in zip(beyond, base, strict=True)])
    in_flight, left = (statistics.mean(values) for values in (samples.values(0, "in_flight", n), samples.run_values(run, "in_flight", n)))
    return After(float(WEEKS), n, in_flight, left, more)
