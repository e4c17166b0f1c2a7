"""Means as JSON, in the shape of `schema/expected.schema.json`: no band, no chance, no replications, because there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cadenza.forecast.metrics import metric
from cadenza.render.ansi import inert
from cadenza.render.forecast_json import laid_out, number

if TYPE_CHECKING:
    from cadenza.engines.expected.scarce import Scarce
    from cadenza.forecast.expectation import Expectation, ExpectedPoint, Goal

FORMAT_VERSION = 1


def render(found: Expectation) -> str:
    """The document, with a newline at its end."""
    return inert(laid_out(document(found), "")) + "\n"


def document(found: Expectation) -> dict[str, Any]:
    """The document as plain data."""
    keys = list(dict.fromkeys(key for point in found.points for key in point.means))
    return {
        "format": "cadenza.expected",
        "format_version": FORMAT_VERSION,
        "cadenza": found.version,
        "simulation": {
            "name": found.name,
            "file": found.file,
            "playbooks": list(found.playbooks),
            "start": found.start,
            "horizon": found.horizon,
            "weeks": number(found.weeks),
        },
        "engine": "expected",
        "currency": found.currency or None,
        "metrics": {key: {"label": metric(key).label, "unit": metric(key).unit, "better": metric(key).better or None} for key in keys},
        "points": [_point(point) for point in found.points],
        "notes": list(found.notes),
    }


def _point(point: ExpectedPoint) -> dict[str, Any]:
    return {
        "name": point.name,
        "kind": point.kind,
        "changes": dict(point.changes),
        "machines": dict(point.machines),
        "upper_bound": point.bound,
        "means": {key: number(value) for key, value in point.means.items()},
        "weekly": {key: [number(value) for value in values] for key, values in point.weekly.items()},
        "targets": [_goal(goal) for goal in point.goals],
        "scarce": [_scarce(each) for each in point.scarce],
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "name": goal.name,
        "playbook": goal.playbook,
        "written": goal.written,
        "metric": goal.metric,
        "bound": goal.bound,
        "needed": number(goal.needed),
        "mean": number(goal.mean),
        "mean_reaches_it": goal.reached,
    }


def _scarce(each: Scarce) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "name": each.name,
        "unit": each.unit,
        "week": each.week + 1,
        "asked": number(each.asked),
        "room": number(each.room),
        "times": number(each.times) if each.room > 0 else None,
        "binds": each.binds,
        "room_by_end": number(each.by_end),
    }
