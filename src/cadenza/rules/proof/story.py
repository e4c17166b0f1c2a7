"""A path told as a story with dates: replayed through the machine's own `step`, with the calendar of the first country that the playbook is for.

What the machine does happens when it is due. What the person does happens an hour after whatever came before, or just before the next timer
where that is nearer. A replay that does not follow the path (because time forbids it: a stop rule would fire first) gives no dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ...language.findings import Beat, Witness
from ...language.nodes import Span
from ...language.records import record
from ...machine import begin, step
from ...machine.types import Clock, Event, Life
from .graph import Graph, Move

if TYPE_CHECKING:
    from ...language.model import Playbook

HOUR = 3600
SAID = {
    "unsubscribed": "opted out",
    "complained": "marked it as spam",
    "replied.unclassified": "replied, not yet classified",
    "asked_back": "asked to come back",
    "cooled": "the cooldown is over",
    "elapsed": "the time of the cadence is over",
}


@record
class Told:
    """A replayed path: each move with the instant at which it happened."""

    moves: tuple[Move, ...]
    instants: tuple[int, ...]

    def touches(self, graph: Graph) -> list[tuple[int, str, str]]:
        """(instant, step, channel) of every touch that was made."""
        made = []
        for move, at in zip(self.moves, self.instants, strict=True):
            state = graph.states[move.source]
            if state.kind == "touch" and move.event == "done" and state.step and state.channel:
                made.append((at, state.step, state.channel))
        return made


class Teller:
    """Tells paths of one playbook's machine, from a Monday morning on."""

    def __init__(self, graph: Graph, playbook: Playbook, as_of: date) -> None:
        self.graph = graph
        self.playbook = playbook
        self.as_of = as_of

    @cached_property
    def zone(self) -> str:
        """The main zone of the first country in the ICP, else the organization's."""
        from ...calendars import UnknownCountry, zones_for

        for country in self.playbook.icp.countries:
            try:
                return zones_for(country)[0]
            except (UnknownCountry, IndexError):
                continue
        return self.playbook.workspace.organization.timezone

    @cached_property
    def clock(self) -> Clock:
        from ...calendars import Calendar, RecipientClock

        places = self.playbook.icp.countries[:1] or self.playbook.workspace.organization.holidays
        return RecipientClock(Calendar((self.zone,), places), {channel: use.window for channel, use in self.playbook.channels.items()})

    def starts(self) -> Iterator[int]:
        """Instants to enrol somebody at: next Monday at 09:00, then the other days of that week, then late in each day."""
        from ...calendars import instant, zone

        where = zone(self.zone)
        monday = self.as_of + timedelta(days=7 - self.as_of.weekday() if self.as_of.weekday() else 0)
        for time in ("09:00", "16:59", "11:59"):
            for day in range(5):
                yield instant((monday + timedelta(days=day)).isoformat(), where, time)

    def replay(self, moves: Sequence[Move], start: int, *, at_once: int = 10**9) -> Told | None:
        """Every move with its instant, or None where time does not allow this path. From move number `at_once` on, people act without any delay."""
        life, now = begin(self.graph.machine, start), start
        instants: list[int] = []
        for number, move in enumerate(moves):
            now = self._when(life, move, now, 0 if number >= at_once else HOUR)
            name, _, answered = move.event.partition(":")
            until = now if name == "replied.out_of_office" and number >= at_once else None
            life, _ = step(self.graph.machine, life, Event(name, answered or None, until), now, self.clock)
            if life.state != move.target:
                return None
            instants.append(now)
        return Told(tuple(moves), tuple(instants))

    def _when(self, life: Life, move: Move, now: int, lag: int) -> int:
        kind = self.graph.states[life.state].kind
        if move.event in ("due", "cooled") and life.due is not None:
            return max(now, life.due)
        if move.event == "elapsed" and life.expires is not None:
            return max(now, life.expires)
        if kind in ("touch", "start") or move.event == "enrolled":
            return now
        timers = [instant for instant in (life.due, life.expires) if instant is not None]
        return min([now + lag, *(max(now, timer - 1) for timer in timers)])

    def tell(self, moves: Sequence[Move]) -> Witness:
        """The witness of a path, with dates where a replay follows it from one of the `starts`."""
        for start in self.starts():
            told = self.replay(moves, start)
            if told is not None:
                return self.witness(told)
        return Witness(tuple(self._beats(moves, [None] * len(moves))))

    def witness(self, told: Told, more: Sequence[Beat] = ()) -> Witness:
        """The witness of a replayed path; `more` beats are put where their instants belong."""
        beats = [*self._beats(told.moves, told.instants), *more]
        beats.sort(key=lambda beat: beat.at or 0)
        return Witness(tuple(beats), tuple((move.event, at) for move, at in zip(told.moves, told.instants, strict=True)))

    def _beats(self, moves: Sequence[Move], instants: Sequence[int | None]) -> Iterator[Beat]:
        for number, (move, at) in enumerate(zip(moves, instants, strict=True)):
            what = self._what(move, number)
            if what:
                yield Beat(at, what, self._origin(move), self.zone)

    def _what(self, move: Move, number: int) -> str:
        source, target = self.graph.states[move.source], self.graph.states[move.target]
        if move.event == "enrolled":
            return "enrolled again" if number else ""
        if target.kind == "touch" and target is not source:
            return target.step or ""
        if move.event == "due":
            return "the pause is over" if source.kind == "hold" else ""
        if move.event == "done":
            return f"the {source.task} is done" if source.task else ""
        reply = move.name.partition("replied.")[2].replace("_", " ")
        return SAID.get(move.name) or (f"replied: {reply}" if reply else move.event.replace(":", " "))

    def _origin(self, move: Move) -> Span:
        target = self.graph.states[move.target]
        if target.kind == "touch" or move.transition is None:
            return target.origin
        return move.transition.origin
