"""P012: guilt, false urgency, and "just bumping this"."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Level
from ...language.nodes import Span
from ..context import Context
from ..registry import rule
from ..text import Reading
from ..words import known

HELP = "Say one thing that is worth the person's minute, or send nothing."


@rule(
    code="P012",
    name="nag",
    level="warning",
    source="Commons OS pattern library, Outbound Sales: give value before asking",
    options={"allow": (), "also": ()},
)
def nag(ctx: Context) -> Iterator[Finding]:
    """Phrases in subjects and bodies that give the person nothing and blame or hurry them."""
    allowed = {" ".join(str(phrase).lower().split()) for phrase in ctx.option("allow", tuple)}
    yield from _unreadable(ctx)
    for reading in ctx.readings:
        if not reading.english:
            continue
        told = set(allowed)
        for phrase, place, why in (*reading.spans("nags"), *_own(ctx, reading)):
            said = " ".join(phrase.split())
            if said.lower() not in told:  # once a message is enough
                told.add(said.lower())
                yield ctx.finding(f'"{said}" {why}', place, help=HELP, related=reading.passage.sent_by())


def _own(ctx: Context, reading: Reading) -> list[tuple[str, Span, str]]:
    """The phrases that the workspace adds."""
    from ..text.phrases import BadPhrase, own

    also = tuple(map(str, ctx.option("also", tuple)))
    try:
        return reading.spans("own", own(also, "is not what we say")) if also else []
    except BadPhrase:
        return []


def _unreadable(ctx: Context) -> Iterator[Finding]:
    from ..text.phrases import BadPhrase, own

    try:
        own(tuple(map(str, ctx.option("also", tuple))), "")
    except BadPhrase as problem:
        help = "Words, `(one|another)`, `[may be left out]`: brackets come in pairs."
        yield ctx.finding(str(problem), known(ctx.playbook.workspace.node, "lint", "overrides"), help=help, level=Level.error)
