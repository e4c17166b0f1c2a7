"""C005: after so many weeks there is nobody left to enroll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known, many
from ._demand import per_business_day


@rule(
    code="C005",
    name="list-runs-out",
    level="advice",
    source="a practitioner's rule of critical mass: work towards 10,000 valid contacts, reached in cycles of 4 to 6 weeks",
    options={"weeks": 4},
)
def list_runs_out(ctx: Context) -> Iterator[Finding]:
    """The size of the audience over the flow of enrolment, in weeks, and the day on which that ends."""
    audience = ctx.playbook.audience
    each_day = per_business_day(audience.enroll)
    if ctx.playbook.motion == "inbound" or not audience.size or not each_day:
        return
    days = audience.size / each_day
    limit = ctx.option("weeks", int)
    if days >= limit * 5:
        return
    last = ctx.as_of + timedelta(days=int(days / 5 * 7))
    yield ctx.finding(
        f"the list runs out: {many(audience.size, 'person', 'people')} at {audience.enroll} are {many(round(days, 1), 'business day')}, "
        f"until about {last.isoformat()}; the least is {limit} weeks",
        known(ctx.playbook.node, "audience", "size"),
        help="Find more people before then, or enroll fewer a day.",
        facts={"business_days": round(days, 1), "until": last.isoformat()},
    )
