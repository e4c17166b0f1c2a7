"""The list of real people (`audience.source.list`) as the rules about data read it: each row with its line, and what is wrong with it.

Findings point at the playbook's line that names the list, and name rows by their line only. What stands in a row is somebody's address, and findings
end up in the logs of continuous integration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...language.findings import Finding, Level, Refused, Related
from ...language.nodes import Span
from ..context import Context
from ..words import many

if TYPE_CHECKING:
    from ...language.rows import Row, Table

COLUMNS = ("id", "email", "phone")
KEPT = 8_000_000
"""Bytes of a list whose rows are kept."""


@dataclass(slots=True)
class People:
    """Who is in a list. `path` is relative to the workspace, `broken` are the findings about rows that could not be read, `count` are the others.

    The rows of a small list are kept, those of a large one are read again by each rule: no list is larger than the memory.
    """

    root: Path
    path: str
    referred: Span
    broken: tuple[Finding, ...] = ()
    count: int = 0
    kept: list[Row] | None = None

    def __post_init__(self) -> None:
        size = (self.root / self.path).stat().st_size if (self.root / self.path).is_file() else 0
        kept: list[Row] | None = [] if size <= KEPT else None
        table: Table | None = None
        try:
            table, rows = self._read()
            for row in rows:
                self.count += 1
                if kept is not None:
                    kept.append(row)
            self.broken = tuple(table.findings)
        except Refused as refused:
            self.broken, kept = (*(table.findings if table else ()), *refused.findings), kept or []
        self.kept = kept

    def _read(self) -> tuple[Table, Iterator[Row]]:
        from ...language.rows import read_rows  # most playbooks name no list

        return read_rows(self.root / self.path, self.root, COLUMNS, self.referred, what="list of people")

    def __iter__(self) -> Iterator[Row]:
        return iter(self.kept) if self.kept is not None else self._read()[1]


@dataclass(slots=True)
class Tally:
    """Rows that are wrong: how many, and the places of the first `most`, each with what is wrong, in words that repeat nothing of the person."""

    most: int
    count: int = 0
    places: list[Related] = field(default_factory=list)

    def add(self, row: Row, column: str, note: str) -> None:
        self.count += 1
        if len(self.places) < self.most:
            self.places.append(Related(row.place(column), note))


def people(ctx: Context) -> People | None:
    """The playbook's list, read once a run of lint; None where it names none. What cannot be read has its reasons in `broken`."""
    source = ctx.playbook.audience.source
    if source is None or source.list is None:
        return None
    found = ctx.subject.memory.get(People)
    if not isinstance(found, People):
        found = ctx.subject.memory[People] = People(ctx.playbook.workspace.root, source.list, source.place("list"))
    return found


def tally(ctx: Context) -> Tally:
    return Tally(ctx.option("show", int))


def told(
    ctx: Context, wrong: Tally, what: str, several: str, help: str, *, level: Level | None = None, facts: Mapping[str, object] | None = None
) -> Iterator[Finding]:
    """One finding for all the rows that are wrong: how many of how many, and the places of the first of them."""
    listed = people(ctx)
    if not wrong.count or listed is None:
        return
    related, more = list(wrong.places), wrong.count - len(wrong.places)
    if more and related:
        related[-1] = Related(related[-1].span, f"{related[-1].note}; and {many(more, 'more row')}")
    message = f"{wrong.count:,} of {many(listed.count, 'row')} {what if wrong.count == 1 else several}"
    yield ctx.finding(message, place(ctx), help=help, level=level, related=related, facts={"rows": wrong.count, **(facts or {})})


def place(ctx: Context) -> Span:
    """The line of the playbook that names the list."""
    source = ctx.playbook.audience.source
    return source.place("list") if source else ctx.playbook.node.span


@cache
def role_names() -> frozenset[str]:
    """What the part before the @ is called where nobody in particular reads it."""
    text = (Path(__file__).parent / "role_names.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
