"""The search: moves from the best plans so far, few runs for all of them, more for the better half, all of them for what is left.

What is better is not one number. A plan stands where no other brings at least as many meetings for at most as many opt-outs and hours (or cost,
where there are prices): the Pareto front. Of it, one is proposed: the most meetings that cost neither more opt-outs nor more hours than now, as far
as the runs can tell. Whoever is best of many was lucky, too; so the front is measured anew, with runs that nobody was chosen by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from ... import __version__
from ...language.findings import Refused
from .. import statistics, summary
from ..differences import Change, values
from ..results import Difference
from ..trials import Bench, Trial
from .plans import Bounds, Plan, neighbour, plan_of
from .texts import CannotWrite, texts_of
from .workshop import Workshop, workshop

if TYPE_CHECKING:
    from ...language.model import Playbook, Simulation

BUDGET, REPLICATIONS = 60, 120
LITTER = 8
"""Candidates of one round."""
RUNGS = (10, 3)
"""All candidates of a round get a tenth of the runs, the better half a third, the better half of those all of them."""
PATIENCE = 12
"""So many moves that lead nowhere new, for each candidate wanted, end the search."""
KEYS = ("meetings", "unsubscribed", "complained", "hours", "opportunities", "touches", "enrolled", "cost", "cost_per_meeting")


class Rejected(Exception):
    """The playbooks as they are do not pass lint: there is nothing to improve on. `findings` are the errors."""

    def __init__(self, findings: Sequence[object]) -> None:
        super().__init__("the playbooks have errors; mend them first: cadenza lint")
        self.findings = tuple(findings)


@dataclass(slots=True)
class Candidate:
    """A plan, the texts that write it down, the values that differ from now, and its runs; for those of the front, what fresh runs say."""

    plan: Plan
    texts: dict[str, str]
    changes: tuple[Change, ...]
    trial: Trial
    means: dict[str, float] = field(default_factory=dict)
    differences: dict[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Optimum:
    """`now` and the rest of the front, most meetings first; `pick` is a place in it, None where nothing is better than now. `refused`: how many
    candidates lint refused, by rule. `less`: what the front has as little of as it can."""

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
    """Look at `budget` candidates. Raises Rejected, `Refused`, and what `Bench.run` raises."""
    bench = bench or Bench()
    with workshop(simulation, as_of) as shop:
        errors = shop.judge_base()
        if errors:
            raise Rejected(errors)
        return _Search(simulation, shop, bounds or Bounds(), budget, replications, bench).run(notes)


class _Search:
    def __init__(self, simulation: Simulation, shop: Workshop, bounds: Bounds, budget: int, n: int, bench: Bench) -> None:
        self.simulation, self.shop, self.bounds, self.budget, self.n, self.bench = simulation, shop, bounds, budget, n, bench
        self.random = Random(simulation.seed)
        playbooks = shop.playbooks({})
        if playbooks is None:
            raise Rejected(())
        self.playbooks: tuple[Playbook, ...] = playbooks
        self.plan = plan_of(playbooks)
        self.now = Candidate(self.plan, {}, (), bench.trial(simulation, playbooks))
        self.seen: set[Plan] = {self.plan}
        self.archive: list[Candidate] = [self.now]
        self.evaluated = self.rejected = 0
        self.unwritten: set[str] = set()

    def run(self, notes: tuple[str, ...]) -> Optimum:
        self.bench.run([self.now.trial], self.n)
        self.less = ("unsubscribed", "cost" if "cost" in self.now.trial.values[0] else "hours")
        while self.evaluated < self.budget:
            litter = self._litter(min(LITTER, self.budget - self.evaluated))
            if not litter:
                break
            self.evaluated += len(litter)
            self.archive += self._raced(litter)
        front = self._front(self.archive, self.n)
        self.bench.run([each.trial for each in (self.now, *front)], 2 * self.n)
        for candidate in (self.now, *front):
            self._sum_up(candidate)
        front = self._still_there(front)
        front.sort(key=lambda each: (-each.means["meetings"], each.means["unsubscribed"]))
        notes = (*notes, *(f"not everything could be varied: {why}" for why in sorted(self.unwritten)))
        simulation = self.simulation
        return Optimum(
            name=simulation.name,
            now=self.now,
            front=tuple(front),
            pick=self._pick(front),
            less=self.less,
            evaluated=self.evaluated,
            rejected=self.rejected,
            refused=tuple(sorted(self.shop.refused.items(), key=lambda item: (-item[1], item[0]))),
            runs=self.bench.runs,
            replications=self.n,
            budget=self.budget,
            originals=self.shop.originals,
            currency=self.now.trial.program.currency,
            start=simulation.start,
            horizon=str(simulation.horizon),
            seed=simulation.seed,
            engine=self.bench.engine,
            version=__version__,
            notes=notes,
        )

    # ------------------------------------------------------------ candidates

    def _litter(self, count: int) -> list[Candidate]:
        """New candidates around the front that lint lets pass; fewer where no more can be found."""
        parents = self._front(self.archive, self.n)
        found: list[Candidate] = []
        for _ in range(PATIENCE * count):
            plan = neighbour(self.random.choice(parents).plan, self.bounds, self.random)
            if plan in self.seen:
                continue
            self.seen.add(plan)
            candidate = self._written(plan)
            if candidate is not None:
                found.append(candidate)
            if len(found) == count:
                break
        return found

    def _written(self, plan: Plan) -> Candidate | None:
        try:
            texts = texts_of(plan, self.plan, self.shop.originals, self.simulation.workspace.root)
        except CannotWrite as why:
            self.unwritten.add(str(why))
            return None
        playbooks = self.shop.playbooks(texts)
        if playbooks is None or plan_of(playbooks) != plan:
            self.rejected += 1
            return None
        try:
            return Candidate(plan, texts, self._changes(playbooks), self.bench.trial(self.simulation, playbooks))
        except Refused:
            self.rejected += 1
            return None

    def _changes(self, playbooks: tuple[Playbook, ...]) -> tuple[Change, ...]:
        found = list(values(self.playbooks[0].workspace.node, playbooks[0].workspace.node))
        for old, new in zip(self.playbooks, playbooks, strict=True):
            prefix = f"{old.name}." if len(playbooks) > 1 else ""
            found += [replace(change, path=prefix + change.path) for change in values(old.node, new.node)]
        return tuple(found)

    def _raced(self, litter: list[Candidate]) -> list[Candidate]:
        """Those that are still there when all runs are made."""
        for share in RUNGS:
            runs = max(4, self.n // share)
            self.bench.run([each.trial for each in litter], runs)
            litter = self._better_half(litter, runs)
        self.bench.run([each.trial for each in litter], self.n)
        return litter

    def _better_half(self, litter: list[Candidate], runs: int) -> list[Candidate]:
        """By how many others are better in everything, then by meetings."""
        pool = [*litter, *self.archive]
        scores = {id(each): self._score(each, runs) for each in pool}

        def rank(each: Candidate) -> tuple[int, float]:
            mine = scores[id(each)]
            return sum(_dominates(scores[id(other)], mine) for other in pool), -mine[0]

        return sorted(litter, key=rank)[: max(1, (len(litter) + 1) // 2)]

    # ------------------------------------------------------------ judging

    def _score(self, candidate: Candidate, n: int) -> tuple[float, ...]:
        """More is better in each."""
        return (_mean(candidate.trial, "meetings", n), *(-_mean(candidate.trial, key, n) for key in self.less))

    def _front(self, candidates: Sequence[Candidate], n: int) -> list[Candidate]:
        scores = [self._score(each, n) for each in candidates]
        return [each for each, mine in zip(candidates, scores, strict=True) if not any(_dominates(other, mine) for other in scores)]

    def _still_there(self, front: Sequence[Candidate]) -> list[Candidate]:
        """Those that fresh runs leave in the front, too, beside what there is now, which is not one of them."""
        scores = {id(each): (each.means["meetings"], *(-each.means[key] for key in self.less)) for each in (self.now, *front)}
        return [each for each in front if each is not self.now and not any(_dominates(other, scores[id(each)]) for other in scores.values())]

    def _sum_up(self, candidate: Candidate) -> None:
        for key in KEYS:
            found, base = _values(candidate.trial, key, 2 * self.n), _values(self.now.trial, key, 2 * self.n)
            if found is not None and base is not None:
                candidate.means[key] = statistics.mean(found[self.n :])
                candidate.differences[key] = summary.difference(key, found[self.n :], base[self.n :])

    def _pick(self, front: Sequence[Candidate]) -> int | None:
        """The most meetings, more than now beyond noise, for not more of what should be less; else as many meetings for less."""
        for number, each in enumerate(front):
            if each.differences["meetings"].verdict == "higher" and not self._dearer(each):
                return number
        for number, each in enumerate(front):
            less = any(each.differences[key].verdict == "lower" for key in self.less)
            if each.differences["meetings"].verdict != "lower" and less and not self._dearer(each):
                return number
        return None

    def _dearer(self, each: Candidate) -> bool:
        return any(each.differences[key].verdict == "higher" for key in (*self.less, "complained"))


def _dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True)) and any(a > b for a, b in zip(one, other, strict=True))


def _mean(trial: Trial, key: str, n: int) -> float:
    found = _values(trial, key, n)
    return statistics.mean(found) if found else 0.0


def _values(trial: Trial, key: str, n: int) -> list[float] | None:
    """The first n runs of a metric; `hours` are those of all roles."""
    if key == "hours":
        roles = sorted(name for name in trial.values[0] if name.startswith("minutes."))
        return [sum(values[role] for role in roles) / 60 for values in trial.values[:n]]
    return trial.of(key, n) if key in trial.values[0] else None
