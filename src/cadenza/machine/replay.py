"""A log, replayed: where each person of it stands in the machine.

What the log says goes through `step`; between its lines the machine's own clocks (`due`, `elapsed`, `cooled`) run. What happens to one person reaches
the colleagues of the account, and the same person in other playbooks. A touch that the log knows before the machine has come to it counts as made as
soon as the machine comes there. Of one instant, a meeting's event waits for the task before it to be done.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ..calendars import NEVER
from .graph import find
from .log import DEALS, Entry
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

    def goes(self, name: str) -> State | None:
        """The state to which the event would lead."""
        found = find(self.machine, self.life.state, name)
        return None if found is None else self.machine.states[found.target]

    def later(self, name: str, at: int, step_id: str | None) -> bool:
        """Whether the machine hears of this event only after the replay; if so it is noted for then."""
        del name, at, step_id
        return False

    def deal(self, name: str, at: int) -> None:
        """The log says something of an opportunity, of which the machine knows nothing."""
        del name, at

    def hears_of_other(self, name: str, at: int) -> tuple[Action, ...]:
        """The same person has said that to another playbook."""
        del name, at
        return ()

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
    """People while a log is replayed. `walkers` by key; of `deaf` nobody is told what their colleagues do, though what they do is told. `same`: by
    key, the same person's others, in other playbooks."""

    def __init__(
        self, walkers: Mapping[str, Walker], deaf: Mapping[str, Walker] | None = None, same: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.walkers, self.deaf, self.same = walkers, deaf or {}, same or {}
        self.heard: dict[str, list[str]] = defaultdict(list)  # account -> what its people have done
        self.colleagues: dict[str, list[str]] = defaultdict(list)
        for key, walker in walkers.items():
            if walker.account:
                self.colleagues[walker.account].append(key)

    def run(self, entries: Sequence[Entry], until: int) -> None:
        """Everything that happened, in its order, and the clocks up to `until` (or the last event, if that is later)."""
        for (at, key), group in groupby(entries, lambda entry: (entry.at, entry.prospect)):
            walker = self.walkers.get(key) or self.deaf[key]
            walker.settle(at - 1)  # of one instant, events come before timers
            found = list(group)
            while found:
                self._happens(walker, found.pop(_next(walker, found)))
        last = max([until, *(entry.at for entry in entries[-1:])])
        for walker in self.walkers.values():
            walker.settle(last)

    def _happens(self, walker: Walker, entry: Entry) -> None:
        name = entry.event.name
        if name in DEALS:
            walker.deal(name, entry.at)
            return
        if name == "done" and entry.event.step is not None:
            walker.touch_made(entry.event.step, entry.at)
            return
        if walker.state.kind == "start" and name != "enrolled":
            self.enter(walker, entry.at)  # what a person says counts, whether or not the log has their enrolment
        if name == "enrolled":
            self.enter(walker, entry.at)
            return
        if not walker.later(name, entry.at, entry.event.step):
            actions = walker.take(name, entry.at, entry.event.step, entry.event.until)
            if name in TOLD:
                self._tell(walker, TOLD[name], entry.at)
            self._spread(walker, actions, entry.at)
        for key in self.same.get(walker.key, ()):
            other = self.walkers[key]
            other.settle(entry.at - 1)
            self._spread(other, other.hears_of_other(name, entry.at), entry.at)

    def _spread(self, walker: Walker, actions: tuple[Action, ...], at: int) -> None:
        if any(action.kind == "suppress" and action.scope in ("account", "domain") for action in actions):
            self._tell(walker, "account.opted_out", at)

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


def _next(walker: Walker, entries: Sequence[Entry]) -> int:
    """Which of the events of one instant is taken: the first, unless it is of a meeting that the machine does not wait for yet."""
    return next((n for n, entry in enumerate(entries) if not entry.event.name.startswith("meeting.") or walker.hears(entry.event.name)), 0)
