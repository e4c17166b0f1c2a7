"""A playbook as a value: frozen classes, one for each thing that a person writes.

Nothing here is optional by accident: `None` means "not written and there is no default"; what has a default in the schema has it here
already. Every class keeps the `node` it was read from, so a reader can ask for the place of any key: `span_at(step.node, "after")`.
This is the door to the whole model: `company.py` has the workspace, `texts.py` messages and comments.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from .company import (
    Attrition,
    Away,
    Hire,
    HouseRule,
    Leave,
    LintConfig,
    Organization,
    PathWaiver,
    Ramp,
    Role,
    Sender,
    Suppression,
    WarmUp,
    Work,
    Workspace,
)
from .nodes import Map, Node
from .placed import Placed
from .records import record
from .texts import Comment, Merge, Message
from .values import Distribution, Duration, Factor, Flow, Range, Rate, Target, Window

__all__ = [
    "ACCOUNT_EVENTS",
    "CHANNELS",
    "REPLIES",
    "SIGNALS",
    "SIGNALS_OF",
    "Attrition",
    "Audience",
    "Away",
    "Channel",
    "ChannelUse",
    "Comment",
    "Condition",
    "DistributionOrFactor",
    "Experiment",
    "Field",
    "Hire",
    "HouseRule",
    "Icp",
    "Leave",
    "LintConfig",
    "Merge",
    "Message",
    "Motion",
    "OptOut",
    "OptOutPage",
    "Organization",
    "PathWaiver",
    "Persona",
    "Playbook",
    "Qualification",
    "Ramp",
    "Reenroll",
    "ReplyClass",
    "Role",
    "Route",
    "Scenario",
    "Screening",
    "Sender",
    "Simulation",
    "Source",
    "Step",
    "StopRule",
    "Suppression",
    "Variant",
    "WarmUp",
    "Work",
    "Workspace",
]

Channel: TypeAlias = Literal["email", "phone", "linkedin", "sms", "direct_mail"]
CHANNELS: tuple[Channel, ...] = ("email", "phone", "linkedin", "sms", "direct_mail")
ReplyClass: TypeAlias = Literal["positive", "negative", "not_now", "out_of_office", "wrong_person"]
REPLIES: tuple[ReplyClass, ...] = ("positive", "negative", "not_now", "out_of_office", "wrong_person")
Motion: TypeAlias = Literal["cold", "warm", "inbound"]
SIGNALS: tuple[str, ...] = ("opened", "clicked", "accepted", "connected", "delivered", "bounced")
"""Side signals that a touch can give, which `when`, `skip_if`, `on` and stop rules may read. Which channel gives which: `SIGNALS_OF`."""
SIGNALS_OF: dict[str, tuple[str, ...]] = {
    "email": ("opened", "clicked", "bounced"),
    "phone": ("connected",),
    "linkedin": ("accepted",),
    "sms": ("clicked", "bounced"),
    "direct_mail": ("delivered", "bounced"),
}
ACCOUNT_EVENTS: tuple[str, ...] = (
    "account.meeting_booked",
    "account.became_customer",
    "account.replied_negative",
    "account.opted_out",
)


# ---------------------------------------------------------------- playbook
# ---------------------------------------------------------------- playbook


@record
class Persona(Placed):
    id: str
    titles: tuple[str, ...]
    pains: tuple[str, ...]
    node: Map


@record
class Icp(Placed):
    industries: tuple[str, ...]
    employees: Range | None
    countries: tuple[str, ...]  # ISO 3166 alpha-2
    signals: tuple[str, ...]
    personas: tuple[Persona, ...]
    exclude: tuple[str, ...]
    node: Node


@record
class Source(Placed):
    kind: str  # researched | purchased | scraped | crm | event | referral | opt_in | inbound
    verified: str | None  # ISO date
    valid_emails: Rate | None
    list: str | None  # a CSV of real people, relative to the workspace root
    node: Map


@record
class Reenroll(Placed):
    """`audience.reenroll: {after: 180 days, at_most: 2}`: people whose cadence has ended (and who never said no) may come back. Default: never."""

    after: Duration
    at_most: int | None
    node: Map


@record
class Field(Placed):
    """A field that messages may use. `required: true` people without it are left out by `plan`, with the reason."""

    name: str
    required: bool
    node: Node


@record
class Audience(Placed):
    source: Source | None
    consent: str | None  # legitimate_interest | express | implied | existing_customer | inbound_request | none
    size: int
    enroll: Flow
    fields: tuple[Field, ...]
    reenroll: Reenroll | None
    node: Node
    subscriber_types: tuple[str, ...] = ()  # corporate | sole_trader | consumer; empty: nobody says
    market: str | None = None  # playbooks of a simulation that name the same one have the same people


@record
class Screening(Placed):
    lists: tuple[str, ...]
    every: Duration
    node: Map


@record
class ChannelUse(Placed):
    """How a playbook uses one channel. `window` is in the recipient's time zone; a channel without one is always open."""

    channel: Channel
    window: Window
    senders: str | None
    screened: Screening | None
    weekly_cap: int | None  # per rep (linkedin)
    daily_cap: int | None  # per rep
    automation: bool  # true: software makes the touch; P013 reads it
    role: str | None  # who works it; default: the role of its work
    node: Map


@record
class Variant(Placed):
    id: str
    weight: int
    message: str | None  # path relative to the workspace root
    script: str | None
    node: Map


