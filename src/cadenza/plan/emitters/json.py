"""One JSON document: the plan, its touches, and the people who were left out."""

from __future__ import annotations

import json

from ..types import FORMAT_VERSION, Schedule
from . import Emitter
from ._rows import left_out_data, touch_data


def write(schedule: Schedule) -> bytes:
    """The document of `schema/plan.schema.json`, indented, in UTF-8."""
    document = {
        "format": "cadenza.plan",
        "format_version": FORMAT_VERSION,
        "playbook": schedule.playbook,
        "machine": schedule.machine,
        "start": schedule.start,
        "as_of": schedule.as_of,
        "people": schedule.people,
        "touches": [touch_data(touch) for touch in schedule.touches],
        "left_out": [left_out_data(one) for one in schedule.left_out],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


EMITTER = Emitter("json", ".json", "one document with everything, also who was left out and why", write)
