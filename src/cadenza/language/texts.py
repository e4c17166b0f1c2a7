"""Texts as values: a message or a script with what it reads of the person, and the comments of a file."""

from __future__ import annotations

from .nodes import Map, Span
from .records import record


@record
class Comment:
    """A YAML comment: its text without `#`, where it stands, and whether a value stands before it on the line."""

    text: str
    span: Span
    trailing: bool


@record
class Merge:
    """One `{{ ... }}` of a template: the path it reads (`first_name`, `sender.name`), whether it has a default, and its place.

    The place is that of the path itself. A field has a default, too, where the text can do without it: in a condition, and inside one that
    has found it to be there."""

    path: str
    has_default: bool
    span: Span


@record
class Message:
    """A message or a script: front matter, then Liquid. `merges` covers subject and body, in order; `text` is the body with tags blanked."""

    file: str
    subject: str | None
    gives: str | None
    goal: str | None
    language: str  # BCP 47; default "en"
    body: str
    body_line: int  # the line of the file where the body starts
    merges: tuple[Merge, ...]
    text: str
    front: Map
