"""E013: people who know us are handed to somebody who does not know them, or the other way round."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.nodes import Span
from ..context import Context
from ..registry import rule
from ..words import known

WARM, MANAGERS, EXECUTIVES = 3, "account managers", "account executives"


@rule(
    code="E013",
    name="wrong-owner",
    level="warning",
    source="PostHog's handbook: circles 1 to 3 are owned by account managers, 4 to 7 by account executives",
    options={
        "managers": ("am", "account-manager", "account-managers", "csm", "customer-success"),
        "executives": ("ae", "account-executive", "account-executives"),
    },
)
def wrong_owner(ctx: Context) -> Iterator[Finding]:
    """Every role that people are handed to, against the circle, where the team has somebody of the other kind; and the motion against the circle."""
    circle = ctx.playbook.circle
    if circle is None:
        return
    warm = circle <= WARM
    wrong, right = ("executives", "managers") if warm else ("managers", "executives")
    better = [role for role in ctx.playbook.workspace.team.values() if role.people and _fold(role.id) in ctx.option(right, tuple)]
    told: set[Span] = set()
    owned = [state for state in ctx.graph.states if state.task == "handoff" and state.role and _fold(state.role) in ctx.option(wrong, tuple)]
    handed = {state.index: state for state in owned} if better else {}
    for move in ctx.machine.transitions if handed else ():
        if move.target in handed and move.origin not in told:
            state = handed[move.target]
            told.add(move.origin)
            owners = MANAGERS if warm else EXECUTIVES
            yield ctx.finding(
                f"people of circle {circle} are handed to `{state.role}`; they belong to {owners}, and there is `{better[0].id}`",
                move.origin,
                help=f"Write `handoff: {better[0].id}`.",
                related=[Related(known(ctx.playbook.node, "circle"), "the circle")],
            )
    if warm and ctx.playbook.motion == "cold":
        yield ctx.finding(
            f"people of circle {circle} know us, and the motion is cold: rules and assumptions for strangers are used on them",
            known(ctx.playbook.node, "motion"),
            help="Write `motion: warm`, or the circle that fits (4 signed up .. 7 never heard of us).",
        )


def _fold(word: str) -> str:
    return word.casefold().replace("_", "-")
