"""Whether a check may apply to somebody whom a playbook contacts. What nothing says counts as possible: so the unknown gets the strictest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pack import Applies
from .regions import countries

if TYPE_CHECKING:
    from ..context import Subject

BULK = 5000
"""Mails a day from which a mailbox provider calls a sender bulk."""


def may_apply(applies: Applies, subject: Subject) -> bool:
    """Each condition that the check names must be possible for some recipient."""
    facts, playbook = subject.facts, subject.playbook
    where = playbook.icp.countries
    if applies.countries and where and not countries(applies.countries) & set(where):
        return False
    channels = set(facts.value("channels"))
    reached = channels & set(applies.channels) if applies.channels else channels
    if not reached:
        return False
    if applies.subscriber_types and not set(applies.subscriber_types) & set(facts.value("subscriber_types")):
        return False
    consent = playbook.audience.consent
    if applies.consent and consent is not None and consent not in applies.consent:
        return False
    return not applies.automation or bool(reached & set(facts.value("automated")))


def small_sender(subject: Subject) -> bool:
    """Whether this playbook alone stays below what makes a bulk sender. All mail of the domain counts, which we do not see: so bulk rules are not
    silent then, but milder."""
    return int(subject.facts.value("emails_per_day_max_any")) < BULK
