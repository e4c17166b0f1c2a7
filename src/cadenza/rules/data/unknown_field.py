"""D001: a message asks for what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from ...language.findings import Finding
from ...language.model import Merge
from ...language.near import near
from ..context import Context
from ..registry import rule
from ..text import passages

OURS: dict[str, tuple[str, ...]] = {
    "sender": ("name", "email", "phone", "title"),
    "organization": ("name", "postal_address", "timezone"),
}
WHOLE = ("unsubscribe_link",)


@rule(code="D001", name="unknown-field", level="error")
def unknown_field(ctx: Context) -> Iterator[Finding]:
    """Every merge field of every message and script, against the audience's fields, the sender, the organization and the workspace's links."""
    fields = [field.name for field in ctx.playbook.audience.fields]
    links = ctx.playbook.workspace.links
    known = [*fields, *WHOLE, *(f"link.{name}" for name in links)]
    known += [f"{root}.{leaf}" for root, leaves in OURS.items() for leaf in leaves]
    for passage in passages(ctx.playbook):
        for merge in passage.message.merges:
            if merge.path not in known:
                yield _unknown(ctx, merge, known, fields)


def _unknown(ctx: Context, merge: Merge, known: list[str], fields: list[str]) -> Finding:
    root = merge.path.partition(".")[0]
    guess = near(merge.path, known)
    if guess:
        help = f"Did you mean `{guess}`?"
    elif root == "link":
        help = "Declare it under `links:` in the workspace."
    elif root in OURS:
        help = f"There are: {', '.join(f'{root}.{leaf}' for leaf in OURS[root])}."
    else:
        help = f"Add it to `audience.fields`; there are: {', '.join(fields)}."
    what = "no link" if root == "link" else "no field"
    return ctx.finding(
        f"`{merge.path}`: the audience has {what} of that name" if root not in ("link", *OURS) else f"`{merge.path}`: there is {what} of that name",
        merge.span,
        help=help,
    )
