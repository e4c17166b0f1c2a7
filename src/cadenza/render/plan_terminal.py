"""A plan for reading: who is touched on which day, and who is left out and why.

The first touches stand there one by one, in the wall time of the person; all days with their numbers follow. Names and texts come from lists that
anybody may have written: they are cleaned before they reach a terminal.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from cadenza.calendars import zone
from cadenza.render.ansi import clean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from cadenza.plan import LeftOut, Schedule, Touch

SHOWN = 40
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
    """The page, with a newline at its end."""
    from rich.console import Console

    buffer = io.StringIO()
    page = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        color_system="standard" if colour else None,
        highlight=False,
        emoji=False,
    )
    page.print(clean(summary(schedule)), style="bold", markup=False)
    shown = schedule.touches[:SHOWN]
    for day, touches in groupby(sorted(shown, key=lambda touch: (_day(touch), touch.not_before)), key=_day):
        page.print()
        page.print(_listing(_long(day), list(touches)))
    if len(shown) < len(schedule.touches):
        page.print(f"\n... and {len(schedule.touches) - len(shown):,} more touches: --format jsonl has them all", markup=False)
        page.print()
        page.print(_numbers(schedule))
    _left_out(page, schedule.left_out)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def summary(schedule: Schedule) -> str:
    """One sentence: how many touches, for how many people, from when to when, how many people are left out."""
    reached = len({touch.prospect for touch in schedule.touches})
    when = f", {_long(_day(schedule.touches[0]))} to {_long(max(_day(touch) for touch in schedule.touches))}" if schedule.touches else ""
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


def _listing(title: str, touches: list[Touch]) -> Table:
    table = _table(title)
    for name in ("from", "until", "zone", "prospect", "step", "by", "what"):
        table.add_column(
            name, no_wrap=name != "prospect", overflow="fold" if name == "prospect" else "ellipsis", ratio=3 if name == "what" else None
        )
    for touch in touches:
        where = zone(touch.zone)
        step = touch.step + (" (if)" if touch.conditional else "")
        times = [where.local(t)[11:16] for t in (touch.not_before, touch.not_after)]
        table.add_row(*map(_text, (*times, touch.zone, touch.prospect, step, _by(touch), _what(touch))))
    return table


def _by(touch: Touch) -> str:
    if touch.sender is not None:
        return f"{touch.sender}/{touch.mailbox}"
    return f"{touch.role}/{touch.rep}" if touch.role else touch.channel


def _what(touch: Touch) -> str:
    text = (touch.subject or (touch.body or "").strip().split("\n")[0]) or touch.action or touch.channel
    return f"[{touch.variant}] {text}" if touch.variant else text


def _numbers(schedule: Schedule) -> Table:
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for touch in schedule.touches:
        days[_day(touch)][touch.channel] += 1
    channels = sorted({touch.channel for touch in schedule.touches})
    table = _table("Touches a day")
    table.add_column("day", no_wrap=True)
    for name in ("touches", *channels):
        table.add_column(name, justify="right", no_wrap=True)
    for day, numbers in sorted(days.items()):
        table.add_row(_long(day), f"{sum(numbers.values()):,}", *(f"{numbers[name]:,}" if numbers[name] else "" for name in channels))
    return table


def _left_out(page: Console, left: tuple[LeftOut, ...]) -> None:
    if not left:
        return
    table = _table(f"Left out: {', '.join(left_out_lines(left))}")
    for name in ("prospect", "line", "reason"):
        table.add_column(name, justify="right" if name == "line" else "left", overflow="fold", ratio=1 if name == "reason" else None)
    for one in left[:SHOWN]:
        table.add_row(_text(one.prospect), str(one.line), _text(one.reason))
    page.print()
    page.print(table)
    if len(left) > SHOWN:
        page.print(f"... and {len(left) - SHOWN:,} more: --format json names them all", markup=False)


def _table(title: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    return Table(title=Text(title, style="bold"), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, expand=False, show_edge=False)


def _text(value: str) -> str:
    from rich.markup import escape

    return escape(clean(value))
