"""The people of a forecast: who they are, when they are enrolled, and whose colleagues they are.

The i-th person of an audience has the key `key(playbook, i)`, whatever the audience's size. People are enrolled in the order of their keys, which is
random and belongs to them; the i-th and the (i+1)-th person share an account with probability 1 - 1/mean, so that sizes are geometric. An
account sits in one country; its people live in that country's zones, each as likely as the other where the list knows time zones, else in
the intersection of all of them. These are facts about a list, so they hang on the seed and not on the replication.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any, cast

from ..calendars import Calendar, UnknownCountry, UnknownPlace, check_place, zones_for
from ..language.flows import PERIODS
from ..language.model import Playbook
from ..language.values import Flow
from .assumptions import Assumptions
from .clocks import ClockMaker
from .crowd import Audience, Members, sorted_places
from .draws import base, code, draw, key, mix, stem, unit
from .figures import law
from .program import Days, People
from .rates import quantile

LIST = -1
"""The "replication" of facts about a list."""
CODES = {purpose: code("", 0, purpose) for purpose in ("account", "country", "zone", "segment", "arrival")}
MOST = 2_000_000
"""Of a larger market that playbooks share, the people come from the first so many."""
MANY = 200_000
"""Of a longer list, the people come from the first so many (or as many as can be enrolled): the rest would be the same kind of people."""
NINE = 9 * 3600
"""Enrolment happens at 09:00 of the organization, on its business days."""


def quotas(flow: Flow, days: Days, inbound: bool) -> list[int]:
    """How many may be enrolled on each day. A flow per business day counts business days, any other accumulates with the calendar and is
    released on business days; inbound people come on every day on which their flow runs."""
    per_day = Fraction(str(flow.amount)) / Fraction(str(PERIODS[flow.per]))
    given, due, found = 0, Fraction(0), []
    for business in days.business:
        if flow.per != "business day" or business:
            due += per_day
        open_today = business or (inbound and flow.per != "business day")
        today = int(due) - given if open_today else 0
        given += today
        found.append(today)
    return found


def calendars_of(playbook: Playbook, maker: ClockMaker, lead: Playbook) -> list[list[int]]:
    """For each country of `lead`, the calendars that a person there may have, with the windows of the playbook."""
    windows = {str(channel): use.window for channel, use in playbook.channels.items()}
    known = any(field.name == "timezone" for field in lead.audience.fields)
    found = []
    for country in lead.icp.countries:
        try:
            zones = zones_for(country)
        except UnknownCountry:
            zones = ()
        if zones:
            holidays = holidays_of(country)
            choices = [(name,) for name in zones] if known else [zones]
            found.append([maker.calendar(Calendar(choice, holidays), windows) for choice in choices])
    if not found:
        organization = playbook.workspace.organization
        found.append([maker.calendar(Calendar((organization.timezone,), organization.holidays), windows)])
    return found


def holidays_of(country: str) -> tuple[str, ...]:
    """The country, where its holidays are known; else none, and only weekends are free."""
    try:
        check_place(country)
    except UnknownPlace:
        return ()
    return (country,)


def segment_bounds(assumptions: Assumptions) -> list[float]:
    """Cumulative shares of the segments at their medians; what is left belongs to none."""
    total, bounds = 0.0, []
    for _, chain in assumptions.segments():
        for figure in chain:
            kind, a, b, scale = law(figure.value)
            total += quantile(kind, 0.5, a, b) * scale
        bounds.append(min(total, 1.0))
    return bounds


def drawn(audience: Audience, seed: int, days: Days, maker: ClockMaker) -> Members:
    """The people of an audience who can be enrolled: those with the least keys, or who are first in the playbook's own order."""
    size = reach(audience)
    keys = [key(audience.home, i) for i in range(size)]
    turns = [draw(each, audience.order) for each in keys] if audience.order else keys
    chosen = sorted(range(size), key=turns.__getitem__)[: audience.wanted]
    home = homes(keys, seed, max(chosen, default=-1) + 1, audience.leading.number("accounts", "people", default=1.0))
    countries, root = calendars_of(audience.playbook, maker, audience.lead), stem(seed, LIST)
    calendar = array("i")
    for i in chosen:
        zones = countries[int(unit(draw(mix(root ^ keys[home[i]]), CODES["country"])) * len(countries))]
        calendar.append(zones[int(unit(draw(mix(root ^ keys[i]), CODES["zone"])) * len(zones))])
    found = array("Q", (keys[i] for i in chosen))
    segment = dealt(segment_bounds(audience.assumptions), seed, found)
    account = array("i", (audience.first + home[i] for i in chosen))
    return Members(found, account, calendar, segment, *arrivals(found, audience.quota, days, audience.playbook.motion == "inbound", seed))


