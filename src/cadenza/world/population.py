"""The people of a forecast: who they are, when they are enrolled, and whose colleagues they are.

The i-th person of an audience has the key `key(playbook, i)`, whatever the audience's size. People are enrolled in the order of their keys, which is
random and belongs to them; the i-th and the (i+1)-th person share an account with probability 1 - 1/mean, so that sizes are geometric. An
account sits in one country; its people live in that country's zones, each as likely as the other where the list knows time zones, else in
the intersection of all of them. These are facts about a list, so they hang on the seed and not on the replication.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction

from ..calendars import Calendar, UnknownCountry, UnknownPlace, check_place, zones_for
from ..language.flows import PERIODS
from ..language.model import Playbook
from ..language.values import Flow
from .assumptions import Assumptions
from .clocks import ClockMaker
from .draws import base, code, draw, key, unit
from .figures import law
from .program import Days, People
from .rates import quantile

LIST = -1
"""The "replication" of facts about a list."""
CODES = {purpose: code("", 0, purpose) for purpose in ("account", "country", "zone", "segment", "arrival")}
MANY = 200_000
"""Of a longer list, the people come from the first so many (or as many as can be enrolled): the rest would be the same kind of people."""
NINE = 9 * 3600
"""Enrolment happens at 09:00 of the organization, on its business days."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person before the order of all keys is known."""

    key: int
    account: int
    calendar: int
    segment: int


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


def members(playbook: Playbook, assumptions: Assumptions, seed: int, size: int, wanted: int, maker: ClockMaker, first_account: int) -> list[Member]:
    """The people who can be enrolled, in the order of their keys: those with the `wanted` smallest keys among `size`."""
    size = min(size, max(MANY, wanted))
    keys = [key(playbook.name, i) for i in range(size)]
    chosen = sorted(range(size), key=keys.__getitem__)[:wanted]
    return describe(playbook, assumptions, seed, keys, chosen, maker, first_account, playbook, assumptions)


def describe(
    playbook: Playbook,
    assumptions: Assumptions,
    seed: int,
    keys: list[int],
    chosen: list[int],
    maker: ClockMaker,
    first_account: int,
    lead: Playbook,
    leading: Assumptions,
) -> list[Member]:
    """Who the chosen ones of these people are: countries and accounts as `lead` assumes them, segments and windows as the playbook does."""
    starts, account_of = account_starts(keys, seed, max(chosen, default=-1) + 1, leading.number("accounts", "people", default=1.0))
    countries, bounds = calendars_of(playbook, maker, lead), segment_bounds(assumptions)
    found = []
    for i in chosen:
        own, home = base(seed, LIST, keys[i]), base(seed, LIST, keys[starts[account_of[i]]])
        zones = countries[int(unit(draw(home, CODES["country"])) * len(countries))]
        calendar = zones[int(unit(draw(own, CODES["zone"])) * len(zones))]
        found.append(Member(keys[i], first_account + account_of[i], calendar, dealt(bounds, seed, keys[i])))
    return found


def dealt(bounds: list[float], seed: int, key: int) -> int:
    """The segment that a person is dealt, counted from 1; 0: none."""
    u = unit(draw(base(seed, LIST, key), CODES["segment"])) if bounds else 1.0
    return next((n + 1 for n, bound in enumerate(bounds) if u < bound), 0)


def account_starts(keys: list[int], seed: int, count: int, mean: float) -> tuple[list[int], list[int]]:
    """The first person of each account, and the account of each of the first `count` people."""
    share = 1.0 / max(mean, 1.0)
    starts: list[int] = []
    account: list[int] = []
    for i in range(count):
        if not starts or share >= 1.0 or unit(draw(base(seed, LIST, keys[i]), CODES["account"])) < share:
            starts.append(i)
        account.append(len(starts) - 1)
    return starts, account


def arrivals(found: list[Member], quota: list[int], days: Days, inbound: bool, seed: int) -> list[tuple[int, int]]:
    """(instant, day) of each person's enrolment: at 09:00 of the organization; inbound people come at an instant of their day."""
    slots = (day for day, count in enumerate(quota) for _ in range(count))
    plan = []
    for member, day in zip(found, slots, strict=False):
        at = days.nine[day]
        if inbound:
            length = days.at[day + 1] - days.at[day]
            at = days.at[day] + int(unit(draw(base(seed, LIST, member.key), CODES["arrival"])) * length)
        plan.append((at, day))
    return plan


def people(cohorts: list[list[Member]], plans: list[list[tuple[int, int]]]) -> People:
    """All cohorts in one order of keys."""
    rows = sorted((member.key, c, i) for c, found in enumerate(cohorts) for i, member in enumerate(found))
    each = [cohorts[c][i] for _, c, i in rows]
    by_account: dict[int, list[int]] = {}
    for number, member in enumerate(each):
        by_account.setdefault(member.account, []).append(number)
    names = {account: n for n, account in enumerate(sorted(by_account))}
    bounds, colleague = [0], []
    for account in sorted(by_account):
        colleague.extend(by_account[account])
        bounds.append(len(colleague))
    return People(
        key=array("Q", (member.key for member in each)),
        cohort=array("i", (c for _, c, _ in rows)),
        account=array("i", (names[member.account] for member in each)),
        calendar=array("i", (member.calendar for member in each)),
        segment=array("i", (member.segment for member in each)),
        position=array("i", (i for _, _, i in rows)),
        arrive=array("q", (plans[c][i][0] for _, c, i in rows)),
        arrive_day=array("i", (plans[c][i][1] for _, c, i in rows)),
        colleagues=array("i", bounds),
        colleague=array("i", colleague),
    )
