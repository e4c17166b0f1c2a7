"""C007: more invitations than LinkedIn lets pass."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.nodes import key_span
from ..context import Context
from ..registry import rule
from ..words import many
from ._demand import per_business_day, silent_path


@rule(
    code="C007",
    name="invitations-over-limit",
    level="warning",
    source="LinkedIn publishes no number; in practice about 100 invitations a week for each member, and a block of a week beyond",
    options={"each_week": 100},
)
def invitations_over_limit(ctx: Context) -> Iterator[Finding]:
    """The weekly cap of a rep against what LinkedIn lets pass, and the invitations of a week against the caps of all reps."""
    use = ctx.playbook.channels.get("linkedin")
    if use is None:
        return
    limit = ctx.option("each_week", int)
    place = key_span(ctx.playbook.node, "channels", "linkedin", "weekly_cap")
    if use.weekly_cap is not None and use.weekly_cap > limit:
        yield ctx.finding(
            f"{use.weekly_cap} invitations a week for each rep; the limit is {limit}", place, help=f"Write `weekly_cap: {limit}`, or fewer."
        )
    invites = [
        step
        for name in silent_path(ctx.graph)
        if (step := ctx.playbook.step(name)) and step.channel == "linkedin" and step.action in (None, "invite")
    ]
    work = ctx.playbook.workspace.work.get("linkedin.action")
    role = ctx.playbook.workspace.team.get(use.role or (work.role if work else ""))
    if not invites or use.weekly_cap is None or role is None:
        return
    need, have = per_business_day(ctx.playbook.audience.enroll) * 5 * len(invites), use.weekly_cap * role.everybody
    if need > have:
        people = many(role.everybody, "person", "people")
        yield ctx.finding(
            f"{need:,.0f} invitations a week (before a single answer), and {people} of `{role.id}` may send {have:,}",
            place,
            help="Enroll fewer people, or invite only those who showed interest.",
        )
