"""Plain text for a terminal: colours where they are wanted, lines that fit, and nothing that could drive the terminal.

What people write into a playbook ends up on other people's screens, and in the logs of CI systems that act on what they read. `clean` makes
every control character visible (`\\x1b`) and takes the spell off workflow commands (`::error`, `##vso[`), so that a name with one of them in it is
seen for what it is; `inert` does the same to JSON, whose meaning stays as it is. Used where rich would cost too much to import.
"""

from __future__ import annotations

import re
import unicodedata

CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}
_LETTERS = "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f"
# GitHub reads `::name` at the start of a line and `##[name]` anywhere, Azure `##vso[` anywhere; where a text is wrapped or cut is not for us to know.
_COMMANDS = r":(?=:[A-Za-z])|#(?=#[A-Za-z.]*\[)"
_UNSAFE = re.compile(f"[{_LETTERS}]|{_COMMANDS}")
_UNSAFE_JSON = re.compile(f"[{_LETTERS[3:]}]|{_COMMANDS}")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def clean(text: str) -> str:
    """The text on one line, with control, invisible and direction-changing characters and the beginnings of CI commands written out as escapes."""
    return _UNSAFE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    number = ord(letter)
    return _NAMED.get(letter) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}")


def inert(json: str) -> str:
    """A JSON document that says the same, with whatever `clean` would write out as JSON's own escapes."""
    return _UNSAFE_JSON.sub(_escape_json, json)


def _escape_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def paint(text: str, *styles: str, on: bool) -> str:
    """The text in the given styles, or as it is where colours are not wanted."""
    if not on or not text or not styles:
        return text
    return f"\x1b[{';'.join(str(CODES[style]) for style in styles)}m{text}\x1b[0m"


def columns(text: str) -> int:
    """How many columns a terminal gives to the text: wide letters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most `width` columns, broken at blanks; lines after the first begin with `indent`. A longer word is not broken."""
    lines: list[str] = []
    line = text[: len(text) - len(text.lstrip(" "))]
    for word in text.lstrip(" ").split(" "):
        candidate = f"{line} {word}" if line.strip() else line + word
        if columns(candidate) > width and line.strip():
            lines.append(line.rstrip())
            line = indent + word
        else:
            line = candidate
    return [*lines, line.rstrip()]
