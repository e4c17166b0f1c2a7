"""X003: each playbook fits, and all of them together do not."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.model import Workspace
from ...language.nodes import Span
from ..capacity._demand import open_seconds
from ..context import Context
from ..portrait import Portrait
from ..registry import rule


@rule(code="X003", name="shared-capacity", level="error", on="workspace", options={"share": 1.0})
def shared_capacity(ctx: Context) -> Iterator[Finding]:
    """Minutes of each role and mails of each sender over all playbooks, on a business day and before a single answer, against what there is."""
    workspace = ctx.subject.memory["workspace"]
    assert isinstance(workspace, Workspace)
    share = ctx.option("share", float)
    for role in workspace.team.values():
        have = role.everybody * open_seconds(role.hours) / 60 * role.selling_time.low
        takers = [(one, one.minutes[role.id]) for one in ctx.group if one.minutes.get(role.id)]
        yield from _over(ctx, role.id, "minutes", takers, have * share, role.span)
    for sender in workspace.senders.values():
        sent = [(one, one.mails[sender.id]) for one in ctx.group if one.mails.get(sender.id)]
        yield from _over(ctx, sender.id, "mails", sent, sender.mailboxes * sender.daily_cap * share, sender.span)


def _over(ctx: Context, name: str, unit: str, takers: list[tuple[Portrait, float]], have: float, place: Span) -> Iterator[Finding]:
    need = sum(amount for _, amount in takers)
    if need <= have or len(takers) < 2 or any(amount > have for _, amount in takers):
        return
    each = ", ".join(f"`{one.name}` {amount:,.0f}" for one, amount in sorted(takers, key=lambda taker: (-taker[1], taker[0].file))[:4])
    more = f" and {len(takers) - 4} more" if len(takers) > 4 else ""
    last = min(takers, key=lambda taker: (-taker[0].priority, taker[1], taker[0].file))[0]
    yield ctx.finding(
        f"`{name}` is overbooked by {len(takers)} playbooks together: {each}{more} make {need:,.0f} {unit} a business day before a single answer, "
        f"and there are {have:,.0f}",
        last.places["enroll"],
        help=f"`{last.name}` comes last: enroll {1 - have / need:.0%} fewer people in all, or add what is short.",
        related=[Related(place, f"what `{name}` has")],
        facts={"needed": round(need, 1), "there": round(have, 1), "unit": unit},
    )
