"""The program: machine and world as flat arrays, everything that an engine may read and nothing else.

An engine knows no playbook, no calendar and no distribution. It moves people through `States`, makes the touches of `Steps`, serves them with
`Roles` and `Senders`, and looks up rates that `rates.draw_rates` has drawn from `Figures` for one replication. All values are integers, floats
and names; lists of lists are one tuple with a stride or with bounds (`x[bounds[i]:bounds[i + 1]]`). `-1` means none. Instants are UTC seconds.

Two programs that are equal give the same outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..machine.types import RANKS
from .clocks import Clocks

EVENTS: tuple[str, ...] = tuple(name for group in RANKS for name in group)
"""Events without a step, by code; a smaller code is taken first within an instant."""
CODE: dict[str, int] = {name: code for code, name in enumerate(EVENTS)}
KINDS: tuple[str, ...] = ("start", "wait", "touch", "hold", "task", "end")
START, WAIT, TOUCH, HOLD, TASK, END = range(6)
TASKS: tuple[str, ...] = ("review", "handoff", "booking", "meeting")
REVIEW, HANDOFF, BOOKING, MEETING = range(4)
TIMERS: tuple[str, ...] = ("after", "now", "planned", "keep", "return")
AFTER, NOW, PLANNED, KEEP, RETURN = range(5)
SCOPES: tuple[str, ...] = ("person", "account", "domain")


@dataclass(frozen=True, slots=True)
class States:
    """The machines of all playbooks, one after the other. `events` holds EVENTS first, then those that name a step (`clicked:intro`)."""

    name: tuple[str, ...]
    cohort: tuple[int, ...]
    kind: tuple[int, ...]
    step: tuple[int, ...]
    task: tuple[int, ...]
    role: tuple[int, ...]
    within: tuple[int, ...]  # a task's limit: lowered duration
    within_unit: tuple[int, ...]
    outcome: tuple[int, ...]  # ends: index into `outcomes`
    owned: tuple[int, ...]  # ends that a hand-off led to: the person is somebody's
    paused: tuple[int, ...]
    outcomes: tuple[str, ...]
    events: tuple[str, ...]
    named: tuple[int, ...]  # step * len(EVENTS) + code -> the code of the event that names the step, or -1
    go: tuple[int, ...]  # state * len(events) + code -> transition, or -1
    target: tuple[int, ...]
    timer: tuple[int, ...]
    amount: tuple[int, ...]  # the timer's delay, lowered
    unit: tuple[int, ...]
    channel: tuple[int, ...]  # the timer's column in `Clocks`
    scope: tuple[int, ...]  # of a `suppress` action: index into SCOPES


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of all playbooks. A touch is looked up in row `row + variant * segments of the cohort + segment`."""

    id: tuple[str, ...]
    cohort: tuple[int, ...]
    channel: tuple[int, ...]
    answer: tuple[int, ...]  # ANSWERS: how a touch of this step is answered
    role: tuple[int, ...]  # who works it; the last role is nobody (no work, no hours, no queue)
    seconds: tuple[int, ...]  # of work
    talk: tuple[int, ...]  # more of it when somebody answers the phone
    reps: tuple[int, ...]  # over how many accounts its caps are spread
    weekly_cap: tuple[int, ...]  # per rep, or -1
    daily_cap: tuple[int, ...]
    sender: tuple[int, ...]
    row: tuple[int, ...]
    variant: tuple[int, ...]  # bounds into `weight`
    weight: tuple[float, ...]  # cumulative shares of the variants
    code: tuple[int, ...]  # step * len(PURPOSES) + purpose -> draw code
    variant_code: tuple[int, ...]
    reads: tuple[int, ...]  # step * len(EVENTS) + code -> 1 where the machine listens to that signal of that step


