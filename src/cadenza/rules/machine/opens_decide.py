"""M011: something depends on whether a mail was opened."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.model import Condition
from ...language.nodes import Span, key_span
from ..context import Context
from ..registry import rule


@rule(
    code="M011",
    name="opens-decide",
    level="warning",
    source="Apple Mail Privacy Protection and security scanners open mail that nobody reads; Belkins stopped tracking opens in 2024",
)
def opens_decide(ctx: Context) -> Iterator[Finding]:
    """Branches, conditions, stop rules and experiments that read `opened`."""
    for place, what in _readers(ctx):
        yield ctx.finding(
            f"{what} depends on `opened`, and most opens are made by machines: privacy proxies and virus scanners open mail",
            place,
            help="Decide by what only a person does: `clicked`, `replied`, `accepted`, `connected`.",
        )


def _readers(ctx: Context) -> Iterator[tuple[Span, str]]:
    for step in ctx.playbook.cadence:
        for key, condition in (("when", step.when), ("skip_if", step.skip_if)):
            if condition is not None and _reads(condition):
                yield key_span(step.node, key), f"`{key}` of `{step.id}`"
        if "opened" in step.on:
            yield key_span(step.node, "on", "opened"), f"a branch of `{step.id}`"
    for stop in ctx.playbook.stop_rules:
        if stop.event == "opened":
            yield stop.place("when", "event"), f"the stop rule `{stop.id}`"
    for experiment in ctx.playbook.experiments:
        if experiment.metric == "opened":
            yield experiment.place("metric"), f"the experiment `{experiment.id}`"


def _reads(condition: Condition) -> bool:
    return any(signal == "opened" for signal, _ in condition.all_of) or any(map(_reads, (*condition.any_of, *condition.none_of)))
