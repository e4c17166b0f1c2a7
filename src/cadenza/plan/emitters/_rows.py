"""A touch as plain data, in the shape that `schema/plan.schema.json` documents: what every emitter starts from."""

from __future__ import annotations

from typing import Any

from ...calendars import utc, zone
from ..types import LeftOut, Touch


def touch_data(touch: Touch) -> dict[str, Any]:
    """The touch; instants in UTC and as the wall in the person's zone shows them."""
    where = zone(touch.zone)
    return {
        "id": touch.id,
        "playbook": touch.playbook,
        "prospect": touch.prospect,
        "step": touch.step,
        "round": touch.round,
        "channel": touch.channel,
        "kind": touch.kind,
        "action": touch.action,
        "thread": touch.thread,
        "to": touch.to,
        "sender": touch.sender,
        "mailbox": touch.mailbox,
        "role": touch.role,
        "rep": touch.rep,
        "enrolled": utc(touch.enrolled),
        "not_before": utc(touch.not_before),
        "not_after": utc(touch.not_after),
        "not_before_local": where.local(touch.not_before),
        "not_after_local": where.local(touch.not_after),
        "zone": touch.zone,
        "conditional": touch.conditional,
        "guards": [guard.data() for guard in touch.guards],
        "variant": touch.variant,
        "subject": touch.subject,
        "body": touch.body,
        "fill": list(touch.fill),
        "machine_state": touch.machine_state,
        "machine": touch.machine,
    }


def left_out_data(one: LeftOut) -> dict[str, Any]:
    """A person without a touch."""
    return {"prospect": one.prospect, "line": one.line, "code": one.code, "reason": one.reason}
