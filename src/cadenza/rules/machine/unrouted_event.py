"""M004: something that a channel can bring, and that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...language.findings import Finding
from ..context import Context
from ..edits import into, suggestion
from ..proof.shape import remembered
from ..registry import rule
from ..words import known

BRINGS: dict[str, tuple[str, ...]] = {
    "email": ("positive", "negative", "not_now", "out_of_office", "wrong_person"),
    "phone": ("positive", "negative", "not_now", "wrong_person"),
    "linkedin": ("positive", "negative", "not_now", "wrong_person"),
    "sms": ("positive", "negative", "not_now", "wrong_person"),
    "direct_mail": ("positive", "negative", "not_now", "wrong_person"),
}
"""Reply classes by channel. Only mail is answered by an absence notice of itself."""
GOOD = {
    "positive": "positive: {handoff: ae, within: 1 business hour, then: meeting}",
    "negative": "negative: {stop: said_no, cooldown: 365 days}",
    "not_now": "not_now: {pause: 90 days, at_most: 1}",
    "out_of_office": "out_of_office: {pause: until_return, assume: 7 days}",
    "wrong_person": "wrong_person: {stop: wrong_person}",
}
DEAD = "bad-address: {when: {event: bounced}, stop: invalid_address}"


@rule(code="M004", name="unrouted-event", level="error", profile="minimal")
def unrouted_event(ctx: Context) -> Iterator[Finding]:
    """A reply class of a used channel that leaves some waiting person where they are, although a touch was made; and mail to dead addresses."""
    channels = dict.fromkeys(step.channel for step in ctx.playbook.cadence)
    place = known(ctx.playbook.node, "replies")
    for reply in GOOD:
        by = [channel for channel in channels if reply in BRINGS[channel]]
        if by and _unheard(ctx, f"replied.{reply}"):
            yield ctx.finding(
                f"`{reply}` leads nowhere: {_all(by)} can bring it, and nothing says what happens then",
                place,
                help=f"Write `{GOOD[reply]}` under `replies:`.",
                fix=None if reply == "positive" else suggestion(f"write `{GOOD[reply]}`", into(ctx.playbook.node.get("replies"), GOOD[reply])),
            )
    mailed = [channel for channel in channels if channel in ("email", "sms")]
    if mailed and _unheard(ctx, "bounced"):
        yield ctx.finding(
            f"`bounced` leads nowhere: {_all(mailed)} can bring it, and a dead address is written to again",
            known(ctx.playbook.node, "stop_rules"),
            help="Write `- {id: bad-address, when: {event: bounced}, stop: invalid_address}` under `stop_rules:`.",
        )


def _all(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _unheard(ctx: Context, event: str) -> bool:
    """Whether some state after the first touch, in which a further touch is awaited, has no transition on `event`, not for any step."""
    first = ctx.playbook.cadence[0].id if ctx.playbook.cadence else ""

    def deaf() -> bool:
        waits = (ctx.graph.out[state.index] for state in ctx.graph.states if state.kind == "wait" and state.step != first)
        return any(event not in out and not any(known.startswith(f"{event}:") for known in out) for out in waits)

    return remembered(ctx.graph, ("M004", event), deaf, timeless=True)
