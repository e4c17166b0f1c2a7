"""Payback as finance means it: the week in which what was won has passed what was spent.

Deals close long after the first touch. So the people of the horizon are followed for another year, in which nobody new is let in: cost comes week by
week with the work, value (or gross margin, where `opportunity.margin` says what is left of a deal) with the deals that are won, after their cycle. In
some runs it never comes back in that time; how often that is, is part of the answer, and a quantile that lies there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, inf
from typing import TYPE_CHECKING

from .. import __version__
from . import statistics
from .after import longer
from .results import Interval
from .terms import Terms, figure_at, terms_of
from .trials import Bench, Trial

if TYPE_CHECKING:
    from ..language.model import Playbook, Simulation

REPLICATIONS = 100
SHARES = (0.1, 0.5, 0.9)


class NoPrices(ValueError):
    """Nothing has a price, so nothing can be paid back. `str(error)` says what to write."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Where it stands at the end of a week, in cents: means of what was spent, and P10, P50, P90 of what came back."""

    week: int
    spent: float
    back: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Payback:
    """`weeks`: P10, P50 and P90 of the week, from 1; None where that many runs do not come so far within `looked`. `interval`: of P50. `met`: runs
    that do. `return_on_cost`: P10, P50 and P90 of what came back for each unit spent, at the end. `margin`: the share of a deal that counts."""

    name: str
    start: str
    horizon: str
    looked: int
    weeks: tuple[int | None, int | None, int | None]
    interval: tuple[int | None, int | None] | None
    met: int
    replications: int
    return_on_cost: tuple[float, float, float]
    moments: tuple[Moment, ...]
    margin: tuple[tuple[str, float], ...]
    currency: str
    seed: int
    engine: str
    version: str
    notes: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.met / self.replications

    @property
    def share_interval(self) -> Interval:
        return statistics.share_interval(self.met, self.replications)


def payback(simulation: Simulation, *, replications: int = REPLICATIONS, bench: Bench | None = None, notes: tuple[str, ...] = ()) -> Payback:
    """When a simulation's spending comes back. Raises NoPrices, `Refused`, and what `Bench.run` raises."""
    from ..language import playbooks_of

    bench = bench or Bench()
    playbooks = playbooks_of(simulation, {})
    trial = bench.trial(simulation, playbooks)
    if trial.terms is None or not trial.terms.priced:
        raise NoPrices("nothing here has a price: write `cost:` of a role (team.sdr.cost: 5200 EUR per month), of a tool, or of the list")
    follow = Trial(longer(simulation, playbooks, trial.program))
    bench.run([follow], replications)
    margins = {playbook.name: figure_at(playbook, "margin", 1.0) for playbook in playbooks}
    cents = [_cents(playbooks, simulation.start, week) for week in range(follow.program.weeks + 1)]
    runs = [_run(cents, simulation, follow, number, margins) for number in range(replications)]
    return _told(simulation, runs, margins, bench, follow.program.currency, notes)


def _cents(playbooks: Sequence[Playbook], start: str, week: int) -> Terms:
    """What people and tools cost up to the end of a week."""
    return terms_of(playbooks, start, week * 7.0)


def _run(cents: Sequence[Terms], simulation: Simulation, trial: Trial, number: int, margins: dict[str, float]) -> tuple[list[float], list[float]]:
    """Of one run, what has been spent and what has come back by the end of each week."""
    weekly, counts, weeks = trial.weekly[number], trial.values[number], trial.program.weeks
    paid = simulation.horizon.seconds / 604800
    enrolled = sum(weekly["enrolled"])
    lists = sum(price * counts.get(cents[0].own(name, "enrolled"), 0.0) for name, price in cents[0].contact)
    spent = [0.0] * weeks
    for week in range(weeks):
        part = min(1.0, max(0.0, paid - week))  # of the week, for who is there in any case: nobody is kept for those who are still on their way
        before, then = cents[week], cents[week + 1]
        for old, new in zip(before.pay, then.pay, strict=True):
            spent[week] += (new.cents - old.cents) * (weekly[f"load.{new.role}"][week] if new.used else part)
        spent[week] += ((then.tools or 0.0) - (before.tools or 0.0)) * part
        spent[week] += lists * weekly["enrolled"][week] / enrolled if enrolled else 0.0
    back = [value * _kept(cents[0], counts, margins) for value in weekly["won_value"]]
    return list(accumulate(spent)), list(accumulate(back))


def _kept(terms: Terms, counts: dict[str, float], margins: dict[str, float]) -> float:
    """The share of what is won that counts: of several playbooks, by what each of them wins in this run."""
    won = {name: counts.get(terms.own(name, "won_value"), 0.0) for name in margins}
    total = sum(won.values())
    return sum(margins[name] * value for name, value in won.items()) / total if total else 0.0


def _week(spent: Sequence[float], back: Sequence[float]) -> float:
    """The first week from whose end on more has come back than was spent; infinite where there is none."""
    last = max((week for week in range(len(spent)) if back[week] < spent[week]), default=-1)
    return last + 2.0 if last + 1 < len(spent) else inf


def _told(
    simulation: Simulation,
    runs: Sequence[tuple[list[float], list[float]]],
    margins: dict[str, float],
    bench: Bench,
    currency: str,
    notes: tuple[str, ...],
) -> Payback:
    ordered = sorted(_week(*run) for run in runs)
    looked = len(runs[0][0])
    interval = statistics.quantile_interval(ordered, 0.5)
    rates = sorted(back[-1] / spent[-1] if spent[-1] else 0.0 for spent, back in runs)
    ends = sorted({*range(13, looked, 13), ceil(simulation.horizon.seconds / 604800), looked})
    return Payback(
        name=simulation.name,
        start=simulation.start,
        horizon=str(simulation.horizon),
        looked=looked,
        weeks=(_whole(ordered, 0.1), _whole(ordered, 0.5), _whole(ordered, 0.9)),
        interval=None if interval is None else (_finite(interval.low), _finite(interval.high)),
        met=sum(week < inf for week in ordered),
        replications=len(runs),
        return_on_cost=_spread(rates),
        moments=tuple(Moment(week, statistics.mean([s[week - 1] for s, _ in runs]), _spread(sorted(b[week - 1] for _, b in runs))) for week in ends),
        margin=tuple(margins.items()),
        currency=currency,
        seed=simulation.seed,
        engine=bench.engine,
        version=__version__,
        notes=notes,
    )


def _spread(ordered: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (statistics.quantile(ordered, share) for share in SHARES)
    return low, middle, high


def _whole(ordered: Sequence[float], share: float) -> int | None:
    """The least week by which so many runs are paid back: a week that happened, and nothing between two."""
    return _finite(ordered[max(0, ceil(round(share * len(ordered), 6)) - 1)])


def _finite(week: float) -> int | None:
    return int(week) if week < inf else None
