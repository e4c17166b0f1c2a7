"""Messages and scripts: front matter between two `---` lines, then the text, in Liquid.

Reading one needs no Liquid where it has nothing but plain fields (`template.py`); filling one in always goes through `liquid_door.py`.
Every field that it uses keeps its place in the file, also those of the subject line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from .files import name_of, read_bytes
from .findings import Finding, Refused
from .model import Merge, Message
from .nodes import Map, Node, Scalar, Span
from .report import error
from .template import Flaw, MissingField, blanked, fill_plain, tags_of, uses_of

LIMIT = 256_000
_FENCE = re.compile(r"---[ \t]*")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_Locate: TypeAlias = Callable[[int, int], Span]


class Unfilled(Refused):
    """A message that one person cannot get: `field` is what they lack."""

    def __init__(self, field: str, finding: Finding) -> None:
        super().__init__([finding])
        self.field = field


def read_message(path: Path | str, root: Path, referred: Span | None = None) -> Message:
    """The message at `path` (relative to the root, or below it). `referred` is the place that names it, for findings about the file itself.

    Raises Refused with everything that is wrong: Y001 (front matter that is no YAML), Y003 (its keys), Y004/Y006/Y007 (the file), Y013 (text
    that is no UTF-8, control characters, templates that are no Liquid or use what messages may not).
    """
    file = name_of(path, root)
    data = read_bytes(path, root, LIMIT, referred, "message file")
    return parse_message(_decoded(data, file), file)


def parse_message(text: str, file: str) -> Message:
    """A message from its text. Raises Refused as `read_message` does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _check_characters(text, file)
    front_text, body, body_line = _split(text, file)
    front, findings = _front(front_text, file)
    uses: list[Merge] = []
    subject = front.get("subject")
    if isinstance(subject, Scalar) and isinstance(subject.value, str):
        uses += _merges(subject.value, _subject_places(subject, text), findings)
    uses += _merges(body, _body_places(body, body_line, file), findings)
    if findings:
        raise Refused(findings)
    return Message(
        file=file,
        subject=_text(front, "subject"),
        gives=_text(front, "gives"),
        goal=_text(front, "goal"),
        language=_text(front, "language") or "en",
        body=body,
        body_line=body_line,
        merges=tuple(uses),
        text=blanked(body, tags_of(body)),
        front=front,
    )


def render_message(message: Message, variables: Mapping[str, Any]) -> tuple[str | None, str]:
    """Subject and body with the fields filled in; `variables` holds texts, and maps of texts (`sender`, `organization`, `link`).

    An empty value is a missing one. A subject is one line, whatever the fields hold. Raises Unfilled (a Refused with `.field`) where a field
    is missing and has no default, Refused where a limit is met.
    """
    subject = None if message.subject is None else " ".join(_filled(message, message.subject, variables, True).split())
    return subject, _filled(message, message.body, variables, False)


def _filled(message: Message, template: str, variables: Mapping[str, Any], subject: bool) -> str:
    try:
        plain = fill_plain(template, variables)
        if plain is not None:
            return plain
        from .liquid_door import filled  # only templates that need it pay for the import

        return filled(template, variables)
    except MissingField as flaw:
        raise Unfilled(flaw.field, error("Y013", str(flaw), _place(message, flaw, subject), flaw.help)) from None
    except Flaw as flaw:
        raise Refused([error("Y013", str(flaw), _place(message, flaw, subject), flaw.help)]) from None


def _place(message: Message, flaw: Flaw, subject: bool) -> Span:
    if not subject:
        return _body_places(message.body, message.body_line, message.file)(flaw.start, flaw.end)
    whole = message.front.entries["subject"].span
    field = flaw.field if isinstance(flaw, MissingField) else ""
    return next((merge.span for merge in message.merges if merge.path == field and merge.span.line < message.body_line), whole)


# ---------------------------------------------------------------- the file


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        why = "the file is written in UTF-16" if wide else f"byte 0x{data[problem.start]:02x} is no UTF-8"
        raise Refused([error("Y013", f"{why}; a message is UTF-8", Span(file, line, column, line, column + 1), "save the file as UTF-8")]) from None


def _check_characters(text: str, file: str) -> None:
    found = _CONTROL.search(text)
    if found:
        place = _body_places(text, 1, file)(found.start(), found.end())
        name = "a NUL byte" if found.group() == "\0" else f"the control character U+{ord(found.group()):04X}"
        raise Refused([error("Y013", f"{name} stands in the text", place, "remove it")])


def _split(text: str, file: str) -> tuple[str, str, int]:
    """The front matter (with blank lines before it, so that its places are those of the file), the body, and the body's first line."""
    first, _, rest = text.partition("\n")
    if not _FENCE.fullmatch(first):
        return "", text, 1
    lines = rest.split("\n")
    for index, line in enumerate(lines):
        if _FENCE.fullmatch(line):
            return "\n" + "\n".join(lines[:index]), "\n".join(lines[index + 1 :]), index + 3
    raise Refused([error("Y013", "the front matter that begins here is never closed", Span(file, 1, 1, 1, 4), "end it with a line `---`")])


def _front(text: str, file: str) -> tuple[Map, list[Finding]]:
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n")):
        return Map(Span(file, 1, 1, 1, 1), {}, {}), []
    from .validate import validate
    from .yaml import read

    node: Node = read(text, file)[0]
    if not isinstance(node, Map):
        found = error("Y003", "front matter is a map of keys", node.span, 'write `subject: "..."`, a key a line')
        return Map(node.span, {}, {}), [found]
    return node, validate(node, "message")


def _text(front: Map, key: str) -> str | None:
    found = front.get(key)
    return str(found.value) if isinstance(found, Scalar) and found.value is not None else None


# ---------------------------------------------------------------- places


def _merges(template: str, places: _Locate, findings: list[Finding]) -> list[Merge]:
    try:
        return [Merge(use.path, use.has_default, places(use.start, use.end)) for use in uses_of(template)]
    except Flaw as flaw:
        findings.append(error("Y013", str(flaw), places(flaw.start, flaw.end), flaw.help))
        return []


def _body_places(body: str, line: int, file: str) -> _Locate:
    """From offsets in the body to places in the file."""
    starts = [0, *(found.end() for found in re.finditer("\n", body))]

    def place(start: int, end: int) -> Span:
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
        return Span(file, line + first, start - starts[first] + 1, line + last, end - starts[last] + 1)

    return place


def _subject_places(node: Scalar, text: str) -> _Locate:
    """From offsets in the subject to places in the file: exact wherever the words stand in the file as they stand in the subject."""
    span, subject = node.span, str(node.value)
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    first, last = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
    whole = _body_places(text, 1, span.file)

    def place(start: int, end: int) -> Span:
        word = subject[start:end]
        at = first - len(word)
        # The same word before it in the subject stands before it in the file, too: escapes and folds move words, they do not swap them.
        for _ in range(subject.count(word, 0, start) + 1 if word else 0):
            at = text.find(word, at + len(word), last)
            if at < 0:
                return span
        return whole(at, at + len(word)) if word else span

    return place
