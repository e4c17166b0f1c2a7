"""All that `cadenza size` says, in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ... import __version__
from ..trials import Bench
from .levers import Levers
from .mass import Mass, Rule, critical_mass, rule
from .need import Need, need
from .wanted import Wanted, wanted_of

if TYPE_CHECKING:
    from ...language.model import Simulation

REPLICATIONS = 50
FEW = 16
"""Runs, at least, of what is shown beside the answer: critical mass (a third of all) and the rule of thumb (a quarter)."""
PROBABILITY, EVERY_WEEK = 0.8, 0.9


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a target needs, critical mass, and the practitioner's rule, for one simulation."""

    name: str
    file: str
    playbooks: tuple[str, ...]
    start: str
    horizon: str
    need: Need
    mass: Mass
    rule: tuple[Rule, ...]
    currency: str
    seed: int
    replications: int
    runs: int
    engine: str
    version: str
    notes: tuple[str, ...]


def size(
    simulation: Simulation,
    *,
    target: str | None = None,
    probability: float = PROBABILITY,
    replications: int | None = None,
    bench: Bench | None = None,
    notes: tuple[str, ...] = (),
) -> Sizes:
    """Size a simulation for a target (`20 meetings per month`; default: the playbook's own) that is to be met with `probability`.

    `replications` of a setting that is tried (default 50), and as many fresh ones of the answer. Raises NoTarget, `Refused`, and what `Bench.run`
    raises.
    """
    bench = bench or Bench()
    levers = Levers(simulation, bench)
    wanted: Wanted = wanted_of(target, levers.playbooks, levers.days)
    n = replications or REPLICATIONS
    found = need(levers, wanted, probability, n)
    mass = critical_mass(levers, EVERY_WEEK, max(FEW, n // 3))
    rules = rule(levers, max(FEW, n // 4))
    return Sizes(
        name=simulation.name,
        file=simulation.file,
        playbooks=tuple(playbook.name for playbook in levers.playbooks),
        start=simulation.start,
        horizon=str(simulation.horizon),
        need=found,
        mass=mass,
        rule=rules,
        currency=levers.trial(levers.now).program.currency,
        seed=simulation.seed,
        replications=n,
        runs=bench.runs,
        engine=bench.engine,
        version=__version__,
        notes=notes,
    )
