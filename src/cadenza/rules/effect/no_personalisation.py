"""E004: it could have been sent to anybody."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import Reading
from ..words import known, many

NAMES = ("first_name", "last_name", "full_name", "name", "email", "salutation")
OURS = ("sender", "organization", "link", "unsubscribe_link")
ROLES = ("title", "role", "persona", "pain", "department", "job", "segment")
"""What the name of a field that tells personas apart begins with."""


@rule(
    code="E004",
    name="no-personalisation",
    level="warning",
    source="Commons OS pattern library, Outbound Sales: speak to that person's situation",
    options={"share": 0.5, "personas": 3},
)
def no_personalisation(ctx: Context) -> Iterator[Finding]:
    """A first message with nothing of the person in it but the name; a cadence in which more than `share` of the messages are so; `personas`
    or more personas who all get the same words."""
    if ctx.playbook.motion == "inbound" or not ctx.readings:
        return
    every = ctx.readings
    bare = [reading for reading in every if not _personal(reading)]
    if every[0] in bare:
        yield ctx.finding(
            f"the first message says nothing of the person but the name: {every[0].file} would suit anybody",
            every[0].passage.whole(),
            help="Use a field that says why this person: `{{ company }}`, or what you know of their situation.",
            related=every[0].passage.sent_by(),
        )
    elif len(bare) > ctx.option("share", float) * len(every):
        yield ctx.finding(
            f"{len(bare)} of {many(len(every), 'message')} say nothing of the person but the name",
            known(ctx.playbook.node, "cadence"),
            help=f"Begin with {bare[0].file}: use a field that says why this person.",
        )
    personas = ctx.playbook.icp.personas
    if len(personas) >= ctx.option("personas", int) and not any(_of_their_role(reading) for reading in every):
        names = ", ".join(f"`{persona.id}`" for persona in personas)
        yield ctx.finding(
            f"{len(personas)} personas get the same words: {names}",
            known(ctx.playbook.node, "icp", "personas"),
            help="Let the text depend on what sets them apart (`{{ title }}`, or a condition on it), or write a playbook for each.",
        )


def _roots(reading: Reading) -> set[str]:
    return {merge.path.partition(".")[0] for merge in reading.passage.message.merges}


def _personal(reading: Reading) -> bool:
    return bool(_roots(reading) - set(NAMES) - set(OURS))


def _of_their_role(reading: Reading) -> bool:
    return any(root.startswith(ROLES) for root in _roots(reading))
