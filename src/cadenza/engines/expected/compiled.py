"""The solver, compiled: the same bundles in the same order, in C.

`solve.Solver` is the reference, and what is small is left to it: who people are, what a touch may bring in a setting that has not been met yet, how a
sender is judged. The C sources are in `compiled/`.
"""

from __future__ import annotations

import ctypes
from array import array
from typing import TYPE_CHECKING, Any

from .answers import Delay, Group, Setting, Touch
from .given import GIVEN, Packed
from .heard import BOUNCED

if TYPE_CHECKING:
    from .solve import Solver

AskTouch = ctypes.CFUNCTYPE(
    ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_double, ctypes.c_double
)
AskPlacement = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int64, ctypes.c_double, ctypes.c_double, ctypes.c_double)
_NO_MEMORY, _NO_ROOM, _BY_CALLER = 1, 2, 3


def solve(solver: Solver, library: ctypes.CDLL) -> bool:
    """Fill the solver's tally. False where some person's history is too long for the compiled solver."""
    packed = Packed(solver)
    asked = _Asked(solver, library)
    failed = library.cadenza_solve(ctypes.byref(packed.struct), AskTouch(asked.touch), AskPlacement(asked.placement))
    if failed == _NO_MEMORY:
        raise MemoryError("there is not enough memory for this many people")
    if failed == _BY_CALLER:
        assert asked.error is not None
        raise asked.error
    if failed == _NO_ROOM:
        return False
    solver.tally.fill(packed.counts)
    return True


def declare(library: ctypes.CDLL) -> bool:
    """Say what its functions take. False where the library does not fit this Python."""
    at, number = ctypes.c_void_p, ctypes.c_int64
    library.cadenza_solve.argtypes, library.cadenza_solve.restype = [at, AskTouch, AskPlacement], ctypes.c_int
    library.cadenza_delay.argtypes, library.cadenza_delay.restype = [at, at, number], number
    library.cadenza_touch.argtypes, library.cadenza_touch.restype = [at, at, at], None
    library.cadenza_given_size.argtypes, library.cadenza_given_size.restype = [], number
    return int(library.cadenza_given_size()) == ctypes.sizeof(GIVEN)


class _Asked:
    """What the compiled solver asks for while it runs. What fails here is raised when it has come back."""

    def __init__(self, solver: Solver, library: ctypes.CDLL) -> None:
        self.solver, self.library = solver, library
        self.delays = {id(delay): n for n, delay in enumerate(solver.answers.delays)}
        self.kept: list[Any] = []
        self.error: BaseException | None = None

    def touch(self, at: int, step: int, channel: int, recent: int, refused: int, speed: float, placed: float) -> int:
        try:
            found = self.solver.answers.of(step, Setting(channel, recent, bool(refused), speed, placed))
            numbers, values = self._told(at, found)
            self.library.cadenza_touch(at, numbers.buffer_info()[0], values.buffer_info()[0])
        except BaseException as error:  # there is no way to raise it through C
            self.error = error
            return 1
        return 0

    def placement(self, sender: int, complaints: float, bounces: float, mails: float) -> float:
        try:
            return self.solver.days.placement(sender, complaints, bounces, mails)
        except BaseException as error:
            self.error = error
            return -1.0

    def _told(self, at: int, touch: Touch) -> tuple[array[int], array[float]]:
        """A touch as numbers and chances, in the order in which `read_touch` reads it."""
        kinds = len(touch.bad)
        sure = [1.0] * kinds
        has = (touch.waits, any(touch.bad), touch.first is not None, touch.lands is not None)
        numbers, values = array("q", [kinds, *map(int, has), touch.first_code, len(touch.looks)]), array("d", touch.bad)
        values.extend(touch.first or ())
        values.extend(touch.lands or ())
        first = [] if touch.first is None else [Group(touch.first_delay, [(touch.first_code, touch.first)], touch.first)]
        looks = []
        for code, delay, chance in touch.looks:
            whole = chance if touch.first is None else [a * b for a, b in zip(chance, touch.first, strict=True)]
            looks.append([Group(delay, [(code, whole)], whole)])
        for groups in (touch.groups, first, [Group(touch.bounce, [(BOUNCED, sure)], sure)], *looks):
            self._groups(at, groups, numbers, values)
        return numbers, values

    def _groups(self, at: int, groups: list[Group], numbers: array[int], values: array[float]) -> None:
        numbers.append(len(groups))
        for group in groups:
            numbers.extend((self._delay(at, group.delay), len(group.events), *(code for code, _ in group.events)))
            for _, chance in group.events:
                values.extend(chance)
            values.extend(group.total)

    def _delay(self, at: int, delay: Delay) -> int:
        """The number of a table; a new one is handed over and kept."""
        if id(delay) not in self.delays:
            table = array("q", delay.table)
            self.kept += [delay, table]
            self.delays[id(delay)] = self.library.cadenza_delay(at, table.buffer_info()[0], len(table))
        return self.delays[id(delay)]
