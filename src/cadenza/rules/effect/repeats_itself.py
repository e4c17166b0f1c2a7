"""E005: the same again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ..text import Passage, words, written


@rule(code="E005", name="repeats-itself", level="warning", options={"alike": 0.8})
def repeats_itself(ctx: Context) -> Iterator[Finding]:
    """Two messages of different steps that are more than `alike` the same: the share of word pairs that they have in common (Dice)."""
    limit = ctx.option("alike", float)
    texts = [(passage, _pairs(passage)) for passage in written(ctx.playbook)]
    for (one, first), (two, second) in combinations(texts, 2):
        if one.step.id == two.step.id or not first or not second:
            continue
        alike = 2 * len(first & second) / (len(first) + len(second))
        if alike > limit:
            yield ctx.finding(
                f"`{two.step.id}` repeats `{one.step.id}`: {alike:.0%} of their word pairs are the same; the limit is {limit:.0%}",
                two.whole(),
                help="Say something that the first message did not.",
                related=[Related(one.whole(), "said here before")],
                facts={"alike": round(alike, 3)},
            )


def _pairs(passage: Passage) -> frozenset[tuple[str, str]]:
    said = words(passage.text)
    return frozenset(pairwise(said))
