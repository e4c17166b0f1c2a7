"""Critical mass: from how many contacts in motion on opportunities come every week, and what the practitioner's rule gives for this playbook.

The rule: ten thousand valid contacts, reached within four to six weeks. A week counts as carried where it brings at least one new opportunity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .. import statistics
from ..results import Interval
from ..trials import Trial
from .levers import Levers, Setting, busiest

LEAST_WEEKS = 26
"""So long a stretch is looked at, at least: lead times and replies take their weeks before a pipeline stands."""
STEADY = 8
"""The last so many weeks are taken for how it goes on."""
MOST, STEPS, CLOSE, NEAR, IN_A_ROW = 40, 5, 0.08, 0.15, 4
CONTACTS = 10_000
WEEKS = (4, 5, 6)
DAYS = 5


class Spread(NamedTuple):
    """P10, P50 and P90 over the runs."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class Mass:
    """`enroll` people a business day bring a new opportunity in `share` of the weeks; None where no enrolment does. `from_week`: from which week on
    (1 is the first). `interval`: of `share`, 95%. `row`: the least enrolment for which each of four weeks in a row brings one, with the same
    probability. `now`: the share of weeks as things are."""

    probability: float
    weeks: int
    now: float
    present: float
    enroll: float | None
    share: float
    interval: Interval | None
    from_week: int | None
    contacts: float
    row: float | None
    weekly: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Ten thousand contacts within `weeks`: `enroll` people a business day. `load`: the share of each role's time and sender's caps that this takes
    in its busiest weeks, where there is enough (above 1: more than there is). Opportunities: with the people and mailboxes of now, and
    with enough of them. `late`: how late nine of ten touches are at most, with those of now, in seconds. `share`: of the weeks from the first
    opportunity to the last contact's, how many bring one, with enough of everything."""

    weeks: int
    enroll: float
    load: tuple[tuple[str, float], ...]
    opportunities: Spread
    opportunities_enough: Spread
    meetings: Spread
    late: float
    share: float


def critical_mass(levers: Levers, probability: float, n: int) -> Mass:
    """The least enrolment whose weeks bring an opportunity with this probability, where nothing else is short."""
    longer = _longer(levers)
    weeks = math.ceil(longer.days / 7)

    now = _share(longer.run([longer.plenty(longer.now.enroll)], n)[0], n, 1)
    limit = float(math.floor(longer.now.enroll * MOST))
    found = _enrolment(longer, probability, n, limit, 1)
    if found is None:
        most = _share(longer.run([longer.plenty(limit)], n)[0], n, 1)
        return Mass(probability, weeks, now, longer.now.enroll, None, most, None, None, 0.0, None, ())
    row = _enrolment(longer, probability, n, limit, IN_A_ROW)
    trial = longer.run([longer.plenty(found)], n)[0]
    weekly = _weekly(trial, n)
    return Mass(
        probability=probability,
        weeks=weeks,
        now=now,
        present=longer.now.enroll,
        enroll=found,
        share=_share(trial, n, 1),
        interval=statistics.mean_interval(_shares(trial, n, 1)),
        from_week=_from_week(weekly, probability, n),
        contacts=_in_motion(trial, n),
        row=row,
        weekly=weekly,
    )


def _longer(levers: Levers) -> Levers:
    """The same levers over a stretch that is long enough."""
    if levers.days >= 7 * LEAST_WEEKS:
        return levers
    return Levers(replace(levers.simulation, horizon=replace(levers.simulation.horizon, amount=LEAST_WEEKS, unit="week")), levers.bench)


def _enrolment(levers: Levers, probability: float, n: int, limit: float, row: int) -> float | None:
    """The enrolment at which `row` weeks in a row all bring an opportunity with the probability; None where not even `limit` does.

    Opportunities that come by chance leave a week empty with exp(-rate), and the rate grows with enrolment: so each step tries the enrolment at
    which the rate that was seen would be the rate that is needed. That law is smooth: nearby steps are one sample, and what is near one needs
    none of its own.
    """
    needed, enroll, seen = _rate(probability, row), levers.now.enroll, dict[float, float]()
    samples = n * (STEADY - row + 1)
    for _ in range(STEPS):
        share = _share(levers.run([levers.plenty(enroll)], n)[0], n, row)
        seen[enroll] = _rate(min(1 - 0.5 / samples, max(0.5 / samples, share)), row) / enroll
        each = statistics.mean([rate for other, rate in seen.items() if abs(other / enroll - 1) <= NEAR])
        better = float(math.ceil(needed / each))
        if better > limit:
            if enroll >= limit:
                return None
            better = limit
        if abs(better / enroll - 1) <= CLOSE:
            break
        enroll = better
    return better


