"""E007: the first thing a stranger does is to ask for their time."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Reading
from ..text.reading import Phrase

CALENDARS = ("calendly.", "cal.com", "/meetings/", "hubspot.com/meetings", "chilipiper", "savvycal", "bookings", "book-", "/book")
"""What a link to somebody's calendar looks like: it takes, it does not give."""


@rule(
    code="E007",
    name="gives-nothing",
    level="warning",
    source="Commons OS pattern library, Outbound Sales: give value before asking",
    options={"messages": 1},
)
def gives_nothing(ctx: Context) -> Iterator[Finding]:
    """The first `messages` mails that people get, where they ask for time and give nothing. Who came by themselves (inbound) has asked for it."""
    if ctx.playbook.motion == "inbound":
        return
    steps = list(dict.fromkeys(reading.passage.step.id for reading in ctx.readings))[: ctx.option("messages", int)]
    for reading in ctx.readings:
        if reading.passage.step.id not in steps or not reading.english or _gives(reading):
            continue
        asked = _asks_for_time(reading)
        if asked is not None:
            said = " ".join(reading.body.text[asked.start : asked.end].split())
            yield ctx.finding(
                f'{reading.file} is the first message, asks for time ("{said}") and gives nothing',
                reading.passage.span(asked.start, asked.end),
                help="Give something that is of use to whoever never answers, and say so: `gives: benchmark` in the front matter.",
                related=reading.passage.sent_by(),
            )


def _gives(reading: Reading) -> bool:
    """What the front matter says; where it says nothing: words of giving, or a link that is no calendar."""
    declared = reading.passage.message.gives
    if declared is not None:
        return declared.strip().lower() != "nothing"
    if reading.body.phrases.get("gives"):
        return True
    return any(not any(mark in reading.body.text[start:end].lower() for mark in CALENDARS) for start, end in reading.links)


def _asks_for_time(reading: Reading) -> Phrase | None:
    """The first words that ask for time, in one of the things that the message asks."""
    asks = reading.asks
    return next((one for one in reading.body.phrases.get("time", ()) if any(ask.start <= one.start < ask.end for ask in asks)), None)
