"""The playbooks of a program: what holds for all people of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..language.model import CHANNELS, Playbook
from ..language.values import Duration
from ..machine import Machine
from .assumptions import Assumptions
from .clocks import lowered
from .figures import FigureMaker
from .program import Cohorts
from .quantiles import gamma_table

RATES = {
    "booked": ("meeting", "booked"),
    "held": ("meeting", "held"),
    "opportunity": ("meeting", "opportunity"),
    "won": ("opportunity", "won"),
    "unclassified": ("replies", "unclassified"),
    "floor": ("speed_to_lead", "floor"),
}
FACTORS = {"each_touch": ("pressure", "each_touch"), "after_no": ("pressure", "after_no")}
TABLES = {"lead_time": ("meeting", "lead_time"), "value": ("opportunity", "value"), "cycle": ("opportunity", "cycle")}


def lower_cohorts(
    playbooks: Sequence[Playbook],
    assumptions: Sequence[Assumptions],
    figures: FigureMaker,
    starts: Sequence[int],
    machines: Sequence[Machine],
    plan: Sequence[Sequence[int]],
    tasks: tuple[tuple[int, int], ...],
    sizes: Sequence[int],
) -> Cohorts:
    columns: dict[str, list[Any]] = {name: [] for name in Cohorts.__dataclass_fields__}
    for c, (playbook, assumed) in enumerate(zip(playbooks, assumptions, strict=True)):
        elapsed = machines[c].elapsed
        amount, unit = lowered(elapsed) if elapsed is not None else (-1, 0)
        reaches = _reaches(playbook)
        again = playbook.audience.reenroll
        rest, rest_unit = lowered(again.after) if again is not None else (-1, 0)
        add: dict[str, Any] = {
            "name": playbook.name,
            "priority": playbook.priority,
            "start": starts[c],
            "elapsed": amount,
            "elapsed_unit": unit,
            "size": sizes[c],
            "away": _table(figures, assumed, "replies", "away"),
            "asked_back": figures.chain(assumed.figure("asked_back", "share")) if assumed.figure("asked_back", "share") else -1,
            "asked_back_delay": figures.table(assumed.points("asked_back", "delay"), least=1),
            "rest": rest,
            "rest_unit": rest_unit,
            "inbound": int(playbook.motion == "inbound"),
            "segments": len(assumed.segments()) + 1,
            "slice": _slice(assumed.duration("speed_to_lead", "half_life")) if playbook.motion == "inbound" else 0,
            "propensity": gamma_table(assumed.number("propensity", "spread", default=0.0)),
            **{name: figures.chain(assumed.figure(*path)) for name, path in RATES.items()},
            **{name: figures.chain(assumed.figure(*path), rate=False, default=1.0) for name, path in FACTORS.items()},
            **{name: figures.table(assumed.points(*path)) for name, path in TABLES.items()},
        }
        for name, value in add.items():
            columns[name].append(value)
        columns["reach"].extend(amount for amount, _ in reaches)
        columns["reach_unit"].extend(unit for _, unit in reaches)
        columns["quota"].extend(plan[c])
        columns["task_role"].extend(role for role, _ in tasks)
        columns["task_seconds"].extend(seconds for _, seconds in tasks)
    return Cohorts(**{name: tuple(values) for name, values in columns.items()})


def _table(figures: FigureMaker, assumed: Assumptions, *path: str) -> int:
    """The id of a table of delays, each a second at least; -1 where nothing is assumed."""
    points = assumed.points(*path)
    return -1 if points is None else figures.table(points, least=1)


def _reaches(playbook: Playbook) -> list[tuple[int, int]]:
    """How long until a refusal is known on each channel that the cadence uses; -1 for the others. Without a word it is known at once."""
    known = playbook.opt_out.reaches if playbook.opt_out is not None else {}
    used = {step.channel for step in playbook.cadence}
    return [lowered(known.get(channel)) if channel in used else (-1, 0) for channel in CHANNELS]


def _seconds(duration: Duration) -> int:
    """A half-life in seconds: business time counts as open time."""
    if duration.unit == "business day":
        return duration.amount * 86400
    return duration.amount * 3600 if duration.unit == "business hour" else duration.seconds


def _slice(half_life: Duration | None) -> int:
    return max(1, _seconds(half_life) // 16) if half_life is not None else 0
