"""A comparison as JSON, in the shape of `schema/comparison.schema.json`. The same comparison gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cadenza.forecast.metrics import metric
from cadenza.render.ansi import inert
from cadenza.render.findings_json import one
from cadenza.render.forecast_json import interval_of, laid_out, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.forecast.comparison import Comparison, Pair, Shape
    from cadenza.forecast.differences import Change
    from cadenza.forecast.results import Measure

FORMAT_VERSION = 1


def render(found: Comparison) -> str:
    """The document, with a newline at its end."""
    return inert(laid_out(document(found), "")) + "\n"


def document(found: Comparison) -> dict[str, Any]:
    """The document as plain data."""
    return {
        "format": "cadenza.comparison",
        "format_version": FORMAT_VERSION,
        "cadenza": found.version,
        "a": {"name": found.a, "machines": _shapes(found.shapes_a)},
        "b": {"name": found.b, "machines": _shapes(found.shapes_b)},
        "same": found.same,
        "same_machine": found.same_machine,
        "start": found.start,
        "horizon": found.horizon,
        "seed": found.seed,
        "engine": found.engine,
        "currency": found.currency or None,
        "replications": found.replications,
        "metrics": {pair.key: _pair(pair) for pair in found.pairs},
        "written": _changes(found.changes),
        "proved": _changes(found.proofs),
        "findings": {"came": [one(each) for each in found.came], "went": [one(each) for each in found.went]},
        "notes": list(found.notes),
    }


def _shapes(shapes: Sequence[Shape]) -> list[dict[str, Any]]:
    return [
        {"playbook": shape.playbook, "hash": shape.hash, "steps": shape.steps, "states": shape.states, "transitions": shape.transitions}
        for shape in shapes
    ]


def _changes(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [{"path": item.path, "before": item.before, "after": item.after} for item in changes]


def _pair(pair: Pair) -> dict[str, Any]:
    about, difference = metric(pair.key), pair.difference
    return {
        "label": about.label,
        "unit": about.unit,
        "better": about.better or None,
        "a": _measure(pair.a),
        "b": _measure(pair.b),
        "difference": {"mean": number(difference.mean), "interval": interval_of(difference.interval), "verdict": difference.verdict},
    }


def _measure(measure: Measure) -> dict[str, Any]:
    quantiles = {f"p{quantile.p}": number(quantile.value) for quantile in (measure.p10, measure.p50, measure.p90)}
    return {"mean": number(measure.mean), "interval": interval_of(measure.interval), **quantiles}
