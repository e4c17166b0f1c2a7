"""E012: longer than anybody reads."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import Span
from ..context import Context
from ..registry import rule
from ..text import Reading
from ..text.branches import most
from ..text.reading import MERGE


@rule(code="E012", name="too-long", level="warning", options={"words": 150, "subject": 60, "links": 2, "field": 10})
def too_long(ctx: Context) -> Iterator[Finding]:
    """Messages with more than `words` words or `links` links (the footer does not count), or a subject of more than `subject` letters, in which
    a merge field counts for `field` letters."""
    words, links, subject = (ctx.option(name, int) for name in ("words", "links", "subject"))
    for reading in ctx.readings:
        length = reading.length
        if len(length) > words:
            place = reading.passage.span(length[words].start, length[words].end)
            yield _finding(ctx, reading, f"{reading.file} has {len(length)} words; the limit is {words}, reached here", place, HELP["words"])
        linked = most(reading.choices, reading.links, lambda link: link[0])
        if len(linked) > links:
            place = reading.passage.span(*linked[links])
            yield _finding(ctx, reading, f"{reading.file} has {len(linked)} links; the limit is {links}", place, HELP["links"])
        letters = _letters(reading, ctx.option("field", int))
        if letters > subject:
            message = f"the subject of {reading.file} has {letters} letters; the limit is {subject}"
            yield _finding(ctx, reading, message, reading.passage.subject(), HELP["subject"])


HELP = {
    "words": "Keep what this person needs, and cut the rest.",
    "links": "Keep the one that the message is about.",
    "subject": "Telephones show about 40.",
}


def _finding(ctx: Context, reading: Reading, message: str, place: Span, help: str) -> Finding:
    return ctx.finding(message, place, help=help, related=reading.passage.sent_by())


def _letters(reading: Reading, field: int) -> int:
    """The letters of the subject, a merge field being as long as a name or a company."""
    if reading.subject is None:
        return 0
    merges = [word for word in reading.subject.words if word.key == MERGE]
    return len(reading.subject.text) - sum(word.end - word.start - field for word in merges)
