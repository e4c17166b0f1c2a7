"""M007: a variant that nobody gets, or that is the same as another one."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding, Related
from ...language.model import Step, Variant
from ..context import Context
from ..registry import rule


@rule(code="M007", name="dead-variant", level="warning", profile="minimal")
def dead_variant(ctx: Context) -> Iterator[Finding]:
    """Variants without weight, variants with one text, and a step that has a single one."""
    for step in ctx.playbook.cadence:
        if len(step.variants) == 1:
            only = step.variants[0]
            yield _dead(ctx, only, f"`{only.id}` is the only variant of `{step.id}`: there is nothing to compare it with")
            continue
        yield from _of(ctx, step)


def _of(ctx: Context, step: Step) -> Iterator[Finding]:
    told: dict[tuple[str | None, str | None], Variant] = {}
    total = sum(variant.weight for variant in step.variants)
    for variant in step.variants:
        twin = told.setdefault((variant.message, variant.script), variant)
        if not variant.weight:
            yield _dead(ctx, variant, f"nobody gets the variant `{variant.id}` of `{step.id}`: its weight is 0 of {total}")
        elif twin is not variant:
            said = variant.message or variant.script or "nothing"
            yield _dead(ctx, variant, f"the variants `{twin.id}` and `{variant.id}` of `{step.id}` both say {said}: whatever differs is chance", twin)


def _dead(ctx: Context, variant: Variant, message: str, twin: Variant | None = None) -> Finding:
    related = [Related(twin.span, f"`{twin.id}`")] if twin else []
    return ctx.finding(message, variant.span, help="Remove it, or give it a weight and a text of its own.", related=related)
