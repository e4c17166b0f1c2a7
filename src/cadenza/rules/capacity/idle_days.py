"""C004: working days on which nothing can go out."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.values import DAYS
from ..context import Context
from ..registry import rule
from ..words import known, many
from ._demand import per_business_day, silent_path


@rule(code="C004", name="idle-days", level="advice", options={"touches": 1.0})
def idle_days(ctx: Context) -> Iterator[Finding]:
    """Weekdays on which people work and no channel of the cadence is open; and a flow so thin that most days have no touch."""
    playbook = ctx.playbook
    used = dict.fromkeys(step.channel for step in playbook.cadence)
    open_days = {day for channel in used if channel in playbook.channels for span in playbook.channels[channel].window.spans for day in span.days}
    worked = {day for role in playbook.workspace.team.values() if role.people for span in role.hours.spans for day in span.days}
    shut = sorted(worked - open_days) if open_days else []
    if shut:
        yield ctx.finding(
            f"nothing can go out on {_said(shut)}, when people work: no window of {', '.join(used)} is open then",
            known(playbook.node, "channels"),
            help="Open a window on those days; mail that goes out evenly is read, and looks, better.",
        )
    steps = len(silent_path(ctx.graph))
    each_day = per_business_day(playbook.audience.enroll) * steps
    if playbook.motion != "inbound" and 0 < each_day < ctx.option("touches", float):
        yield ctx.finding(
            f"most days have no touch: {playbook.audience.enroll} times {many(steps, 'step')} make {each_day:.2g} on a business day",
            known(playbook.node, "audience", "enroll"),
            help="Enroll more people, or take several small playbooks together.",
        )


def _said(days: list[int]) -> str:
    return " and ".join(DAYS[day] for day in days)