@record
class Condition(Placed):
    """`{accepted: connect}`: true once the signal came in answer to that step; several keys: all of them. `{any: [..]}`, `{not: {..}}` nest.

    `all_of` holds (signal, step id) pairs; `any_of` and `none_of` hold conditions. The signal `replied` is not one: replies are routed.
    """

    all_of: tuple[tuple[str, str], ...]
    any_of: tuple[Condition, ...]
    none_of: tuple[Condition, ...]
    node: Map


@record
class Route(Placed):
    """What one event leads to. `kind` says which of the fields count.

    stop: `outcome`, `cooldown` (None: never again; that is the default deny) ·
    pause: `until` = Duration or "until_return" (then `assume` = Duration), `resume` = step id or None (where it was), `at_most` rounds ·
    handoff: `role`, `within`, `then` ("meeting" | None) · goto: `step` · go_on: the event is heard and nothing changes.
    """

    kind: Literal["stop", "pause", "handoff", "goto", "go_on"]
    node: Map
    outcome: str = ""
    cooldown: Duration | None = None
    until: Duration | Literal["until_return"] | None = None
    assume: Duration | None = None
    resume: str | None = None
    at_most: int | None = None
    role: str = ""
    within: Duration | None = None
    then: str | None = None
    step: str = ""


@record
class Step(Placed):
    id: str
    channel: Channel
    kind: str | None  # email: personalised | templated (default); None elsewhere
    action: str | None  # linkedin: invite | message | view; direct_mail: parcel | letter | card
    after: Duration | None  # None: at once (the first step), or 0 minutes
    thread: Literal["new", "reply"]
    message: str | None  # paths relative to the workspace root
    script: str | None
    subject: str | None
    variants: tuple[Variant, ...]
    when: Condition | None
    skip_if: Condition | None
    on: dict[str, Route]  # signals of this step: {clicked: {goto: x}}
    replies: dict[str, Route]  # this step's own routes, before the playbook's
    role: str | None
    node: Map

    @property
    def work(self) -> str:
        """The kind of work that one such touch is, as `work:` in the workspace names it."""
        if self.channel == "email":
            return f"email.{self.kind or 'templated'}"
        if self.channel == "phone":
            return "phone.attempt"
        if self.channel == "linkedin":
            return "linkedin.action"
        return f"{self.channel}.{self.action or ('parcel' if self.channel == 'direct_mail' else 'message')}"


@record
class StopRule(Placed):
    """Exactly one of `event`, `touches`, `elapsed` is set. `elapsed` counts from enrolment and stands still while the person is paused.

    `event` is a signal (`bounced`), or an account event (`account.meeting_booked`)."""

    id: str
    event: str | None
    touches: int | None
    elapsed: Duration | None
    outcome: str
    cooldown: Duration | None
    node: Map


@record
class OptOutPage(Placed):
    steps: int
    login: bool
    asks_reason: bool
    node: Node


@record
class OptOut(Placed):
    """How a person gets out, how far that reaches and how fast. `channels` empty means none; ("all",) means every channel there is."""

    ways: tuple[str, ...]  # one_click_header | body_link | reply | spoken | sms_keyword | preference_page
    page: OptOutPage | None
    honour_within: Duration | None
    scope: Literal["person", "account", "domain"]
    channels: tuple[str, ...]
    reaches: dict[str, Duration]  # channel -> how long until its executor knows; default 0 minutes
    undo: str | None  # by_request | never | self_service
    keep: Duration | Literal["forever"]
    node: Node


@record
class Experiment(Placed):
    id: str
    step: str
    metric: str
    detect: Rate
    power: Rate
    node: Map


@record
class Qualification(Placed):
    framework: str
    criteria: dict[str, str]
    node: Node


@record
class Playbook(Placed):
    """One playbook, whole, with `extends:` already laid under it."""

    workspace: Workspace
    file: str  # relative to the workspace root
    name: str
    owner: str | None
    description: str
    motion: Motion
    circle: int | None
    priority: int  # who is served first when people are short: 1 first; default inbound 2, warm 3, cold 4
    icp: Icp
    audience: Audience
    channels: dict[Channel, ChannelUse]
    cadence: tuple[Step, ...]
    replies: dict[str, Route]
    stop_rules: tuple[StopRule, ...]
    opt_out: OptOut | None
    qualification: Qualification | None
    experiments: tuple[Experiment, ...]
    assumptions: Map | None  # the tree as written; the world reads it (laid over its table)
    targets: dict[str, Target]
    messages: dict[str, Message]  # by path relative to the root; only what the playbook uses and what could be read
    comments: tuple[Comment, ...]  # every comment of the file, for waivers
    node: Map

    def step(self, id: str) -> Step | None:
        return next((step for step in self.cadence if step.id == id), None)


# ---------------------------------------------------------------- simulation


@record
class Scenario(Placed):
    name: str
    changes: dict[str, object]  # path -> Change, in the order written
    node: Node


@record
class Simulation(Placed):
    workspace: Workspace
    file: str
    name: str
    playbooks: tuple[str, ...]  # paths relative to the root
    start: str  # ISO date
    horizon: Duration
    replications: int | None
    precision: dict[str, Rate]
    seed: int
    scenarios: tuple[Scenario, ...]  # always has one, `base`
    sweep: dict[str, tuple[object, ...]]  # path -> Changes
    node: Map


DistributionOrFactor: TypeAlias = Distribution | Factor
