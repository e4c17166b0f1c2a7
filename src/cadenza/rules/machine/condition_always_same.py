"""M010: a `when` or `skip_if` that can only come out one way."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.model import Step
from ...language.nodes import key_span
from ..context import Context
from ..registry import rule


@rule(code="M010", name="condition-always-same", level="warning", profile="minimal")
def condition_always_same(ctx: Context) -> Iterator[Finding]:
    """For a step with a condition, every state that waits for it: does the timer lead to the touch in all of them, or in none?"""
    for step in ctx.playbook.cadence:
        if step.when is None and step.skip_if is None:
            continue
        waits = [state.index for state in ctx.graph.states if state.kind == "wait" and state.step == step.id]
        made = {ctx.graph.states[ctx.graph.out[wait]["due"].target].kind == "touch" for wait in waits if "due" in ctx.graph.out[wait]}
        if len(made) == 1:
            yield _found(ctx, step, made.pop())


def _found(ctx: Context, step: Step, made: bool) -> Finding:
    key = "when" if step.when is not None else "skip_if"
    always = "true" if made == (key == "when") else "false"
    outcome = "is always made" if made else "is never made"
    help = "Remove the condition." if made else "Name a step that comes before this one, and a signal that its channel can give; or remove the step."
    return ctx.finding(f"`{key}` of `{step.id}` is always {always}: on every path the step {outcome}", key_span(step.node, key), help=help)
