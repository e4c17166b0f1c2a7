"""E012: longer than anybody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Passage, words, written

MERGED = 10
"""Letters that a merge field counts for in a subject; a guess at a name or a company."""
_OUTPUT = re.compile(r"\{\{.*?\}\}")


@rule(code="E012", name="too-long", level="warning", options={"words": 150, "subject": 60, "links": 2})
def too_long(ctx: Context) -> Iterator[Finding]:
    """Messages with more than `words` words or `links` links (the way out does not count), or a subject of more than `subject` letters."""
    for passage in written(ctx.playbook):
        file = passage.message.file
        yield from _measured(
            ctx, passage, "words", len(words(passage.text)), f"{file} has {{}} words", "Keep what this person needs, and cut the rest."
        )
        links = [merge for merge in passage.message.merges if merge.path.startswith("link.")]
        count = len(links) + len(re.findall(r"https?://", passage.text))
        yield from _measured(ctx, passage, "links", count, f"{file} has {{}} links", "Keep the one that the message is about.")
        if passage.message.subject:
            length = len(_OUTPUT.sub("x" * MERGED, passage.message.subject))
            for found in _measured(ctx, passage, "subject", length, f"the subject of {file} has {{}} letters", "Telephones show about 40."):
                yield ctx.finding(found.message, passage.subject(), help=found.help, facts=found.facts)


def _measured(ctx: Context, passage: Passage, option: str, count: int, says: str, help: str) -> Iterator[Finding]:
    limit = ctx.option(option, int)
    if count > limit:
        yield ctx.finding(f"{says.format(count)}; the limit is {limit}", passage.whole(), help=help, facts={option: count})
