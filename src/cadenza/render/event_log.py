"""Event logs: JSON Lines as it happens, or XES (IEEE 1849) for tools of process mining.

JSON Lines are written event by event. XES wants the events of a person together, while they happen in turns; so they are sorted in pieces on the disk
and merged, and memory stays the same for any number of people.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Protocol, TypeAlias
from xml.sax.saxutils import quoteattr

from .. import __version__

if TYPE_CHECKING:
    from ..forecast.follow import Event, Line

ENDINGS = (".jsonl", ".xes")
PIECE = 100_000
"""Events that are sorted in memory at a time."""
_Row: TypeAlias = tuple[str, int, str, str]
"""(person, number of the event, playbook, the event as XML)."""


class Log(Protocol):
    """What takes events in their order; `close` finishes the file."""

    def take(self, event: Event, /) -> None: ...
    def close(self) -> None: ...


def log(ending: str, file: IO[bytes], title: str) -> Log:
    """A log that writes to `file` in the format of the ending (one of ENDINGS); `title` is the simulation's name and replication."""
    return JsonLines(file) if ending == ".jsonl" else Xes(file, title)


class Clock:
    """UTC seconds as ISO 8601. Many events happen at one instant, so the last one is kept."""

    __slots__ = ("_at", "_text")

    def __init__(self) -> None:
        self._at, self._text = -1, ""

    def __call__(self, at: int) -> str:
        if at != self._at:
            self._at, self._text = at, datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return self._text


class JsonLines:
    """One object a line: at, person, playbook, event, state, and where there are any: resource, draw."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._clock = file, Clock()

    def take(self, event: Event) -> None:
        line: dict[str, str] = {
            "at": self._clock(event.at) + "Z",
            "person": event.person,
            "playbook": event.playbook,
            "event": event.event,
            "state": event.state,
        }
        if event.resource:
            line["resource"] = event.resource
        if event.draw:
            line["draw"] = f"{event.draw:016x}"
        self._file.write(json.dumps(line, ensure_ascii=True).encode() + b"\n")

    def close(self) -> None:
        self._file.flush()


class Kept:
    """The log that people keep, as `--events` takes it. One object a line: at, prospect, playbook, event, and where there are any: step, until."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._clock = file, Clock()

    def take(self, line: Line) -> None:
        found = {"at": self._clock(line.at) + "Z", "prospect": line.prospect, "playbook": line.playbook, "event": line.event}
        found |= {"step": line.step} if line.step else {}
        found |= {"until": self._clock(line.until) + "Z"} if line.until is not None else {}
        self._file.write(json.dumps(found, ensure_ascii=True).encode() + b"\n")


class Xes:
    """A trace for each person, in the order of their keys; its events in the order in which they happened."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        self._file, self._title, self._clock = file, title, Clock()
        self._rows: list[_Row] = []
        self._pieces: list[IO[bytes]] = []
        self._count = 0

    def take(self, event: Event) -> None:
        self._count += 1
        self._rows.append((event.person, self._count, event.playbook, self._event(event)))
        if len(self._rows) >= PIECE:
            self._spill()

    def _event(self, event: Event) -> str:
        parts = [_text("concept:name", event.event), _text("lifecycle:transition", "complete")]
        parts.append(f'<date key="time:timestamp" value="{self._clock(event.at)}.000+00:00"/>')
        if event.resource:
            parts.append(_text("org:resource", event.resource))
        parts.append(_text("state", event.state))
        if event.draw:
            parts.append(_text("draw", f"{event.draw:016x}"))
        return f"    <event>{''.join(parts)}</event>\n"

    def _spill(self) -> None:
        self._rows.sort()
        piece = TemporaryFile()  # noqa: SIM115 - closed in `close`
        for row in self._rows:
            pickle.dump(row, piece, protocol=5)
        piece.seek(0)
        self._pieces.append(piece)
        self._rows = []

    def close(self) -> None:
        self._rows.sort()
        rows = merge(*(_read(piece) for piece in self._pieces), self._rows)
        self._file.write(_HEAD.format(version=quoteattr(__version__), title=_text("concept:name", self._title)).encode())
        for person, events in groupby(rows, itemgetter(0)):
            self._trace(person, events)
        self._file.write(b"</log>\n")
        self._file.flush()
        for piece in self._pieces:
            piece.close()

    def _trace(self, person: str, events: Iterator[_Row]) -> None:
        first = next(events)
        self._file.write(f"  <trace>\n    {_text('concept:name', person)}{_text('playbook', first[2])}\n{first[3]}".encode())
        for row in events:
            self._file.write(row[3].encode())
        self._file.write(b"  </trace>\n")


def _read(piece: IO[bytes]) -> Iterator[_Row]:
    """The rows of a piece that we wrote ourselves."""
    while True:
        try:
            row: _Row = pickle.load(piece)
        except EOFError:
            return
        yield row


def _text(key: str, value: str) -> str:
    """An attribute; what XML cannot hold becomes a question mark."""
    harmless = "".join(letter if letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff" else "?" for letter in value)
    return f'<string key="{key}" value={quoteattr(harmless)}/>'


_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- cadenza {version} -->
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace"><string key="concept:name" value=""/><string key="playbook" value=""/></global>
  <global scope="event">
    <string key="concept:name" value=""/><string key="lifecycle:transition" value="complete"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/><string key="state" value=""/>
  </global>
  <classifier name="Event" keys="concept:name"/>
  <classifier name="State" keys="state"/>
  {title}
"""
