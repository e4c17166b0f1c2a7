"""A plan for reading: who is touched on which day, and who is left out and why.

The first touches stand there one by one, in the wall time of the person; all days with their numbers follow. Names and texts come from lists that
anybody may have written: they are cleaned before they reach a terminal.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from cadenza.calendars import zone
from cadenza.render.ansi import clean, columns, paint, wrap

if TYPE_CHECKING:
    from cadenza.plan import LeftOut, Schedule, Touch

SHOWN = 40
LEAST = 16
"""Columns that the last cell of a line has at least."""
HEADERS = ("from", "until", "zone", "prospect", "step", "by", "what")
WORDS = {
    "suppressed": "suppressed",
    "missing_field": "lacking a field",
    "bad_address": "with an address that is none",
    "duplicate": "there twice",
    "outside_icp": "outside the market",
    "unknown_country": "in an unknown country",
    "unknown_zone": "in an unknown time zone",
    "no_common_hours": "without a safe hour",
    "ended": "whose cadence has ended",
    "with_a_human": "in the hands of a human",
    "no_room": "for whom there is no room",
}


def render(schedule: Schedule, *, colour: bool = False, width: int = 100) -> str:
    """The page, with a newline at its end; lines have at most `width` columns where names and ids leave room for it."""
    parts = [[paint(line, "bold", on=colour) for line in textwrap.wrap(clean(summary(schedule)), width, break_on_hyphens=False)]]
    shown = sorted(schedule.touches, key=lambda touch: (_day(touch), touch.not_before))[:SHOWN]
    rows = [_row(touch) for touch in shown]
    sizes = _sizes([HEADERS, *rows])
    narrow = sum(sizes[:-1]) + 2 * (len(sizes) - 1) + LEAST > width
    for day, group in groupby(zip(shown, rows, strict=True), key=lambda pair: _day(pair[0])):
        if narrow:
            lines = [line for _, row in group for line in _listed(row, width)]
        else:
            lines = [paint(_line(HEADERS, sizes, width), "dim", on=colour), *(_line(row, sizes, width) for _, row in group)]
        parts.append([paint(_long(day), "bold", on=colour), *lines])
    if len(shown) < len(schedule.touches):
        parts.append([f"... and {len(schedule.touches) - len(shown):,} more touches: --format jsonl has them all"])
        parts.append(_numbers(schedule, colour))
    if schedule.left_out:
        parts.append(_left_out(schedule.left_out, colour, width))
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def summary(schedule: Schedule) -> str:
    """One sentence: how many touches, for how many people, from when to when, how many people are left out."""
    reached = len({touch.prospect for touch in schedule.touches})
    when = (
        f", {_long(min(_day(touch) for touch in schedule.touches))} to {_long(max(_day(touch) for touch in schedule.touches))}"
        if schedule.touches
        else ""
    )
    conditional = sum(touch.conditional for touch in schedule.touches)
    maybe = f" ({conditional:,} of them only if their condition comes true)" if conditional else ""
    left = f"; {len(schedule.left_out):,} of {schedule.people:,} people left out" if schedule.left_out else ""
    return f"{schedule.playbook}: {_count(len(schedule.touches), 'touch', 'touches')}{maybe} for {_count(reached, 'person', 'people')}{when}{left}"


def left_out_lines(left: Iterable[LeftOut]) -> list[str]:
    """`3 suppressed`, `1 lacking a field`, ...: how many people were left out, by reason, most first."""
    found = Counter(one.code for one in left)
    return [f"{number:,} {WORDS[code]}" for code, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _day(touch: Touch) -> str:
    return zone(touch.zone).local(touch.not_before)[:10]


def _long(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found:%a} {found.day} {found:%b %Y}"


def _row(touch: Touch) -> tuple[str, ...]:
    where = zone(touch.zone)
    times = [where.local(t)[11:16] for t in (touch.not_before, touch.not_after)]
    return tuple(map(clean, (*times, touch.zone, touch.prospect, touch.step + (" (if)" if touch.conditional else ""), _by(touch), _what(touch))))


def _by(touch: Touch) -> str:
    if touch.sender is not None:
        return f"{touch.sender}/{touch.mailbox}"
    return f"{touch.role}/{touch.rep}" if touch.role else touch.channel


def _what(touch: Touch) -> str:
    text = (touch.subject or (touch.body or "").strip().split("\n")[0]) or touch.action or touch.channel
    return f"[{touch.variant}] {text}" if touch.variant else text


def _numbers(schedule: Schedule, colour: bool) -> list[str]:
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for touch in schedule.touches:
        days[_day(touch)][touch.channel] += 1
    channels = sorted({touch.channel for touch in schedule.touches})
    header = ("day", "touches", *channels)
    rows = [(_long(day), f"{sum(n.values()):,}", *(f"{n[name]:,}" if n[name] else "" for name in channels)) for day, n in sorted(days.items())]
    sizes = _sizes([header, *rows])
    lines = [
        "  ".join([row[0].ljust(sizes[0]), *(cell.rjust(size) for cell, size in zip(row[1:], sizes[1:], strict=True))]) for row in (header, *rows)
    ]
    return [paint("Touches a day", "bold", on=colour), paint(lines[0], "dim", on=colour), *(line.rstrip() for line in lines[1:])]


def _left_out(left: tuple[LeftOut, ...], colour: bool, width: int) -> list[str]:
    header = ("prospect", "line", "reason")
    rows = [(clean(one.prospect), str(one.line), clean(one.reason)) for one in left[:SHOWN]]
    sizes = _sizes([header, *rows])
    lines = [paint(f"Left out: {', '.join(left_out_lines(left))}", "bold", on=colour), paint(_line(header, sizes, width), "dim", on=colour)]
    indent = " " * (sum(sizes[:2]) + 4)
    if len(indent) + 30 > width:
        return [lines[0], *(line for name, number, why in rows for line in wrap(f"{name} (line {number}): {why}", width, "  ")), *_more(left)]
    for row in rows:
        reason = textwrap.wrap(row[2], max(30, width - len(indent)), break_on_hyphens=False) or [""]
        lines.append(_line((*row[:2], reason[0]), sizes, 10_000))
        lines += [indent + line for line in reason[1:]]
    return [*lines, *_more(left)]


def _more(left: tuple[LeftOut, ...]) -> list[str]:
    return [f"... and {len(left) - SHOWN:,} more: --format json names them all"] if len(left) > SHOWN else []


def _listed(row: Sequence[str], width: int) -> Iterator[str]:
    """A touch where its cells do not fit side by side: when and what, and below it who, by whom, and the text."""
    begin, end, where, prospect, step, by, what = row
    yield from wrap(f"{begin} to {end}  {step}  {prospect}", width, "  ")
    yield from wrap(f"  by {by}, {where} time", width, "    ")
    yield from wrap(f"  {what}", width, "    ")


def _sizes(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(columns(row[place]) for row in rows) for place in range(len(rows[0]))]


def _line(row: Sequence[str], sizes: Sequence[int], width: int) -> str:
    """The cells side by side; the last one takes what is left of the width (at least 16 columns) and is cut there."""
    cells = [cell + " " * (size - columns(cell)) for cell, size in zip(row[:-1], sizes, strict=False)]
    room = max(LEAST, width - sum(sizes[:-1]) - 2 * (len(sizes) - 1))
    return "  ".join([*cells, _cut(row[-1], room)]).rstrip()


def _cut(text: str, room: int) -> str:
    if columns(text) <= room:
        return text
    while columns(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + "…"
