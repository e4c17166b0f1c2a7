"""Facts as JSON, in the shape of `schema/facts.schema.json` (format version 1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from ..language.findings import Witness
from ..language.nodes import Span
from ..rules.facts.registry import Fact, Facts, Keys, Known, plain, shown
from .ansi import clean, inert
from .stories import told

FORMAT = "cadenza.facts"
FORMAT_VERSION = 1


def render(facts: Facts, chosen: Sequence[Fact], as_of: date) -> str:
    """One JSON document; the same playbook and day give the same bytes."""
    return inert(json.dumps(document(facts, chosen, as_of), ensure_ascii=False, indent=2)) + "\n"


def document(facts: Facts, chosen: Sequence[Fact], as_of: date) -> dict[str, Any]:
    """The same as plain data."""
    playbook = facts.subject.playbook
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "playbook": playbook.name,
        "file": playbook.file,
        "as_of": as_of.isoformat(),
        "facts": [one(fact, facts.known(fact.name)) for fact in chosen],
    }


def one(fact: Fact, values: Iterable[tuple[Keys, Known]]) -> dict[str, Any]:
    """A fact with some of its values."""
    shaped = [_value(fact, keys, known) for keys, known in values]
    return {"name": fact.name, "type": fact.type, "unit": fact.unit or None, "description": fact.description, "values": shaped}


def _value(fact: Fact, keys: Keys, known: Known) -> dict[str, Any]:
    because = known.because
    return {
        "keys": list(keys),
        "value": plain(fact, known.value),
        "text": shown(fact, known.value),
        "exact": known.exact,
        "place": _place(because) if isinstance(because, Span) else None,
        "witness": _witness(because) if isinstance(because, Witness) else None,
    }


def _place(span: Span) -> dict[str, Any]:
    return dict(zip(("file", "line", "column", "end_line", "end_column"), span, strict=True))


def _witness(witness: Witness) -> dict[str, Any]:
    beats = [{"at": beat.at, "what": beat.what, "place": _place(beat.span) if beat.span else None} for beat in witness.beats]
    return {"story": clean(told(witness)), "beats": beats, "events": [{"event": event, "at": at} for event, at in witness.events]}
