"""E005: the same again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ..text import Reading


@rule(code="E005", name="repeats-itself", level="warning", options={"alike": 0.8, "shingle": 2})
def repeats_itself(ctx: Context) -> Iterator[Finding]:
    """Two messages of different steps that are more than `alike` the same: the share of runs of `shingle` words that they have in common (Dice)."""
    limit, size = ctx.option("alike", float), max(1, ctx.option("shingle", int))
    texts = [(reading, shingles(reading, size)) for reading in ctx.readings]
    for (one, first), (two, second) in combinations(texts, 2):
        fewer, more = sorted((len(first), len(second)))
        if one.passage.step.id == two.passage.step.id or not fewer or 2 * fewer <= limit * (fewer + more):
            continue
        alike = 2 * len(first & second) / (len(first) + len(second))
        if alike > limit:
            run = f"runs of {size} words" if size > 1 else "words"
            yield ctx.finding(
                f"`{two.passage.step.id}` repeats `{one.passage.step.id}`: {alike:.0%} of their {run} are the same; the limit is {limit:.0%}",
                two.passage.whole(),
                help="Say something that the first message did not.",
                related=[Related(one.passage.whole(), "said here before"), *two.passage.sent_by()],
                facts={"alike": round(alike, 3)},
            )


def shingles(reading: Reading, size: int) -> frozenset[tuple[str, ...]]:
    """Every run of `size` words of what the message says, without its footer. A merge field is a word."""
    keys = [word.path or word.key for word in reading.core]
    return frozenset(zip(*(keys[start:] for start in range(size)), strict=False))
