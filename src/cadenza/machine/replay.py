"""A log, replayed: where each person of it stands in the machine.

What the log says goes through `step`; between its lines the machine's own clocks (`due`, `elapsed`, `cooled`) run. What happens to one person reaches
the colleagues of the account. A touch that the log knows before the machine has come to it counts as made as soon as the machine comes there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..calendars import NEVER
from .graph import find
from .log import Entry
from .runtime import step
from .types import Action, Clock, Event, Life, Machine, State

TOLD = {
    "meeting.booked": "account.meeting_booked",
    "replied.negative": "account.replied_negative",
    "account.meeting_booked": "account.meeting_booked",
    "account.became_customer": "account.became_customer",
    "account.replied_negative": "account.replied_negative",
    "account.opted_out": "account.opted_out",
}
"""What colleagues hear when something happens to a person."""


@dataclass(slots=True)
class Walker:
    """A person in the machine. `account` names whom colleagues share, or is empty. `made` counts touches by step; `ahead` those that the log has and
    the machine has not come to yet."""

    machine: Machine
    key: str
    clock: Clock
    account: str
    life: Life
    made: Counter[str] = field(default_factory=Counter)
    ahead: Counter[str] = field(default_factory=Counter)

    @property
    def state(self) -> State:
        return self.machine.states[self.life.state]

    def take(self, name: str, at: int, step_id: str | None = None, until: int | None = None) -> tuple[Action, ...]:
        """An event happens."""
        self.life, actions = step(self.machine, self.life, Event(name, step_id, until), at, self.clock)
        return actions

    def hears(self, name: str) -> bool:
        """Whether this state has a transition on the event (the clock of `elapsed` stands still in a pause)."""
        return find(self.machine, self.life.state, name) is not None

    # ------------------------------------------------------------ clocks

    def next_clock(self) -> tuple[int, str] | None:
        """The machine's clock that fires next. Of two in one instant the stop rule comes first, as in the machine."""
        clocks = [(self.life.expires, 0, "elapsed"), (self.life.due, 1, "cooled" if self.state.kind == "end" else "due")]
        running = sorted((at, order, name) for at, order, name in clocks if at is not None and at < NEVER and self.hears(name))
        return (running[0][0], running[0][2]) if running else None

    def settle(self, until: int) -> None:
        """Run the clocks up to `until`, and count the touches that the log knew before the machine did."""
        while True:
            self.catch_up()
            clock = self.next_clock()
            if clock is None or clock[0] > until:
                return
            self.take(clock[1], clock[0])

    def catch_up(self) -> None:
        """Pass through the touches ahead of which the log was."""
        while self.state.kind == "touch" and self.ahead[self.state.step or ""]:
            self.ahead[self.state.step or ""] -= 1
            self.take("done", self.life.since)

    # ------------------------------------------------------------ the log

    def touch_made(self, step_id: str, at: int) -> None:
        """The log says that this touch was made; where the machine is still waiting for its hour, it was made early."""
        if self.state.kind == "start":
            self.take("enrolled", at)
        self.made[step_id] += 1
        trial = self.life
        for _ in range(len(self.machine.steps) + 1):
            here = self.machine.states[trial.state]
            if here.kind == "touch" and here.step == step_id:
                self.life = trial
                self.take("done", at)
                return
            if here.kind != "wait":
                break
            trial, _actions = step(self.machine, trial._replace(due=at), Event("due"), at, self.clock)
        self.ahead[step_id] += 1


class Replay:
    """People of one machine while a log is replayed. `walkers` by key; of `deaf` nobody is told what their colleagues do, though what they do is
    told."""

    def __init__(self, walkers: Mapping[str, Walker], deaf: Mapping[str, Walker] | None = None) -> None:
        self.walkers, self.deaf = walkers, deaf or {}
        self.heard: dict[str, list[str]] = defaultdict(list)  # account -> what its people have done
        self.colleagues: dict[str, list[str]] = defaultdict(list)
        for key, walker in walkers.items():
            if walker.account:
                self.colleagues[walker.account].append(key)

    def run(self, entries: Sequence[Entry], until: int) -> None:
        """Everything that happened, in its order, and the clocks up to `until` (or the last event, if that is later)."""
        for entry in entries:
            walker = self.walkers.get(entry.prospect) or self.deaf[entry.prospect]
            walker.settle(entry.at - 1)  # of one instant, events come before timers
            self._happens(walker, entry)
        last = max([until, *(entry.at for entry in entries[-1:])])
        for walker in self.walkers.values():
            walker.settle(last)

    def _happens(self, walker: Walker, entry: Entry) -> None:
        name = entry.event.name
        if name == "done" and entry.event.step is not None:
            walker.touch_made(entry.event.step, entry.at)
            return
        if walker.state.kind == "start" and name != "enrolled":
            self.enter(walker, entry.at)  # what a person says counts, whether or not the log has their enrolment
        if name == "enrolled":
            self.enter(walker, entry.at)
            return
        actions = walker.take(name, entry.at, entry.event.step, entry.event.until)
        if name in TOLD:
            self._tell(walker, TOLD[name], entry.at)
        if any(action.kind == "suppress" and action.scope in ("account", "domain") for action in actions):
            self._tell(walker, "account.opted_out", entry.at)

    def _tell(self, walker: Walker, event: str, at: int) -> None:
        if not walker.account:
            return
        self.heard[walker.account].append(event)
        for key in self.colleagues[walker.account]:
            if key != walker.key:
                self.walkers[key].settle(at - 1)
                self.walkers[key].take(event, at)

    def enter(self, walker: Walker, at: int) -> None:
        """Enrol a person, who then hears at once what their colleagues have done."""
        walker.take("enrolled", at)
        for event in self.heard[walker.account] if walker.account else ():
            walker.take(event, at)
