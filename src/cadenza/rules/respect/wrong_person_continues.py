"""R010: we learn that this is the wrong person, and go on."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..proof.graph import Move
from ..registry import rule
from ..words import known
from ._after import still_touched, touch_follows

WRONG = "replied.wrong_person"


@rule(
    code="R010", name="wrong-person-continues", level="error", profile="minimal", source="GDPR Art. 5(1)(d): inaccurate data is erased without delay"
)
def wrong_person_continues(ctx: Context) -> Iterator[Finding]:
    """Any touch after `wrong_person`, unless the same person then says yes, or a cooldown of its own is over."""

    def lets_go(move: Move) -> bool:
        return move.name in ("asked_back", "replied.positive", "cooled")

    found = touch_follows(ctx, (WRONG,), lets_go)
    if found is not None:
        routed = found.said.transition
        yield still_touched(
            ctx,
            found,
            f"who says that they are the wrong person is touched again: `{found.step}` follows {found.when}",
            routed.origin if routed is not None else known(ctx.playbook.node, "replies"),
            "Write `wrong_person: {stop: wrong_person}` under `replies:`.",
        )
