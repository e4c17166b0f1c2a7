"""What a plain word of YAML means: the core schema of YAML 1.2, and nothing of 1.1.

So `12:30` is a text (1.1: 750), `no` and `on` are texts (1.1: booleans), `010` is ten (1.1: eight) and a date is a text. Only the first
character decides whether a pattern is tried at all, since nearly every word of a playbook is a plain text.
"""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INFINITE = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"}
_NUMBER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:[0-9]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)")
_LONGEST = 18  # digits that surely fit 64 bits; a longer row of digits is a text (a card or account number, never an amount)


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain (unquoted) scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if text in _INFINITE or (text[1:] in _INFINITE and text[0] in "+-"):
        return float(text.lower().replace(".", ""))
    return _number(text) if _NUMBER.fullmatch(text) else text


def _number(text: str) -> str | int | float:
    if text.startswith(("0o", "0x")):
        return int(text, 0) if len(text) <= _LONGEST else text
    digits = text.lstrip("+-")
    if digits.isdecimal():
        return int(text) if len(digits) <= _LONGEST else text
    return float(text)
