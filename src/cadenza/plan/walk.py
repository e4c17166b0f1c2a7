"""One person's way through the machine after what the log says (`machine.replay`): what would come if nobody answered.

A plan walks `wait`, `touch` and `hold`; it never guesses what a human will decide (`task`) and never ends a rest (`end`, `start`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..language.model import Playbook, Step
from ..machine import Event, Life, Machine, begin, step
from ..machine.replay import Walker
from .admit import Admitted
from .capacity import Capacity
from .conditions import wanted


@dataclass(frozen=True, slots=True)
class Offer:
    """A touch that is due at `at`, in the touch state of `life`; `conditional`: only if its `when` comes true, and the person's own way
    goes on without it."""

    at: int
    life: Life
    step: Step
    conditional: bool


@dataclass(slots=True, kw_only=True)
class Walk(Walker):
    """A person who is planned for. `capacity` counts the touches that were made."""

    playbook: Playbook
    who: Admitted
    capacity: Capacity
    planned: int = 0
    stuck: bool = False

    @classmethod
    def new(cls, playbook: Playbook, machine: Machine, who: Admitted, capacity: Capacity) -> Walk:
        """A person in the pool."""
        life = begin(machine, 0)
        return cls(machine, who.key, who.clock, who.account, life, playbook=playbook, who=who, capacity=capacity)

    def touch_made(self, step_id: str, at: int) -> None:
        """The log says that this touch was made: its mailbox or rep has had one more."""
        found = self.playbook.step(step_id)
        assert found is not None, "the log is read with the playbook's steps"
        self.capacity.count(at, self.key, found)
        Walker.touch_made(self, step_id, at)

    # ------------------------------------------------------------ the plan

    def offers(self, now: int) -> Iterator[Offer]:
        """What is due next, planned as if nobody answered: conditional touches on the way, then one touch of the person's own way, if there
        is one."""
        while True:
            self.catch_up()
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
