"""The log of what happened: one JSON object a line, `{"at": "2027-01-05T10:12:00Z", "prospect": "p-0001", "event": "done", "step": "intro"}`.

Events are the machine's: `enrolled`, `done` (a touch of `step` was made; without a step: a human finished a task), replies, signals, account and
meeting events; and DEALS, of which only forecasts take notice. The clocks (`due`, `elapsed`, `cooled`) are the machine's own and do not belong into a
log. Where several playbooks are in play, `playbook` says which one a line is of; it may be left out where only one can be meant. Every bad line is
found, not only the first.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..calendars import parse_instant
from ..language.files import read_bytes
from ..language.findings import Finding, Level, Refused
from ..language.near import near
from ..language.nodes import Span
from ..language.units import YEARS
from .types import RANKS, Event, rank

CLOCKS = ("due", "elapsed", "cooled")
DEALS = ("opportunity.created", "opportunity.won", "opportunity.lost")
EVENTS = (*(name for group in RANKS for name in group if name not in CLOCKS), *DEALS)
KEYS = ("at", "prospect", "event", "step", "until", "playbook")
LIMIT = 1 << 28
MOST, FEW = 100, 3
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `at` in UTC seconds. `playbook` is empty where the log was read for one alone."""

    at: int
    prospect: str
    event: Event
    line: int
    playbook: str = ""

    def order(self) -> tuple[int, str, tuple[int, int], int]:
        """By instant; in one instant by person, refusals first, as the machine takes them."""
        name = self.event.name
        return (self.at, self.prospect, (len(RANKS), DEALS.index(name)) if name in DEALS else rank(name), self.line)


@dataclass(frozen=True, slots=True)
class Book:
    """Whom and what a line of a playbook may name."""

    prospects: Collection[str]
    steps: Collection[str]


@dataclass(frozen=True, slots=True)
class Until:
    """A log may have nothing from this instant (UTC seconds) on: `why` and `help` are what is said of a line that does."""

    at: int
    why: str
    help: str


def read_log(path: Path, prospects: Collection[str], steps: Collection[str], until: Until | None = None, playbook: str = "") -> list[Entry]:
    """The log of one playbook, which may go without a name: see `read_logs`."""
    return read_logs(path, {playbook: Book(prospects, steps)}, until)


def read_logs(path: Path, books: Mapping[str, Book], until: Until | None = None) -> list[Entry]:
    """The log's entries in the order in which they happened; `books` by the playbook's name. Raises Refused with all that is
    wrong (a hundred kinds of it), or where the file cannot be read."""
    data = read_bytes(path, None, LIMIT, what="log")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([_finding(path, data[: error.start].count(b"\n") + 1, "this is not UTF-8", "save the log as UTF-8")]) from None
    if _is_table(text):
        raise Refused([_finding(path, 1, "this is a table, not JSON Lines", _EXAMPLE)])
    entries: list[Entry] = []
    bad: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                entries.append(_entry(_object(line), number, books, until))
            except _Bad as error:
                bad.setdefault((error.message, error.help), []).append((number, error.column))
                if len(bad) == MOST:
                    break
    if bad:
        raise Refused(sorted(_findings(path, bad), key=lambda finding: finding.span.line))
    return sorted(entries, key=Entry.order)


def _findings(path: Path, bad: Mapping[tuple[str, str], list[tuple[int, int]]]) -> Iterator[Finding]:
    """What is said of more than a few lines is said once, of the first."""
    for (message, help), where in bad.items():
        many = len(where) > FEW
        for line, column in where[:1] if many else where:
            yield _finding(path, line, f"{message} (so it is with {len(where) - 1} more lines)" if many else message, help, column)


