"""A tornado or Sobol' indices as JSON, in the shape of `schema/sensitivity.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cadenza.forecast.metrics import metric
from cadenza.forecast.sobol import Sobol
from cadenza.render.ansi import inert
from cadenza.render.forecast_json import interval_of, laid_out, number

if TYPE_CHECKING:
    from cadenza.forecast.lines import Line
    from cadenza.forecast.results import Difference
    from cadenza.forecast.sobol import Index, Part
    from cadenza.forecast.tornado import About, Bar, End, Tornado

FORMAT_VERSION = 1


def render(found: Tornado | Sobol) -> str:
    """The document, with a newline at its end."""
    return inert(laid_out(_sobol(found) if isinstance(found, Sobol) else _tornado(found), "")) + "\n"


def _about(about: About, kind: str) -> dict[str, Any]:
    known = metric(about.metric)
    return {
        "format": "cadenza.sensitivity",
        "format_version": FORMAT_VERSION,
        "cadenza": about.version,
        "kind": kind,
        "simulation": {
            "name": about.name,
            "file": about.file,
            "playbooks": list(about.playbooks),
            "start": about.start,
            "horizon": about.horizon,
            "weeks": number(about.weeks),
            "seed": about.seed,
        },
        "engine": about.engine,
        "currency": about.currency or None,
        "metric": {"key": about.metric, "label": known.label, "unit": known.unit, "better": known.better or None},
        "notes": list(about.notes),
    }


def _tornado(found: Tornado) -> dict[str, Any]:
    base = found.base
    return {
        **_about(found.about, "tornado"),
        "replications": {"run": base.n, "screened": found.screened},
        "base": {
            "mean": number(base.mean),
            "interval": interval_of(base.interval),
            "p50": {"value": number(base.p50.value), "interval": interval_of(base.p50.interval)},
        },
        "lines": [_bar(bar) for bar in found.bars],
    }


def _line(line: Line) -> dict[str, Any]:
    place = {"file": line.span.file, "line": line.span.line, "column": line.span.column}
    return {**place, "path": line.path, "written": line.text, "kind": line.kind}


def _bar(bar: Bar) -> dict[str, Any]:
    ends = {"low": _end(bar.low), "high": _end(bar.high)}
    return {**_line(bar.line), "by": bar.line.by, "replications": bar.n, "swing": number(bar.swing), "verdict": bar.verdict, **ends}


def _end(end: End | None) -> dict[str, Any] | None:
    if end is None:
        return None
    return {"written": end.text, "p50": number(end.p50), "mean": number(end.mean), "difference": _difference(end.difference)}


def _difference(difference: Difference) -> dict[str, Any]:
    return {"mean": number(difference.mean), "interval": interval_of(difference.interval), "verdict": difference.verdict}


def _sobol(found: Sobol) -> dict[str, Any]:
    return {
        **_about(found.about, "sobol"),
        "points": found.points,
        "evaluations": found.evaluations,
        "mean": number(found.mean),
        "deviation": number(found.deviation),
        "indices": [_part(part) for part in found.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    return {"input": "chance" if part.line is None else _line(part.line), **_index(part.index)}


def _index(index: Index) -> dict[str, Any]:
    return {
        "first": number(index.first),
        "first_interval": interval_of(index.first_interval),
        "total": number(index.total),
        "total_interval": interval_of(index.total_interval),
    }
