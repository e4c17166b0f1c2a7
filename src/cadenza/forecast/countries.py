"""What each country is put through: people, touches, opt-outs and complaints, and how many of them for each meeting.

Counted from the event log, which all engines share event by event, so there is nothing here in which engines could differ. A few runs are enough:
these are sums over everybody, not tails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .terms import CONSENT

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation
    from ..world.program import Program

RUNS = 20
COUNTED: dict[str, str] = {"enrolled": "people", "meeting.held": "meetings", "unsubscribed": "unsubscribed", "complained": "complained"}


@dataclass(frozen=True, slots=True)
class Country:
    """Means over the runs. `country` is its code, "" where nobody says."""

    country: str
    people: float
    touches: float
    without_consent: float
    meetings: float
    unsubscribed: float
    complained: float

    def per_meeting(self, amount: float) -> float | None:
        """For each meeting held in this country, over all runs; None where none was."""
        return amount / self.meetings if self.meetings else None


def by_country(simulation: Simulation, runs: int = RUNS, engine: str = "auto", tell: Callable[[str], None] | None = None) -> tuple[Country, ...]:
    """Base, country by country, most people first; the last one is all of them. Raises as `forecast` does."""
    from ..language import playbooks_of
    from ..world import build
    from .points import choose_engine

    playbooks = playbooks_of(simulation, {})
    program = build(playbooks, simulation.start, simulation.horizon, simulation.seed)
    chosen = choose_engine(engine, (program,), tell)
    homes, asked = _people(playbooks, program, simulation.seed)
    counts: Counter[tuple[str, str]] = Counter()
    for replication in range(runs):
        _count(program, replication, chosen, homes, asked, counts)
    names = sorted({name for name, _ in counts}, key=lambda name: (-counts[name, "people"], name))
    found = [_country(name, counts, runs) for name in names]
    if len(found) < 2:
        return tuple(found)
    total: Counter[tuple[str, str]] = Counter()
    for (_, what), count in counts.items():
        total["all", what] += count
    return (*found, _country("all", total, runs))


def _people(playbooks: Sequence[Playbook], program: Program, seed: int) -> tuple[dict[int, str], set[int]]:
    """Key -> country; and the keys of those who asked to be contacted, or agreed."""
    from ..world.countries import countries_of

    homes: dict[int, str] = {}
    asked: set[int] = set()
    keys = program.people.key
    for number, playbook in enumerate(playbooks):
        own = {key for key, cohort in zip(keys, program.people.cohort, strict=True) if cohort == number}
        found = countries_of(playbook, seed, len(own))
        homes |= {key: found.get(key, "") for key in own if key not in homes}
        if playbook.audience.consent in CONSENT:
            asked |= own
    return homes, asked


def _count(program: Program, replication: int, engine: str, homes: dict[int, str], asked: set[int], counts: Counter[tuple[str, str]]) -> None:
    from ..engines import run
    from ..world.program import TOUCH

    states = program.states
    due = {name for name, kind in zip(states.name, states.kind, strict=True) if kind == TOUCH}
    before: dict[int, str] = {}

    def trace(_: int, key: int, state: str, event: str, __: str, ___: int) -> None:
        name = event.partition(":")[0]
        if name == "done" and before.get(key) in due:
            counts[homes[key], "touches"] += 1
            counts[homes[key], "without_consent"] += key not in asked
        elif name in COUNTED:
            counts[homes[key], COUNTED[name]] += 1
        before[key] = state

    run(program, replication, engine, trace)


def _country(name: str, counts: Counter[tuple[str, str]], runs: int) -> Country:
    keys = ("people", "touches", "without_consent", "meetings", "unsubscribed", "complained")
    return Country(name, *(counts[name, key] / runs for key in keys))
