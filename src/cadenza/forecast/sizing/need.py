"""What a target needs: first contacts, with enough of everything else; then the fewest people and mailboxes that still do for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .. import statistics, summary
from ..results import Difference, Interval
from .levers import Levers, Setting, busiest
from .search import least
from .wanted import Wanted

HEADROOM, LOSS = 1.02, 0.005
"""Each kind of people or mailboxes may cost so much of what is wanted, and so many more contacts make up for it: nobody has to wait idly for the
case that somebody is needed at once."""
STEPS, NEAR, CLOSE = 8, 0.15, 0.015
MOST = 40
"""More than so many times the present enrolment is not tried: what does not come of that does not come of enrolment."""
FAR = 2
"""Where the best run seen would have to bring so many times as much even with the most people, nobody has to try them to know."""
USED = 0.65
"""Of a busy week's time people can use about so much: work comes in hours of its own. A guess where to look first, and no more."""
FIRST = 5
"""Runs of a staffing before it is judged; twice as many each time that they do not tell."""


@dataclass(frozen=True, slots=True)
class Chance:
    """In how many of n runs the target was met, and the median of its metric. That of an answer is of runs that it was not chosen by."""

    met: int
    n: int
    median: float

    @property
    def share(self) -> float:
        return self.met / self.n

    @property
    def interval(self) -> Interval:
        return statistics.share_interval(self.met, self.n)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What the target's chance is at the enrolment that it needs, where only `what` is plentiful and all else is as it is now; and how much more of
    what is wanted that brings than what there is now, run by run."""

    what: str
    chance: Chance
    more: Difference | None


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
        """What holds the target back most at the enrolment that it needs: what brings most more where there is plenty of it. "" for nothing, None
        where no one thing alone brings more than noise."""
        if not self.short or self.short[0].chance.share >= self.probability:
            return ""
        sure = [each for each in self.short if each.more is not None and each.more.verdict == "higher"]
        best = max(sure, key=lambda each: each.more.mean if each.more else 0.0, default=None)
        return best.what if best is not None else None


def need(levers: Levers, wanted: Wanted, probability: float, n: int) -> Need:
    """The least setting for which the target is met in that share of n runs."""

    now = _chance(levers, levers.now, wanted, max(FIRST, n // 2))
    limit = max(1, math.floor(levers.now.enroll * MOST))
    enroll = _enrolment(levers, wanted, probability, n, limit)
    if enroll is None:
        best = _chance(levers, levers.plenty(limit), wanted, min(n, FIRST))
        if best.median * FAR >= wanted.needed:
            best = _chance(levers, levers.plenty(limit), wanted, n)
        return Need(wanted, probability, now, levers.now, None, None, best, limit, 0.0, (), ())
    setting = _fewest(levers, levers.plenty(enroll), wanted, n)
    chance = _chance(levers, setting, wanted, n, fresh_after=n)
    return Need(
        wanted=wanted,
        probability=probability,
        now=now,
        present=levers.now,
        setting=setting,
        chance=chance,
        best=None,
        limit=limit,
        contacts=statistics.mean(levers.trial(setting).of("enrolled")),
        short=_short(levers, enroll, wanted, max(FIRST, n // 4)),
        changes=tuple((path, str(change)) for path, change in levers.changes(setting).items()),
    )


def _chance(levers: Levers, setting: Setting, wanted: Wanted, n: int, fresh_after: int = 0) -> Chance:
    """In how many of n runs it is met, after those by which the setting may have been chosen."""
    values = levers.run([setting], fresh_after + n)[0].of(wanted.metric)[fresh_after : fresh_after + n]
    return Chance(sum(value >= wanted.needed for value in values), n, statistics.quantile(sorted(values), 0.5))


def _enrolment(levers: Levers, wanted: Wanted, probability: float, n: int, limit: int) -> float | None:
    """People a business day, with enough of everything else and some headroom; None where not even `limit` does it.

    What comes of a person hardly depends on how many there are, so the yields of nearby enrolments are one sample: of them, enough in the share
    of runs that is asked for. Each step tries the enrolment that this gives, until it comes near one that was tried; the first one only shows where
    to look.
    """
    enroll, runs, yields = levers.now.enroll, max(FIRST, n // 2), dict[float, list[float]]()
    for _ in range(STEPS):
        trial = levers.run([levers.plenty(enroll)], runs)[0]
        yields[enroll] = [value / enroll for value in trial.of(wanted.metric, runs)]
        near = sorted(value for each, values in yields.items() if abs(each / enroll - 1) <= NEAR for value in values)
        if wanted.needed > FAR * limit * near[-1]:
            return None
        low = statistics.quantile(near, 1 - probability)
        least = max(1.0, min(float(limit), wanted.needed / low if low > 0 else enroll * 4))
        better = float(math.ceil(least * HEADROOM))
        if runs == n and abs(better / enroll - 1) <= NEAR:
            break
        enroll, runs = better, n
    else:  # so little is wanted that the enrolment for it brings nothing in too many runs: the least one that was seen to do it
        met = [each for each, values in yields.items() if each * statistics.quantile(sorted(values), 1 - probability) >= wanted.needed]
        if met:
            return float(math.ceil(min(met)))
    return None if low <= 0 or wanted.needed / low > limit * (1 + CLOSE) else better


def _fewest(levers: Levers, plenty: Setting, wanted: Wanted, n: int) -> Setting:
    """The fewest people of each role, then mailboxes of each sender, one after the other, of which each costs hardly any of what is wanted."""
    full, setting = levers.run([plenty], FIRST)[0], plenty
    kinds = [(f"load.{role}", role, people, USED) for role, people in plenty.people]
    kinds += [(f"load.sender.{sender}", sender, boxes, 1.0) for sender, boxes in plenty.mailboxes]
    for number, (key, name, many, used) in enumerate(kinds, 1):
        of = partial(setting.staffed if number <= len(plenty.people) else setting.boxed, name)
        holds = partial(_holds, levers, of, plenty, wanted, LOSS * number, max(FIRST, n // 3))
        fewest = least(holds, math.ceil(busiest(full, key, FIRST) * many / used), many)
        setting = of(fewest) if fewest is not None else setting
    return setting


def _holds(levers: Levers, of: Callable[[int], Setting], plenty: Setting, wanted: Wanted, loss: float, n: int, count: int) -> bool:
    """Whether so many of one kind bring all but this share of what there is with plenty: run by run, for the same people with the same luck, a few
    runs first and more only while they do not tell."""
    runs = min(FIRST, n)
    while True:
        found, base = (trial.of(wanted.metric, runs) for trial in levers.run([of(count), plenty], runs))
        over = [(1 - loss) * most - value for value, most in zip(found, base, strict=True)]
        interval = statistics.mean_interval(over)
        if runs == n or (interval is not None and not interval.holds(0)):
            return statistics.mean(over) <= 0
        runs = min(n, 2 * runs)


def _short(levers: Levers, enroll: float, wanted: Wanted, n: int) -> tuple[Relaxed, ...]:
    settings = _relaxed(levers, enroll)
    present = levers.run([setting for _, setting in settings], n)[0].of(wanted.metric, n)
    found = []
    for what, setting in settings:
        more = summary.difference(wanted.metric, levers.trial(setting).of(wanted.metric, n), present) if what else None
        found.append(Relaxed(what, _chance(levers, setting, wanted, n), more))
    return tuple(found)


def _relaxed(levers: Levers, enroll: float) -> list[tuple[str, Setting]]:
    """The needed enrolment with what there is now, and with plenty of one thing at a time."""
    plenty = levers.plenty(enroll)
    present = Setting(enroll, levers.now.people, levers.now.mailboxes, plenty.size)
    many = dict((*plenty.people, *plenty.mailboxes))
    found = [("", present)]
    found += [(role, present.staffed(role, many[role])) for role, _ in present.people]
    return found + [(sender, present.boxed(sender, many[sender])) for sender, _ in present.mailboxes]