def _rate(share: float, row: int) -> float:
    """Opportunities a week that come by chance and leave none of `row` weeks empty in that share of cases."""
    return -math.log(1 - share ** (1 / row))


def _series(trial: Trial, n: int) -> list[tuple[float, ...]]:
    return [tuple(weekly.get("opportunities", ())) for weekly in trial.weekly[:n]]


def _shares(trial: Trial, n: int, row: int) -> list[float]:
    """Run by run, the share of the stretches of `row` weeks among the last ones in which every week brings an opportunity."""
    found = []
    for series in _series(trial, n):
        full = [all(series[week : week + row]) for week in range(len(series) - STEADY, len(series) - row + 1)]
        found.append(sum(full) / len(full))
    return found


def _share(trial: Trial, n: int, row: int) -> float:
    return statistics.mean(_shares(trial, n, row))


def _weekly(trial: Trial, n: int) -> tuple[float, ...]:
    """Week by week, the share of runs with an opportunity."""
    return tuple(sum(map(bool, week)) / n for week in zip(*_series(trial, n), strict=True))


def _from_week(weekly: Sequence[float], probability: float, n: int) -> int | None:
    """The first week from which on any four weeks in a row bring one with the probability, as far as n runs can tell."""
    enough = probability - 2 * math.sqrt(probability * (1 - probability) / (4 * n))
    for week in range(len(weekly) - 3):
        if all(statistics.mean(weekly[start : start + 4]) >= enough for start in range(week, len(weekly) - 3)):
            return week + 1
    return None


def _in_motion(trial: Trial, n: int) -> float:
    """Contacts who are on their way at once, in the end."""
    return statistics.mean(trial.of("in_flight", n))


def rule(levers: Levers, n: int) -> tuple[Rule, ...]:
    """What ten thousand contacts in four, five and six weeks give, with what there is and with enough of it."""
    return tuple(_rule(levers, weeks, n) for weeks in WEEKS)


def _rule(levers: Levers, weeks: int, n: int) -> Rule:
    enroll = CONTACTS / (weeks * DAYS)
    plenty = replace(levers.plenty(enroll), size=CONTACTS)
    present = Setting(enroll, levers.now.people, levers.now.mailboxes, CONTACTS)
    enough, now = levers.run([plenty, present], n)
    many = dict((*plenty.people, *plenty.mailboxes))
    there = dict((*levers.now.people, *levers.now.mailboxes))
    keys = [(role, f"load.{role}") for role, _ in levers.now.people] + [(sender, f"load.sender.{sender}") for sender, _ in levers.now.mailboxes]
    return Rule(
        weeks=weeks,
        enroll=enroll,
        load=tuple((name, busiest(enough, key, n) * many[name] / there[name]) for name, key in keys),
        opportunities=_spread(now, "opportunities", n),
        opportunities_enough=_spread(enough, "opportunities", n),
        meetings=_spread(now, "meetings", n),
        late=statistics.mean(now.of("late.touch.p90", n)),
        share=_carried(enough, n),
    )


def _spread(trial: Trial, key: str, n: int) -> Spread:
    ordered = sorted(trial.of(key, n))
    return Spread(*(statistics.quantile(ordered, share) for share in (0.1, 0.5, 0.9)))


def _carried(trial: Trial, n: int) -> float:
    """Of the weeks from a run's first opportunity to its last, the share that brings one."""
    shares = []
    for series in _series(trial, n):
        weeks = [week for week, count in enumerate(series) if count]
        if weeks:
            shares.append(len(weeks) / (weeks[-1] - weeks[0] + 1))
    return statistics.mean(shares) if shares else 0.0
