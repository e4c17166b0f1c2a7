"""The search: moves from the best plans so far, in litters.

Runs are spent where they decide. All candidates of a litter get a few; those that do best are shown to lint, and the first ones that pass get
several times as many. What no other beats after that is measured anew, at most five of them. In the first few runs, meetings are counted by the
hand-offs that lead to them: who then books and comes is luck that tells nothing of a candidate, and without it few runs tell what twice as many do.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import zip_longest
from random import Random
from typing import TYPE_CHECKING

from ...language.findings import Refused
from ..differences import Change, values
from ..trials import Bench
from . import judging
from .optimum import Candidate, Rejected
from .plans import Bounds, Plan, neighbour, plan_of
from .texts import CannotWrite, texts_of
from .workshop import Workshop

if TYPE_CHECKING:
    from ...language.model import Playbook, Simulation

LITTER, KEPT = 8, 3
"""Candidates of one round, and how many of them lint may let into the next one."""
FEW, SOME = 0.1, 0.4
"""The first round and the second, as shares of the runs that say what the best are worth; no fewer than LEAST."""
LEAST = 4
SHOWN = 5
PATIENCE = 12
"""So many moves that lead nowhere new, for each candidate wanted, end the search."""


class Search:
    """`now` is what there is; `less`: what a candidate should have as little of as it can; `unwritten`: why plans could not be written down."""

    def __init__(self, simulation: Simulation, shop: Workshop, bounds: Bounds, budget: int, n: int, bench: Bench) -> None:
        self.simulation, self.shop, self.bounds, self.budget, self.n, self.bench = simulation, shop, bounds, budget, n, bench
        self.few, self.some = (max(LEAST, round(n * share)) for share in (FEW, SOME))
        self.random = Random(simulation.seed)
        playbooks = shop.playbooks({})
        if playbooks is None:
            raise Rejected(())
        self.playbooks: tuple[Playbook, ...] = playbooks
        self.plan = plan_of(playbooks, shop.root)
        self.now = Candidate(self.plan, {}, (), bench.trial(simulation, playbooks))
        self.seen: set[Plan] = {self.plan}
        self.archive: list[Candidate] = [self.now]
        self.less: tuple[str, str] = ("unsubscribed", "hours")
        self.evaluated = self.rejected = 0
        self.unwritten: set[str] = set()

    def run(self) -> tuple[list[Candidate], int | None]:
        """The best of the front, most meetings first, and the place of the one to propose."""
        self.bench.run([self.now.trial], self.some)
        self.less = ("unsubscribed", "cost" if "cost" in self.now.trial.values[0] else "hours")
        judging.measure(self.now, self.now, 0, self.some)
        while self.evaluated < self.budget:
            litter = self._litter(min(LITTER, self.budget - self.evaluated))
            if not litter:
                break
            self.evaluated += len(litter)
            self.archive += self._raced(litter)
        shown = self._measured(judging.front(self.archive, partial(self._score, self.some)))
        return shown, judging.pick(shown, self.less)

    # ------------------------------------------------------------ candidates

    def _litter(self, count: int) -> list[Candidate]:
        """New candidates that can be loaded, around the front and in turn around what of it costs no more than now; fewer where there are no more."""
        parents = judging.front(self.archive, partial(self._score, self.some))
        thrifty = [each for each in parents if not judging.dearer(each, self.less)] or [self.now]
        found: list[Candidate] = []
        for number in range(PATIENCE * count):
            plan = neighbour(self.random.choice(thrifty if number % 2 else parents).plan, self.bounds, self.random)
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

    # ------------------------------------------------------------ rounds

    def _raced(self, litter: list[Candidate]) -> list[Candidate]:
        """Those that do best in a few runs and pass lint, with some more runs."""
        self.bench.run([each.trial for each in litter], self.few)
        kept: list[Candidate] = []
        for each in self._alternating(litter):
            if self.shop.passes(each.texts):
                kept.append(each)
            else:
                self.rejected += 1
            if len(kept) == KEPT:
                break
        self.bench.run([each.trial for each in kept], self.some)
        for each in kept:
            judging.measure(each, self.now, 0, self.some)
        return kept

    def _alternating(self, litter: list[Candidate]) -> list[Candidate]:
        """Best first, and every other time the best of those that cost no more than now: more for more is easy to find, and not what is wanted."""
        for each in litter:
            judging.measure(each, self.now, 0, self.few)
        best = judging.ranked(litter, self.archive, partial(self._guess, self.few))
        thrifty = [each for each in best if not judging.dearer(each, self.less)]
        turns = [each for pair in zip_longest(thrifty, best) for each in pair if each is not None]
        return list({id(each): each for each in turns}.values())

    def _measured(self, front: list[Candidate]) -> list[Candidate]:
        """The best of them in fresh runs, without those that the fresh runs know something better than."""
        first, last = self.some, self.some + self.n
        shown = self._chosen([each for each in front if each is not self.now])
        self.bench.run([each.trial for each in (self.now, *shown)], last)
        for each in (self.now, *shown):
            judging.measure(each, self.now, first, last)
        still = judging.front([self.now, *shown], lambda each: (each.means["meetings"], *(-each.means[key] for key in self.less)))
        return sorted((each for each in still if each is not self.now), key=lambda each: (-each.means["meetings"], each.means["unsubscribed"]))

    def _chosen(self, front: list[Candidate]) -> list[Candidate]:
        """At most SHOWN: who brings most, then those that cost no more than now in whatever they cost, most meetings first."""
        best = sorted(front, key=lambda each: -each.means["meetings"])
        rest = sorted(best[1:], key=lambda each: (judging.dearer(each, self.less), -each.means["meetings"]))
        return [*best[:1], *rest][:SHOWN]

    # ------------------------------------------------------------ scores

    def _score(self, n: int, candidate: Candidate) -> judging.Score:
        return (judging.mean(candidate.trial, "meetings", n), *(-judging.mean(candidate.trial, key, n) for key in self.less))

    def _guess(self, n: int, candidate: Candidate) -> judging.Score:
        """The same with the meetings that the hand-offs will come to, at the rate of now."""
        handed, held = (judging.mean(self.now.trial, key, self.some) for key in ("handoffs", "meetings"))
        score = self._score(n, candidate)
        return (judging.mean(candidate.trial, "handoffs", n) * held / handed, *score[1:]) if handed else score
