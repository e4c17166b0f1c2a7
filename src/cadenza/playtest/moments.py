"""Moments as people say them: `2027-01-06 10:15`, `day 3`, `day 3 10:15`, `2 hours after intro`.

All of them are on the wall of the person whom the case is about. Day 1 is the day of the start. A moment without an hour is a whole day: a
touch may be expected on it, an event happens at its noon, and a silence runs from its first second or until it. A moment without seconds is
a whole minute. What counts from a touch (`after intro`) is known only once that touch has been made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..calendars import Calendar, day, iso
from ..language.values import Duration, UnitError

DAY, NOON, MINUTE = 86400, 43200, 60
START, DUE = "start", "due"
GOOD = "2027-01-06 10:15"
LONGEST = 200
_TIME = r"(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
_DATE = re.compile(rf"(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?: {_TIME})?")
_NTH = re.compile(rf"day (?P<nth>[0-9]{{1,5}})(?: {_TIME})?")
_AFTER = re.compile(r"(?:(?P<delay>.+) )?after (?P<anchor>[A-Za-z0-9][A-Za-z0-9_-]*)")
_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]+(.*))?")
_LOOSE_TIME = re.compile(r"([0-9]{1,2})[:.h]([0-9]{2})(?::([0-9]{2}))?(?:[Z+-].*)?")
_LOOSE_AFTER = re.compile(r"after ([A-Za-z0-9_-]+)[ :]+([0-9].*)")


@dataclass(slots=True)
class Scene:
    """What a moment needs to become an instant: the person's calendar, the start, and when each touch was first made (`known`)."""

    calendar: Calendar
    start: int = 0
    known: dict[str, int] = field(default_factory=dict)

    def wall(self, t: int) -> int:
        return self.calendar.where.to_wall(t)

    def written(self, t: int) -> str:
        """`2027-01-06 10:15` on the person's wall, with seconds where there are any."""
        ordinal, time = divmod(self.wall(t), DAY)
        return f"{iso(ordinal)} {clock(time)}"


@dataclass(frozen=True, slots=True)
class Moment:
    """`day` is an ordinal since 1970-01-01 (date) or counts from 1 (nth); `time` is seconds after midnight, None for the whole day."""

    kind: Literal["date", "nth", "after"]
    day: int = 0
    time: int | None = None
    exact: bool = False  # seconds were written
    delay: Duration | None = None
    anchor: str = ""

    @classmethod
    def parse(cls, text: str) -> Moment:
        """UnitError says why a text is no moment, and what to write."""
        words = " ".join(text.split())
        if not words or len(words) > LONGEST:
            raise UnitError("a moment is missing" if not words else f"a moment is at most {LONGEST} characters long", GOOD)
        if found := _DATE.fullmatch(words):
            return cls("date", _day(found["date"]), _time(found["time"], found["date"]), len(found["time"] or "") > 5)
        if found := _NTH.fullmatch(words):
            if int(found["nth"]) == 0:
                raise UnitError("the day of the start is day 1", words.replace("day " + found["nth"], "day 1", 1))
            return cls("nth", int(found["nth"]), _time(found["time"], f"day {found['nth']}"), len(found["time"] or "") > 5)
        if found := _AFTER.fullmatch(words):
            return cls("after", delay=_delay(found["delay"], found["anchor"]), anchor=found["anchor"])
        raise _mistaken(words)

    def __str__(self) -> str:
        if self.kind == "after":
            return f"{self.delay} after {self.anchor}" if self.delay is not None else f"after {self.anchor}"
        head = iso(self.day) if self.kind == "date" else f"day {self.day}"
        return head if self.time is None else f"{head} {clock(self.time, self.exact)}"

    def walls(self, scene: Scene) -> tuple[int, int] | None:
        """The first and the last second on the wall that it names; None where it counts from a touch that was not made."""
        if self.kind == "after":
            at = self._after(scene)
            return None if at is None else (scene.wall(at), scene.wall(at) + MINUTE - 1)
        ordinal = self.day if self.kind == "date" else scene.wall(scene.start) // DAY + self.day - 1
        if self.time is None:
            return ordinal * DAY, ordinal * DAY + DAY - 1
        first = ordinal * DAY + self.time
        return first, first if self.exact else first + MINUTE - 1

    def _after(self, scene: Scene) -> int | None:
        base = scene.known.get(self.anchor, scene.start if self.anchor == START else None)
        if base is None or self.delay is None:
            return base
        return scene.calendar.add(base, self.delay)

    def instant(self, scene: Scene, whole_day: int = NOON) -> int | None:
        """When something happens that happens at this moment (UTC seconds); on a whole day, `whole_day` seconds after its midnight."""
        if self.kind == "after":
            return self._after(scene)
        walls = self.walls(scene)
        assert walls is not None, "only what counts from a touch may be unknown"
        return scene.calendar.where.from_wall(walls[0] + (whole_day if self.time is None else 0))

    def holds(self, t: int, scene: Scene) -> bool:
        """Whether the instant lies in this minute, or on this day."""
        walls = self.walls(scene)
        return walls is not None and walls[0] <= scene.wall(t) <= walls[1]


