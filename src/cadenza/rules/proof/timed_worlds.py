"""The calendars in which bounds are sought: for every kind of place where a prospect may live, an ordinary week and the days around clock changes.

Two facts keep this small. Holidays only shut windows and lengthen business time, so nothing comes sooner with them than without: the least times are
those of the *unbroken* calendar, which has weekends and clock changes but no holidays (a witness is then dated into weeks without any). And all that
a clock shows repeats every week, so one ordinary week stands for all of them, and one change of the clocks for all that fall on the same weekday
and hour. Zones that change alike count once.

Within a day only those times matter at which something opens, shuts or changes its day, and those from which a delay leads there: between
them every gap stays as it is, or shrinks by a second for each second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ...calendars import Calendar, RecipientClock, UnknownCountry, UnknownPlace, check_place, zone, zones_for
from ...calendars.free import year_of
from ...language.values import Duration, Window
from .timed_terms import DAY

if TYPE_CHECKING:
    from ...language.model import Playbook

WEEK = 7 * DAY
_EPOCH = date(1970, 1, 1).toordinal()
FINEST = 120
"""Times of day that are looked at, at most; with more, bounds are not exact."""


@dataclass(frozen=True)
class Unbroken(Calendar):
    """A calendar whose days off are only those weekdays that are off in every week."""

    off: frozenset[int] = frozenset({5, 6})

    def holiday(self, ordinal: int) -> bool:
        return False

    def business_day(self, ordinal: int) -> bool:
        return (ordinal + 3) % 7 not in self.off


@dataclass(frozen=True)
class World:
    """One kind of place. `unbroken` proves; `real` has the holidays and dates the witness. `monday`: the first day of the ordinary week;
    `changes`: the clock changes of the year after the proof's date, which is `first` (UTC seconds)."""

    zone: str
    unbroken: RecipientClock
    real: RecipientClock
    monday: int
    changes: tuple[int, ...]
    first: int

    def stretches(self, span: int) -> list[tuple[int, int, bool]]:
        """Where a stretch of `span` seconds may begin: (first second, end, whether a clock change lies in reach), those around changes first."""
        where = self.unbroken.calendar.where
        around = [(self._midnight(change - span - DAY), self._midnight(change + 2 * DAY), True) for change in self.changes]
        around.sort(key=lambda part: where.offset_at(part[0]) - where.offset_at(part[1]))
        return [*around, (where.from_wall(self.monday * DAY), where.from_wall((self.monday + 7) * DAY), False)]

    def _midnight(self, t: int) -> int:
        where = self.unbroken.calendar.where
        return where.from_wall(where.to_wall(t) // DAY * DAY)

    def next_midnight(self, t: int) -> int:
        """The first second of the local day after t's."""
        where = self.unbroken.calendar.where
        return where.from_wall((where.to_wall(t) // DAY + 1) * DAY)

    @cached_property
    def boundaries(self) -> frozenset[int]:
        """The times of day (seconds) at which some window opens or shuts, in the ordinary week or around a clock change; and midnight."""
        calendar = self.unbroken.calendar
        found = {0}
        for start, end, _ in self.stretches(3 * DAY):
            for window in set(self.unbroken.windows.values()):
                for pair in calendar.openings(window, start - DAY, end + DAY):
                    found.update(calendar.where.to_wall(edge) % DAY for edge in pair)
        return frozenset(found)

    def times(self, delays: Iterable[Duration]) -> tuple[tuple[int, ...], bool]:
        """The times of day to look at, and whether they are all that matter."""
        back = _residues(delays, self._lengths())
        jumps = {0} | ({3600, -3600, 1800, -1800} if self.changes and back else set())
        steps = {(part + jump) % DAY for part in back for jump in jumps} - {0}
        found, fresh = set(self.boundaries), set(self.boundaries)
        while fresh and len(found) <= FINEST:
            fresh = {(time - step) % DAY for time in fresh for step in steps} - found
            found |= fresh
        whole = len(found) <= FINEST
        kept = found if whole else set(self.boundaries)
        return tuple(sorted({(time - early) % DAY for time in kept for early in (0, 1)})), whole

    def _lengths(self) -> set[int]:
        """How long the windows are open: each stretch, and each day."""
        found = {DAY}
        for window in self.unbroken.windows.values():
            for day in range(7):
                spans = [span.end - span.start for span in window.spans if day in span.days]
                found.update((*spans, sum(spans)))
        return found - {0}

    def starts(self, span: int, times: tuple[int, ...], channel: str | None, *, near: bool | None = None) -> Iterator[int]:
        """Every instant to begin a stretch of `span` seconds at, while the channel is open (None: at any time); those around clock changes first.
        `near`: only those, or only the others."""
        where = self.unbroken.calendar.where
        for first, end, changing in self.stretches(span):
            if near is not None and near != changing:
                continue
            found = {
                where.from_wall(at * DAY + time) for at in range(where.to_wall(first) // DAY, where.to_wall(end - 1) // DAY + 1) for time in times
            }
            if changing:  # the seconds around the jump, and a time that the clock shows twice
                found |= {edge for change in self.changes for edge in (change - 1, change, change + 3600, change + 3599) if first <= edge < end}
            for t in sorted(found):
                if channel is None or self.unbroken.forward(t, channel) == t:
                    yield t

    def shifts(self, t: int, before: int = 0) -> Iterator[int]:
        """Seconds by which a witness that begins at `t`, with so many seconds before that, may be moved: whole weeks, or to the same clock change of
        another year. Away from clock changes, the first that lies wholly after the proof's date comes first."""
        calendar = self.unbroken.calendar
        near = [change for change in self.changes if -40 * DAY < change - t < 2 * DAY or abs(change - t) < 40 * DAY]
        late = 0 if near else max(0, -((t - before - self.first) // WEEK))
        if not late:
            yield 0
        if near:
            change = min(near, key=lambda change: abs(change - t))
            gain = calendar.where.offset_at(change) - calendar.where.offset_at(change - 1)
            for later, offset in calendar.where.transitions(change + DAY, change + 12 * 366 * DAY)[1:]:
                if offset - calendar.where.offset_at(later - 1) == gain:
                    yield later - change
        for week in (*range(max(1, late), 40), *range(late)):
            yield week * WEEK + calendar.where.offset_at(t) - calendar.where.offset_at(t + week * WEEK)


def _residues(delays: Iterable[Duration], lengths: set[int]) -> set[int]:
    """By how much delays move the time of day: exact ones by their seconds, business hours also less the closed stretches that they cross."""
    found: set[int] = set()
    for delay in delays:
        if delay.unit == "business hour":
            seconds = delay.amount * 3600
            found |= {(seconds - turns * length) % DAY for length in lengths for turns in range(min(4, seconds // length) + 1)}
            found |= {-length % DAY for length in lengths}
        elif not delay.business:
            found.add(delay.seconds % DAY)
    return found - {0}


# ---------------------------------------------------------------- which places


def worlds(playbook: Playbook, as_of: date, *, holidays: bool = False) -> tuple[World, ...]:
    """One for each kind of place in the playbook's market (`holidays`: also by the days that are off there); without countries, the organization's
    own zone."""
    windows: dict[str, Window] = {channel: use.window for channel, use in playbook.channels.items()}
    found: dict[object, World] = {}
    for zones, places in _places(playbook):
        off = _weekend(places, as_of.year)
        start = (as_of.toordinal() - _EPOCH) * DAY
        calendar = Unbroken(zones, (), off)
        changes = tuple(sorted({at for name in zones for at, _ in zone(name).transitions(start, start + 366 * DAY)[1:]}))
        kind = (places if holidays else off, zones if len(zones) > 1 else _habit(zones[0], changes))
        if kind not in found:
            monday = _quiet_monday(start // DAY, zone(zones[0]).to_wall(start) - start, changes)
            found[kind] = World(zones[0], RecipientClock(calendar, windows), RecipientClock(Calendar(zones, places), windows), monday, changes, start)
    return tuple(found.values())


def _places(playbook: Playbook) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(zones, holidays) of the people that the playbook is for. Where neither a zone nor a number says more, the country's zones together."""
    known = any(field.name in ("timezone", "phone") for field in playbook.audience.fields)
    some = False
    for country in playbook.icp.countries:
        try:
            zones = zones_for(country)
        except UnknownCountry:
            continue
        some = some or bool(zones)
        for choice in [(name,) for name in zones] if known else [zones] if zones else []:
            yield choice, _known(country)
    if not some:
        organization = playbook.workspace.organization
        yield (organization.timezone,), organization.holidays


def _known(country: str) -> tuple[str, ...]:
    try:
        check_place(country)
    except UnknownPlace:
        return ()
    return (country,)


def _weekend(holidays: tuple[str, ...], year: int) -> frozenset[int]:
    """The weekdays on which nobody works there in any week of two years. Where some Saturdays are worked, Saturday is none."""
    off = set(range(7))
    for at in (year, year + 1):
        idle = [year_of(place, at).idle for place in holidays or ("",)]
        first = date(at, 1, 1).toordinal() - _EPOCH
        worked = {(day + 3) % 7 for day in range(first, first + 365) if not any(day in days for days in idle)}
        off -= worked
    return frozenset(off)


def _habit(name: str, changes: tuple[int, ...]) -> tuple[tuple[int, int, int], ...]:
    """When in the week a zone's clocks change, and by how much."""
    where = zone(name)
    return tuple(sorted((where.to_wall(at - 1) % WEEK, where.to_wall(at) - where.to_wall(at - 1), 0) for at in changes))


def _quiet_monday(first: int, offset: int, changes: tuple[int, ...]) -> int:
    """The first Monday after a day from which on no clock changes for six weeks (or for as long as there is)."""
    del offset
    mondays = [day for day in range(first, first + 372) if (day + 3) % 7 == 0]

    def quiet(day: int) -> int:
        return min((at // DAY - day for at in changes if at // DAY >= day - 3), default=400)

    return next((day for day in mondays if quiet(day) > 45), max(mondays, key=quiet))
