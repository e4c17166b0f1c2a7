"""The machine: what a playbook does with one person, as a finite state machine.

The machine is *what we do*. It holds no probability: which events come is the world's business, and the checker lets any of them come at
any time. A state is a position (which touch comes next, or what we wait for) together with the flags that some `when` reads, the touch
count where a stop rule counts, and the rounds used of a pause that has `at_most`. Everything that is not finite (instants) lives in the
registers of `Life` and is set by the `Timer` of the transition that was taken.

Kinds of state
    start   in the pool: `enrolled` begins the cadence. Refusals, a no, a yes and account events count here, too (people come back here)
    wait    a timer runs towards the next touch; we listen
    touch   the touch is due and is being made: `done` leads on, whatever stops the person leads out
    hold    paused, until a timer or until the person is back
    task    a human's turn: `review` (an unclassified reply), `handoff`, `booking`, `meeting`
    end     over, with an outcome. Ends still listen: to a refusal, to a change of mind, and (after a cooldown) to the pool

Events (names)
    enrolled · due (the state's timer) · elapsed (the clock of an `elapsed` stop rule) · done (a touch was made, a task was finished)
    replied.positive | negative | not_now | out_of_office | wrong_person | unclassified · unsubscribed · complained
    bounced · opened · clicked · accepted · connected · delivered (signals)
    account.meeting_booked | became_customer | replied_negative | opted_out
    meeting.booked | declined | held | missed · asked_back (the person undoes an opt-out) · cooled (a cooldown is over)
A reply or signal may name the step that it answers; a transition on `clicked:intro` is taken before one on `clicked`.
An event for which a state has no transition changes nothing and does nothing: `step` is total.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol, TypeAlias

from ..language.nodes import Span
from ..language.records import record
from ..language.values import Duration

Kind: TypeAlias = Literal["start", "wait", "touch", "hold", "task", "end"]

RANKS: tuple[tuple[str, ...], ...] = (
    ("complained", "unsubscribed", "replied.negative"),
    ("replied.wrong_person", "replied.positive", "replied.not_now", "replied.out_of_office", "replied.unclassified", "asked_back"),
    ("bounced",),
    ("account.opted_out", "account.became_customer", "account.meeting_booked", "account.replied_negative", "elapsed"),
    ("meeting.booked", "meeting.declined", "meeting.held", "meeting.missed", "accepted", "connected", "clicked", "opened", "delivered"),
    ("done", "cooled", "due", "enrolled"),
)
"""The order in which events of one instant are taken: refusals, other replies, bounces, stop rules, signals, then timers."""


def rank(event: str) -> tuple[int, int]:
    """Where an event stands in the order of its instant (its step, after a colon, plays no part)."""
    name = event.partition(":")[0]
    for major, group in enumerate(RANKS):
        if name in group:
            return (major, group.index(name))
    raise KeyError(event)


@record
class Timer:
    """What a transition does to the clock of the state that it enters.

    after   due = forward(max(now, touched + delay)): the next touch; `delay` counts from the touch before, as it was made
    now     due = forward(max(now, now + delay)): a pause, a cooldown, a resume at a named step (delay None: at once)
    planned due = forward(max(now, planned)): resume where it was
    keep    due stays, and so does `since` where the kind of state stays (a flag was raised while waiting)
    return  due = the instant the person said to be back, else now + delay ("assume")
    `channel` is the window that `forward` and business durations use; None: no window (pauses, cooldowns).
    """

    kind: Literal["after", "now", "planned", "keep", "return"]
    delay: Duration | None = None
    channel: str | None = None


@record
class Action:
    """What the executor is told. touch(step) · suppress(scope, channels) · task(role, within) · handoff(role, within) · record(outcome)."""

    kind: Literal["touch", "suppress", "task", "handoff", "record"]
    step: str = ""
    scope: str = ""
    channels: tuple[str, ...] = ()
    role: str = ""
    within: Duration | None = None
    outcome: str = ""


@record
class State:
    """`id` is readable, unique and stable (`wait goodbye +accepted(connect) 6 touches`); `index` is its place in the canonical order."""

    index: int
    id: str
    kind: Kind
    origin: Span
    step: str | None = None  # wait and touch: the step; hold and review: the step that comes next; None everywhere else
    channel: str | None = None
    outcome: str | None = None  # end
    task: Literal["review", "handoff", "booking", "meeting"] | None = None
    role: str | None = None
    within: Duration | None = None
    pause: str | None = None  # hold, and a review that came inside it: the reply class (or signal) that paused the person
    flags: tuple[str, ...] = ()  # "accepted(connect)", "out(email)": raised, and still read by something ahead
    touches: int | None = None  # where a stop rule counts
    rounds: tuple[tuple[str, int], ...] = ()  # ("not_now", 1): rounds used


class Transition(NamedTuple):
    """From `source` on `event` to `target` (indices). `origin` is the line that made it; `note` says how in three words ("default deny")."""

    source: int
    event: str
    target: int
    origin: Span
    actions: tuple[Action, ...] = ()
    timer: Timer | None = None
    note: str = ""


@record
class StepInfo:
    """What readers need of a step, so that none has to go back to the playbook."""

    id: str
    index: int
    channel: str
    work: str
    origin: Span


@record
class Machine:
    """Reachable states and transitions in canonical order: states by discovery from `start` (breadth first, events in rank order),
    transitions by (source, rank of event, event). `elapsed` is the clock of the first `elapsed` stop rule to fire, if there is one."""

    name: str
    steps: tuple[StepInfo, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    channels: tuple[str, ...]
    elapsed: Duration | None
    hash: str  # sha-256 (hex) over the canonical JSON without origins: what the machine does, not where that was written
    windows: tuple[tuple[str, str], ...] = ()  # (channel, its window in the recipient's time zone, as text), sorted

    def __hash__(self) -> int:
        """By content, so that look-up tables can be kept for a machine without walking through all of it."""
        return hash(self.hash)


@record
class Event:
    name: str
    step: str | None = None  # the step that a reply or signal answers
    until: int | None = None  # out_of_office: back at (UTC seconds), where the reply says so


class Life(NamedTuple):
    """One person's place in a machine. Instants are UTC seconds.

    `since` entered this state · `enrolled` · `touched` last touch made (enrolment before the first) · `due` the timer that runs, if any ·
    `planned` when the touch that a pause interrupted was due · `expires` when `elapsed` fires (moved on by each pause's length) ·
    `held` since when the person is paused.
    """

    state: int
    since: int
    enrolled: int
    touched: int
    due: int | None = None
    planned: int | None = None
    expires: int | None = None
    held: int | None = None


class Clock(Protocol):
    """The recipient's calendar, as `calendars` gives it."""

    def forward(self, at: int, channel: str | None) -> int:
        """The first instant from `at` on in which the channel's window is open (`at` itself where it is, or where channel is None)."""

    def add(self, at: int, delay: Duration, channel: str | None) -> int:
        """`at` plus the delay: exact seconds, or business days and hours in the recipient's calendar; not yet moved into the window."""
