"""A playbook as a value: frozen classes, one for each thing that a person writes.

Nothing here is optional by accident: `None` means "not written and there is no default"; what has a default in the schema has it here
already. Every class keeps the `node` it was read from, so a reader can ask for the place of any key: `span_at(step.node, "after")`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from .nodes import Map, Node, Span, span_at
from .records import record
from .values import Distribution, Duration, Factor, Flow, Range, Rate, Target, Window

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


class _Placed:
    """Whatever has a node has a place."""

    __slots__ = ()
    node: Node

    @property
    def span(self) -> Span:
        return self.node.span

    def place(self, *route: str | int) -> Span:
        return span_at(self.node, *route)


# ---------------------------------------------------------------- workspace


@record
class Organization(_Placed):
    name: str
    postal_address: str
    holidays: tuple[str, ...]  # ISO 3166 codes, with an optional subdivision: "GB", "DE-BY"
    timezone: str  # IANA; default: the first role's, else UTC
    node: Map


@record
class Hire(_Placed):
    """People who join a role on the same day."""

    id: str
    people: int
    starts: str  # ISO date
    node: Map


@record
class Ramp(_Placed):
    """How a new person comes up to full speed: `start` is the share on the first day, and it grows evenly."""

    over: Duration
    start: Rate
    node: Map


@record
class Away(_Placed):
    """A stretch of days, both ends among them, on which some people of a role are away."""

    id: str
    first: str  # ISO dates
    last: str
    people: int | None  # None: all of them
    node: Map


@record
class Leave(_Placed):
    """`days`: business days off per person a year, taken a week at a time."""

    days: int
    periods: tuple[Away, ...]
    node: Map


@record
class Attrition(_Placed):
    """`each_year`: the share of people who leave within a year; their place stays empty for `backfill` (None: for good)."""

    each_year: Rate
    backfill: Duration | None
    node: Map


@record
class Role(_Placed):
    id: str
    people: int
    hours: Window
    timezone: str
    selling_time: Rate
    node: Map
    hires: tuple[Hire, ...] = ()
    ramp: Ramp | None = None
    leave: Leave | None = None
    attrition: Attrition | None = None

    @property
    def everybody(self) -> int:
        """The people who are there and all who are hired."""
        return self.people + sum(hire.people for hire in self.hires)


@record
class Work(_Placed):
    """Minutes of whose time one kind of work takes. Kinds: see `schema/workspace.schema.json` (`email.personalised`, `phone.attempt`, ...)."""

    id: str
    role: str
    takes: Duration
    node: Map


@record
class WarmUp(_Placed):
    start: int  # mails per mailbox on the first day
    add: Flow  # more each (business) day
    node: Map


@record
class Sender(_Placed):
    id: str
    mailboxes: int
    domain: str
    daily_cap: int  # per mailbox and day
    warm_up: WarmUp | None
    authentication: tuple[str, ...]
    one_click_unsubscribe: bool
    node: Map


@record
class Suppression(_Placed):
    lists: tuple[str, ...]  # paths relative to the workspace root
    customers: str | None
    node: Node


@record
class HouseRule(_Placed):
    id: str
    require: str  # CEL over facts
    because: str
    node: Map


@record
class LintConfig(_Placed):
    profile: Literal["minimal", "standard", "strict"]
    ignore: tuple[str, ...]  # codes or names
    overrides: dict[str, dict[str, object]]  # rule name or code -> {level: ..., option: value}
    waivers: tuple[PathWaiver, ...]
    node: Node


@record
class PathWaiver(_Placed):
    """`lint: {waivers: [{path: playbooks/old/**, rules: [ignores-no], until: 2027-03-01, because: ...}]}`."""

    path: str
    rules: tuple[str, ...]
    until: str | None  # ISO date
    because: str
    node: Map


@record
class Workspace(_Placed):
    root: Path
    organization: Organization
    team: dict[str, Role]
    work: dict[str, Work]
    senders: dict[str, Sender]
    links: dict[str, str]
    suppression: Suppression
    policies: tuple[str, ...]
    house: tuple[HouseRule, ...]
    lint: LintConfig
    node: Map


# ---------------------------------------------------------------- playbook


@record
class Persona(_Placed):
    id: str
    titles: tuple[str, ...]
    pains: tuple[str, ...]
    node: Map


@record
class Icp(_Placed):
    industries: tuple[str, ...]
    employees: Range | None
    countries: tuple[str, ...]  # ISO 3166 alpha-2
    signals: tuple[str, ...]
    personas: tuple[Persona, ...]
    exclude: tuple[str, ...]
    node: Node


@record
class Source(_Placed):
    kind: str  # researched | purchased | scraped | crm | event | referral | opt_in | inbound
    verified: str | None  # ISO date
    valid_emails: Rate | None
    list: str | None  # a CSV of real people, relative to the workspace root
    node: Map


@record
class Reenroll(_Placed):
    """`audience.reenroll: {after: 180 days, at_most: 2}`: people whose cadence has ended (and who never said no) may come back. Default: never."""

    after: Duration
    at_most: int | None
    node: Map


@record
class Field(_Placed):
    """A field that messages may use. `required: true` people without it are left out by `plan`, with the reason."""

    name: str
    required: bool
    node: Node


@record
class Audience(_Placed):
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
class Screening(_Placed):
    lists: tuple[str, ...]
    every: Duration
    node: Map


@record
class ChannelUse(_Placed):
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
class Variant(_Placed):
    id: str
    weight: int
    message: str | None  # path relative to the workspace root
    script: str | None
    node: Map


@record
class Condition(_Placed):
    """`{accepted: connect}`: true once the signal came in answer to that step; several keys: all of them. `{any: [..]}`, `{not: {..}}` nest.

    `all_of` holds (signal, step id) pairs; `any_of` and `none_of` hold conditions. The signal `replied` is not one: replies are routed.
    """

    all_of: tuple[tuple[str, str], ...]
    any_of: tuple[Condition, ...]
    none_of: tuple[Condition, ...]
    node: Map


@record
class Route(_Placed):
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
class Step(_Placed):
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
class StopRule(_Placed):
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
class OptOutPage(_Placed):
    steps: int
    login: bool
    asks_reason: bool
    node: Node


@record
class OptOut(_Placed):
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
class Experiment(_Placed):
    id: str
    step: str
    metric: str
    detect: Rate
    power: Rate
    node: Map


@record
class Qualification(_Placed):
    framework: str
    criteria: dict[str, str]
    node: Node


@record
class Playbook(_Placed):
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


@record
class Comment:
    """A YAML comment: its text without `#`, where it stands, and whether a value stands before it on the line."""

    text: str
    span: Span
    trailing: bool


# ---------------------------------------------------------------- messages


@record
class Merge:
    """One `{{ ... }}` of a template: the path it reads (`first_name`, `sender.name`), whether it has a default, and its place.

    The place is that of the path itself. A field has a default, too, where the text can do without it: in a condition, and inside one that
    has found it to be there."""

    path: str
    has_default: bool
    span: Span


@record
class Message:
    """A message or a script: front matter, then Liquid. `merges` covers subject and body, in order; `text` is the body with tags blanked."""

    file: str
    subject: str | None
    gives: str | None
    goal: str | None
    language: str  # BCP 47; default "en"
    body: str
    body_line: int  # the line of the file where the body starts
    merges: tuple[Merge, ...]
    text: str
    front: Map


# ---------------------------------------------------------------- simulation


@record
class Scenario(_Placed):
    name: str
    changes: dict[str, object]  # path -> Change, in the order written
    node: Node


@record
class Simulation(_Placed):
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
