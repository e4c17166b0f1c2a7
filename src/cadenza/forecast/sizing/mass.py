"""Critical mass: from how many contacts in motion on opportunities come every week, and what the practitioner's rule gives for this playbook.

The rule: ten thousand valid contacts, reached within four to six weeks. A week counts as carried where it brings at least one new opportunity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import statistics
from ..trials import Trial
from .levers import Levers, Setting

LEAST_WEEKS = 26
"""So long a stretch is looked at, at least: lead times and replies take their weeks before a pipeline stands."""
STEADY = 8
"""The last so many weeks are taken for how it goes on."""
MOST, STEPS, CLOSE, IN_A_ROW = 40, 5, 0.02, 4
CONTACTS = 10_000
WEEKS = (4, 5, 6)
DAYS = 5


@dataclass(frozen=True, slots=True)
class Mass:
    """`enroll` people a business day bring a new opportunity in `share` of the weeks; None where no enrolment does. `from_week`: from which week on
    (1 is the first). `row`: the least enrolment for which each of four weeks in a row brings one, with the same probability. `now`: the share
    of weeks as things are."""

    probability: float
    weeks: int
    now: float
    present: float
    enroll: float | None
    share: float
    from_week: int | None
    contacts: float
    row: float | None
    weekly: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Ten thousand contacts within `weeks`: `enroll` people a business day. `load`: the share of each role's time and sender's caps that this takes
    in its busiest weeks, where there is enough (above 1: more than there is). Opportunities (medians): with the people and mailboxes of now, and
    with enough of them. `late`: how late nine of ten touches are at most, with those of now, in seconds. `share`: of the weeks from the first
    opportunity to the last contact's, how many bring one, with enough of everything."""

    weeks: int
    enroll: float
    load: tuple[tuple[str, float], ...]
    opportunities: float
    opportunities_enough: float
    meetings: float
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
        return Mass(probability, weeks, now, longer.now.enroll, None, most, None, 0.0, None, ())
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
    which the rate that was seen would be the rate that is needed.
    """
    needed, enroll = _rate(probability, row), levers.now.enroll
    for _ in range(STEPS):
        samples = n * (STEADY - row + 1)
        share = _share(levers.run([levers.plenty(enroll)], n)[0], n, row)
        seen = _rate(min(1 - 0.5 / samples, max(0.5 / samples, share)), row)
        better = float(math.ceil(enroll * needed / seen))
        if better > limit:
            if enroll >= limit:
                return None
            better = limit
        if abs(better / enroll - 1) < CLOSE:
            break
        enroll = better
    return better


def _rate(share: float, row: int) -> float:
    """Opportunities a week that come by chance and leave none of `row` weeks empty in that share of cases."""
    return -math.log(1 - share ** (1 / row))


def _series(trial: Trial, n: int) -> list[tuple[float, ...]]:
    return [tuple(weekly.get("opportunities", ())) for weekly in trial.weekly[:n]]


def _share(trial: Trial, n: int, row: int) -> float:
    """The share of the stretches of `row` weeks among the last ones, over all runs, in which every week brings an opportunity."""
    found = [all(series[week : week + row]) for series in _series(trial, n) for week in range(len(series) - STEADY, len(series) - row + 1)]
    return sum(found) / len(found)


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
    load = [(role, _busiest(enough, f"load.{role}", n) * many[role] / there[role]) for role, _ in levers.now.people]
    load += [(sender, _peak_mails(enough, sender, n, many[sender], levers) / there[sender]) for sender, _ in levers.now.mailboxes]
    middle = {trial: statistics.quantile(sorted(each.of("opportunities", n)), 0.5) for trial, each in (("enough", enough), ("now", now))}
    return Rule(
        weeks=weeks,
        enroll=enroll,
        load=tuple(load),
        opportunities=middle["now"],
        opportunities_enough=middle["enough"],
        meetings=statistics.quantile(sorted(now.of("meetings", n)), 0.5),
        late=statistics.mean(now.of("late.touch.p90", n)),
        share=_carried(enough, n),
    )


def _busiest(trial: Trial, key: str, n: int) -> float:
    """The mean over the runs of the busiest week's load."""
    return statistics.mean([max(weekly.get(key, (0.0,))) for weekly in trial.weekly[:n]])


def _peak_mails(trial: Trial, sender: str, n: int, boxes: int, levers: Levers) -> float:
    """Mailboxes' worth of mail in the busiest week: mails follow the touches' curve."""
    total = statistics.mean(trial.of("touches", n))
    peak = statistics.mean([max(weekly.get("touches", (0.0,))) for weekly in trial.weekly[:n]])
    of_all = levers.days / 7
    return statistics.mean(trial.of(f"load.sender.{sender}", n)) * boxes * (peak / total * of_all if total else 0.0)


def _carried(trial: Trial, n: int) -> float:
    """Of the weeks from a run's first opportunity to its last, the share that brings one."""
    shares = []
    for series in _series(trial, n):
        weeks = [week for week, count in enumerate(series) if count]
        if weeks:
            shares.append(len(weeks) / (weeks[-1] - weeks[0] + 1))
    return statistics.mean(shares) if shares else 0.0
