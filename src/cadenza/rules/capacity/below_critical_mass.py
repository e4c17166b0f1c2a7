"""C003: too few people in motion for an opportunity every week."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known
from ._demand import per_business_day


@rule(
    code="C003",
    name="below-critical-mass",
    level="advice",
    on="forecast",
    source="a practitioner's rule of critical mass: it takes a number of contacts in motion before opportunities come every week",
    options={"probability": 0.9, "weeks": 4},
)
def below_critical_mass(ctx: Context) -> Iterator[Finding]:
    """The chance that each of the next `weeks` weeks has a new opportunity, once the first ones come, and how many people a day it takes."""
    total, outlook, weeks = ctx.figure("opportunities"), ctx.outlook, ctx.option("weeks", int)
    wanted = ctx.option("probability", float)
    if total is None or outlook is None or not 0 < wanted < 1 or weeks < 1:
        return
    before = next((week for week, most in enumerate(outlook.weekly.get("opportunities", ())) if most > 0), 0)
    steady = outlook.weeks - before
    if steady < weeks:
        return
    rate = total.mean / steady
    chance = (1 - exp(-rate)) ** weeks
    if chance >= wanted:
        return
    takes = -log(1 - wanted ** (1 / weeks))
    enrolled = per_business_day(ctx.playbook.audience.enroll)
    more = f"; at this rate it takes {enrolled * takes / rate:,.0f} people a business day, not {enrolled:,.0f}" if rate > 0 else ""
    yield ctx.finding(
        f"with {rate:.1f} opportunities a week the chance of one in each of {weeks} weeks is {chance:.0%}; the least is {wanted:.0%}{more}",
        known(ctx.playbook.node, "audience", "enroll"),
        help="Keep more people in motion, or win more of them: a pipeline with gaps cannot be planned.",
        facts={"rate": rate, "chance": chance, "people": enrolled * takes / rate if rate else None},
    )
