"""What goes out by e-mail, from which senders, and what every message says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...language.model import Message, Sender
from ...language.nodes import Map, Span, key_span
from ._tools import mails, where
from .registry import SENDERS, Known, fact

if TYPE_CHECKING:
    from ..context import Subject

_ADDRESS = re.compile(r"\s+")
_LINK = "unsubscribe_link"
_SAYS_OUT = re.compile(
    r"\b(unsubscribe|opt[ -]?out|no longer (?:wish|want)|not (?:want to )?hear from|stop (?:writing|mailing|contacting)|take you off"
    r"|abmelden|abbestellen|widersprechen|désabonner|désinscrire|darse de baja|cancelar la suscripción|disiscri|afmelden|uitschrijven)",
    re.IGNORECASE,
)
"""How a message tells people that they may refuse, in several languages, where it has no link."""


def _sender(subject: Subject, name: str) -> Sender:
    return subject.playbook.workspace.senders[name]


def _senders(subject: Subject) -> list[Sender]:
    return [_sender(subject, name) for name in subject.facts.senders]


def _in_file(sender: Sender, key: str) -> Span:
    return key_span(sender.node, key)


@fact(name="emails_per_day_max", type="int", unit="e-mails", keys=(SENDERS,))
def emails_per_day_max(subject: Subject, sender: str) -> Known:
    """The most e-mails that a sender's mailboxes may send in a day, once warm."""
    own = _sender(subject, sender)
    return Known(own.mailboxes * own.daily_cap, _in_file(own, "daily_cap"))


@fact(name="emails_per_day_max_any", type="int", unit="e-mails")
def emails_per_day_max_any(subject: Subject) -> Known:
    """The most e-mails that all senders of the playbook together may send in a day."""
    own = _senders(subject)
    return Known(sum(sender.mailboxes * sender.daily_cap for sender in own), _in_file(own[0], "daily_cap") if own else None)


@fact(name="emails_per_mailbox_max", type="int", unit="e-mails")
def emails_per_mailbox_max(subject: Subject) -> Known:
    """The most e-mails that one mailbox may send in a day."""
    own = max(_senders(subject), key=lambda sender: sender.daily_cap, default=None)
    return Known(own.daily_cap if own else 0, _in_file(own, "daily_cap") if own else None)


@fact(name="authentication", type="list<string>", keys=(SENDERS,))
def authentication(subject: Subject, sender: str) -> Known:
    """How a sender's mail is authenticated: spf, dkim, dmarc."""
    own = _sender(subject, sender)
    return Known(own.authentication, _in_file(own, "authentication"))


@fact(name="authentication_of_all", type="list<string>")
def authentication_of_all(subject: Subject) -> Known:
    """What every sender of the playbook has: spf, dkim, dmarc. Empty where no sender is named."""
    own = _senders(subject)
    has = [set(sender.authentication) for sender in own]
    weakest = min(own, key=lambda sender: len(sender.authentication), default=None)
    place = _in_file(weakest, "authentication") if weakest else where(subject, "channels", "email", "senders")
    return Known(tuple(sorted(set.intersection(*has))) if has else (), place)


@fact(name="one_click", type="bool", keys=(SENDERS,))
def one_click(subject: Subject, sender: str) -> Known:
    """Whether a sender's mail carries the headers of a one-click unsubscribe (RFC 8058)."""
    own = _sender(subject, sender)
    return Known(own.one_click_unsubscribe, _in_file(own, "one_click_unsubscribe"))


@fact(name="one_click_of_all", type="bool")
def one_click_of_all(subject: Subject) -> Known:
    """Whether all senders of the playbook do. No where no sender is named."""
    own = _senders(subject)
    lacks = next((sender for sender in own if not sender.one_click_unsubscribe), None)
    place = _in_file(lacks or own[0], "one_click_unsubscribe") if own else where(subject, "channels", "email", "senders")
    return Known(bool(own) and lacks is None, place)


# ---------------------------------------------------------------- what is written


