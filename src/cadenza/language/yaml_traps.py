"""Words that YAML 1.1 reads as something else: `no` as false, `12:30` as 750, `010` as 8. We do not; other tools that read the file may."""

from __future__ import annotations

_YES = {"y", "yes", "on"}
_NO = {"n", "no", "off"}


def other_reading(text: str) -> str | None:
    """`true` or `false` where YAML 1.1 reads a word so, and YAML 1.2 reads a text."""
    word = text.casefold()
    return "true" if word in _YES else "false" if word in _NO else None
