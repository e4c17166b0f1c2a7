"""E004: it could have been sent to anybody."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Passage, written
from ..words import known, many

NAMES = ("first_name", "last_name", "full_name", "name", "email", "salutation")
OURS = ("sender", "organization", "link", "unsubscribe_link")


@rule(
    code="E004",
    name="no-personalisation",
    level="warning",
    source="Commons OS pattern library, Outbound Sales: speak to that person's situation",
)
def no_personalisation(ctx: Context) -> Iterator[Finding]:
    """A first message with nothing of the person in it but the name; or a cadence in which most messages are so."""
    if ctx.playbook.motion == "inbound":
        return
    every = list(written(ctx.playbook))
    bare = [passage for passage in every if not _personal(passage)]
    if every and every[0] in bare:
        yield ctx.finding(
            f"the first message says nothing of the person but the name: {every[0].message.file} would suit anybody",
            every[0].whole(),
            help="Use a field that says why this person: `{{ company }}`, or what you know of their situation.",
        )
    elif len(bare) * 2 > len(every):
        yield ctx.finding(
            f"{len(bare)} of {many(len(every), 'message')} say nothing of the person but the name",
            known(ctx.playbook.node, "cadence"),
            help=f"Begin with {bare[0].message.file}: use a field that says why this person.",
        )


def _personal(passage: Passage) -> bool:
    roots = {merge.path.partition(".")[0] for merge in passage.message.merges}
    return bool(roots - set(NAMES) - set(OURS))
