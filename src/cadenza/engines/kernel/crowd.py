"""Long lists of people, drawn by the compiled kernel: what `population` says, in machine integers from the beginning.

A million people as Python objects are a gigabyte and half a minute. The kernel's library, where it is compiled already, fills the columns of `People`
itself; without it `population` does, and both give the same columns to the last person. Only crowds without shared people come here.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from typing import Any, cast

from ...world.clocks import ClockMaker
from ...world.crowd import Audience
from ...world.draws import stem, text64
from ...world.population import CODES, LIST, MANY, calendars_of, segment_bounds
from ...world.program import Days, People
from .layout import CROWD, FOUND, structure
from .pack import Packed

COHORTS = 256
"""The library puts so many playbooks at most into one order."""


def draw(audiences: Sequence[Audience], seed: int, days: Days, maker: ClockMaker) -> People | None:
    """What `world.crowd` asks for; None where the library is not compiled (nothing is compiled for it) or the playbooks are too many."""
    from .. import kernel_engine

    if len(audiences) > COHORTS or not kernel_engine.available():
        return None
    return drawn(kernel_engine.ready(), audiences, seed, days, maker)


def drawn(native: Any, audiences: Sequence[Audience], seed: int, days: Days, maker: ClockMaker) -> People:
    """Everybody who can be enrolled. Raises MemoryError."""
    counts = [min(each.size, sum(each.quota)) for each in audiences]
    bounds = array("q", [sum(counts[:c]) for c in range(len(counts) + 1)])
    columns = _columns(bounds[-1])
    accounts = 0
    for c, each in enumerate(audiences):
        given, kept = _given(each, seed, days, maker, accounts)
        accounts = native.cadenza_crowd(ctypes.byref(given), ctypes.byref(_found(columns, bounds[c])))
        del kept
        if accounts < 0:
            raise MemoryError("there is not enough memory for this many people")
    cohort, position = _arranged(native, columns, bounds)
    colleagues, colleague = _zeros("i", accounts + 1), _zeros("i", bounds[-1])
    native.cadenza_colleagues(_at(columns["account"]), bounds[-1], accounts, _at(colleagues), _at(colleague))
    return People(**cast(Any, columns), cohort=cohort, position=position, colleagues=colleagues, colleague=colleague)


def _zeros(code: str, count: int) -> array[int]:
    made: array[int] = array(code)
    made.frombytes(bytes(made.itemsize))
    return made * count


def _at(values: array[Any], first: int = 0) -> int:
    return values.buffer_info()[0] + first * values.itemsize


def _columns(count: int) -> dict[str, array[int]]:
    codes = {"key": "Q", "account": "i", "calendar": "i", "segment": "i", "arrive": "q", "arrive_day": "i"}
    return {name: _zeros(code, count) for name, code in codes.items()}


def _found(columns: dict[str, array[int]], first: int) -> Any:
    return structure("Found", FOUND)(*(_at(columns[name], first) for name, _ in FOUND))


def _given(each: Audience, seed: int, days: Days, maker: ClockMaker, first_account: int) -> tuple[Any, Any]:
    """The struct of what is asked for, and the arrays that it points to."""
    countries, segments = calendars_of(each.playbook, maker, each.playbook), segment_bounds(each.assumptions)
    wanted = sum(each.quota)
    packed = Packed(
        structure("Crowd", CROWD),
        CROWD,
        {
            "size": min(each.size, max(MANY, wanted)),
            "wanted": wanted,
            "country_count": len(countries),
            "segment_count": len(segments),
            "inbound": int(each.playbook.motion == "inbound"),
            "first_account": first_account,
            "name": text64(each.playbook.name),
            "stem": stem(seed, LIST),
            **{f"{name}_code": value for name, value in CODES.items()},
            "share": [1.0 / max(each.assumptions.number("accounts", "people", default=1.0), 1.0)],
            "bounds": segments,
            "country": [sum(len(zones) for zones in countries[:n]) for n in range(len(countries) + 1)],
            "calendars": [calendar for zones in countries for calendar in zones],
            "quota": [*each.quota, 1],
            "day_at": days.at,
            "nine": days.nine,
        },
    )
    return packed.struct, packed.arrays


def _arranged(native: Any, columns: dict[str, array[int]], bounds: array[int]) -> tuple[array[int], array[int]]:
    """Put the columns of all playbooks into one order of keys; gives the cohort and the place in it of everybody."""
    count, cohorts = bounds[-1], len(bounds) - 1
    cohort, position = _zeros("i", count), _zeros("i", count)
    native.cadenza_order(ctypes.byref(_found(columns, 0)), _at(bounds), cohorts, _at(cohort), _at(position))
    for name, values in columns.items() if cohorts > 1 else ():
        columns[name] = _zeros(values.typecode, count)
        native.cadenza_arrange(_at(values), _at(columns[name]), values.itemsize, _at(bounds), cohorts, _at(cohort), _at(position))
    return cohort, position
