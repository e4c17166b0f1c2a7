"""Reading a template without running it: where its tags are, and which fields it asks for.

Most messages hold nothing but `{{ field | default: "there" }}`. Those are read here, by one pass over the text. Whatever else a template
has (`{% if %}`, other expressions) is handed to Liquid itself (`liquid_door.py`), which is imported only then. Both say the same of a
template that both can read; a property test holds them to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from .near import near
from .records import record
from .words import shown

LONGEST_TAG = 2_000
FILTERS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("capitalize", "downcase", "upcase", "strip", "lstrip", "rstrip", "strip_newlines", "escape", "url_encode", "size"), (0, 0)),
    **dict.fromkeys(("first", "last", "abs", "ceil", "floor"), (0, 0)),
    **dict.fromkeys(("append", "prepend", "remove", "remove_first", "split", "plus", "minus", "times", "divided_by", "modulo"), (1, 1)),
    **dict.fromkeys(("at_least", "at_most"), (1, 1)),
    **dict.fromkeys(("truncate", "truncatewords"), (0, 2)),
    **dict.fromkeys(("replace", "replace_first"), (1, 2)),
    "default": (1, 1),
    "round": (0, 1),
    "slice": (1, 2),
}
"""The filters that a message may use, with how many values each takes. All are pure; `date` is not among them, since it knows today."""
KEYWORDS = frozenset(("true", "false", "nil", "null", "empty", "blank", "and", "or", "contains", "not", "in", "offset")) | frozenset(
    ("limit", "reversed", "cols", "continue", "with", "for", "as", "if", "else", "required")
)
"""Words of Liquid that no field can be called by."""


class Flaw(Exception):
    """What is wrong with a template: why, what to write instead, and where (offsets in the template)."""

    def __init__(self, why: str, help: str, start: int, end: int) -> None:
        super().__init__(why)
        self.help, self.start, self.end = help, start, end


class MissingField(Flaw):
    """The text needs a field that the person has not got; `field` is its path."""

    def __init__(self, field: str, start: int, end: int) -> None:
        super().__init__(f"`{field}` is empty, and the text has no default for it", f'write {{{{ {field} | default: "..." }}}}', start, end)
        self.field = field


@record
class Tag:
    """One `{{ ... }}` or `{% ... %}`; `inner` is what stands between the braces and their dashes, from offset `at` on."""

    kind: Literal["output", "tag"]
    start: int
    end: int
    inner: str
    at: int


@record
class Use:
    """One field that a template reads: its path, whether the text can do without it, and its offsets."""

    path: str
    has_default: bool
    start: int
    end: int


_OPEN = re.compile(r"\{[{%]")
_ENDRAW = re.compile(r"\{%-?\s{0,20}endraw\s{0,20}-?%\}")
_WORD = r"[A-Za-z_][A-Za-z0-9_-]*"
_LITERAL = r"(?:\"[^\"]*\"|'[^']*'|-?[0-9]+)"
_PATH = re.compile(rf"[ \t\n]*({_WORD}(?:\.{_WORD})*)[ \t\n]*")
_FILTER = re.compile(rf"\|[ \t\n]*({_WORD})[ \t\n]*(?::[ \t\n]*({_LITERAL}(?:[ \t\n]*,[ \t\n]*{_LITERAL})*)[ \t\n]*)?")
_VALUE = re.compile(_LITERAL)


def tags_of(text: str) -> list[Tag]:
    """Every tag, in order. Flaw: one that is never closed, or that is longer than `LONGEST_TAG`."""
    tags: list[Tag] = []
    at = 0
    while found := _OPEN.search(text, at):
        tag = _tag(text, found.start())
        tags.append(tag)
        at = tag.end
        if tag.kind == "tag" and tag.inner.strip() == "raw":
            closing = _ENDRAW.search(text, at)
            if not closing:
                raise Flaw("`{% raw %}` is never closed", "end it with `{% endraw %}`", tag.start, tag.end)
            at = closing.start()
    return tags


def _tag(text: str, start: int) -> Tag:
    kind: Literal["output", "tag"] = "output" if text[start + 1] == "{" else "tag"
    opening, closing = ("{{", "}}") if kind == "output" else ("{%", "%}")
    end = text.find(closing, start + 2, start + LONGEST_TAG)
    if end < 0:
        if text.find(closing, start) >= 0:
            raise Flaw(f"a tag is at most {LONGEST_TAG} characters long", f"close `{opening}` with `{closing}` where it ends", start, start + 2)
        raise Flaw(f"`{opening}` is never closed", f"end it with `{closing}`", start, start + 2)
    inner, at = text[start + 2 : end], start + 2
    if inner.startswith("-"):
        inner, at = inner[1:], at + 1
    return Tag(kind, start, end + 2, inner.removesuffix("-"), at)


def uses_of(text: str) -> tuple[Use, ...]:
    """Every field that the template reads, in order; of both branches of every condition. Flaw: what is wrong with it."""
    tags = tags_of(text)
    plain = [_plain_use(tag) for tag in tags]
    uses = [use for use in plain if use is not None]
    if len(uses) == len(tags):
        return tuple(uses)
    from .liquid_door import analysed  # only templates that need it pay for the import

    return analysed(text, tags)


def _plain_use(tag: Tag) -> Use | None:
    """The field of a plain output; None where it takes Liquid to read the tag. Flaw: a filter that does not exist or is used wrongly."""
    head = _PATH.match(tag.inner) if tag.kind == "output" else None
    if not head or KEYWORDS.intersection(head[1].split(".")):
        return None
    at, filters = head.end(), []
    while at < len(tag.inner):
        found = _FILTER.match(tag.inner, at)
        if not found or found.end() == at:
            return None
        filters.append((found[1], len(_VALUE.findall(found[2] or "")), tag.at + found.start(1)))
        at = found.end()
    for name, values, offset in filters:
        check_filter(name, values, offset)
    start = tag.at + head.start(1)
    return Use(head[1], any(name == "default" for name, _, _ in filters), start, start + len(head[1]))


def is_missing(value: object) -> bool:
    """Whether a value is as good as none: an empty cell is as missing as no cell."""
    return value is None or (isinstance(value, str) and not value.strip())


@record
class _Slot:
    """A place for one field in a template that has nothing else: its path, its default, its offset."""

    path: tuple[str, ...]
    default: str | None
    start: int


_SIMPLE = re.compile(rf"\{{\{{[ \t\n]*({_WORD}(?:\.{_WORD})*)[ \t\n]*(?:\|[ \t\n]*default[ \t\n]*:[ \t\n]*(\"[^\"]*\"|'[^']*')[ \t\n]*)?\}}\}}")
_OF_LIQUID = frozenset(("size", "first", "last"))


@lru_cache(maxsize=256)
def _slots(text: str) -> tuple[str | _Slot, ...] | None:
    """The template in pieces where it has nothing but fields with or without a default; None where it takes Liquid."""
    parts: list[str | _Slot] = []
    at = 0
    for tag in tags_of(text):
        found = _SIMPLE.fullmatch(text, tag.start, tag.end)
        path = tuple(found[1].split(".")) if found else ()
        if not found or KEYWORDS.intersection(path) or _OF_LIQUID.intersection(path):
            return None
        parts += (text[at : tag.start], _Slot(path, found[2][1:-1] if found[2] else None, found.start(1)))
        at = tag.end
    return (*parts, text[at:])


def fill_plain(text: str, variables: Mapping[str, Any]) -> str | None:
    """The template with its fields filled in, where it has nothing but fields and texts for them; None where it takes Liquid.

    Raises MissingField."""
    out: list[str] = []
    parts = _slots(text)
    if parts is None:
        return None
    for part in parts:
        value: Any = part if isinstance(part, str) else variables
        for name in part.path if isinstance(part, _Slot) else ():
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(part, _Slot) and is_missing(value):
            if part.default is None:
                field = ".".join(part.path)
                raise MissingField(field, part.start, part.start + len(field))
            value = part.default
        if not isinstance(value, str):
            return None
        out.append(value)
    return "".join(out)


def check_filter(name: str, values: int, start: int) -> None:
    """Flaw where no message may use this filter, or not with so many values."""
    end = start + len(name)
    if name not in FILTERS:
        meant = near(name, FILTERS)
        known = f"did you mean `{meant}`?" if meant else f"known are {', '.join(sorted(FILTERS))}"
        raise Flaw(f"unknown filter {shown(name)}", known, start, end)
    least, most = FILTERS[name]
    if not least <= values <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        example = ': `| default: "there"`' if name == "default" else ""
        why = f"the filter `{name}` takes {wanted} value{'' if most == 1 else 's'}, and this has {values}"
        raise Flaw(why, f"give it {wanted}{example}", start, end)


def blanked(text: str, tags: list[Tag]) -> str:
    """The text with every tag, and all of every comment, made blank: lines and columns stay as they are."""
    out, at, comment = [], 0, -1
    for tag in tags:
        name = tag.inner.strip().partition(" ")[0] if tag.kind == "tag" else ""
        if comment < 0:
            out.append(text[at : tag.start])
            if name == "comment":
                comment = tag.start
                continue
            out.append(_blank(text[tag.start : tag.end]))
        elif name == "endcomment":
            out.append(_blank(text[comment : tag.end]))
            comment = -1
        else:
            continue
        at = tag.end
    return "".join(out) + (text[at:] if comment < 0 else _blank(text[comment:]))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
