"""What a plan is made of: touches with an address, an hour and a text, and the people who get none, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

FORMAT_VERSION = 1
Reason: TypeAlias = Literal[
    "suppressed",
    "missing_field",
    "bad_address",
    "duplicate",
    "outside_icp",
    "unknown_country",
    "unknown_zone",
    "no_common_hours",
    "ended",
    "with_a_human",
    "no_room",
]


@dataclass(frozen=True, slots=True)
class Guard:
    """What must still be true when the touch is made. Guards of one touch hold together (`and`).

    without   the person has not had `event` (a refusal, a reply, a bounce, an account event) since the plan was made
    when      `condition` is true;  unless  `condition` is false. A condition is {"signal", "step"}, {"all": [..]}, {"any": [..]} or {"not": [..]}
    """

    kind: Literal["without", "when", "unless"]
    event: str = ""
    condition: dict[str, Any] | None = None

    def data(self) -> dict[str, Any]:
        """Plain data, as `schema/plan.schema.json` has it."""
        return {"kind": self.kind, "event": self.event} if self.kind == "without" else {"kind": self.kind, "condition": self.condition}


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch of one person. Instants are UTC seconds: it may be made from `not_before` until just before `not_after`.

    `id` is the same for ever for (playbook, prospect, step, round); `round` counts how often this person gets this step. `conditional` touches are
    made only where their `when` guard comes true. `fill` names the merge fields that only the executor knows; the text has them as `{{ name }}`.
    `machine_state` and `machine` (a hash) say where in which machine the touch stands.
    """

    id: str
    playbook: str
    prospect: str
    step: str
    round: int
    channel: str
    kind: str | None
    action: str | None
    thread: str
    to: str | None
    sender: str | None
    mailbox: int | None
    role: str | None
    rep: int | None
    enrolled: int
    not_before: int
    not_after: int
    zone: str
    conditional: bool
    guards: tuple[Guard, ...]
    variant: str | None
    subject: str | None
    body: str | None
    fill: tuple[str, ...]
    machine_state: str
    machine: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A person of the list who gets no touch, and why. Nothing about the person but the key; `line` is where the list has them."""

    prospect: str
    line: int
    code: Reason
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan: touches by (not_before, prospect, step), people left out by key. The same input gives an equal Schedule, whatever the order of rows."""

    playbook: str
    machine: str
    start: str
    as_of: str | None  # set where a log was replayed: nothing is planned before that day
    steps: tuple[str, ...]
    people: int
    touches: tuple[Touch, ...]
    left_out: tuple[LeftOut, ...]