def _every(subject: Subject, says: Callable[[Message], bool]) -> Known:
    """Whether every e-mail says something; the first one that does not is the reason."""
    for step, message in mails(subject):
        if not says(message):
            return Known(False, _first_line(message, step.span))
    return Known(True, where(subject, "cadence"))


def _first_line(message: Message, otherwise: Span) -> Span:
    first = message.body.partition("\n")[0]
    return Span(message.file, message.body_line, 1, message.body_line, max(2, len(first) + 1)) if message.body else otherwise


def _merges(message: Message, *paths: str) -> bool:
    return any(merge.path in paths for merge in message.merges)


def _gives_way_out(message: Message) -> bool:
    return _merges(message, _LINK) or bool(_SAYS_OUT.search(message.text))


@fact(name="postal_address_in_every_email", type="bool")
def postal_address_in_every_email(subject: Subject) -> Known:
    """Whether every e-mail has the organization's postal address: the merge field, or the address itself. No where the workspace has none."""
    address = _ADDRESS.sub(" ", subject.playbook.workspace.organization.postal_address).strip()
    if not address:
        return Known(not any(True for _ in mails(subject)), key_span(subject.playbook.workspace.node, "organization"))
    return _every(subject, lambda message: _merges(message, "organization.postal_address") or address in _ADDRESS.sub(" ", message.text))


@fact(name="sender_in_every_email", type="bool")
def sender_in_every_email(subject: Subject) -> Known:
    """Whether every e-mail says who sends it: the sender's or the organization's name."""
    name = subject.playbook.workspace.organization.name
    return _every(subject, lambda message: _merges(message, "sender.name", "organization.name") or name in message.text)


@fact(name="opt_out_in_every_email", type="bool")
def opt_out_in_every_email(subject: Subject) -> Known:
    """Whether every e-mail tells how to opt out: `unsubscribe_link`, or words that say so."""
    return _every(subject, _gives_way_out)


@fact(name="opt_out_link_in_every_email", type="bool")
def opt_out_link_in_every_email(subject: Subject) -> Known:
    """Whether every e-mail has the `unsubscribe_link`."""
    return _every(subject, lambda message: _merges(message, _LINK))


@fact(name="opt_out_in_first_email", type="bool")
def opt_out_in_first_email(subject: Subject) -> Known:
    """Whether the first e-mail that a person can get tells how to object; every variant of it."""
    first = next((step for step, _ in mails(subject)), None)
    for step, message in mails(subject):
        if step is first and not _gives_way_out(message):
            return Known(False, _first_line(message, step.span))
    return Known(True, where(subject, "cadence"))


@fact(name="false_replies", type="list<string>")
def false_replies(subject: Subject) -> Known:
    """The steps whose subject begins with Re: or Fwd: although they begin a thread of their own."""
    found: list[tuple[str, Span]] = []
    seen_mail = False
    for step in subject.playbook.cadence:
        if step.channel != "email":
            continue
        subjects = [(step.subject, key_span(step.node, "subject"))]
        for file in (step.message, *(variant.message for variant in step.variants)):
            message = subject.playbook.messages.get(file or "")
            if message is not None:
                subjects.append((message.subject, message.front.span if isinstance(message.front, Map) else step.span))
        claims = [place for text, place in subjects if text and re.match(r"\s*(re|fwd?|aw|wg|tr|rif)\s*:", text, re.IGNORECASE)]
        if claims and (step.thread != "reply" or not seen_mail):
            found.append((step.id, claims[0]))
        seen_mail = True
    return Known(tuple(step for step, _ in found), found[0][1] if found else where(subject, "cadence"))


@fact(name="complaints_target", type="double", unit="%")
def complaints_target(subject: Subject) -> Known:
    """The most e-mails marked as spam that the playbook's targets allow, in percent; 100 where no target says it."""
    target = subject.playbook.targets.get("complained")
    share = target.amount * 100 if target is not None and target.of == "share" and target.bound == "at most" else 100.0
    return Known(share, where(subject, "targets", "complained"))
