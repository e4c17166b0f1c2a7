"""The answer of a search, and the call that makes it.

What is better is not one number. A plan stands where no other brings at least as many meetings for at most as many opt-outs and hours (or cost,
where there are prices): the Pareto front. Of it, one is proposed: the most meetings that cost neither more opt-outs nor more hours than now, as far
as the runs can tell. Whoever is best of many was lucky, too; so what is shown is measured anew, with runs that nobody was chosen by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from ... import __version__
from ..differences import Change
from ..results import Difference
from ..trials import Bench, Trial
from .plans import Bounds, Plan
from .workshop import workshop

if TYPE_CHECKING:
    from ...language.model import Simulation

BUDGET, REPLICATIONS = 40, 50


class Rejected(Exception):
    """The playbooks as they are do not pass lint: there is nothing to improve on. `findings` are the errors."""

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__("the playbooks have errors; mend them first: cadenza lint")
        self.findings = tuple(findings)


@dataclass(slots=True)
class Candidate:
    """A plan, the texts that write it down, the values that differ from now, and its runs; for those that are shown, what fresh runs say."""

    plan: Plan
    texts: dict[str, str]
    changes: tuple[Change, ...]
    trial: Trial
    means: dict[str, float] = field(default_factory=dict)
    differences: dict[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Optimum:
    """`now` and the best of the front, most meetings first; `pick` is a place in it, None where nothing is better than now. `evaluated` candidates
    were run; of those that did well, lint `refused` so many by rule, and `rejected` in all, with those that could not even be loaded. `less`: what
    the front has as little of as it can."""

    name: str
    now: Candidate
    front: tuple[Candidate, ...]
    pick: int | None
    less: tuple[str, ...]
    evaluated: int
    rejected: int
    refused: tuple[tuple[str, int], ...]
    runs: int
    replications: int
    budget: int
    originals: dict[str, str]
    currency: str
    start: str
    horizon: str
    seed: int
    engine: str
    version: str
    notes: tuple[str, ...]


def optimize(
    simulation: Simulation,
    *,
    as_of: date,
    bounds: Bounds | None = None,
    budget: int = BUDGET,
    replications: int = REPLICATIONS,
    bench: Bench | None = None,
    notes: tuple[str, ...] = (),
) -> Optimum:
    """Look at `budget` candidates; `replications` fresh runs say what the best are worth. Raises Rejected, `Refused`, and what `Bench.run` raises."""
    from .search import Search

    bench = bench or Bench()
    with workshop(simulation, as_of) as shop:
        errors = shop.judge_base()
        if errors:
            raise Rejected(errors)
        search = Search(simulation, shop, bounds or Bounds(), budget, replications, bench)
        front, pick = search.run()
    return Optimum(
        name=simulation.name,
        now=search.now,
        front=tuple(front),
        pick=pick,
        less=search.less,
        evaluated=search.evaluated,
        rejected=search.rejected,
        refused=tuple(sorted(shop.refused.items(), key=lambda item: (-item[1], item[0]))),
        runs=bench.runs,
        replications=replications,
        budget=budget,
        originals=shop.originals,
        currency=search.now.trial.program.currency,
        start=simulation.start,
        horizon=str(simulation.horizon),
        seed=simulation.seed,
        engine=bench.engine,
        version=__version__,
        notes=(*notes, *(f"not everything could be varied: {why}" for why in sorted(search.unwritten))),
    )