def reach(audience: Audience) -> int:
    """How many of the people are looked at; there are no more accounts than that."""
    return min(audience.size, MOST if audience.order else max(MANY, audience.wanted))


def dealt(bounds: list[float], seed: int, keys: Sequence[int]) -> array[int]:
    """The segment that each person is dealt, counted from 1; 0: none."""
    found = array("i", bytes(4 * len(keys)))
    root = stem(seed, LIST)
    for n, each in enumerate(keys) if bounds else ():
        place = bisect_right(bounds, unit(draw(mix(root ^ each), CODES["segment"])))
        found[n] = place + 1 if place < len(bounds) else 0
    return found


def homes(keys: Sequence[int], seed: int, count: int, mean: float) -> list[int]:
    """The first person of the account of each of the first `count` people."""
    share, root, found = 1.0 / max(mean, 1.0), stem(seed, LIST), list[int]()
    for i in range(count):
        found.append(i if not i or share >= 1.0 or unit(draw(mix(root ^ keys[i]), CODES["account"])) < share else found[-1])
    return found


def arrivals(keys: Sequence[int], quota: Sequence[int], days: Days, inbound: bool, seed: int) -> tuple[array[int], array[int]]:
    """Instant and day of each person's enrolment: at 09:00 of the organization; inbound people come at an instant of their day."""
    at, when = array("q"), array("i")
    for day, count in enumerate(quota):
        few = min(count, len(keys) - len(when))
        at.extend(array("q", (days.nine[day],)) * few)
        when.extend(array("i", (day,)) * few)
    for n, day in enumerate(when) if inbound else ():
        length = days.at[day + 1] - days.at[day]
        at[n] = days.at[day] + int(unit(draw(base(seed, LIST, keys[n]), CODES["arrival"])) * length)
    return at, when


def people(cohorts: Sequence[Members]) -> People:
    """All cohorts in one order of keys; who has the same, in that of the playbooks. Accounts are numbered without gaps."""
    columns = joined(cohorts)
    keys = columns["key"]
    order = sorted_places(keys)
    columns = {name: array(values.typecode, map(values.__getitem__, order)) for name, values in columns.items()}
    account = columns["account"]
    used = bytearray(max(account, default=-1) + 1)
    for each in account:
        used[each] = 1
    rank = array("i", accumulate(used, initial=0))
    columns["account"] = account = array("i", map(rank.__getitem__, account))
    colleague = array("i", sorted(range(len(account)), key=account.__getitem__))
    sizes = array("i", bytes(4 * rank[-1]))
    for each in account:
        sizes[each] += 1
    return People(**cast(Any, columns), colleagues=array("i", accumulate(sizes, initial=0)), colleague=colleague)


def joined(cohorts: Sequence[Members]) -> dict[str, array[int]]:
    """The columns of all cohorts, one after the other, with which cohort it is and the place in it."""
    names = ("key", "account", "calendar", "segment", "arrive", "arrive_day")
    found = {name: getattr(cohorts[0], name) if len(cohorts) == 1 else _chained(getattr(each, name) for each in cohorts) for name in names}
    found["cohort"] = _chained(array("i", (c,)) * len(each.key) for c, each in enumerate(cohorts))
    found["position"] = _chained(array("i", range(len(each.key))) for each in cohorts)
    return found


def _chained(parts: Iterable[array[int]]) -> array[int]:
    first, *more = parts
    for part in more:
        first = first + part
    return first