def clock(time: int, seconds: bool = False) -> str:
    """Seconds after midnight as `10:15`, or as `10:15:30` where that is needed or wanted."""
    text = f"{time // 3600:02}:{time // 60 % 60:02}"
    return f"{text}:{time % 60:02}" if seconds or time % 60 else text


def check_anchor(moment: Moment, anchors: Mapping[str, object]) -> bool:
    """Whether what the moment counts from exists."""
    return moment.kind != "after" or moment.anchor in anchors


def _day(text: str) -> int:
    try:
        return day(text)
    except ValueError:
        month = text[5:7] if "01" <= text[5:7] <= "12" else "01"
        raise UnitError(f"the calendar has no {text}", f"{text[:4]}-{month}-01") from None


def _time(text: str | None, before: str) -> int | None:
    if text is None:
        return None
    hour, minute, second = (int(part) for part in (text + ":00").split(":")[:3])
    if hour > 23 or minute > 59 or second > 59:
        raise UnitError(f"the clock has no {text}", f"{before} {min(hour, 23):02}:{min(minute, 59):02}")
    return hour * 3600 + minute * 60 + second


def _delay(text: str | None, anchor: str) -> Duration | None:
    if text is None:
        return None
    try:
        return Duration.parse(text)
    except UnitError as problem:
        raise UnitError(str(problem), f"{problem.good} after {anchor}") from None


def _mistaken(words: str) -> UnitError:
    """What was probably meant by a text that is no moment."""
    why = "a moment is a date, a day counted from the start, or a time after a touch"
    if found := _LOOSE_DATE.fullmatch(words):
        time = _loose_time(found[4] or "")
        return UnitError(f"{why}; this date is written otherwise", f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{time}")
    if found := _LOOSE_AFTER.fullmatch(words):
        return UnitError("what passes stands before `after`", f"{found[2]} after {found[1]}")
    if found := re.fullmatch(r"[Dd]ay ?#?([0-9]{1,5})(?:,? (?:at )?(.*))?", words):
        return UnitError(f"{why}; this day is written otherwise", f"day {max(1, int(found[1]))}{_loose_time(found[2] or '')}")
    if (time := _loose_time(words)) and words[0].isdigit():
        return UnitError("an hour needs its day", f"day 1{time}")
    try:
        return UnitError(f"{why}; from when does `{Duration.parse(words)}` count?", f"{Duration.parse(words)} after start")
    except UnitError:
        return UnitError(why, GOOD)


def _loose_time(text: str) -> str:
    found = _LOOSE_TIME.fullmatch(text)
    return f" {min(int(found[1]), 23):02}:{min(int(found[2]), 59):02}" if found else ""
