"""How long the lists last: what a forecast has to say about each audience."""

from __future__ import annotations

from .results import Forecast, PointResult

MONTHS_AHEAD = 26
"""Weeks: a list that lasts longer is nobody's worry yet."""


def said(forecast: Forecast) -> list[str]:
    """A sentence for each audience of base that is used up within the horizon or soon after it, by P50."""
    base = forecast.base
    names = [name for name, _ in base.machines] if len(base.machines) > 1 else [""]
    return [line for name in names if (line := _about(base, name, forecast.weeks))]


def _about(point: PointResult, name: str, horizon: float) -> str:
    prefix = f"{name}:" if name else ""
    used, weeks = point.measures.get(f"{prefix}list.used"), point.measures.get(f"{prefix}list.weeks")
    if used is None or weeks is None:
        return ""
    whose, lasts = f"the list of {name}" if name else "the list", weeks.p50.value
    if used.p50.value >= 1.0:
        return f"{whose} runs out in week {lasts:.0f}: nobody new is enrolled after that"
    if lasts <= horizon - 1:
        return f"{whose} is as good as used up in week {lasts:.0f}: hardly anybody is enrolled after that; who is left is elsewhere or out"
    if lasts > MONTHS_AHEAD:
        return ""
    return f"{whose} lasts {lasts:.0f} weeks at this pace; by the horizon {used.p50.value:.0%} of it is used"
