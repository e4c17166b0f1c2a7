"""A time zone: the bridge between UTC seconds and what a clock on the wall shows.

A *wall* time is an integer too: the seconds between 1970-01-01 00:00 and what the wall shows, so that its day is `wall // 86400` and its time of day
`wall % 86400`. Zones come from the `tzdata` package and never from the machine, so that two machines agree.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from .tzif import read_tzif

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)


class UnknownZone(ValueError):
    """There is no such time zone; the message suggests a near one."""


@dataclass(frozen=True, slots=True)
class Zone:
    """`offset[i]` seconds east of UTC hold from UTC second `at[i]` until `at[i + 1]` (the rules are written out to the end of 2100)."""

    name: str
    at: tuple[int, ...] = field(repr=False)
    offset: tuple[int, ...] = field(repr=False)
    walls: tuple[int, ...] = field(repr=False)  # the first wall second that only offset[i], or a later one, shows

    def offset_at(self, t: int) -> int:
        """Seconds east of UTC at the UTC second `t`."""
        return self.offset[bisect_right(self.at, t) - 1]

    def to_wall(self, t: int) -> int:
        """What the wall shows at the UTC second `t`."""
        return t + self.offset[bisect_right(self.at, t) - 1]

    def from_wall(self, wall: int) -> int:
        """The UTC second at which the wall shows `wall`. A skipped time moves forward by the length of the gap; of two, the earlier counts."""
        return wall - self.offset[bisect_right(self.walls, wall) - 1]

    def transitions(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """What holds from `start` and every change before `end`, as (UTC second, offset); the first pair begins at `start`."""
        first, last = bisect_right(self.at, start), bisect_left(self.at, end)
        return ((start, self.offset[first - 1]), *zip(self.at[first:last], self.offset[first:last], strict=True))

    def local(self, t: int) -> str:
        """ISO 8601 with the offset: `2027-01-04T09:00:00+00:00`."""
        offset = self.offset_at(t)
        sign, rest = ("-", -offset) if offset < 0 else ("+", offset)
        tail = f"{sign}{rest // 3600:02d}:{rest // 60 % 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")
        return (_EPOCH + timedelta(seconds=t + offset)).isoformat() + tail


@cache
def zone(name: str) -> Zone:
    """The zone by its IANA name (`Europe/Dublin`, links such as `Asia/Calcutta` too). Raises UnknownZone."""
    if name not in names():
        near = get_close_matches(name, names(), n=1, cutoff=0.6)
        raise UnknownZone(f"no time zone is called `{name}`" + (f": did you mean `{near[0]}`?" if near else "; write one such as `Europe/Dublin`"))
    at, offset = read_tzif(_folder().joinpath(*name.split("/")).read_bytes())
    walls = (at[0], *(t + max(before, after) for t, before, after in zip(at[1:], offset, offset[1:], strict=False)))
    return Zone(name, at, offset, walls)


@cache
def names() -> tuple[str, ...]:
    """Every zone name of the tzdata package, links included, in the order of the alphabet."""
    return tuple(sorted(files("tzdata").joinpath("zones").read_text(encoding="ascii").split()))


def table(name: str) -> str:
    """A text table of the tzdata package (`zone.tab`)."""
    return _folder().joinpath(name).read_text(encoding="utf-8")


def _folder() -> Traversable:
    return files("tzdata").joinpath("zoneinfo")


# ---------------------------------------------------------------- days and instants


def day(text: str) -> int:
    """The ordinal of an ISO date: days since 1970-01-01. Raises ValueError with a good value."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text).toordinal() - _EPOCH_DAY
    except ValueError:
        pass
    raise ValueError(f"`{text}` is no date; write one such as 2027-01-04")


def iso(ordinal: int) -> str:
    """The ISO date of a day ordinal."""
    return date.fromordinal(ordinal + _EPOCH_DAY).isoformat()


def instant(text: str, where: Zone, time: str = "00:00") -> int:
    """The UTC second at which the wall in `where` shows that date and time (`HH:MM` or `HH:MM:SS`)."""
    found = re.fullmatch(r"(\d{2}):(\d{2})(?::(\d{2}))?", time)
    if not found or int(found[1]) > 24 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise ValueError(f"`{time}` is no time of day; write one such as 09:00")
    return where.from_wall(day(text) * 86400 + int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0))


def utc(t: int) -> str:
    """ISO 8601 in UTC: `2027-01-04T09:00:00Z`."""
    return datetime.fromtimestamp(t, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> int:
    """The UTC second of an ISO 8601 instant with `Z` or an offset. Raises ValueError with a good value (also where there is no offset)."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise ValueError(f"`{text}` is no instant; write one with its offset, such as 2027-01-04T09:00:00Z")
    return int((when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)
