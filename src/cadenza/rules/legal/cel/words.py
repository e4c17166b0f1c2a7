"""The words of a condition, each with its place in the text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ....language.near import near
from ....language.report import listed

LONGEST = 1000
"""Letters of a condition."""
RESERVED = {"as", "break", "const", "continue", "else", "for", "function", "if", "import"} | {
    *("let", "loop", "package", "namespace", "return", "var", "void", "while")
}
_WORD = re.compile(
    r"(?P<blank>(?:\s|//[^\n]*)+)"
    r"|(?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)"
    r"|(?P<int>0[xX][0-9a-fA-F]+|[0-9]+)"
    r"|(?P<string>[rR]?(?:\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||<=|>=|==|!=|[-+*/%<>!?:.,()\[\]{}])"
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\\\"'`?abfnrtv]))|\\")
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_INSTEAD = {"=": "==", "&": "&&", "|": "||"}
_SPOKEN = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!", "is": "=="}


class Word(NamedTuple):
    """`kind`: double, int, string, name, sign or end; `value` what it means; from `start` to `end` (exclusive) in the condition."""

    kind: str
    value: object
    start: int
    end: int


class Slip(Exception):
    """What is wrong with a condition, and between which letters of it. `unknown`: a name that means nothing (Y004), else a mistake (Y015)."""

    def __init__(self, message: str, start: int, end: int, help: str = "", *, unknown: bool = False) -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.help, self.unknown = message, start, max(end, start + 1), help, unknown


def words(text: str) -> list[Word]:
    """The words of a condition, the last one of kind `end`. Slip: a letter that begins no word, a text that does not end, too long."""
    if len(text) > LONGEST:
        raise Slip(f"a condition of {len(text):,} letters; at most {LONGEST:,} are read", 0, len(text), "split it into several checks")
    found: list[Word] = []
    at = 0
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise _no_word(text, at)
        kind = match.lastgroup or ""
        if kind != "blank":
            found.append(_word(kind, match[0], at))
        at = match.end()
    return [*found, Word("end", "", len(text.rstrip()), len(text.rstrip()) + 1)]


def _word(kind: str, raw: str, at: int) -> Word:
    end = at + len(raw)
    if kind == "int":
        number = int(raw, 16) if raw[:2].lower() == "0x" else int(raw)
        if number >= 1 << 63:
            raise Slip(f"`{raw[:40]}` is larger than any fact", at, end, "whole numbers have 63 bits")
        return Word("int", number, at, end)
    if kind == "double":
        return Word("double", float(raw), at, end)
    if kind == "string":
        return Word("string", _text(raw, at), at, end)
    if kind == "name" and raw in _SPOKEN:
        raise Slip(f"`{raw}` is no word of CEL", at, end, f"write `{_SPOKEN[raw]}`")
    if kind == "name" and raw in RESERVED:
        raise Slip(f"`{raw}` is a reserved word", at, end, "facts are read as `facts.name`")
    return Word(kind, raw, at, end)


def _text(raw: str, at: int) -> str:
    if raw[0] in "rR":
        return raw[2:-1]

    def letter(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            return chr(int(found[1] or found[2], 16))
        if found[3]:
            return _LETTERS.get(found[3], found[3])
        raise Slip("`\\` begins no escape that CEL knows", at + 1 + found.start(), at + 3 + found.start(), "write `\\\\` for a backslash")

    return _ESCAPE.sub(letter, raw[1:-1])


def _no_word(text: str, at: int) -> Slip:
    letter = text[at]
    if letter in "\"'":
        return Slip("this text has no closing quote", at, len(text.rstrip()), f"end it with {letter} on the same line")
    if letter in _INSTEAD:
        return Slip(f"`{letter}` is no operator of CEL", at, at + 1, f"write `{_INSTEAD[letter]}`")
    shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
    return Slip(f"`{shown}` has no meaning in a condition", at, at + 1, "conditions are CEL: `facts.touches_max <= 8`")


def meant(word: str, known: list[str], otherwise: str) -> str:
    """`did you mean ..?`, or what there is."""
    guess = near(word, known)
    if guess is None:
        guess = next((name for name in known if name.rpartition(".")[2] == word), None)
    return f"did you mean `{guess}`?" if guess else f"there is {listed(known, 'and')}" if 0 < len(known) <= 12 else otherwise
