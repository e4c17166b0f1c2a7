"""Findings as plain data and back: the one form in which they leave a worker process and lie in the cache.

Whatever comes back is checked, value by value: a cache is a file, and a file may hold anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ..language.findings import Beat, Edit, Finding, Fix, Level, Related, Witness
from ..language.nodes import Span

Plain = Any
"""What JSON can hold: None, bool, int, float, str, and lists and maps of them."""
Made = TypeVar("Made")


def packed(findings: Iterable[Finding]) -> list[Plain]:
    """The findings as lists of plain data. Facts become what JSON can hold; everything else comes back as it was."""
    return [_pack(finding) for finding in findings]


def unpacked(data: Plain) -> list[Finding]:
    """The findings again. ValueError where `data` is no such thing."""
    return _all(_unpack, data)


def _pack(f: Finding) -> Plain:
    witness = f.witness and [[[b.at, b.what, b.span and list(b.span), b.zone] for b in f.witness.beats], [list(event) for event in f.witness.events]]
    fix = f.fix and [f.fix.title, [[list(edit.span), edit.text] for edit in f.fix.edits], f.fix.safe]
    related = [[list(item.span), item.note] for item in f.related]
    facts = {key: plain_fact(value) for key, value in f.facts.items()}
    return [f.code, f.name, f.level.name, f.message, list(f.span), f.help, related, witness, fix, f.source, f.waived, facts]


def plain_fact(value: object) -> Plain:
    """A fact as JSON holds it: texts, numbers, lists and maps as they are, all else as its text."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): plain_fact(item) for key, item in value.items()}
    return [plain_fact(item) for item in value] if isinstance(value, (list, tuple)) else str(value)


def _unpack(data: Plain) -> Finding:
    code, name, level, message, span, help, related, witness, fix, source, waived, facts = _row(data, 12)
    if not isinstance(level, str) or level not in Level.__members__ or not isinstance(facts, dict):
        raise ValueError("no finding")
    return Finding(
        _text(code),
        _text(name),
        Level[level],
        _text(message),
        _span(span),
        _text(help),
        tuple(_all(_related, related)),
        None if witness is None else _witness(witness),
        None if fix is None else _fix(fix),
        _text(source),
        _text(waived),
        facts,
    )


def _related(data: Plain) -> Related:
    span, note = _row(data, 2)
    return Related(_span(span), _text(note))


def _witness(data: Plain) -> Witness:
    beats, events = _row(data, 2)
    return Witness(tuple(_all(_beat, beats)), tuple(_all(_event, events)))


def _beat(data: Plain) -> Beat:
    at, what, span, zone = _row(data, 4)
    return Beat(None if at is None else _whole(at), _text(what), None if span is None else _span(span), _text(zone))


def _event(data: Plain) -> tuple[str, int]:
    name, at = _row(data, 2)
    return _text(name), _whole(at)


def _fix(data: Plain) -> Fix:
    title, edits, safe = _row(data, 3)
    if not isinstance(safe, bool):
        raise ValueError("no fix")
    return Fix(_text(title), tuple(_all(_edit, edits)), safe)


def _edit(data: Plain) -> Edit:
    span, text = _row(data, 2)
    return Edit(_span(span), _text(text))


def _span(data: Plain) -> Span:
    file, *places = _row(data, 5)
    line, column, end_line, end_column = map(_whole, places)
    return Span(_text(file), line, column, end_line, end_column)


def _all(make: Callable[[Plain], Made], data: Plain) -> list[Made]:
    if not isinstance(data, list):
        raise ValueError("no list")
    return [make(item) for item in data]


def _row(data: Plain, length: int) -> list[Plain]:
    if not isinstance(data, list) or len(data) != length:
        raise ValueError("not as long as it should be")
    return data


def _text(value: Plain) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _whole(value: Plain) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no whole number")
    return value
