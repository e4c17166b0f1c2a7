"""The codes of the language room (Y001 to Y015) and the one way in which its parts word a finding."""

from __future__ import annotations

from collections.abc import Iterable

from .findings import Finding, Fix, Level, Related
from .nodes import Span

NAMES: dict[str, str] = {
    "Y001": "not-yaml",
    "Y002": "duplicate-key",
    "Y003": "schema",
    "Y004": "unknown-reference",
    "Y005": "bad-unit",
    "Y006": "too-large",
    "Y007": "outside-workspace",
    "Y008": "extends-cycle",
    "Y009": "yaml11-trap",
    "Y010": "deprecated",
    "Y011": "stale-waiver",
    "Y012": "waiver-without-reason",
    "Y013": "bad-message",
    "Y014": "bad-list",
    "Y015": "bad-condition",
}


def error(code: str, message: str, span: Span, help: str = "", *, fix: Fix | None = None, related: Iterable[Related] = ()) -> Finding:
    """A finding that refuses the document: `message` says what is wrong in one sentence, `help` what to write instead."""
    return Finding(code, NAMES[code], Level.error, message, span, help, tuple(related), fix=fix)


def warning(code: str, message: str, span: Span, help: str = "") -> Finding:
    """A finding with which the document can still be used."""
    return Finding(code, NAMES[code], Level.warning, message, span, help)


def listed(words: Iterable[str], last: str = "or") -> str:
    """`` `a`, `b` or `c` ``: names in a sentence, in the order given."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}" if quoted else "nothing"
