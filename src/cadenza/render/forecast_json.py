"""A forecast as JSON, in the shape of `schema/forecast.schema.json`: everything that is known about every point, and nothing about when.

The same forecast gives the same bytes. Numbers keep nine figures: more than any of them is worth, and few enough that the last bit of a
logarithm on another machine does not show. What fits on a line is on one line, so that two forecasts can be compared with `diff`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cadenza.forecast.metrics import metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.forecast.results import After, Band, Difference, Forecast, Interval, Measure, PointResult, Quantile, Split, TargetResult
    from cadenza.forecast.warm import Begun
    from cadenza.language.findings import Finding

FORMAT_VERSION = 1
LINE = 160


def render(forecast: Forecast, findings: Sequence[Finding] = ()) -> str:
    """The document, with a newline at its end. `findings`: what the rules over forecasts say of it; without any there is no such key."""
    from cadenza.render.ansi import inert
    from cadenza.render.findings_json import one

    said = {"findings": [one(finding) for finding in findings]} if findings else {}
    return inert(laid_out({**document(forecast), **said}, "")) + "\n"


def document(forecast: Forecast) -> dict[str, Any]:
    """The document as plain data."""
    keys = list(dict.fromkeys(key for point in forecast.points for key in point.measures))
    return {
        "format": "cadenza.forecast",
        "format_version": FORMAT_VERSION,
        "cadenza": forecast.version,
        "simulation": {
            "name": forecast.name,
            "file": forecast.file,
            "playbooks": list(forecast.playbooks),
            "start": forecast.start,
            "horizon": forecast.horizon,
            "weeks": number(forecast.weeks),
            "seed": forecast.seed,
        },
        "engine": forecast.engine,
        "currency": forecast.currency or None,
        "replications": {
            "asked": forecast.asked,
            "precision": {key: number(share) for key, share in forecast.precision} or None,
            "run": forecast.run,
            "stopped": forecast.stopped,
        },
        "metrics": {key: _metric(key) for key in keys},
        "points": [_point(point) for point in forecast.points],
        "split": [_split(item) for item in forecast.split],
        "after": None if forecast.after is None else _after(forecast.after),
        "notes": list(forecast.notes),
        **({} if forecast.begun is None else {"begun": _begun(forecast.begun)}),
    }


def number(value: float) -> float | int:
    """Nine significant figures; a whole number without a point."""
    rounded = float(f"{value:.9g}")
    return int(rounded) if rounded.is_integer() else rounded


def _after(after: After) -> dict[str, Any]:
    return {
        "weeks": number(after.weeks),
        "replications": after.n,
        "in_flight": number(after.in_flight),
        "left": number(after.left),
        "more": {key: _measure(measure) for key, measure in after.more.items()},
    }


def _begun(begun: Begun) -> dict[str, Any]:
    return {"events": begun.events, "in_flight": begun.in_flight, "states": dict(begun.states), "ended": begun.ended, "pool": begun.pool}


def _split(item: Split) -> dict[str, Any]:
    return {
        "metric": item.key,
        "unknown": number(item.unknown),
        "chance": number(item.chance),
        "interval": interval_of(item.interval),
        "pairs": item.pairs,
    }


def _metric(key: str) -> dict[str, Any]:
    found = metric(key)
    return {"label": found.label, "unit": found.unit, "better": found.better or None, "definition": found.definition}


def _point(point: PointResult) -> dict[str, Any]:
    return {
        "name": point.name,
        "kind": point.kind,
        "changes": dict(point.changes),
        "machines": dict(point.machines),
        "metrics": {key: _measure(measure) for key, measure in point.measures.items()},
        "weekly": {key: _band(band) for key, band in point.weekly.items()},
        "targets": [_target(target) for target in point.targets],
        "differences": {key: _difference(difference) for key, difference in point.differences.items()},
    }


def interval_of(interval: Interval | None) -> list[float | int] | None:
    """Both ends of an interval, or null."""
    return None if interval is None else [number(interval.low), number(interval.high)]


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "mean": number(measure.mean),
        "interval": interval_of(measure.interval),
        "deviation": None if measure.deviation is None else number(measure.deviation),
        "p10": _quantile(measure.p10),
        "p50": _quantile(measure.p50),
        "p90": _quantile(measure.p90),
    }


def _quantile(quantile: Quantile) -> dict[str, Any]:
    return {"value": number(quantile.value), "interval": interval_of(quantile.interval), "needs": quantile.needs}


def _band(band: Band) -> dict[str, Any]:
    return {"p10": _numbers(band.p10), "p50": _numbers(band.p50), "p90": _numbers(band.p90)}


def _numbers(values: Sequence[float]) -> list[float | int]:
    return [number(value) for value in values]


def _target(target: TargetResult) -> dict[str, Any]:
    return {
        "name": target.name,
        "playbook": target.playbook,
        "written": target.written,
        "metric": target.metric,
        "bound": target.bound,
        "needed": number(target.needed),
        "met": target.met,
        "probability": number(target.probability),
        "interval": interval_of(target.interval),
        "verdict": target.verdict,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {"mean": number(difference.mean), "interval": interval_of(difference.interval), "verdict": difference.verdict}


def laid_out(value: Any, indent: str) -> str:
    """JSON in which every list or object that fits on a line is on one line."""
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, (dict, list)) or not value or len(flat) + len(indent) <= LINE:
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(key, ensure_ascii=False)}: {laid_out(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + laid_out(item, deeper) for item in value) + f"\n{indent}]"
