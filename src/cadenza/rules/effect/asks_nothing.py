"""E006: a mail that asks nothing, or two things at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Passage, written
from ..words import many

_ASKS = re.compile(r"[^.!?\n][^.!?]*\?")
_INVITES = re.compile(r"\b(reply|answer|tell me|let me know|write back|pick a time|say so)\b", re.IGNORECASE)


@rule(code="E006", name="asks-nothing", level="warning", options={"questions": 1})
def asks_nothing(ctx: Context) -> Iterator[Finding]:
    """Mails with no question and no invitation to answer (the last may only say goodbye), or with more than `questions`."""
    mails = [passage for passage in written(ctx.playbook) if passage.step.channel == "email"]
    limit = ctx.option("questions", int)
    for passage in mails:
        asked = _questions(passage)
        last = passage.step.id == mails[-1].step.id
        if not asked and not last and not _INVITES.search(passage.text):
            yield ctx.finding(
                f"{passage.message.file} asks nothing: whoever likes it has nothing to do",
                passage.whole(),
                help="End with one question that can be answered in a line.",
            )
        elif len(asked) > limit:
            start, end = asked[limit]
            yield ctx.finding(
                f"{passage.message.file} asks {many(len(asked), 'question')}; the limit is {limit}",
                passage.span(start, end),
                help="Keep the one that is easiest to answer.",
            )


def _questions(passage: Passage) -> list[tuple[int, int]]:
    """Where the body asks something; the line with the way out does not count."""
    lines = [found for found in re.finditer(r"[^\n]*\n?", passage.message.body) if "unsubscribe_link" in found[0]]
    apart = [(line.start(), line.end()) for line in lines]
    found = [(match.start(), match.end()) for match in _ASKS.finditer(passage.text)]
    return [(start, end) for start, end in found if not any(low <= end - 1 < high for low, high in apart)]
