"""Time zone files, read into two flat arrays: from which second on, and how many seconds east.

A TZif file (RFC 9636) lists the clock changes that somebody decided, and ends in a rule in the words of POSIX (`IST-1GMT0,M10.5.0,M3.5.0/1`)
for all the years after. Here the rule is written out to the end of 2100, so that whoever reads a zone, in Python or in a compiled engine,
needs nothing but a binary search.
"""

from __future__ import annotations

import re
import struct
from datetime import date

LAST_YEAR = 2100
BEGIN = -(1 << 62)
_EPOCH = date(1970, 1, 1).toordinal()
_NAME = r"(?:<[A-Za-z0-9+-]+>|[A-Za-z]{3,})"
_TIME = r"[+-]?\d{1,3}(?::\d{2}(?::\d{2})?)?"
_RULE = rf"(?:M\d+\.\d+\.\d+|J\d+|\d+)(?:/{_TIME})?"
_FOOTER = re.compile(rf"{_NAME}({_TIME})(?:{_NAME}({_TIME})?,({_RULE}),({_RULE}))?")


def read_tzif(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """`at` and `offset`: `offset[i]` seconds east of UTC hold from UTC second `at[i]` until `at[i + 1]`; `at[0]` is `BEGIN`.

    Only real changes are kept (a change of name or of the daylight flag alone is none). ValueError where the data is no TZif of version 2 or later.
    """
    if data[:4] != b"TZif" or data[4:5] < b"2":
        raise ValueError("not a time zone file of version 2 or later")
    first = _counts(data, 0)
    start = 44 + first[3] * 5 + first[4] * 6 + first[5] + first[2] * 8 + first[1] + first[0]
    utc, std, leaps, times, types, chars = _counts(data, start)
    here = start + 44
    at = struct.unpack_from(f">{times}q", data, here)
    kinds = data[here + times * 8 : here + times * 9]
    table = here + times * 9
    offsets = [struct.unpack_from(">i", data, table + 6 * i)[0] for i in range(types)]
    footer = data[table + types * 6 + chars + leaps * 12 + std + utc :].strip(b"\n").decode("ascii")
    pairs = [(BEGIN, offsets[0]), *((t, offsets[kind]) for t, kind in zip(at, kinds, strict=True) if t > BEGIN)]
    pairs += [pair for pair in written_out(footer, pairs[-1][0]) if pair[0] > pairs[-1][0]]
    return _changes(pairs)


def _counts(data: bytes, start: int) -> tuple[int, ...]:
    return struct.unpack_from(">6l", data, start + 20)


def _changes(pairs: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    kept: list[tuple[int, int]] = []
    for at, offset in pairs:
        if not kept or offset != kept[-1][1]:
            kept.append((at, offset))
    return tuple(at for at, _ in kept), tuple(offset for _, offset in kept)


def written_out(footer: str, after: int) -> list[tuple[int, int]]:
    """The changes that a POSIX rule makes from the year of `after` to `LAST_YEAR`, as (UTC second, offset). Empty for a rule without changes."""
    found = _FOOTER.fullmatch(footer)
    if not found or not found[3]:
        return []
    standard = -_seconds(found[1])
    summer = -_seconds(found[2]) if found[2] else standard + 3600
    first = max(1970, 1970 + after // 31556952 - 1)
    changes: list[tuple[int, int, int]] = []
    for year in range(first, LAST_YEAR + 1):
        changes.append((_moment(found[3], year) - standard, 1, summer))
        changes.append((_moment(found[4], year) - summer, 0, standard))
    # Where one year's summer ends in the second in which the next begins, the later statement is the one that says "summer".
    return sorted({at: (at, offset) for at, _, offset in sorted(changes)}.values())


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


def _moment(rule: str, year: int) -> int:
    """The local second (since the epoch, on the clock that the rule ends) at which a rule such as `M3.5.0/1` fires in a year."""
    day, _, time = rule.partition("/")
    return (_day(day, year) - _EPOCH) * 86400 + (_seconds(time) if time else 7200)


def _day(rule: str, year: int) -> int:
    new_year = date(year, 1, 1).toordinal()
    if rule.startswith("J"):  # counts 1..365 and never February 29
        leap = date(year, 12, 31).toordinal() - new_year == 365
        return new_year + int(rule[1:]) - (0 if leap and int(rule[1:]) >= 60 else 1)
    if not rule.startswith("M"):
        return new_year + int(rule)
    month, week, weekday = (int(part) for part in rule[1:].split("."))
    first = date(year, month, 1).toordinal()
    day = first + (weekday - first) % 7 + (week - 1) * 7  # date.toordinal() % 7 is 0 on Sundays, as in POSIX
    end = date(year + month // 12, month % 12 + 1, 1).toordinal()
    return day if day < end else day - 7
