"""E003: it talks of us, and the person wonders what that has to do with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Reading
from ..text.branches import most
from ..text.reading import MERGE, Sentence

OURS = ("sender.", "organization.name")
NOT_OF_THEM = ("sender.", "organization.", "link.", "unsubscribe_link")
"""Merge fields that say nothing of the reader; every other one does."""


@rule(
    code="E003",
    name="features-not-benefits",
    level="warning",
    source="Commons OS pattern library, Outbound Sales: features instead of benefits is an anti-pattern",
    options={"ratio": 1.0, "least": 4},
)
def features_not_benefits(ctx: Context) -> Iterator[Finding]:
    """Messages that speak of the sender at least `least` times, and more than `ratio` times as often as of the reader."""
    name = tuple(word.lower() for word in ctx.playbook.workspace.organization.name.split())
    for reading in ctx.readings:
        if not reading.english:
            continue
        ours, theirs = _ours(reading, name), _theirs(reading)
        if len(ours) >= ctx.option("least", int) and len(ours) > ctx.option("ratio", float) * len(theirs):
            worst = _fullest(reading, ours)
            yield ctx.finding(
                f"{reading.file} speaks {len(ours)} times of us and {len(theirs)} times of the reader",
                reading.passage.span(worst.start, worst.end),
                help="Say what changes for this person, in their words; keep one sentence on who you are.",
                related=reading.passage.sent_by(),
                facts={"ours": len(ours), "theirs": len(theirs)},
            )


def _ours(reading: Reading, name: tuple[str, ...]) -> list[int]:
    """Where it speaks of us: our pronouns and our praise, the organization by its name. (`US` is a country.)"""
    body = reading.body
    found = [phrase.start for phrase in body.phrases.get("ours", ()) if body.text[phrase.start : phrase.end] != "US"]
    found += [word.start for word in body.words if word.path.startswith(OURS)]
    if name:
        begins = (at for at, key in enumerate(body.keys) if key == name[0])
        found += [body.words[at].start for at in begins if tuple(body.keys[at : at + len(name)]) == name]
    return _counted(reading, found)


def _theirs(reading: Reading) -> list[int]:
    """Where it speaks of the reader: `you`, `your`, and every field of the audience but in the greeting's place."""
    body = reading.body
    found = [phrase.start for phrase in body.phrases.get("theirs", ())]
    found += [word.start for word in body.words[1:] if word.key == MERGE and not word.path.startswith(NOT_OF_THEM)]
    return _counted(reading, found)


def _counted(reading: Reading, places: list[int]) -> list[int]:
    kept = sorted({place for place in places if not reading.footer(place)})
    return most(reading.choices, kept, lambda place: place)


def _fullest(reading: Reading, places: list[int]) -> Sentence:
    """The sentence that speaks of us most, the first of them."""
    spoken = Counter(reading.body.sentence_at(place) for place in places)
    return max(spoken, key=lambda sentence: (spoken[sentence], -sentence.start))
