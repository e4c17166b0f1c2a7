"""P008: more mail in the first days than a cold sender may send, or the whole list at once."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.model import Sender
from ...language.values import Duration
from ..capacity._demand import PER_BUSINESS_DAY, per_business_day, silent_path
from ..context import Context
from ..registry import rule
from ..words import known, many

MOST = 260
"""Business days that are looked at: after a year every sender is warm."""


@rule(
    code="P008",
    name="blast",
    level="warning",
    source="practice: new mailboxes begin with 10 to 30 mails a day and rise over 4 weeks and more",
    options={"days": 3, "people": 200},
)
def blast(ctx: Context) -> Iterator[Finding]:
    """The mails of each of the first days, before any answer, against what the sender's warm-up allows; and the list's length in days."""
    use = ctx.playbook.channels.get("email")
    sender = ctx.playbook.workspace.senders.get(use.senders or "") if use else None
    if sender is not None and sender.warm_up is not None:
        yield from _too_early(ctx, sender)
    audience, days = ctx.playbook.audience, ctx.option("days", int)
    each_day = per_business_day(audience.enroll)
    if ctx.playbook.motion != "inbound" and audience.size >= ctx.option("people", int) and audience.size <= each_day * days:
        yield ctx.finding(
            f"{many(audience.size, 'person', 'people')} are enrolled within {many(days, 'business day')}: what comes back comes back at once, "
            "and nothing is learned on the way",
            known(ctx.playbook.node, "audience", "enroll"),
            help=f"Enroll at most {max(1, audience.size // (4 * days))} a business day.",
        )


def _too_early(ctx: Context, sender: Sender) -> Iterator[Finding]:
    warm = sender.warm_up
    assert warm is not None
    mails = _days_of_mails(ctx)
    enrolled, rise = per_business_day(ctx.playbook.audience.enroll), warm.add.amount * PER_BUSINESS_DAY[warm.add.per]
    for day in range(MOST):
        need = enrolled * sum(1 for at in mails if at <= day)
        have = sender.mailboxes * min(sender.daily_cap, int(warm.start + rise * day))
        if have >= sender.mailboxes * sender.daily_cap:
            return  # warm: from here on it is C002's
        if need > have:
            yield ctx.finding(
                f"a blast: on business day {day + 1} there are {need:,.0f} mails to send, and the {many(sender.mailboxes, 'mailbox', 'mailboxes')} "
                f"of `{sender.id}` may send {have:,} while they warm up",
                known(ctx.playbook.node, "audience", "enroll"),
                help=f"Begin with at most {max(1, int(enrolled * have / need))} a business day, and raise it as the mailboxes do.",
                related=[Related(warm.span, "the warm-up")],
                facts={"day": day + 1, "mails": round(need, 1), "allowed": have},
            )
            return


def _days_of_mails(ctx: Context) -> list[int]:
    """On which business day after enrolment each mail of the silent path goes out, at the earliest."""
    found, at = [], 0.0
    for name in silent_path(ctx.graph):
        step = ctx.playbook.step(name)
        if step is None:
            continue
        at += _business_days(step.after)
        if step.channel == "email":
            found.append(int(at))
    return found


def _business_days(delay: Duration | None) -> float:
    if delay is None:
        return 0.0
    if delay.unit == "business day":
        return float(delay.amount)
    return delay.amount / 8 if delay.unit == "business hour" else delay.seconds / 86400 * 5 / 7
