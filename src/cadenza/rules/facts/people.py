"""Who is contacted, on what ground, and from where the addresses come."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ...language.nodes import span_at
from ._tools import named, used, where
from .registry import BY_CHANNEL, DAY, FOREVER, Known, fact

if TYPE_CHECKING:
    from ..context import Subject

SUBSCRIBERS = ("corporate", "sole_trader", "consumer")
COMPANY = 50
"""Employees from which an account is taken for a company and not for a sole trader: where the EU's medium-sized enterprises begin."""


def subscribers(subject: Subject) -> tuple[str, ...]:
    """The kinds of subscriber that the audience may hold: as written, else corporate where every account is large, else all."""
    written = subject.playbook.audience.subscriber_types
    if written:
        return written
    employees = subject.playbook.icp.employees
    return ("corporate",) if employees is not None and employees.low is not None and employees.low >= COMPANY else SUBSCRIBERS


@fact(name="channels", type="list<string>")
def channels(subject: Subject) -> Known:
    """The channels that the cadence uses, in its order."""
    return Known(used(subject), where(subject, "cadence"))


@fact(name="countries", type="list<string>")
def countries(subject: Subject) -> Known:
    """The countries of the recipients (ISO 3166). Empty where nothing says which: then every law may apply."""
    return Known(subject.playbook.icp.countries, where(subject, "icp", "accounts", "countries"))


@fact(name="subscriber_types", type="list<string>")
def subscriber_types(subject: Subject) -> Known:
    """The kinds of subscriber that the audience may hold: corporate, sole_trader, consumer. All three where nothing says which."""
    written = bool(subject.playbook.audience.subscriber_types)
    return Known(subscribers(subject), where(subject, *(("audience", "subscriber_types") if written else ("icp", "accounts", "employees"))))


@fact(name="consent", type="string")
def consent(subject: Subject) -> Known:
    """The ground on which people are contacted, as written: legitimate_interest, express, implied, existing_customer, inbound_request or none."""
    return Known(subject.playbook.audience.consent or "none", where(subject, "audience", "consent"))


@fact(name="motion", type="string")
def motion(subject: Subject) -> Known:
    """cold, warm or inbound."""
    return Known(subject.playbook.motion, where(subject, "motion"))


@fact(name="source", type="string")
def source(subject: Subject) -> Known:
    """How the addresses were found: researched, purchased, scraped, crm, event, referral, opt_in or inbound; unknown where nothing says it."""
    own = subject.playbook.audience.source
    return Known(own.kind if own else "unknown", where(subject, "audience", "source", "kind"))


@fact(name="list_age", type="duration")
def list_age(subject: Subject) -> Known:
    """How long ago the addresses were last verified; without end where nothing says it."""
    own = subject.playbook.audience.source
    place = where(subject, "audience", "source", "verified")
    if own is None or own.verified is None:
        return Known(FOREVER, place)
    days = (subject.as_of - date.fromisoformat(own.verified.strip())).days
    return Known(max(0, days) * DAY, place)


@fact(name="size", type="int", unit="people")
def size(subject: Subject) -> Known:
    """How many people there are to enroll."""
    return Known(subject.playbook.audience.size, where(subject, "audience", "size"))


@fact(name="screened_lists", type="list<string>", keys=(BY_CHANNEL,))
def screened_lists(subject: Subject, channel: str) -> Known:
    """The do-not-contact registers that a channel's people are screened against (TPS, CTPS, DNCL, ..), in capital letters."""
    use = subject.playbook.channels.get(channel)  # type: ignore[call-overload]
    lists = tuple(name.upper() for name in use.screened.lists) if use and use.screened else ()
    return Known(lists, where(subject, "channels", channel, "screened", "lists"))


@fact(name="screened_every", type="duration", keys=(BY_CHANNEL,))
def screened_every(subject: Subject, channel: str) -> Known:
    """How often a channel's people are screened again; without end where they never are."""
    from ._tools import at_most

    use = subject.playbook.channels.get(channel)  # type: ignore[call-overload]
    return Known(at_most(use.screened.every if use and use.screened else None), where(subject, "channels", channel, "screened", "every"))


@fact(name="automated", type="list<string>")
def automated(subject: Subject) -> Known:
    """The channels that software works by itself (`automation: true`)."""
    uses = [(channel, subject.playbook.channels.get(channel)) for channel in used(subject)]  # type: ignore[call-overload]
    found = [(channel, use) for channel, use in uses if use is not None and use.automation]
    return Known(tuple(channel for channel, _ in found), span_at(found[0][1].node, "automation") if found else named(subject))
