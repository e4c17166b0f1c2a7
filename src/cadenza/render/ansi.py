"""Plain text for a terminal: colours where they are wanted, lines that fit, and nothing that could drive the terminal.

What people write into a playbook ends up on other people's screens. `clean` makes every control character visible (`\\x1b`), so that a name with
an escape sequence in it is seen for what it is. Used where rich would cost too much to import.
"""

from __future__ import annotations

import re
import unicodedata

CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def clean(text: str) -> str:
    """The text on one line, with control, invisible and direction-changing characters written out as escapes."""
    return _UNSAFE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    number = ord(letter)
    return _NAMED.get(letter) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")


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
