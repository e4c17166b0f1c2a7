"""From a forecast to what the rules over forecasts read, so that neither room has to know the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from cadenza.forecast import Forecast
    from cadenza.language.findings import Finding
    from cadenza.rules.outlook import Foresee, Outlook

RUNS = 20
"""Replications of the small forecast of `lint --forecast`: enough for a P90 of ten, and done in seconds."""


def outlook_of(result: Forecast, playbook: str) -> Outlook:
    """What base says of one of its playbooks. Where several run side by side, the metrics of its own."""
    from cadenza.rules.outlook import Figure, Goal, Outlook

    own = f"{playbook}:" if len(result.base.machines) > 1 else ""
    metrics = {
        key.removeprefix(own): Figure(measure.mean, measure.p10.value, measure.p50.value, measure.p90.value)
        for key, measure in result.base.measures.items()
        if key.startswith(own)
    }
    weekly = {key.removeprefix(own): band.p90 for key, band in result.base.weekly.items() if key.startswith(own)}
    goals = tuple(
        Goal(target.name, target.written, target.probability, target.needed, result.base.measures[target.metric].p50.value)
        for target in result.base.targets
        if target.playbook == playbook and target.metric in result.base.measures
    )
    return Outlook(result.weeks, result.run, metrics, weekly, goals)


def small_forecasts(as_of: date) -> Foresee:
    """A forecast of RUNS replications for each playbook by itself: 13 weeks from the Monday after `as_of`, with seed 1."""

    def foresee(path: Path) -> Outlook | None:
        from cadenza.forecast import forecast
        from cadenza.forecast.load import load

        simulation, _ = load(path, as_of)
        result = forecast(simulation, replications=RUNS, sweep=False)
        return outlook_of(result, result.base.machines[0][0])

    return foresee


def findings_of(result: Forecast, root: Path, as_of: date) -> tuple[Finding, ...]:
    """What the rules over forecasts say of the playbooks of a forecast, by their workspace's settings; waived ones left out."""
    from cadenza.language import load_playbook
    from cadenza.rules.outlook import judged_outlooks
    from cadenza.rules.settings import Wanted

    paths = [root / file for file in result.playbooks]
    found = judged_outlooks(paths, lambda path: outlook_of(result, load_playbook(path).name), Wanted(), as_of)
    return tuple(sorted((finding for finding in found if not finding.waived), key=lambda finding: finding.order()))
