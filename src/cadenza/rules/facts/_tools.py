"""What several groups of facts need: which channels are used, where a key stands, how long a duration can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...language.model import Message, Step
from ...language.nodes import Span
from ...language.values import Duration
from ..words import known, top
from .registry import DAY, FOREVER

if TYPE_CHECKING:
    from ..context import Subject


def used(subject: Subject) -> tuple[str, ...]:
    """The channels that some step uses, in the order of the cadence."""
    return tuple(dict.fromkeys(step.channel for step in subject.playbook.cadence))


def where(subject: Subject, *route: str) -> Span:
    """The key at the end of `route` in the playbook, else the nearest one above it that is written."""
    return known(subject.playbook.node, *route)


def named(subject: Subject) -> Span:
    """The playbook's name: where a fact about all of it stands."""
    return top(subject.playbook.node)


def mails(subject: Subject) -> Iterator[tuple[Step, Message]]:
    """Each message that goes out by e-mail, with the first step that sends it."""
    seen: set[str] = set()
    for step in subject.playbook.cadence:
        if step.channel == "email":
            for file in (step.message, *(variant.message for variant in step.variants)):
                if file and file not in seen and file in subject.playbook.messages:
                    seen.add(file)
                    yield step, subject.playbook.messages[file]


def at_most(delay: Duration | None) -> int:
    """The most seconds that a duration can take: business time meets weekends and holidays. None: without end."""
    from ..proof.pace import greatest

    return FOREVER if delay is None else greatest(delay)


def business_days(delay: Duration | None) -> int:
    """The most business days that a duration can take, begun ones counted whole. None: without end."""
    if delay is None:
        return FOREVER
    if delay.unit == "business day":
        return delay.amount
    if delay.unit == "business hour":
        return max(1, -(-delay.amount // 6)) if delay.amount else 0
    days = -(-delay.seconds // DAY)
    weeks, rest = divmod(days, 7)
    return weeks * 5 + min(rest, 5)
