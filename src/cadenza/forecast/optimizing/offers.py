"""Steps that could be added: what a person could put into the cadence today, without writing anything first.

An e-mail (or a call) whose message lies in the workspace and that no playbook uses; and one more attempt of a call, with the script of the call
that is there. What needs a text that nobody has written is not offered: it would not pass lint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...language.findings import Refused
from ...language.values import Duration

if TYPE_CHECKING:
    from ...language.model import Message, Playbook, Step

AFTER = Duration.parse("2 business days")
PLAIN = re.compile(r"[A-Za-z0-9_./-]+")
"""A path that YAML takes as it stands."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that is not there: its id, its delay to begin with, and its other keys as they are written. `again`: the step that it is one more of."""

    id: str
    after: Duration
    keys: tuple[tuple[str, str], ...]
    again: str | None = None


def offers_of(playbook: Playbook, root: Path) -> tuple[Offer, ...]:
    """What may be added to a playbook of the workspace at `root`, each once; messages first, by name."""
    taken = {step.id for step in playbook.cadence}
    found: dict[str, Offer] = {}
    for offer in (*_messages(playbook, root), *_calls(playbook)):
        if offer.id not in taken:
            found.setdefault(offer.id, offer)
    return tuple(found.values())


def _calls(playbook: Playbook) -> Iterator[Offer]:
    for step in playbook.cadence:
        script = _written(step, "script")
        if step.channel == "phone" and script is not None:
            keys = [("channel", "phone"), *((key, text) for key in ("role", "kind") if (text := _written(step, key))), ("script", script)]
            yield Offer(f"{step.id}-again", step.after or AFTER, tuple(keys), step.id)


def _written(step: Step, key: str) -> str | None:
    """What the step says under a key, where that is one plain word."""
    from ...language.nodes import Scalar

    node = step.node.get(key)
    return node.text if isinstance(node, Scalar) and node.value is not None and PLAIN.fullmatch(node.text) else None


def _messages(playbook: Playbook, root: Path) -> Iterator[Offer]:
    """Messages beside those that the playbook uses, which no YAML of the workspace names."""
    from ...language.messages import read_message

    folder = (root / playbook.file).parent
    beside = sorted({(root / file).parent for file in playbook.messages})
    spare = [path for place in beside if place.is_dir() for path in sorted(place.glob("*.md")) if not path.is_symlink()]
    named = "\n".join(path.read_text("utf-8", "replace") for path in sorted(root.rglob("*.y*ml"))) if spare else ""
    for path in spare:
        file = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
        if path.name in named or not PLAIN.fullmatch(file):
            continue
        try:
            message = read_message(path, root)
        except Refused:
            continue
        keys = _keys(message, playbook, file)
        if keys:
            yield Offer(re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "message", AFTER, keys)


def _keys(message: Message, playbook: Playbook, file: str) -> tuple[tuple[str, str], ...]:
    """A text with a goal is the script of a call; one with a subject an e-mail; one without either goes on in the thread."""
    if message.goal is not None:
        return (("channel", "phone"), ("script", file)) if "phone" in playbook.channels else ()
    if "email" not in playbook.channels:
        return ()
    thread = () if message.subject is not None else (("thread", "reply"),)
    return (("channel", "email"), *thread, ("message", file))
