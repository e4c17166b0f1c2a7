"""From a forecast to what the rules over forecasts read, so that neither room has to know the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast import Forecast, PointResult
    from cadenza.language.findings import Finding
    from cadenza.language.model import Playbook, Scenario
    from cadenza.rules.outlook import Figure, Foresee, Outlook

UNCUT = "without limits on touches"
RUNS = 20
"""Replications of the small forecast of `lint --forecast`: enough for a P90 of ten, and done in seconds."""


def outlook_of(result: Forecast, playbook: str) -> Outlook:
    """What base says of one of its playbooks. Where several run side by side, the metrics of its own."""
    from cadenza.rules.outlook import Goal, Outlook

    own = f"{playbook}:" if len(result.base.machines) > 1 else ""
    weekly = {key.removeprefix(own): band.p90 for key, band in result.base.weekly.items() if key.startswith(own)}
    goals = tuple(
        Goal(target.name, target.written, target.probability, target.needed, result.base.measures[target.metric].p50.value)
        for target in result.base.targets
        if target.playbook == playbook and target.metric in result.base.measures
    )
    return Outlook(result.weeks, result.run, _figures(result.base, own), weekly, goals, _uncut(result, own))


def _figures(point: PointResult, own: str) -> dict[str, Figure]:
    from cadenza.rules.outlook import Figure

    return {
        key.removeprefix(own): Figure(measure.mean, measure.p10.value, measure.p50.value, measure.p90.value)
        for key, measure in point.measures.items()
        if key.startswith(own)
    }


def _uncut(result: Forecast, own: str) -> dict[str, Figure]:
    """What of the point without limits differs from base by more than noise."""
    for point in result.points:
        if point.name == UNCUT:
            surely = {key for key, difference in point.differences.items() if difference.verdict in ("higher", "lower")}
            return {key: figure for key, figure in _figures(point, own).items() if own + key in surely}
    return {}


def small_forecasts(as_of: date) -> Foresee:
    """A forecast of RUNS replications for each playbook by itself: 13 weeks from the Monday after `as_of`, with seed 1. Where a stop rule ends the
    cadence before its last step, also without it."""

    def foresee(path: Path) -> Outlook | None:
        from cadenza.forecast import forecast
        from cadenza.forecast.load import load
        from cadenza.language import load_playbook

        simulation, _ = load(path, as_of)
        simulation = replace(simulation, scenarios=(*simulation.scenarios, *_without_limits(load_playbook(path))))
        result = forecast(simulation, replications=RUNS, sweep=False)
        return outlook_of(result, result.base.machines[0][0])

    return foresee


def _without_limits(playbook: Playbook) -> tuple[Scenario, ...]:
    from cadenza.language.model import Scenario
    from cadenza.language.values import Change

    steps = len(playbook.cadence)
    limits = [rule.id for rule in playbook.stop_rules if rule.touches is not None and rule.touches < steps]
    changes: dict[str, object] = {f"stop_rules.{id}.when.touches": Change.parse(steps) for id in limits}
    return (Scenario(UNCUT, changes, playbook.node),) if changes else ()


def findings_of(result: Forecast, root: Path, as_of: date) -> tuple[Finding, ...]:
    """What the rules over forecasts say of the playbooks of a forecast, by their workspace's settings; waived ones left out."""
    from cadenza.language import load_playbook
    from cadenza.rules.outlook import judged_outlooks
    from cadenza.rules.settings import Wanted

    paths = [root / file for file in result.playbooks]
    found = judged_outlooks(paths, lambda path: outlook_of(result, load_playbook(path).name), Wanted(), as_of)
    return tuple(sorted((finding for finding in found if not finding.waived), key=lambda finding: finding.order()))
