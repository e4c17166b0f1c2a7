"""What a target needs: first contacts, with enough of everything else; then the fewest people and mailboxes that still do for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .. import statistics
from ..results import Interval
from ..trials import Trial
from .levers import Levers, Setting
from .search import least
from .wanted import Wanted

HEADROOM, LOSS = 1.02, 0.005
"""Each kind of people or mailboxes may cost so much of what is wanted, and so many more contacts make up for it: nobody has to wait idly for the
case that somebody is needed at once."""
STEPS, NEAR, CLOSE = 8, 0.15, 0.005
MOST = 40
"""More than so many times the present enrolment is not tried: what does not come of that does not come of enrolment."""


@dataclass(frozen=True, slots=True)
class Chance:
    """In how many of n runs the target was met, and the median of its metric."""

    met: int
    n: int
    median: float

    @property
    def share(self) -> float:
        return self.met / self.n

    @property
    def interval(self) -> Interval:
        return statistics.wilson(self.met, self.n)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What the target's chance is at the enrolment that it needs, where only `what` is plentiful and all else is as it is now."""

    what: str
    chance: Chance


@dataclass(frozen=True, slots=True)
class Need:
    """`now`: the chance as things are. `setting`: the least enrolment, people and mailboxes; None where no enrolment does it, and `best` is then
    the chance at `limit` people a business day with enough of everything. `contacts`: people enrolled over the horizon (mean). `short`: at that
    enrolment with the people and mailboxes of now, and with each of them plentiful. `changes`: the setting as a scenario writes it."""

    wanted: Wanted
    probability: float
    now: Chance
    present: Setting
    setting: Setting | None
    chance: Chance | None
    best: Chance | None
    limit: float
    contacts: float
    short: tuple[Relaxed, ...]
    changes: tuple[tuple[str, str], ...]

    @property
    def binds(self) -> str | None:
        """What holds the target back most at the enrolment that it needs: what raises the chance most where there is plenty of it. "" for nothing,
        None where several things do together."""
        if not self.short or self.short[0].chance.share >= self.probability:
            return ""
        best = max(self.short[1:], key=lambda each: each.chance.share, default=None)
        return best.what if best is not None and best.chance.met > self.short[0].chance.met else None


def need(levers: Levers, wanted: Wanted, probability: float, n: int) -> Need:
    """The least setting for which the target is met in that share of n runs."""

    def chance(trial: Trial) -> Chance:
        values = trial.of(wanted.metric, n)
        return Chance(sum(value >= wanted.needed for value in values), n, statistics.quantile(sorted(values), 0.5))

    def tried(setting: Setting) -> Chance:
        return chance(levers.run([setting], n)[0])

    now = tried(levers.now)
    limit = max(1, math.floor(levers.now.enroll * MOST))
    found = _enrolment(levers, wanted, probability, n, limit)
    if found is None:
        best = tried(levers.plenty(limit))
        return Need(wanted, probability, now, levers.now, None, None, best, limit, 0.0, (), ())
    setting = _fewest(levers, levers.plenty(math.ceil(found * HEADROOM)), wanted, max(1, n // 2))
    trial = levers.run([setting], n)[0]
    changes = tuple((path, str(change)) for path, change in levers.changes(setting).items())
    return Need(
        wanted=wanted,
        probability=probability,
        now=now,
        present=levers.now,
        setting=setting,
        chance=chance(trial),
        best=None,
        limit=limit,
        contacts=statistics.mean(trial.of("enrolled", n)),
        short=tuple(Relaxed(what, tried(each)) for what, each in _relaxed(levers, setting.enroll)),
        changes=changes,
    )


def _enrolment(levers: Levers, wanted: Wanted, probability: float, n: int, limit: int) -> float | None:
    """People a business day, with enough of everything else; None where not even `limit` does it.

    What comes of a person hardly depends on how many there are, so the yields of nearby enrolments are one sample: of them, enough in the share
    of runs that is asked for. Each step tries the enrolment that this gives, until it stays where it is.
    """
    enroll, yields = levers.now.enroll, dict[float, list[float]]()
    for _ in range(STEPS):
        trial = levers.run([levers.plenty(enroll)], n)[0]
        yields[enroll] = [value / enroll for value in trial.of(wanted.metric, n)]
        near = sorted(value for each, values in yields.items() if abs(each / enroll - 1) <= NEAR for value in values)
        low = statistics.quantile(near, 1 - probability)
        better = max(1.0, min(float(limit), wanted.needed / low if low > 0 else enroll * 4))
        if abs(better / enroll - 1) < CLOSE or math.ceil(better) in yields:
            break
        enroll = float(math.ceil(better))
    if low <= 0 or wanted.needed / low > limit * (1 + CLOSE):
        return None
    return better


def _fewest(levers: Levers, plenty: Setting, wanted: Wanted, n: int) -> Setting:
    """The fewest people of each role, then mailboxes of each sender, one after the other, of which each costs hardly any of what is wanted."""
    full = statistics.mean(levers.run([plenty], n)[0].of(wanted.metric, n))
    loads, setting, lost = levers.trial(plenty), plenty, 0

    def holds(of: Callable[[int], Setting], count: int) -> bool:
        return statistics.mean(levers.run([of(count)], n)[0].of(wanted.metric, n)) >= full * (1 - LOSS * lost)

    kinds = [(f"load.{role}", people, role) for role, people in plenty.people]
    kinds += [(f"load.sender.{sender}", boxes, sender) for sender, boxes in plenty.mailboxes]
    for key, many, name in kinds:
        lost += 1
        of = partial(setting.boxed if key.startswith("load.sender.") else setting.staffed, name)
        busy = math.ceil(statistics.mean(loads.of(key, n)) * many)
        fewest = least(partial(holds, of), max(1, busy), many)
        setting = of(fewest) if fewest is not None else setting
    return setting


def _relaxed(levers: Levers, enroll: float) -> list[tuple[str, Setting]]:
    """The needed enrolment with what there is now, and with plenty of one thing at a time."""
    plenty = levers.plenty(enroll)
    present = Setting(enroll, levers.now.people, levers.now.mailboxes, plenty.size)
    many = dict((*plenty.people, *plenty.mailboxes))
    found = [("", present)]
    found += [(role, present.staffed(role, many[role])) for role, _ in present.people]
    return found + [(sender, present.boxed(sender, many[sender])) for sender, _ in present.mailboxes]
