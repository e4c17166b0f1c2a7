"""What a playbook says to people: its messages as passages of plain text whose every letter knows its line and column.

Tags are blanked (`{{ company }}` is as many spaces), so that a place in the text is a place in the file. Nothing is rendered, nothing executed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..language.nodes import Scalar, Span

if TYPE_CHECKING:
    from ..language.model import Message, Playbook, Step

WORD = re.compile(r"[^\W\d_][\w'’-]*")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """The body of one message, and the first step that sends it. `scripts` are said by a person, the rest is read."""

    message: Message
    step: Step
    script: bool

    @property
    def text(self) -> str:
        """The body with its tags blanked; as long as the body."""
        return _TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), self.message.body)

    def span(self, start: int, end: int) -> Span:
        """The place of a stretch of the body."""
        return Span(self.message.file, *self._at(start), *self._at(end))

    def whole(self) -> Span:
        """The first line of the body."""
        first = self.message.body.partition("\n")[0]
        return Span(self.message.file, self.message.body_line, 1, self.message.body_line, max(2, len(first) + 1))

    def subject(self) -> Span:
        """The subject in the front matter, else the step."""
        node = self.message.front.get("subject")
        return node.span if isinstance(node, Scalar) else self.step.span

    def _at(self, offset: int) -> tuple[int, int]:
        starts = [0, *(found.end() for found in re.finditer("\n", self.message.body))]
        line = bisect_right(starts, offset) - 1
        return self.message.body_line + line, offset - starts[line] + 1


def passages(playbook: Playbook) -> Iterator[Passage]:
    """Every message and script, once, in the order of the cadence."""
    seen: set[str] = set()
    for step in playbook.cadence:
        named = [(step.message, False), (step.script, True)]
        named += [(variant.message, False) for variant in step.variants] + [(variant.script, True) for variant in step.variants]
        for file, script in named:
            if file and file not in seen and file in playbook.messages:
                seen.add(file)
                yield Passage(playbook.messages[file], step, script)


def written(playbook: Playbook) -> Iterator[Passage]:
    """What people read: every message that is no script."""
    return (passage for passage in passages(playbook) if not passage.script)


def words(text: str) -> list[str]:
    """The words, in small letters."""
    return [word.lower() for word in WORD.findall(text)]
