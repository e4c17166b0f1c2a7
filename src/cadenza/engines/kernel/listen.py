"""What the kernel tells on the way: events as they happen, a few thousand at a time, and at the end how late things were.

The kernel runs without the interpreter's lock; ctypes takes it for as long as one of these functions runs. An error in them cannot go through C: it
is kept, the kernel is told to end the run, and whoever started it raises the error.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...world.program import Program
from ..common import made_by
from .layout import Told

if TYPE_CHECKING:
    from .. import Trace

NUMBER = ctypes.c_int64
TAKE_EVENTS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Told), NUMBER)
TAKE_LATENESS = ctypes.CFUNCTYPE(ctypes.c_int, NUMBER, NUMBER, ctypes.POINTER(ctypes.c_uint32), NUMBER, NUMBER)


class Listening:
    """Functions for one run, which live as long as this does. `error` is what went wrong in one of them; `late` how late things were, by playbook and
    kind (touches, hand-offs): seconds -> how often."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.error: BaseException | None = None
        self.late: list[list[Counter[int]]] = []
        self._kept: list[Any] = []

    def to_events(self, trace: Trace) -> int:
        """The address of a function that gives events, with their names, to `trace`."""
        program = self.program
        states, steps, keys = program.states, program.steps, program.people.key

        def take(events: Any, count: int) -> None:
            for i in range(count):
                event = events[i]
                name = states.events[event.event] if event.step < 0 else f"{states.events[event.event]}:{steps.id[event.step]}"
                who = made_by(program, event.made - 1, event.person) if event.made else ""
                trace(event.time, keys[event.person], states.name[event.state], name, who, event.draw)

        return self._address(TAKE_EVENTS, take)

    def to_lateness(self) -> int:
        """The address of a function that counts how late things were."""
        self.late = [[Counter(), Counter()] for _ in self.program.cohorts.name]

        def take(cohort: int, kind: int, late: Any, count: int, punctual: int) -> None:
            found = self.late[cohort][kind]
            pairs = late[: 2 * count] if count else []
            found.update(dict(zip(pairs[::2], pairs[1::2], strict=True)))
            if punctual:
                found[0] += punctual

        return self._address(TAKE_LATENESS, take)

    def _address(self, kind: Any, take: Callable[..., None]) -> int:
        def guarded(*given: Any) -> int:
            try:
                take(*given)
            except BaseException as error:
                self.error = error
                return 1
            return 0

        made = kind(guarded)
        self._kept.append(made)
        return ctypes.cast(made, ctypes.c_void_p).value or 0
