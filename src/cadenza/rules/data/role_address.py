"""D009: mail to nobody in particular."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ._people import people, role_names, tally, told

_MARKS = re.compile(r"[\W\d_]+")
PLACE = 3
"""Letters of a country or a city as addresses shorten it."""


@rule(
    code="D009",
    name="role-address",
    level="warning",
    source="practice: mail to info@ and sales@ is read by nobody in particular, and reported as spam more often",
    options={"share": 0.15, "least": 2, "show": 5},
)
def role_address(ctx: Context) -> Iterator[Finding]:
    """Addresses such as info@ and sales@, where there are at least `least` of them and more than `share` of all addresses are."""
    listed = people(ctx)
    if listed is None or not any(step.channel == "email" for step in ctx.playbook.cadence):
        return
    mailed, wrong = 0, tally(ctx)
    for row in listed:
        email = row.cells.get("email", "")
        mailed += bool(email)
        if _of_a_role(email):
            wrong.add(row, "email", "an address that nobody in particular reads")
    share, limit = wrong.count / max(1, mailed), ctx.option("share", float)
    if wrong.count >= ctx.option("least", int) and share > limit:
        what = f"{{}} for nobody in particular, {share:.0%} of all addresses; the limit is {limit:.0%}"
        help = "Find out who answers for it, and write to that person."
        yield from told(ctx, wrong, what.format("is"), what.format("are"), help, facts={"share": round(share, 3)})


def _of_a_role(email: str) -> bool:
    """Whether the part before the @ is the name of a function, or of some (`press-office`), or of one with its place (`sales.uk`)."""
    local = email.rpartition("@")[0].partition("+")[0].lower()
    parts = [part for part in _MARKS.split(local) if part]
    names = role_names()
    if not parts or "".join(parts) in names:
        return bool(parts)
    return parts[0] in names and all(part in names or len(part) <= PLACE for part in parts[1:])