def _object(line: str) -> Any:
    try:
        return json.loads(line, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _Bad(f"this is no JSON: {error.msg.lower()}", 'write one object, such as {"at": ..., "prospect": ...}', error.colno) from None
    except RecursionError:
        raise _Bad("this is nested too deeply", "write one flat object") from None
    except ValueError:
        raise _Bad("a number here has thousands of digits", "write text in quotes") from None


class _Bad(Exception):
    def __init__(self, message: str, help: str, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.help, self.column = message, help, column


_EXAMPLE = 'write one object a line, such as {"at": "2027-01-05T10:12:00Z", "prospect": "p-0001", "event": "done", "step": "intro"}'


def _is_table(text: str) -> bool:
    """Whether this is a CSV: its first line names columns that a log has as keys."""
    first = text.lstrip().partition("\n")[0]
    cells = {cell.strip().strip('"').casefold() for cell in first.replace(";", ",").replace("\t", ",").split(",")}
    return not first.startswith(("{", "[")) and len(cells & set(KEYS)) > 1


def _no_constant(name: str) -> None:
    raise _Bad(f"{name} is no value", "write text in quotes")


def _entry(data: Any, line: int, books: Mapping[str, Book], last: Until | None) -> Entry:
    _check(data)
    name, _, after = data["event"].partition(":")
    step, prospect, named = data.get("step") or after or None, data["prospect"], data.get("playbook") or None
    if name in CLOCKS:
        raise _Bad(f"`{name}` is a clock of the machine and no event", "leave the line out: cadenza runs the clocks itself")
    if name not in EVENTS:
        raise _Bad(f"there is no event `{_cut(name)}`", _near(name, EVENTS))
    if named is not None and named not in books:
        raise _Bad(
            f"this is of the playbook `{_cut(named)}`, which is not in play", _near(named, books, f"take the line out: this is about {_or(books)}")
        )
    playbook = _playbook({named: books[named]} if named is not None else books, prospect, step)
    until = _instant(data["until"]) if data.get("until") else None
    at = _instant(data["at"])
    if last is not None and at >= last.at:
        raise _Bad(last.why, last.help)
    return Entry(at, prospect, Event(name, step, until), line, playbook)


def _check(data: Any) -> None:
    """The line is an object with the keys that there are, each a text."""
    if not isinstance(data, dict):
        raise _Bad("this line is no object", 'write {"at": ..., "prospect": ..., "event": ...}')
    for key, value in data.items():
        if key not in KEYS:
            raise _Bad(f"unknown key `{_cut(key)}`", _near(key, KEYS))
        if not isinstance(value, str) and not (value is None and key in KEYS[3:]):
            raise _Bad(f"`{key}` is no text", f'write "{key}": "..."')
    for key in KEYS[:3]:
        if not data.get(key):
            raise _Bad(f"`{key}` is missing", f'write "{key}": "..."')


def _playbook(books: Mapping[str, Book], prospect: str, step: str | None) -> str:
    """The one playbook that can be meant: it has the step, and the person is on its list."""
    with_step = {name: book for name, book in books.items() if step is None or step in book.steps}
    if step is not None and not with_step:
        steps = {each for book in books.values() for each in book.steps}
        raise _Bad(f"the playbook has no step `{_cut(step)}`" if len(books) == 1 else f"no playbook has a step `{_cut(step)}`", _near(step, steps))
    found = [name for name, book in with_step.items() if prospect in book.prospects]
    if not found:
        people = next(iter(with_step.values())).prospects
        near_one = _near(prospect, people, "add the person to the list, or take the line out of the log")
        raise _Bad(f"the list has no prospect `{_cut(prospect)}`" if len(with_step) == 1 else f"no list has a prospect `{_cut(prospect)}`", near_one)
    if len(found) > 1:
        raise _Bad(f"this may be of {_or(found)}", f'say whose it is: "playbook": "{found[0]}"')
    return found[0]


def _or(names: Collection[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _cut(text: str) -> str:
    """A text of the log in a message: not a megabyte of it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _instant(text: str) -> int:
    try:
        found = parse_instant(text)
    except ValueError:
        raise _Bad(f"`{_cut(text)}` is no instant", "write one with its offset, such as 2027-01-04T09:00:00Z") from None
    if int(text[:4]) not in YEARS:
        raise _Bad(f"`{_cut(text)}` is not in the years {YEARS[0]} to {YEARS[-1]}", "write the year in which it happened")
    return found


def _near(word: str, words: Collection[str], otherwise: str = "") -> str:
    meant = near(word, words) if len(words) < 5000 else None
    return f"did you mean `{meant}`?" if meant else otherwise or f"write one of {', '.join(sorted(words))}"


def _finding(path: Path, line: int, message: str, help: str, column: int = 1) -> Finding:
    return Finding("Y014", "bad-list", Level.error, message, Span(path.as_posix(), line, column, line, column + 1), help)
