"""D005: somebody is in the list twice, and gets everything twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...language.findings import Finding, Level
from ..context import Context
from ..registry import rule
from ._people import people, tally, told

if TYPE_CHECKING:
    from ...language.rows import Row

NAMES = ("last_name", "name")


@rule(code="D005", name="duplicate-person", level="error", options={"show": 5})
def duplicate_person(ctx: Context) -> Iterator[Finding]:
    """Rows with the address or the id of a row before them (`plan` refuses such a list), and, as a warning, with the same name at the same
    company."""
    listed = people(ctx)
    if listed is None:
        return
    first: dict[tuple[str, ...], int] = {}
    certain, likely = tally(ctx), tally(ctx)
    for row in listed:
        same = [(column, mark) for column, mark in _marks(row) if first.setdefault((column, mark), row.line) != row.line]
        if same:
            column, mark = same[0]
            certain.add(row, column, f"the same {'address' if column == 'email' else column} as in line {first[column, mark]}")
            continue
        name = _name(row)
        if name and first.setdefault(name, row.line) != row.line:
            likely.add(row, next(column for column in NAMES if row.cells.get(column)), f"the same name and company as in line {first[name]}")
    yield from told(ctx, certain, "is somebody who is in the list already", "are people who are in the list already", "Keep one row for each person.")
    what = "a name that is in the list already, at the same company"
    help = "If they are one person with two addresses, keep the one that is read."
    yield from told(ctx, likely, f"has {what}", f"have {what}", help, level=Level.warning)


def _marks(row: Row) -> Iterator[tuple[str, str]]:
    """What only one person can have: the address, written in whatever way, and the id."""
    from ...language.suppression import same_email

    if email := row.cells.get("email"):
        yield "email", same_email(email)
    if key := row.cells.get("id"):
        yield "id", key


def _name(row: Row) -> tuple[str, ...]:
    """The full name and the company; empty where either is missing: many an Anna works at the same place as another."""
    from ...language.suppression import same_domain, same_name

    cells = row.cells
    whole = f"{cells['first_name']} {cells['last_name']}" if cells.get("first_name") and cells.get("last_name") else cells.get("name", "")
    if company := cells.get("company"):
        where = same_name(company)
    else:
        where = same_domain(cells.get("domain") or cells.get("email", "").rpartition("@")[2])
    return ("name", same_name(whole), where) if whole and where else ()
