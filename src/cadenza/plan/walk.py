"""One person's way through the machine: first what the log says, then what would come if nobody answered.

The machine's own clocks (`due`, `elapsed`, `cooled`) are run here; everything else happens through `step`. A plan walks `wait`, `touch` and
`hold`; it never guesses what a human will decide (`task`) and never ends a rest (`end`, `start`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ..calendars import NEVER
from ..language.model import Playbook, Step
from ..machine import Action, Event, Life, Machine, State, begin, find, step
from .admit import Admitted
from .conditions import wanted


@dataclass(frozen=True, slots=True)
class Offer:
    """A touch that is due at `at`, in the touch state of `life`; `conditional`: only if its `when` comes true, and the person's own way
    goes on without it."""

    at: int
    life: Life
    step: Step
    conditional: bool


@dataclass(slots=True)
class Walk:
    """A person in the machine. `made` counts touches by step; `ahead` those that the log has and the machine has not come to yet."""

    playbook: Playbook
    machine: Machine
    who: Admitted
    life: Life
    made: Counter[str] = field(default_factory=Counter)
    ahead: Counter[str] = field(default_factory=Counter)
    planned: int = 0
    stuck: bool = False

    @classmethod
    def new(cls, playbook: Playbook, machine: Machine, who: Admitted) -> Walk:
        """A person in the pool."""
        return cls(playbook, machine, who, begin(machine, 0))

    @property
    def state(self) -> State:
        return self.machine.states[self.life.state]

    def take(self, name: str, at: int, step_id: str | None = None, until: int | None = None) -> tuple[Action, ...]:
        """An event happens."""
        self.life, actions = step(self.machine, self.life, Event(name, step_id, until), at, self.who.clock)
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
            self._catch_up()
            clock = self.next_clock()
            if clock is None or clock[0] > until:
                return
            self.take(clock[1], clock[0])

    def _catch_up(self) -> None:
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
            trial, _actions = step(self.machine, replace(trial, due=at), Event("due"), at, self.who.clock)
        self.ahead[step_id] += 1

    # ------------------------------------------------------------ the plan

    def offers(self, now: int) -> Iterator[Offer]:
        """What is due next, planned as if nobody answered: conditional touches on the way, then one touch of the person's own way, if there
        is one."""
        while True:
            self._catch_up()
            kind = self.state.kind
            if kind == "touch":
                yield Offer(max(now, self.life.since), self.life, self._step(), False)
                return
            if kind not in ("wait", "hold"):
                return
            clock = self.next_clock()
            if clock is None:
                self.stuck = True  # its window never opens
                return
            at = clock[0]
            conditional = self._conditional(at) if clock[1] == "due" else None
            self.take(clock[1], at)
            if conditional is not None and self.state.kind != "touch":
                yield conditional

    def _step(self) -> Step:
        found = self.playbook.step(self.state.step or "")
        assert found is not None, "every touch state has a step of its playbook"
        return found

    def _conditional(self, at: int) -> Offer | None:
        """The touch that would be made here if the signals that its `when` wants had come."""
        found = self.playbook.step(self.state.step or "") if self.state.kind == "wait" else None
        pairs = wanted(found.when, self.made.keys()) if found is not None and found.when is not None else None
        if found is None or not pairs:
            return None
        life = self.life
        for signal, after in pairs:
            life, _ = step(self.machine, life, Event(signal, after), at, self.who.clock)
        life, _ = step(self.machine, life, Event("due"), at, self.who.clock)
        there = self.machine.states[life.state]
        return Offer(at, life, found, True) if there.kind == "touch" and there.step == found.id else None
