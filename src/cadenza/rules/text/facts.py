"""What every e-mail of a playbook says, for the facts that policy packs compare: a way out, the postal address.

A field inside a condition is not in every e-mail, unless every branch has one: `{% if company %}{{ unsubscribe_link }}{% endif %}` gives some people
no way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...language.model import Message, Playbook, Step
from ...language.nodes import Span
from .branches import least, parts
from .passages import written
from .phrases import Net, lines
from .reading import WAY_OUT, Prose

ADDRESS = "organization.postal_address"
Places = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class InEvery:
    """Whether every e-mail says it. `lacking`: the first lines of those that do not, and steps without a message; `giving`: where the others do."""

    holds: bool
    lacking: tuple[Span, ...]
    giving: tuple[Span, ...]


def opt_out_in_every_email(playbook: Playbook) -> InEvery:
    """A way out in every e-mail: the field `unsubscribe_link`, a link to such a page, or words that say how (`opt_out.txt`: eight languages)."""
    return _in_every(playbook, ways_out)


def postal_address_in_every_email(playbook: Playbook) -> InEvery:
    """The organization's postal address in every e-mail: the field, or the address itself. Nowhere, where the workspace has none."""
    address = playbook.workspace.organization.postal_address.split()
    return _in_every(playbook, lambda prose: addresses(prose, address))


def _in_every(playbook: Playbook, places: Callable[[Prose], Places]) -> InEvery:
    lacking: list[Span] = [step.span for step in _mails(playbook) if not _files(step)]
    giving: list[Span] = []
    for passage in written(playbook):
        if any(step.channel == "email" for step in passage.steps):
            found = _always(passage.message, places)
            giving += [passage.span(*place) for place in found]
            lacking += [] if found else [passage.whole()]
    return InEvery(not lacking, tuple(lacking), tuple(giving))


def _always(message: Message, places: Callable[[Prose], Places]) -> Places:
    """The places that whoever gets the fewest of them gets."""
    return least(parts(message.body), places(Prose(message.body)), lambda place: place[0])


def _mails(playbook: Playbook) -> Iterator[Step]:
    return (step for step in playbook.cadence if step.channel == "email")


def _files(step: Step) -> list[str]:
    return [file for file in (step.message, *(variant.message for variant in step.variants)) if file]


def ways_out(prose: Prose) -> Places:
    """Where a text gives a way out."""
    links = [(start, end) for start, end in prose.links if any(word in prose.text[start:end].lower() for word in ("unsub", "opt-out", "optout"))]
    said = [(one.start, one.end) for one in prose.search(_opt_out()).get("opt_out", ())]
    return sorted([*_fields(prose, WAY_OUT), *links, *said])


def addresses(prose: Prose, address: list[str]) -> Places:
    """Where a text has the address: the field, or its words."""
    wanted = " ".join(address)
    if not wanted:
        return []
    at = " ".join(prose.text.split()).find(wanted)
    literal: Places = []
    if at >= 0:
        start = prose.text.find(address[0])
        literal = [(start, start + len(address[0]))]
    return sorted([*_fields(prose, ADDRESS), *literal])


def _fields(prose: Prose, path: str) -> Places:
    return [(word.start, word.end) for word in prose.words if word.path == path]


@cache
def _opt_out() -> Net:
    net = Net()
    for phrase, _ in lines((Path(__file__).parent / "opt_out.txt").read_text("utf-8")):
        net.add(phrase, "opt_out", "")
    return net


__all__ = ["ADDRESS", "InEvery", "addresses", "opt_out_in_every_email", "postal_address_in_every_email", "ways_out"]
