"""Rules over a forecast: what is expected of a playbook, handed in by whoever ran one.

The rules know no forecast: they read an `Outlook`, plain numbers by the names of the engine's metrics. `cadenza lint --forecast` makes a small one of
each playbook, `cadenza forecast` has one already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from ..language.findings import Finding
from ..language.records import record
from . import waivers
from .context import Context, Subject
from .proof.graph import TooDear
from .settings import Wanted, choose, leveled


@record
class Figure:
    """One metric over the replications, in the metric's own unit (people, cents, seconds, shares)."""

    mean: float
    p10: float
    p50: float
    p90: float


@record
class Goal:
    """A target of the playbook: as it is written under `name`, and the share of the replications that reached it."""

    name: str
    written: str
    probability: float
    needed: float
    p50: float


@record
class Outlook:
    """`weeks` of horizon, `runs` replications. `weekly`: metric -> P90 of each week. Metrics that nothing counted are missing.
    `uncut`: the metrics without the stop rules that end the cadence after fewer touches than it has steps; empty where there are none, or where
    the difference is noise."""

    weeks: float
    runs: int
    metrics: Mapping[str, Figure]
    weekly: Mapping[str, tuple[float, ...]]
    goals: tuple[Goal, ...] = ()
    uncut: Mapping[str, Figure] = field(default_factory=dict)


Foresee: TypeAlias = Callable[[Path], Outlook | None]
"""The outlook of the playbook at a path, or None where there is none."""


def judged_outlooks(paths: Iterable[Path], foresee: Foresee, wanted: Wanted, as_of: date, *, whole: bool = False) -> list[Finding]:
    """What the rules over forecasts say of each playbook, under its workspace's settings and with its waivers. One that cannot be built is passed
    over: the other rules say why. `whole`: the outlook has all that these rules read, so a waiver that is not used is stale."""
    from ..language import collect_playbook

    found: list[Finding] = []
    for path in paths:
        playbook, _ = collect_playbook(path)
        if playbook is None:
            continue
        chosen = choose(wanted, playbook.workspace.lint)
        settings = [setting for setting in chosen if setting.rule.on == "forecast"]
        outlook = foresee(path) if settings else None
        if outlook is None:
            continue
        subject, said, ran = Subject(playbook.node, as_of, playbook), list[Finding](), set[str]()
        for setting in settings:
            if setting.rule.check is not None:
                context = Context(setting.rule, subject, setting.options, (), outlook)
                try:
                    said += [leveled(finding, setting.level, setting.rule) for finding in setting.rule.check(context)]
                    ran.add(setting.rule.code)
                except TooDear:
                    continue
        written = waivers.in_comments(playbook.comments)
        found += waivers.apply(said, [*written, *waivers.in_workspace(playbook.workspace.lint.waivers)], as_of)
        if whole and any(setting.rule.code == "Y011" for setting in chosen):
            found += waivers.unused_later((waiver for waiver in written if waiver.span.file == playbook.file), as_of, ran)
    return found
