"""D008: the list holds people who must not be contacted."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Refused
from ..context import Context
from ..registry import rule
from ._people import people, tally, told


@rule(code="D008", name="suppressed-in-list", level="warning", source="GDPR Art. 21(3); 15 USC 7704(a)(4) (CAN-SPAM)", options={"show": 5})
def suppressed_in_list(ctx: Context) -> Iterator[Finding]:
    """The list's people against the workspace's suppression lists and customers."""
    listed = people(ctx)
    if listed is None:
        return
    from ...language import read_suppression
    from ...language.people import Person

    try:
        suppressed = read_suppression(ctx.playbook.workspace)
    except Refused as refused:
        yield from refused.findings
        return
    wrong = tally(ctx)
    for row in listed:
        reason = suppressed.reason(Person("", row.cells, row.line))
        if reason:
            column = next((name for name in ("email", "phone", "domain", "company") if row.cells.get(name)), row.table.columns[0])
            wrong.add(row, column, reason)
    help = "Remove them: `plan` leaves them out, but a list that is handed on does not."
    yield from told(ctx, wrong, "is somebody who must not be contacted", "are people who must not be contacted", help)
