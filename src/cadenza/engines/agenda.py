"""Time, as SimPy keeps it, in instants that have phases.

SimPy orders its events by (time, priority, order of insertion). The first two are all we use: in an instant, priority 0 is the calendar (a day
begins, an office opens), 1 are the state changes, 2 and up is capacity, one number for each resource. What is due at one instant is one SimPy
event, a *round*: its happenings are sorted by (event, person, kind, step, stamp) and taken in that order. What they cause at the same instant
is the next round. Capacity is dealt out when no state change is left, to the resources in their order, and what that changes comes before the next
resource. So nothing depends on the order of insertion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import simpy

CALENDAR, STATES, CAPACITY = 0, 1, 2

Happening: TypeAlias = tuple[int, int, int, int, int]
"""(event code, person, kind, step or -1, stamp)."""


class At(simpy.Event):
    """A SimPy event that happens at an instant, in a phase. A process may wait for it, or `then` is called."""

    def __init__(self, env: simpy.Environment, at: int, phase: int, then: Callable[[Any], None] | None = None) -> None:
        self.env = env
        self.callbacks = [then] if then is not None else []
        self._value = None
        self._ok = True
        env.schedule(self, phase, at - env.now)  # type: ignore[arg-type]  # any int is a priority


class Agenda:
    """What is going to happen, by instant. `handle(now, happening)` is called for each in its turn."""

    __slots__ = ("buckets", "end", "env", "handle")

    def __init__(self, start: int, end: int) -> None:
        self.env = simpy.Environment(start)
        self.end = end
        self.buckets: dict[int, list[Happening]] = {}
        self.handle: Callable[[int, Happening], None] = _nothing

    def plan(self, at: int, happening: Happening) -> None:
        """Let it happen at `at` (now or later); what lies beyond the horizon never happens."""
        if at >= self.end:
            return
        bucket = self.buckets.get(at)
        if bucket is None:
            self.buckets[at] = [happening]
            At(self.env, at, STATES, self._round)
        else:
            bucket.append(happening)

    def _round(self, _: Any) -> None:
        now = int(self.env.now)
        bucket = self.buckets.pop(now)
        if len(bucket) > 1:
            bucket.sort()
        handle = self.handle
        for happening in bucket:
            handle(now, happening)

    def run(self) -> None:
        """Until the horizon's end."""
        self.env.run(until=self.end)


def _nothing(now: int, happening: Happening) -> None:
    """Nobody listens yet."""
