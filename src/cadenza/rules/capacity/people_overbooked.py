"""C001: more work than there are hours."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ..words import known, many
from ._demand import minutes_by_role, open_seconds, per_business_day


@rule(code="C001", name="people-overbooked", level="error", options={"share": 1.0})
def people_overbooked(ctx: Context) -> Iterator[Finding]:
    """Minutes of touches for everybody who is enrolled on a business day, before a single answer, against the selling time of each role."""
    audience, team = ctx.playbook.audience, ctx.playbook.workspace.team
    enrolled = per_business_day(audience.enroll)
    for name, steps in minutes_by_role(ctx).items():
        role = team.get(name)
        if role is None:
            continue
        each = sum(steps.values())
        need = enrolled * each
        have = role.everybody * open_seconds(role.hours) / 60 * role.selling_time.low
        if need > have * ctx.option("share", float):
            fits = int(have * ctx.option("share", float) / each)
            who = many(role.everybody, "person has", "people have")
            prospects = many(round(enrolled, 1), "prospect")
            yield ctx.finding(
                f"`{name}` is overbooked before a single answer: {prospects} a business day times {each:.0f} minutes of touches make "
                f"{need:,.0f} minutes, and {who} {have:,.0f}",
                known(ctx.playbook.node, "audience", "enroll"),
                help=f"At most {fits} a business day fit; or add people, or take work out of the steps.",
                related=[Related(role.span, f"the hours of `{name}`")],
                facts={"minutes_needed": round(need, 1), "minutes_there": round(have, 1), "minutes_each": each},
            )
