"""The words of a touch: the variant that the person's key chooses, its fields filled in.

What only the executor knows at the moment of sending (who signs, the person's own unsubscribe link) stays in the text as `{{ name }}`, and
is named in the touch's `fill`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..language.model import Message, Playbook, Step
from .admit import UNSUBSCRIBE, Admitted
from .identity import weighted


class Text(NamedTuple):
    """`variant` is the chosen one's id; `fill` the merge fields that are left to the executor, in the order of their first use."""

    variant: str | None
    subject: str | None
    body: str | None
    fill: tuple[str, ...]


def write(playbook: Playbook, step: Step, who: Admitted) -> Text:
    """The text of a step for a person; nothing where the step has no message and no script. A subject of the step goes before the message's own."""
    from ..language import render_message

    variant = step.variants[weighted([v.weight for v in step.variants], playbook.name, step.id, who.key)] if step.variants else None
    file = (variant.message or variant.script if variant else None) or step.message or step.script
    message = playbook.messages.get(file or "")
    if message is None:
        return Text(variant.id if variant else None, step.subject, None, ())
    variables, fill = _variables(playbook, step, who, message)
    subject, body = render_message(message, variables)
    return Text(variant.id if variant else None, step.subject or subject, body, fill)


def _variables(playbook: Playbook, step: Step, who: Admitted, message: Message) -> tuple[dict[str, Any], tuple[str, ...]]:
    workspace = playbook.workspace
    organization = workspace.organization
    use = playbook.channels.get(step.channel)
    sender = workspace.senders.get(use.senders or "") if use else None
    known: dict[str, Any] = {name: value for name, value in who.person.fields.items() if value.strip()}
    about: dict[str, str] = {"id": sender.id, "domain": sender.domain} if sender else {}
    fill: list[str] = []
    for merge in message.merges:
        name = merge.path.removeprefix("sender.")
        if merge.path == UNSUBSCRIBE or (merge.path.startswith("sender.") and name not in about):
            if merge.path not in fill:
                fill.append(merge.path)
            if name != UNSUBSCRIBE:
                about[name] = f"{{{{ {merge.path} }}}}"
    known.update(
        organization={"name": organization.name, "postal_address": organization.postal_address, "timezone": organization.timezone},
        link=dict(workspace.links),
        sender=about,
        **{UNSUBSCRIBE: f"{{{{ {UNSUBSCRIBE} }}}}"},
    )
    return known, tuple(fill)
