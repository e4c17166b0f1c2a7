"""Y014: a list of people that cannot be read; what is wrong with its rows is said by the reader of lists."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..data._people import people
from ..registry import rule


@rule(code="Y014", name="bad-list", level="error", profile="minimal")
def bad_list(ctx: Context) -> Iterator[Finding]:
    """The list that the audience names. (`plan` reads it, too, and stops there.)"""
    listed = people(ctx)
    if listed is not None:
        yield from listed.broken
