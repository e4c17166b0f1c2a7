"""E009: an experiment that cannot find what it looks for."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from ...language.findings import Finding, Related
from ...language.model import Experiment, Step
from ...language.nodes import Map, Node, Scalar, at
from ...language.values import Rate, UnitError
from ..capacity._demand import per_business_day, silent_path
from ..context import Context
from ..registry import rule
from ..words import known, many
from ._sample import each_variant


@rule(
    code="E009",
    name="underpowered-experiment",
    level="warning",
    source="Fleiss, Statistical Methods for Rates and Proportions: sample size for two proportions",
    options={"base": 0.01, "significance": 0.05},
)
def underpowered_experiment(ctx: Context) -> Iterator[Finding]:
    """The people that the smaller variant of each experiment gets, against those that its `detect` and `power` take."""
    for experiment in ctx.playbook.experiments:
        step = ctx.playbook.step(experiment.step)
        if step is None or len(step.variants) < 2 or not experiment.detect.low:
            continue
        rate = _written(ctx, experiment, step)
        base = rate if rate is not None else ctx.option("base", float)
        need = each_variant(base, experiment.detect.low, min(experiment.power.low, 0.999), ctx.option("significance", float))
        yield from _judged(ctx, experiment, step, need, base)


def _judged(ctx: Context, experiment: Experiment, step: Step, need: int, base: float) -> Iterator[Finding]:
    audience, total = ctx.playbook.audience, sum(variant.weight for variant in step.variants)
    smallest = min(step.variants, key=lambda variant: variant.weight)
    if not audience.size or not smallest.weight or step.id not in silent_path(ctx.graph):
        return
    share = smallest.weight / total
    have = int(audience.size * share)
    if have >= need:
        return
    weeks = need / share / max(1e-9, per_business_day(audience.enroll)) / 5
    yield ctx.finding(
        f"`{experiment.id}` cannot show a difference of {experiment.detect}: `{smallest.id}` gets {have:,} people at most, and from "
        f"{base:.2%} it takes {need:,} in each variant (power {experiment.power}), which is {many(ceil(weeks), 'week')} of enrolment",
        known(experiment.node, "detect"),
        help="Look for a larger difference, compare fewer variants, or reach more people; till then do not believe the winner.",
        related=[Related(step.span, f"`{step.id}` and its variants")],
        facts={"needed": need, "expected": have, "weeks": ceil(weeks)},
    )


def _written(ctx: Context, experiment: Experiment, step: Step) -> float | None:
    """What the playbook itself assumes of the metric at this step; the tables that it may use are the forecast's business."""
    tree = ctx.playbook.assumptions
    route = tuple(experiment.metric.split("."))
    for place in (("steps", step.id, *route), (step.channel, *route)):
        found = at(tree, place) if tree is not None else None
        rate = _rate(found.entries.get("value") if isinstance(found, Map) else found)
        if rate is not None:
            return rate
    return None


def _rate(node: Node | None) -> float | None:
    if not isinstance(node, Scalar):
        return None
    try:
        rate = node.value if isinstance(node.value, Rate) else Rate.parse(node.text)
    except UnitError:
        return None
    return min(1.0, rate.scale * ((rate.low + rate.high) / 2 if rate.kind == "believed" else rate.low))