ANSWERS: tuple[str, ...] = ("none", "email", "phone", "invite", "message", "post")
NONE, EMAIL, PHONE, INVITE, MESSAGE, POST = range(6)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a touch may be: for each (step, variant, segment), chains of figures for the SHARES, and tables of delays."""

    share: tuple[int, ...]  # row * len(SHARES) + share -> chain
    each_next: tuple[int, ...]  # chain of the factor from one touch of the channel to the next
    reply: tuple[int, ...]  # tables of seconds
    signal: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is uncertain. A chain is a product of leaves; a leaf is drawn once a replication, by its path."""

    path: tuple[str, ...]
    code: tuple[int, ...]
    law: tuple[int, ...]  # LAWS
    a: tuple[float, ...]
    b: tuple[float, ...]
    scale: tuple[float, ...]
    chain: tuple[int, ...]  # bounds into `leaf`
    leaf: tuple[int, ...]
    is_rate: tuple[int, ...]  # by chain: capped at 1


LAWS: tuple[str, ...] = ("point", "beta", "logit-normal", "lognormal")
POINT, BETA, LOGIT_NORMAL, LOGNORMAL = range(4)


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The playbooks: what holds for all people of one."""

    name: tuple[str, ...]
    priority: tuple[int, ...]
    start: tuple[int, ...]  # first state
    elapsed: tuple[int, ...]  # lowered; -1 where no clock runs
    elapsed_unit: tuple[int, ...]
    inbound: tuple[int, ...]
    size: tuple[int, ...]  # people whom it may enrol, however long that takes
    segments: tuple[int, ...]
    reach: tuple[int, ...]  # cohort * len(CHANNELS) + channel -> how long until a refusal is known there, lowered; -1: not used
    reach_unit: tuple[int, ...]
    task_role: tuple[int, ...]  # cohort * len(TASKS) + task -> role, or -1: the state's own
    task_seconds: tuple[int, ...]
    booked: tuple[int, ...]  # chains
    held: tuple[int, ...]
    opportunity: tuple[int, ...]
    won: tuple[int, ...]
    unclassified: tuple[int, ...]
    each_touch: tuple[int, ...]
    after_no: tuple[int, ...]
    floor: tuple[int, ...]
    slice: tuple[int, ...]  # seconds of a sixteenth of the half-life of an inbound lead; 0: speed plays no part
    away: tuple[int, ...]  # table: how long who sends an out-of-office note is away, or -1: what the playbook assumes
    asked_back: tuple[int, ...]  # chain: the share of those who opted out who ask to be contacted again, or -1: nobody
    asked_back_delay: tuple[int, ...]  # table
    lead_time: tuple[int, ...]  # tables
    value: tuple[int, ...]
    cycle: tuple[int, ...]
    rest: tuple[int, ...]  # how long after another playbook it may begin with a person, lowered; -1: at once
    rest_unit: tuple[int, ...]
    quota: tuple[int, ...]  # cohort * days + day -> how many may be enrolled
    propensity: tuple[tuple[float, ...], ...]  # quantiles


@dataclass(frozen=True, slots=True)
class Roles:
    name: tuple[str, ...]  # the last one is "", nobody
    people: tuple[int, ...]  # with those who are hired; -1: nobody is needed
    window: tuple[int, ...]
    calendar: tuple[int, ...]
    selling_time: tuple[int, ...]  # chains


@dataclass(frozen=True, slots=True)
class Roster:
    """Seats of the roles whose people come, go or are away (`roster.py`); the others have none. By seat: `key`, `begins`; by role the rest."""

    first: int  # ordinal of the first day
    seats: tuple[int, ...]  # bounds by role
    key: tuple[int, ...]  # of the seat's draws
    begins: tuple[int, ...]  # the day on which its first person begins; far below 0 for who was there already
    leave: tuple[int, ...]  # business days off a year
    away: tuple[int, ...]  # role * days + day -> how many are away in any case, or -1: all
    over: tuple[int, ...]  # days of ramp
    backfill: tuple[int, ...]  # days that a place stays empty, or -1: for good
    start: tuple[int, ...]  # chains: share of full speed on the first day
    each_year: tuple[int, ...]  # chains: the share of people who leave within a year


@dataclass(frozen=True, slots=True)
class Senders:
    name: tuple[str, ...]
    mailbox: tuple[int, ...]  # bounds: the mailboxes of a sender, counted through
    cap: tuple[int, ...]  # sender * days + day -> mails per mailbox
    complaints: tuple[int, ...]  # chains
    bounces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flight:
    """Who is under way when the program starts, by their numbers, and what is known of them; see `flights.py`.

    `planned`, `held`, `refused` and `due` are not before the start: earlier would mean the same. `made`, `deals` and `pending` are bounds into the
    columns of the touches, of the meetings that were held, and of the refusals on their way, each of a person in their order.
    """

    person: Sequence[int]
    state: Sequence[int]
    since: Sequence[int]
    enrolled: Sequence[int]
    touched: Sequence[int]
    due: Sequence[int]
    planned: Sequence[int]
    expires: Sequence[int]
    held: Sequence[int]
    refused: Sequence[int]
    round: Sequence[int]
    last_step: Sequence[int]
    answered: Sequence[int]  # touches made when the person last spoke, or -1
    meetings: Sequence[int]
    keen: Sequence[int]  # how often the person has said what keen people say more often
    speed: Sequence[int]  # of the first touch: index into `Program.halves`
    unclear: Sequence[int]  # the step whose answer nobody has classified yet, or -1
    channel: Sequence[int]  # place * len(CHANNELS) + channel -> touches of this round
    made: Sequence[int]
    made_step: Sequence[int]
    made_at: Sequence[int]
    made_round: Sequence[int]
    made_before: Sequence[int]  # how many touches on its channel came before it
    made_recent: Sequence[int]  # how many touches the person had had in the seven days before it
    made_known: Sequence[int]  # bits of KNOWN: what has come of it already
    made_wait: Sequence[int]  # seconds until it was accepted or delivered, or -1
    deals: Sequence[int]
    deal_at: Sequence[int]  # when the meeting was held
    deal_known: Sequence[int]  # DEALS
    pending: Sequence[int]
    pending_event: Sequence[int]
    pending_step: Sequence[int]
    pending_told: Sequence[int]  # when the machine hears of it
    pending_reached: Sequence[int]  # refusal * len(CHANNELS) + channel -> when it is known there
    sent: Sequence[int]  # sender * MEMORY + day -> mails of the days before the start, the last one last
    complained: Sequence[int]
    bounced: Sequence[int]
    capped: Sequence[int]  # (role, rep, channel, touches of this week so far), one after the other


KNOWN: tuple[str, ...] = ("opened", "clicked", "over", "bounced")
"""What is known of a touch: opened, clicked; `over`: nothing more comes of it (it bounced, somebody was away); it bounced."""
OPEN, CLICK, OVER, BOUNCED = 1, 2, 4, 8
DEALS: tuple[str, ...] = ("unknown", "running", "over")
"""What a log says about the deal that a meeting may have brought: nothing; that there is one; that there is none any more."""
UNKNOWN, RUNNING, SETTLED = range(3)
MEMORY = 7
"""A sender's standing is judged by so many days."""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who can be enrolled within the horizon, in the order of their keys; a person's number is the place in that order.

    Columns of machine integers: a million people are 50 MB.
    """

    key: Sequence[int]
    cohort: Sequence[int]
    account: Sequence[int]
    calendar: Sequence[int]
    segment: Sequence[int]
    position: Sequence[int]  # in the cohort's order of enrolment: deals out mailboxes and reps in turn
    arrive: Sequence[int]  # when enrolled
    arrive_day: Sequence[int]  # -1: never, the person is in the flight
    colleagues: Sequence[int]  # bounds by account
    colleague: Sequence[int]
    flight: Flight | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the organization: `at` their first seconds (one more than there are days), `nine` their 09:00, when people are enrolled."""

    at: tuple[int, ...]
    nine: tuple[int, ...]
    business: tuple[int, ...]
    monday: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Program:
    seed: int
    start: int
    end: int
    currency: str
    clocks: Clocks
    calendar: int  # the organization's
    days: Days
    states: States
    steps: Steps
    rows: Rows
    figures: Figures
    cohorts: Cohorts
    roles: Roles
    roster: Roster
    senders: Senders
    people: People
    tables: tuple[tuple[int, ...], ...]  # quantiles: seconds or cents
    shared: bool  # whether any person is in several playbooks: rows with the same key
    halves: tuple[float, ...]  # 2 ** (-i / 16)

    @property
    def weeks(self) -> int:
        """Weeks of the horizon, the last one perhaps cut short."""
        return -(-(self.end - self.start) // (7 * 86400))
