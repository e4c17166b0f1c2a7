"""D002: where somebody's field is empty, the sentence has a hole."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ..context import Context
from ..registry import rule
from ..text import passages


@rule(code="D002", name="no-default", level="advice", profile="strict")
def no_default(ctx: Context) -> Iterator[Finding]:
    """Merge fields of messages that read an optional field and say nothing where it is empty. (Who speaks a script sees that.)"""
    required = {field.name for field in ctx.playbook.audience.fields if field.required}
    optional = {field.name for field in ctx.playbook.audience.fields} - required
    for passage in passages(ctx.playbook):
        for merge in passage.message.merges:
            if not passage.script and merge.path in optional and not merge.has_default:
                yield ctx.finding(
                    f"`{merge.path}` is optional and has no default: where it is empty, the sentence has a hole",
                    merge.span,
                    help=f'Write `{{{{ {merge.path} | default: "..." }}}}`, or `{{name: {merge.path}, required: true}}` under `audience.fields`.',
                )
