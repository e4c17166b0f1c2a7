"""A workspace as a value: who works there, what their work takes, which mailboxes they send from, and what they have settled for all playbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from .nodes import Map, Node
from .placed import Placed
from .records import record
from .values import Duration, Flow, Rate, Window


@record
class Organization(Placed):
    name: str
    postal_address: str
    holidays: tuple[str, ...]  # ISO 3166 codes, with an optional subdivision: "GB", "DE-BY"
    timezone: str  # IANA; default: the first role's, else UTC
    node: Map


@record
class Hire(Placed):
    """People who join a role on the same day."""

    id: str
    people: int
    starts: str  # ISO date
    node: Map


@record
class Ramp(Placed):
    """How a new person comes up to full speed: `start` is the share on the first day, and it grows evenly."""

    over: Duration
    start: Rate
    node: Map


@record
class Away(Placed):
    """A stretch of days, both ends among them, on which some people of a role are away."""

    id: str
    first: str  # ISO dates
    last: str
    people: int | None  # None: all of them
    node: Map


@record
class Leave(Placed):
    """`days`: business days off per person a year, taken a week at a time."""

    days: int
    periods: tuple[Away, ...]
    node: Map


@record
class Attrition(Placed):
    """`each_year`: the share of people who leave within a year; their place stays empty for `backfill` (None: for good)."""

    each_year: Rate
    backfill: Duration | None
    node: Map


@record
class Role(Placed):
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

    def accounts(self, day: str) -> int:
        """Over how many of them touches are dealt out that leave from somebody's own account, on an ISO date: the people who are there and the hires
        who have begun; all of them where nobody has begun yet. Who is away or has left is chance, of which only a forecast knows."""
        return self.people + sum(hire.people for hire in self.hires if hire.starts <= day) or self.everybody


@record
class Work(Placed):
    """Minutes of whose time one kind of work takes. Kinds: see `schema/workspace.schema.json` (`email.personalised`, `phone.attempt`, ...)."""

    id: str
    role: str
    takes: Duration
    node: Map


@record
class WarmUp(Placed):
    start: int  # mails per mailbox on the first day
    add: Flow  # more each (business) day
    node: Map


@record
class Sender(Placed):
    id: str
    mailboxes: int
    domain: str
    daily_cap: int  # per mailbox and day
    warm_up: WarmUp | None
    authentication: tuple[str, ...]
    one_click_unsubscribe: bool
    node: Map


@record
class Suppression(Placed):
    lists: tuple[str, ...]  # paths relative to the workspace root
    customers: str | None
    node: Node


@record
class HouseRule(Placed):
    id: str
    require: str  # CEL over facts
    because: str
    node: Map


@record
class LintConfig(Placed):
    profile: Literal["minimal", "standard", "strict"]
    ignore: tuple[str, ...]  # codes or names
    overrides: dict[str, dict[str, object]]  # rule name or code -> {level: ..., option: value}
    waivers: tuple[PathWaiver, ...]
    node: Node


@record
class PathWaiver(Placed):
    """`lint: {waivers: [{path: playbooks/old/**, rules: [ignores-no], until: 2027-03-01, because: ...}]}`."""

    path: str
    rules: tuple[str, ...]
    until: str | None  # ISO date
    because: str
    node: Map


@record
class Workspace(Placed):
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
