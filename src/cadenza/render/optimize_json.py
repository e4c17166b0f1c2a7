"""An optimum as JSON, in the shape of `schema/optimum.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cadenza.render.ansi import inert
from cadenza.render.forecast_json import interval_of, laid_out, number
from cadenza.render.optimize_terminal import diff

if TYPE_CHECKING:
    from cadenza.forecast.optimizing import Candidate, Optimum

FORMAT_VERSION = 1


def render(found: Optimum, chosen: int | None) -> str:
    """The document, with a newline at its end."""
    return inert(laid_out(document(found, chosen), "")) + "\n"


def document(found: Optimum, chosen: int | None) -> dict[str, Any]:
    """The document as plain data."""
    return {
        "format": "cadenza.optimum",
        "format_version": FORMAT_VERSION,
        "cadenza": found.version,
        "name": found.name,
        "start": found.start,
        "horizon": found.horizon,
        "seed": found.seed,
        "engine": found.engine,
        "currency": found.currency or None,
        "budget": found.budget,
        "evaluated": found.evaluated,
        "rejected": found.rejected,
        "rejected_by": dict(found.refused),
        "replications": found.replications,
        "runs": found.runs,
        "less": list(found.less),
        "now": {key: number(value) for key, value in found.now.means.items()},
        "front": [_candidate(each) for each in found.front],
        "proposed": None if found.pick is None else found.pick + 1,
        "chosen": None if chosen is None else chosen + 1,
        "diff": diff(found, chosen),
        "notes": list(found.notes),
    }


def _candidate(each: Candidate) -> dict[str, Any]:
    return {
        "changes": [{"path": item.path, "before": item.before, "after": item.after} for item in each.changes],
        "means": {key: number(value) for key, value in each.means.items()},
        "differences": {
            key: {"mean": number(item.mean), "interval": interval_of(item.interval), "verdict": item.verdict}
            for key, item in each.differences.items()
        },
    }
