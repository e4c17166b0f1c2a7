"""E006: a mail that asks nothing, or two things at once."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Reading
from ..text.branches import least, most
from ..words import many


@rule(code="E006", name="asks-nothing", level="warning", options={"asks": 1})
def asks_nothing(ctx: Context) -> Iterator[Finding]:
    """Mails that ask nothing (the last may only say goodbye), or more than `asks` things."""
    mails = [reading for reading in ctx.readings if any(step.channel == "email" for step in reading.passage.steps)]
    last = mails[-1].passage.steps[-1].id if mails else ""
    for reading in mails:
        if reading.english:
            ends = any(step.id == last for step in reading.passage.steps)
            yield from _judged(ctx, reading, ctx.option("asks", int), ends=ends)


def _judged(ctx: Context, reading: Reading, limit: int, *, ends: bool) -> Iterator[Finding]:
    asked = reading.one_way(reading.asks, most)
    if not reading.one_way(reading.asks, least) and not ends:
        some = "asks nothing" if not asked else "asks nothing in one of its branches"
        yield ctx.finding(
            f"{reading.file} {some}: whoever likes it has nothing to do",
            reading.passage.whole(),
            help="End with one question that can be answered in a line.",
            related=reading.passage.sent_by(),
        )
    if len(asked) > limit:
        sentence = asked[limit]
        yield ctx.finding(
            f"{reading.file} asks {many(len(asked), 'thing')}; the limit is {limit}",
            reading.passage.span(sentence.start, sentence.end),
            help="Keep the one that is easiest to answer.",
            related=reading.passage.sent_by(),
            facts={"asks": len(asked)},
        )
