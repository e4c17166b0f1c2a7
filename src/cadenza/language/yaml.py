"""Reading YAML as it was written: values, and where each of them stands.

The parser's *events* are walked with a stack of our own, never composed: so depth, number of nodes and what aliases expand to are counted
before anything is built, and a hostile file costs no more than an honest one of the same size. Scalars follow YAML 1.2 (`scalars.py`).
Tags and merge keys are refused; anchors and aliases are allowed within the limits.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .findings import Edit, Finding, Fix, Refused, Related
from .model import Comment
from .nodes import Map, Node, Scalar, Seq, Span
from .noted import note
from .report import error
from .scalars import resolve
from .yaml_words import reader_words, syntax_words

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# U+0085, U+2028 and U+2029 would shift the parser's lines against everybody else's.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r\n?|\n")
_MOST_FINDINGS = 500
_ANCHOR = re.compile(r"&\S+\s*")


class Limits(NamedTuple):
    """What a file may cost: bytes, levels of nesting, and nodes with every alias counted as often as it is used."""

    bytes: int = 1_000_000
    depth: int = 64
    nodes: int = 100_000


LIMITS = Limits()


def read(source: Path | str, file: str | None = None, limits: Limits = LIMITS) -> tuple[Node, tuple[Comment, ...]]:
    """The tree and the comments of a file (a Path) or of a text (a str). `file` is the name that spans carry.

    Raises Refused with located Y-findings: every duplicate key, tag, merge key and key that is no text; or the one error of syntax.
    """
    if isinstance(source, str):
        text, name = source, file or "text.yaml"
    else:
        name = file or source.as_posix()
        text = read_text(source, name, limits)
    return _Reader(text.removeprefix("\ufeff"), name, limits).read()


def read_text(path: Path, file: str, limits: Limits = LIMITS) -> str:
    """The text of a file of at most `limits.bytes` bytes, in UTF-8. Refused: no file, a folder, too large (never read whole), another encoding."""
    here = Span(file)
    note(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise Refused([error("Y001", f"`{file}` is a folder; a file is wanted here", here, "name the YAML file itself")])
        if not stat.S_ISREG(mode):
            raise Refused([error("Y001", f"`{file}` is no ordinary file", here, "name a YAML file")])
        with path.open("rb") as stream:
            data = stream.read(limits.bytes + 1)
    except FileNotFoundError:
        raise Refused([error("Y004", f"there is no file `{file}`", here, "check the path; it counts from where you are")]) from None
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise Refused([error("Y001", f"`{file}` cannot be read: {why.lower()}", here, "check the path and its permissions")]) from None
    if len(data) > limits.bytes:
        raise Refused([_too_long(here, limits)])
    return decode(data, file)


def _too_long(here: Span, limits: Limits) -> Finding:
    return error("Y006", f"the file is larger than {limits.bytes:,} bytes", here, "split it: `extends:` and message files keep one file small")


def decode(data: bytes, file: str) -> str:
    """Bytes as UTF-8 (with or without a byte order mark); Refused at the byte that is no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        why = "the file is written in UTF-16" if wide else f"byte 0x{data[problem.start]:02x} is no UTF-8"
        found = error("Y001", f"{why}; a playbook is UTF-8", Span(file, line, column, line, column + 1), "save the file as UTF-8")
        raise Refused([found]) from None


@dataclass(slots=True)
class _Open:
    """A collection that is being read: its children so far, the key that waits for its value, and its first place."""

    event: Any
    sequence: bool
    start: Any
    items: list[Node] = field(default_factory=list)
    keys: dict[str, Span] = field(default_factory=dict)
    key: str | None = None
    key_span: Span | None = None
    wants_key: bool = True
    weight: int = 1
    height: int = 1
    lost: int = 0


