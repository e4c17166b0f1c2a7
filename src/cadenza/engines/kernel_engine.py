"""The kernel: the same program, compiled. No Python object for a person; the identical event log and outcome.

Python draws the rates (`world.draw_rates`) and makes names and shares of the integers (`totals`), exactly as for `simpy`; between the two
there is one call without the interpreter's lock, so threads are enough for parallel replications. The C sources are in `kernel/`; what differs
from the reference is how, never what: bags instead of one heap of all timers, rows of 64 bytes for the people under way and no others, lines
instead of heaps where work comes in order.
"""

from __future__ import annotations

import ctypes
import shutil
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..world.draws import stem
from ..world.program import Program
from ..world.rates import Held, Rates, draw_rates
from ..world.roster import hands
from .kernel import build
from .kernel.build import NoKernel
from .kernel.layout import CROWD, FOUND, RESULT, Told, structure
from .kernel.listen import Listening
from .kernel.pack import PROGRAM_STRUCT, RATES_STRUCT, Packed, pack, pack_rates
from .outcome import Outcome
from .totals import CURVES, HEARD, LATE, PLAIN, STANDING, Totals, outcome

if TYPE_CHECKING:
    from . import Trace

__all__ = ["NoKernel", "available", "prepare", "ready", "run"]

RESULT_STRUCT = structure("Result", RESULT)
_KEPT = 160
_ROOM = 1 << 24
"""So many bytes at most are lent to a run again and again: small runs then ask the system for no page at all."""
_lock = threading.Lock()
_library: ctypes.CDLL | None = None
_packed: dict[int, tuple[Program, Packed]] = {}
_rooms: list[array[int]] = []  # those that no run has just now


def available() -> bool:
    """Whether the kernel is compiled already."""
    return _library is not None or build.find(build.cache_folder()) is not None


def ready(tell: Callable[[str], None] | None = None) -> ctypes.CDLL:
    """The library, loaded; compiled first where it was not yet. Raises NoKernel."""
    global _library
    with _lock:
        if _library is None:
            _library = _load(build.make(build.cache_folder(), tell or (lambda _: None)))
        return _library


def prepare(programs: Iterable[Program], tell: Callable[[str], None] | None = None) -> None:
    """Compile and load what is not loaded yet, and lay out the programs, so that nothing can go wrong later. Raises NoKernel."""
    ready(tell)
    for program in programs:
        _pack(program)


def _load(made: build.Made) -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(str(made.path))
    except OSError as error:
        raise NoKernel(f"the compiled kernel cannot be loaded ({error}); use --engine simpy") from None
    finally:
        if made.alone:
            shutil.rmtree(made.path.parent, ignore_errors=True)
    structs = (PROGRAM_STRUCT, RATES_STRUCT, RESULT_STRUCT, Told, structure("Crowd", CROWD), structure("Found", FOUND))
    sizes = (ctypes.c_int64 * len(structs))()
    with suppress(AttributeError):  # another library: then the sizes do not fit
        library.cadenza_sizes(sizes)
    if list(sizes) != [ctypes.sizeof(each) for each in structs]:
        raise NoKernel("the compiled kernel does not fit this Python; use --engine simpy")
    library.cadenza_run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    at, number = ctypes.c_void_p, ctypes.c_int64
    library.cadenza_outside.argtypes, library.cadenza_outside.restype = [at, number, number, number], number
    return library


def run(program: Program, replication: int, trace: Trace | None, fixed_rates: Held, lateness: bool = False) -> Outcome:
    """One replication of the program, in the kernel."""
    rates = draw_rates(program, replication, fixed_rates)
    result, arrays = _result(program)
    listening = Listening(program)
    if trace is not None:
        result.take_events = listening.to_events(trace)
    if lateness:
        result.take_lateness = listening.to_lateness()
    _live(program, replication, rates, result, listening)
    return outcome(program, _totals(program, arrays, rates, listening.late))


def crew(program: Program, replication: int) -> int:
    """How many people had a row at the same time, at most: what a replication's memory grows with."""
    result, arrays = _result(program)
    _live(program, replication, draw_rates(program, replication), result, Listening(program))
    del arrays
    return int(result.rows)


def _live(program: Program, replication: int, rates: Rates, result: Any, listening: Listening) -> None:
    library, packed = ready(), _pack(program)
    given = pack_rates(rates, stem(program.seed, replication))
    room = _lent()
    result.room, result.room_size = room.buffer_info()[0], 8 * len(room)
    failed = library.cadenza_run(ctypes.byref(packed.struct), ctypes.byref(given.struct), ctypes.byref(result))
    if result.room_size < result.room_wanted <= _ROOM:
        room = array("q", bytes(result.room_wanted * 5 // 32 * 8))
    _rooms.append(room)
    if listening.error is not None:
        raise listening.error
    if failed:
        raise MemoryError("there is not enough memory for this many people")


def _lent() -> array[int]:
    """Memory for one run, which gives it back."""
    try:
        return _rooms.pop()
    except IndexError:
        return array("q")


def _pack(program: Program) -> Packed:
    """The program as the kernel wants it; kept for the next replication."""
    with _lock:
        found = _packed.get(id(program))
        if found is None or found[0] is not program:
            while len(_packed) >= _KEPT:
                del _packed[next(iter(_packed))]
            found = _packed[id(program)] = (program, pack(program, _library.cadenza_outside if _library is not None else None))
        return found[1]


def _shapes(program: Program) -> dict[str, tuple[int, ...]]:
    cohorts, steps, roles = len(program.cohorts.name), len(program.steps.id), len(program.roles.name)
    return {
        "plain": (cohorts, len(PLAIN)),
        "touches": (steps,),
        "said": (steps, len(HEARD)),
        "curves": (cohorts, len(CURVES), program.weeks),
        "sent": (len(program.senders.name),),
        "sent_weekly": (len(program.senders.name), program.weeks),
        "worked": (roles,),
        "worked_weekly": (roles, program.weeks),
        "ended": (cohorts, len(program.states.outcomes)),
        "standing": (cohorts, len(STANDING)),
        "late": (cohorts + 1, len(LATE)),
    }


def _result(program: Program) -> tuple[Any, dict[str, array[int]]]:
    result = RESULT_STRUCT()
    arrays = {}
    for name, shape in _shapes(program).items():
        size = 1
        for length in shape:
            size *= length
        made = arrays[name] = array("q", bytes(8 * max(1, size)))
        setattr(result, name, made.buffer_info()[0])
    return result, arrays


def _totals(program: Program, arrays: dict[str, array[int]], rates: Rates, lateness: Sequence[Sequence[Mapping[int, int]]]) -> Totals:
    made: dict[str, Any] = {name: _shaped(arrays[name].tolist(), shape) for name, shape in _shapes(program).items()}
    days, paces = len(program.days.business), (*rates.paces, array("d"))
    selling = [rates.chain[c] for c in program.roles.selling_time]
    return Totals(**made, selling=selling, hands=[hands(each, days) for each in paces], lateness=lateness)


def _shaped(values: list[int], shape: Sequence[int]) -> list[Any]:
    """A flat list as lists of lists."""
    if len(shape) == 1:
        return values[: shape[0]]
    length = 1
    for each in shape[1:]:
        length *= each
    parts = [values[i * length : (i + 1) * length] for i in range(shape[0])]
    return parts if len(shape) == 2 else [_shaped(part, shape[1:]) for part in parts]
