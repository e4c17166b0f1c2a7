"""C002: more mail than the mailboxes may send."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ..context import Context
from ..registry import rule
from ..words import known, many
from ._demand import per_business_day, silent_path


@rule(
    code="C002",
    name="senders-overbooked",
    level="error",
    source="practice: 30 to 50 cold mails a mailbox and day; Google Workspace: 2,000 messages a day",
    options={"share": 1.0},
)
def senders_overbooked(ctx: Context) -> Iterator[Finding]:
    """Mails to everybody who is enrolled on a business day, before a single answer, against the daily caps of the senders."""
    use = ctx.playbook.channels.get("email")
    sender = ctx.playbook.workspace.senders.get(use.senders or "") if use else None
    if sender is None:
        return
    each = sum(1 for name in silent_path(ctx.graph) if (step := ctx.playbook.step(name)) and step.channel == "email")
    enrolled = per_business_day(ctx.playbook.audience.enroll)
    need, have = enrolled * each, sender.mailboxes * sender.daily_cap
    if need > have * ctx.option("share", float):
        fits = int(have * ctx.option("share", float) / each)
        prospects, mails = many(round(enrolled, 1), "prospect"), many(each, "mail")
        boxes = many(sender.mailboxes, "mailbox", "mailboxes")
        yield ctx.finding(
            f"`{sender.id}` is overbooked before a single answer: {prospects} a business day times {mails} make {need:,.0f} mails a day, "
            f"and {boxes} may send {have:,} once warm",
            known(ctx.playbook.node, "audience", "enroll"),
            help=f"At most {fits} a business day fit; or add mailboxes. A higher cap costs reputation.",
            related=[Related(sender.place("daily_cap"), "the cap of a mailbox")],
            facts={"mails_needed": round(need, 1), "mails_there": have},
        )
