"""One JSON object a line, one line a touch: what a program reads piece by piece."""

from __future__ import annotations

import json

from ..types import Schedule
from . import Emitter
from ._rows import touch_data


def write(schedule: Schedule) -> bytes:
    """A line for each touch (`$defs/touch` of `schema/plan.schema.json`), in UTF-8, each ending in a newline."""
    compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return "".join(compact(touch_data(touch)) + "\n" for touch in schedule.touches).encode("utf-8", "replace")


EMITTER = Emitter("jsonl", ".jsonl", "one touch a line, as JSON", write)