class _Reader:
    """One reading. `weights` and `heights` say of each anchored node how many nodes it stands for and how deep it goes."""

    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.text, self.file, self.limits = text, file, limits
        self.lines = _BREAK.split(text) if "\r" in text else text.split("\n")
        self.findings: list[Finding] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.open_anchors: set[str] = set()
        self.total = 0
        self.documents = 0
        self.taken: dict[int, list[tuple[int, int]]] = {}  # line -> stretches of columns inside scalars (0-based)

    def read(self) -> tuple[Node, tuple[Comment, ...]]:
        if len(self.text.encode("utf-8", "surrogatepass")) > self.limits.bytes:
            raise Refused([_too_long(Span(self.file), self.limits)])
        bad = _CONTROL.search(self.text)
        if bad:
            raise Refused([reader_words(bad.group(), self._point(bad.start()))])
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                self._take(event)
        except yaml.MarkedYAMLError as problem:
            self.findings.append(syntax_words(problem, self.lines, self.file))
        except (yaml.YAMLError, RecursionError) as problem:  # what the parser refuses without a place
            self.findings.append(error("Y001", f"this is not YAML: {str(problem).splitlines()[0]}", Span(self.file)))
        if self.root is None and not self.findings:
            self.findings.append(error("Y001", "the file is empty", Span(self.file), "`cadenza init` writes a workspace to start from"))
        if self.findings or self.root is None:
            raise Refused(self.findings)
        return self.root, self._comments()

    # ------------------------------------------------------------ events

    def _take(self, event: Any) -> None:
        kind = type(event)
        if len(self.findings) >= _MOST_FINDINGS:
            place = self._span(event.start_mark, event.end_mark)
            self._stop(error("Y001", f"{_MOST_FINDINGS} mistakes so far; the rest of the file is not read", place, "mend those first"))
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._begin(event, kind is yaml.SequenceStartEvent)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._finish(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                place = self._span(event.start_mark, event.end_mark)
                self._stop(error("Y001", "a second document begins here; a file holds one", place, "remove the `---`, or make two files"))

    def _stop(self, finding: Finding) -> None:
        raise Refused([*self.findings, finding])

    def _count(self, nodes: int, levels: int, place: Span) -> None:
        self.total += nodes
        if self.total > self.limits.nodes:
            message = f"the file stands for more than {self.limits.nodes:,} values once its aliases are written out"
            self._stop(error("Y006", message, place, "write values out instead of nesting aliases, or split the file"))
        if len(self.stack) + levels > self.limits.depth:
            message = f"nested deeper than {self.limits.depth} levels"
            self._stop(error("Y006", message, place, "no key of the language needs more than ten levels"))

    def _tagged(self, event: Any, span: Span) -> None:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            finding = error(
                "Y001", f"the tag `{tag}` is refused: a playbook is plain data", span, 'leave the tag out; quote a value ("…") that must stay a text'
            )
            self.findings.append(finding)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark, event.end_mark
        line, column, end_column = start.line, start.column, end.column
        if line == end.line and not event.anchor and event.style not in ("|", ">"):  # nearly all
            span = Span(self.file, line + 1, column + 1, line + 1, end_column + 1)
            self.taken.setdefault(line, []).append((column, end_column))
        else:
            span = self._scalar_span(event)
        if self.total >= self.limits.nodes:
            self._count(1, 0, span)
        self.total += 1
        if event.tag is not None:
            self._tagged(event, span)
        quoted = event.style is not None and event.style != ""
        text: str = event.value
        node = Scalar(span, text if quoted else resolve(text), text, quoted)
        if event.anchor:
            self.anchors[event.anchor] = (node, 1, 0)
        self._place(node, 1, 0)

    def _begin(self, event: Any, sequence: bool) -> None:
        place = self._span(event.start_mark, event.end_mark)
        self._count(1, 1, place)
        self._tagged(event, place)
        if event.anchor:
            self.anchors.pop(event.anchor, None)
            self.open_anchors.add(event.anchor)
        self.stack.append(_Open(event, sequence, event.start_mark))

    def _finish(self, event: Any) -> None:
        done = self.stack.pop()
        span = self._collection_span(done, event)
        node: Node = Seq(span, tuple(done.items)) if done.sequence else Map(span, dict(zip(done.keys, done.items, strict=True)), done.keys)
        anchor = done.event.anchor
        if anchor:
            self.open_anchors.discard(anchor)
            self.anchors[anchor] = (node, done.weight, done.height)
        self._place(node, done.weight, done.height)

    def _alias(self, event: Any) -> None:
        place, name = self._span(event.start_mark, event.end_mark), event.anchor
        if name in self.open_anchors:
            self._stop(error("Y006", f"the alias `*{name}` stands inside what it names, so it has no end", place, "write the value out"))
        if name not in self.anchors:
            self._stop(
                error(
                    "Y001",
                    f"the alias `*{name}` names no anchor above it",
                    place,
                    f"write `&{name}` before the value that is meant; a text that begins with `*` needs quotes",
                )
            )
        node, weight, height = self.anchors[name]
        self._count(weight, height, place)
        self._place(node, weight, height)

    # ------------------------------------------------------------ the tree

    def _place(self, node: Node, weight: int, height: int) -> None:
        """Hang a finished node where it belongs: into the root, a list, or a map as the next key or value."""
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.weight += weight
        top.height = max(top.height, height + 1)
        if top.sequence:
            top.items.append(node)
        elif top.wants_key:
            top.wants_key = False
            top.key, top.key_span = self._key(node, top), node.span
        else:
            top.wants_key = True
            if top.key is not None and top.key_span is not None:
                top.keys[top.key] = top.key_span
                top.items.append(node)

    def _key(self, node: Node, top: _Open) -> str | None:
        """The key as a text; None (and a finding) where it is none, or stands in the map already."""
        if not isinstance(node, Scalar):
            self.findings.append(
                error("Y003", "a key is a word; this one is a list or a map", node.span, "a text that begins with `{` or `[` needs quotes")
            )
            return None
        if node.text == "<<" and not node.quoted:
            message = "`<<` merges maps in YAML 1.1 only; in YAML 1.2, which playbooks are written in, it means nothing"
            self.findings.append(error("Y003", message, node.span, "use `extends: other-playbook.yaml`, or write the keys out"))
            return None
        if not isinstance(node.value, str):
            fix = Fix("quote the key", (Edit(node.span, f'"{node.text}"'),)) if node.text else None
            message = f"the key `{node.text}` is read as {_kind(node.value)}; a key is a text" if node.text else "a key is missing before this colon"
            self.findings.append(error("Y003", message, node.span, f'write "{node.text}" in quotes' if node.text else "write the key", fix=fix))
            return None
        if node.text in top.keys:
            first = top.keys[node.text]
            message = f"the key `{node.text}` stands here for the second time; the first one is on line {first.line}"
            self.findings.append(error("Y002", message, node.span, "keep one of the two", related=[Related(first, "the first one")]))
            return None
        return node.text

    # ------------------------------------------------------------ places

    def _span(self, start: Any, end: Any) -> Span:
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _point(self, index: int) -> Span:
        line = self.text.count("\n", 0, index) + 1
        column = index - (self.text.rfind("\n", 0, index) + 1) + 1
        return Span(self.file, line, column, line, column + 1)

    def _scalar_span(self, event: Any) -> Span:
        """The scalar without its anchor; a block scalar ends with its last written line."""
        start, end = event.start_mark, event.end_mark
        line, column, end_line, end_column = start.line, start.column, end.line, end.column
        if event.anchor:
            found = _ANCHOR.match(self.lines[line], column)
            column = found.end() if found and (line < end_line or found.end() <= end_column) else column
        if event.style in ("|", ">"):
            while end_line > line and not self.lines[end_line][:end_column].strip():
                end_line -= 1
                end_column = len(self.lines[end_line].rstrip("\r"))
            self._take_lines(line + 1, 0, end_line, end_column)
        else:
            self._take_lines(line, column, end_line, end_column)
        return Span(self.file, line + 1, column + 1, end_line + 1, end_column + 1)

    def _take_lines(self, line: int, column: int, end_line: int, end_column: int) -> None:
        if line == end_line:
            self.taken.setdefault(line, []).append((column, end_column))
            return
        for number in range(line, end_line + 1):
            stretch = (column if number == line else 0, end_column if number == end_line else len(self.lines[number]))
            self.taken.setdefault(number, []).append(stretch)

    def _collection_span(self, done: _Open, event: Any) -> Span:
        """A flow collection with its brackets; a block one from its first key to the end of its last value."""
        if done.event.flow_style:
            start = done.start
            found = _ANCHOR.match(self.lines[start.line], start.column) if done.event.anchor else None
            return Span(self.file, start.line + 1, (found.end() if found else start.column) + 1, event.end_mark.line + 1, event.end_mark.column + 1)
        first, last = done.start, done.items[-1].span if done.items else None
        line, column = first.line + 1, first.column + 1
        if done.event.anchor:
            head = next(iter(done.keys.values()), None) or (done.items[0].span if done.items else None)
            line, column = (head.line, head.column) if head else (line, column)
        if last is None or last.file != self.file or (last.end_line, last.end_column) < (line, column):
            return Span(self.file, line, column, line, column)
        return Span(self.file, line, column, last.end_line, last.end_column)

    def _comments(self) -> tuple[Comment, ...]:
        """Every `#` that begins a comment: at the start of a line or after a blank, and inside no scalar."""
        if "#" not in self.text:
            return ()
        found = (self._comment(number, line) for number, line in enumerate(self.lines) if "#" in line)
        return tuple(comment for comment in found if comment is not None)

    def _comment(self, number: int, line: str) -> Comment | None:
        taken = self.taken.get(number, ())
        at = line.find("#")
        while at >= 0:
            free = at == 0 or line[at - 1] in " \t"
            if free and not any(start <= at < end for start, end in taken):
                span = Span(self.file, number + 1, at + 1, number + 1, len(line.rstrip()) + 1)
                return Comment(line[at + 1 :].strip(), span, bool(line[:at].strip()))
            at = line.find("#", at + 1)
        return None


def _kind(value: object) -> str:
    return "nothing" if value is None else "a yes or no" if isinstance(value, bool) else "a number"
