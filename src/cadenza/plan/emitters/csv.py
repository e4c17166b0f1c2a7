"""A table for spreadsheets, in which no cell is a formula.

A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for something to run. Such a value gets one
apostrophe before it, and so does a value that begins with an apostrophe already. The way back is therefore the same for every cell: where
it begins with an apostrophe, take one off.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from ..types import Schedule
from . import Emitter
from ._rows import touch_data

RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
COLUMNS = (
    *("id", "playbook", "prospect", "step", "round", "channel", "kind", "action", "thread", "to", "sender", "mailbox", "role", "rep", "enrolled"),
    *("not_before", "not_after", "not_before_local", "not_after_local", "zone", "conditional", "guards", "variant", "subject", "body", "fill"),
    *("machine_state", "machine"),
)


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet runs; `original` takes it back."""
    return "'" + text if text.startswith(RISKY) else text


def original(cell: str) -> str:
    """What `harmless` was given."""
    return cell.removeprefix("'")


def write(schedule: Schedule) -> bytes:
    """RFC 4180 with a header, lines ending in CR LF, in UTF-8. Empty cells are null; `guards` and `fill` are compact JSON."""
    buffer = io.StringIO(newline="")
    table = csv.writer(buffer, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for touch in schedule.touches:
        row = touch_data(touch)
        table.writerow([harmless(_cell(row[name])) for name in COLUMNS])
    return buffer.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list | dict) else str(value)


EMITTER = Emitter("csv", ".csv", "a table for spreadsheets; no cell is a formula", write)
