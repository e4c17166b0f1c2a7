"""People: the list of those whom a playbook may contact, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .findings import Refused, Related
from .nodes import Span
from .report import error
from .rows import LIMIT, Row, read_rows
from .suppression import Suppressed, read_lists, read_suppression, same_email

__all__ = ["Person", "Suppressed", "read_lists", "read_people", "read_suppression"]

KEYS: tuple[str, ...] = ("id", "email", "phone")


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a list. `key` names them wherever they go: their id, else their e-mail address (folded), else their phone number.

    `fields` has every column, trimmed; an empty cell is an empty text. `line` is the row's place in the file.
    """

    key: str
    fields: dict[str, str]
    line: int


def read_people(path: Path | str, *, root: Path | None = None, referred: Span | None = None, limit: int = LIMIT) -> list[Person]:
    """Everybody in a CSV file with a header, in the order of their keys: the order of the rows makes no difference.

    With a `root` the file must lie inside that workspace (see `files.open_file`). Raises Refused with all that is wrong: Y004/Y006/Y007 about
    the file, Y014 about its rows (no header, too few or too many cells, an open quote, nobody in a row, a person twice).
    """
    table, rows = read_rows(path, root, KEYS, referred, what="list of people", limit=limit)
    people: dict[str, Person] = {}
    seen: dict[str, Row] = {}
    for row in rows:
        person = _person(row)
        if person and _once(row, person, seen):
            people[person.key] = person
    if table.findings:
        raise Refused(table.findings)
    return [people[key] for key in sorted(people)]


def _person(row: Row) -> Person | None:
    key = row.cells.get("id") or row.cells.get("email", "").casefold() or row.cells.get("phone", "")
    if key:
        return Person(key, row.cells, row.line)
    named = next(name for name in KEYS if name in row.cells)
    row.wrong(named, "nothing in this row says who it is", f"fill in {' or '.join(f'`{name}`' for name in KEYS if name in row.cells)}")
    return None


def _once(row: Row, person: Person, seen: dict[str, Row]) -> bool:
    """Whether neither this key nor this address was there before; a finding with both places where it was."""
    column = next(name for name in KEYS if row.cells.get(name))
    marks = {f"key {person.key}": (column, person.key)}
    if email := row.cells.get("email"):
        marks[f"email {same_email(email)}"] = ("email", email)
    for mark, (name, value) in marks.items():
        first = seen.setdefault(mark, row)
        if first is not row and not row.table.full:
            note = Related(first.place(name), "first here")
            before = first.cells.get(name, "")
            message = f"`{value}` is in the list twice, first in line {first.line}{'' if before == value else f' as `{before}`'}"
            row.table.findings.append(error("Y014", message, row.place(name), "remove one of the rows", related=[note]))
        if first is not row:
            return False
    return True
