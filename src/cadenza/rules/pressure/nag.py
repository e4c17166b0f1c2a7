"""P012: guilt, false urgency, and "just bumping this"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import written

NAGS: dict[str, str] = {
    r"just (bumping|floating|pushing) (this|it)( back)?( up| to the top)?": "says nothing new",
    r"bump(ing)? this (up|to the top)": "says nothing new",
    r"(just )?(checking|circling) (in|back)( again)?\b": "says nothing new",
    r"(just )?following up( again)? (on|to|with) my (last|previous|earlier)": "says nothing new",
    r"did you (get|see|miss|receive) my (last|previous|earlier)? ?(e-?mail|message|note)": "asks for an account",
    r"(as|since) (i|we) (have|'ve) ?n[o']t (yet )?heard (back )?from you": "asks for an account",
    r"(third|fourth|fifth|3rd|4th|5th) (time|attempt)": "counts what the person owes",
    r"(sorry|sad|disappointed) (to see )?that you (have|did)": "lays guilt",
    r"have you (given up|been eaten|fallen)": "lays guilt",
    r"(last|final) chance\b": "makes a false hurry",
    r"(only|just) (today|until midnight|a few (spots|seats|places) left)": "makes a false hurry",
    r"(act|reply|respond) (now|today) (or|before)": "makes a false hurry",
    r"time is running out": "makes a false hurry",
}
_NAG = [(re.compile(pattern), why) for pattern, why in NAGS.items()]


@rule(code="P012", name="nag", level="warning", source="Commons OS pattern library, Outbound Sales: give value before asking")
def nag(ctx: Context) -> Iterator[Finding]:
    """Phrases in messages that give the person nothing and blame or hurry them."""
    for passage in written(ctx.playbook):
        said, text = 0, "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in passage.text)
        found = sorted((match.start(), -match.end(), why) for pattern, why in _NAG if (match := pattern.search(text)))
        for start, end, why in ((start, -end, why) for start, end, why in found):
            if end > said:  # else it lies within what was already quoted
                said = end
                phrase = passage.text[start:end]
                help = "Say one thing that is worth the person's minute, or send nothing."
                yield ctx.finding(f'"{phrase}" {why}', passage.span(start, end), help=help)
