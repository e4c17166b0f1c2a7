"""Errors of YAML's syntax, in words for the person who made them.

The parser says where; what it says is about tokens and contexts. The cases that people really meet (a quote that was not closed, a tab, a
colon inside a text, an indentation that fits nowhere) get a sentence of their own with a way out; the rest keeps the parser's words.
"""

from __future__ import annotations

from typing import Any

from .findings import Finding
from .nodes import Span
from .report import error

_STARTS = {
    "%": "a value cannot begin with `%`, which starts a directive",
    "@": "a value cannot begin with `@`, which YAML keeps for itself",
    "`": "a value cannot begin with a backtick, which YAML keeps for itself",
}


def reader_words(character: str, place: Span) -> Finding:
    """The finding for a character that no YAML file may hold."""
    name = "a NUL byte" if character == "\0" else f"the control character U+{ord(character):04X}"
    return error("Y001", f"{name} stands in the file; YAML allows none", place, "remove it; the file may be binary or damaged")


def syntax_words(problem: Any, lines: list[str], file: str) -> Finding:
    """The finding for an error of syntax that the parser met, at the place that helps most."""
    mark, context = problem.problem_mark or problem.context_mark, problem.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    found = _sentence(problem, lines, line, column, context)
    message, help_text, place = found if found else (f"this is not YAML here: {_plain(problem)}", "", (line, column))
    return error("Y001", message, Span(file, place[0] + 1, place[1] + 1, place[0] + 1, place[1] + 2), help_text)


def _plain(problem: Any) -> str:
    words = " ".join(str(part) for part in (problem.context, problem.problem) if part)
    return words.replace("found character", "a character")


def _sentence(problem: Any, lines: list[str], line: int, column: int, context: Any) -> tuple[str, str, tuple[int, int]] | None:
    said, doing = problem.problem or "", problem.context or ""
    text = lines[line] if line < len(lines) else ""
    tab = _tab(text, lines, line, said)
    if tab:
        return tab
    character = text[column : column + 1]
    if ("cannot start any token" in said or "directive" in doing) and (character in _STARTS or text[:1] == "%"):
        return _STARTS.get(character, _STARTS["%"]), 'put the value in quotes: "…"', (line, column)
    start = (context.line, context.column) if context else (line, column)
    if "quoted scalar" in doing:
        return _quoted(said, start, lines, (line, column))
    return _structure(said, doing, lines, (line, column), start)


def _tab(text: str, lines: list[str], line: int, said: str) -> tuple[str, str, tuple[int, int]] | None:
    """A tab in the indentation of this line, or of the nearest line above that has text (where the parser noticed it late)."""
    for number in (line, line - 1):
        here = lines[number] if 0 <= number < len(lines) else ""
        indent = here[: len(here) - len(here.lstrip())]
        if "\t" in indent and here.strip():
            return "YAML indents with blanks; this line begins with a tab", "replace each tab by two blanks", (number, indent.index("\t"))
    if "cannot start any token" in said and "\t" in text:
        return "a tab stands where YAML wants blanks", "replace the tab by blanks", (line, text.index("\t"))
    return None


def _quoted(said: str, start: tuple[int, int], lines: list[str], here: tuple[int, int]) -> tuple[str, str, tuple[int, int]]:
    quote = lines[start[0]][start[1] : start[1] + 1] or '"'
    if "escape" in said:
        return "a backslash in double quotes begins an escape that YAML does not know", "write `\\\\` for a backslash, or use single quotes", here
    return f"the quote {quote} that opens here is never closed", f"close it with {quote}; inside single quotes, '' stands for one '", start


def _structure(said: str, doing: str, lines: list[str], here: tuple[int, int], start: tuple[int, int]) -> tuple[str, str, tuple[int, int]] | None:
    line, column = here
    if "mapping values are not allowed" in said:
        return _colon(lines, line, column)
    if "could not find expected ':'" in said:
        word = lines[start[0]].strip()
        return f"a key without its colon: `{word[:40]}`", "write `key: value`, with a blank after the colon", start
    if "flow sequence" in doing or "flow mapping" in doing:
        opened = "[" if "sequence" in doing else "{"
        closing = "]" if opened == "[" else "}"
        return (
            f"the `{opened}` of line {start[0] + 1} is not closed before this",
            f"close it with `{closing}`, or put a comma between its items",
            here,
        )
    if "block mapping" in doing and "expected key" in said:
        return _no_key(lines, line, column, start)
    if "block collection" in doing:
        return "this line fits no list above it", f"a list's items begin with `- ` in one column; this list began in column {start[1] + 1}", here
    if "expected alphabetic" in said:
        return "`*` and `&` begin an alias or an anchor, and its name is missing", 'put the value in quotes: "…"', here
    if "document start" in said:
        return "something follows after the end of the value", "remove it, or put the whole value in quotes", here
    if "block scalar" in doing:
        return "after `|` or `>` the text begins on the next line", "move the text to the next line and indent it", here
    return None


def _colon(lines: list[str], line: int, column: int) -> tuple[str, str, tuple[int, int]]:
    text = lines[line]
    before = text[:column]
    above = lines[line - 1] if line else ""
    if ":" in before.lstrip("- "):
        return "a second `: ` on one line: YAML takes it for another key", "put the value in quotes if the colon belongs to it", (line, column)
    indent = len(text) - len(text.lstrip())
    if ":" in above and not above.rstrip().endswith(":"):
        key, _, rest = above.strip().partition(":")
        if rest and not rest.startswith(" "):
            word = f"{key}:{rest.split()[0]}"
            return (
                f"a blank is missing after the colon in `{word[:40]}`",
                "write `key: value`, with a blank after the colon",
                (line - 1, above.index(":")),
            )
    return "this line is indented deeper than the one above, which already has a value", "line it up with the key above", (line, indent)


def _no_key(lines: list[str], line: int, column: int, start: tuple[int, int]) -> tuple[str, str, tuple[int, int]]:
    text = lines[line] if line < len(lines) else ""
    before = text[:column].rstrip()
    if before.endswith(("'", '"')):
        quote = before[-1]
        return (
            f"text follows after the closing {quote}",
            f"put all of the value between the quotes; write {quote * 2 if quote == chr(39) else chr(92) + quote} for a quote inside",
            (line, column),
        )
    wanted = start[1] + 1
    return f"this line is indented to column {column + 1} and fits no key above", f"the keys of this map begin in column {wanted}", (line, column)
