"""Passages: the messages and scripts of a playbook, each once, with every step that sends it, and the place of each letter in its file.

Tags are blanked (`{{ company }}` is as many spaces), so that an offset in the text is a place in the file. Nothing is rendered, nothing executed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ...language.findings import Related
from ...language.nodes import Scalar, Span, key_span
from ..words import many

if TYPE_CHECKING:
    from ...language.model import Message, Playbook, Step, Variant

MOST_STEPS = 3
"""So many of the steps that send a message are named beside a finding about it."""


@dataclass(frozen=True)
class Passage:
    """One message and the steps that send it, in the order of the cadence. `scripts` are said by a person, the rest is read."""

    message: Message
    steps: tuple[Step, ...]
    script: bool
    senders: tuple[Span, ...] = field(repr=False)

    @property
    def step(self) -> Step:
        """The first step that sends it."""
        return self.steps[0]

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of the body."""
        return Span(self.message.file, *self._at(start), *self._at(end))

    def whole(self) -> Span:
        """The first line of the body."""
        first = self.message.body.partition("\n")[0]
        return Span(self.message.file, self.message.body_line, 1, self.message.body_line, max(2, len(first) + 1))

    def subject(self, start: int = 0, end: int = -1) -> Span:
        """The place of the subject, or of a stretch of it where it stands in the file as it is; else the step."""
        node = self.message.front.get("subject")
        if not isinstance(node, Scalar):
            return self.step.span
        span = node.span
        if end < 0 or span.line != span.end_line or node.text != node.value:
            return span
        first = span.column + node.quoted + start
        return Span(span.file, span.line, first, span.line, first + end - start)

    def sent_by(self) -> list[Related]:
        """The lines of the playbook that send this message."""
        more = len(self.senders) - MOST_STEPS
        shown = self.senders[:MOST_STEPS] if more > 0 else self.senders
        notes = [f"sent by `{step.id}`" for step in self.steps]
        if more > 0:
            notes[MOST_STEPS - 1] += f", and by {many(more, 'more step')}"
        return [Related(span, note) for span, note in zip(shown, notes, strict=False)]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.message.body))]

    def _at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        return self.message.body_line + line, offset - self._starts[line] + 1


def passages(playbook: Playbook) -> Iterator[Passage]:
    """Every message and script, once, in the order of the cadence."""
    found: dict[str, list[tuple[Step, Span, bool]]] = {}
    for step in playbook.cadence:
        parts: tuple[Step | Variant, ...] = (step, *step.variants)
        for part in parts:
            for file, key in ((part.message, "message"), (part.script, "script")):
                if file and file in playbook.messages:
                    found.setdefault(file, []).append((step, key_span(part.node, key), key == "script"))
    for file, uses in found.items():
        steps, senders, scripts = zip(*uses, strict=True)
        yield Passage(playbook.messages[file], steps, all(scripts), senders)


def written(playbook: Playbook) -> Iterator[Passage]:
    """What people read: every message that is not only a script."""
    return (passage for passage in passages(playbook) if not passage.script)
