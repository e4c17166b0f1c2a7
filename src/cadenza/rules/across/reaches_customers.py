"""X004: a cold mail to a customer."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..words import known

CUSTOMER_CIRCLES = 3


@rule(
    code="X004",
    name="reaches-customers",
    level="warning",
    options={"exclude": ("customers", "open_opportunities")},
)
def reaches_customers(ctx: Context) -> Iterator[Finding]:
    """Who must be left out of a cadence for people who are not customers, against `icp.exclude` and the workspace's list of customers."""
    playbook = ctx.playbook
    if playbook.audience.consent == "existing_customer" or (playbook.circle is not None and playbook.circle <= CUSTOMER_CIRCLES):
        return
    missing = [word for word in ctx.option("exclude", tuple) if word not in playbook.icp.exclude]
    if playbook.workspace.suppression.customers:
        missing = [word for word in missing if word != "customers"]
    if missing:
        words = " and ".join(str(word).replace("_", " ") for word in missing)
        yield ctx.finding(
            f"{words} are not left out: the cadence writes to them as if they were strangers",
            known(playbook.node, "icp", "exclude"),
            help=f"Write `exclude: [{', '.join(dict.fromkeys((*playbook.icp.exclude, *missing)))}]` under `icp:`.",
        )
