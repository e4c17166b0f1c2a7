"""Long lists of people, with the compiled kernel's help: what `population` says, in machine integers from the beginning.

The kernel's library, where it is compiled already, fills the columns of who is drawn, numbers the texts of who is listed, and sorts them all;
without it Python does, and both give the same columns to the last person.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from typing import Any, cast

from ...world.clocks import ClockMaker
from ...world.crowd import Audience, Members
from ...world.draws import hashed, stem, text64
from ...world.population import CODES, LIST, calendars_of, joined, reach, segment_bounds
from ...world.program import Days, People
from .layout import CROWD, FOUND, structure
from .pack import Packed


def draw(audience: Audience, seed: int, days: Days, maker: ClockMaker) -> Members | None:
    """What `world.crowd` asks for; None where the library is not compiled (nothing is compiled for it)."""
    native = _library()
    if native is None:
        return None
    codes = {"key": "Q", "account": "i", "calendar": "i", "segment": "i", "arrive": "q", "arrive_day": "i"}
    columns = {name: _zeros(code, audience.wanted) for name, code in codes.items()}
    given, kept = _given(audience, seed, days, maker)
    found = structure("Found", FOUND)(*(_at(columns[name]) for name, _ in FOUND))
    _must(native.cadenza_crowd(ctypes.byref(given), ctypes.byref(found), audience.order))
    del kept
    return Members(**columns)


def order(cohorts: Sequence[Members]) -> People | None:
    """Everybody in one order of keys."""
    native = _library()
    if native is None:
        return None
    columns = joined(cohorts)
    count, order = len(columns["key"]), _places(native, columns["key"])
    for name, values in columns.items():
        columns[name] = _zeros(values.typecode, count)
        native.cadenza_arrange(_at(values), _at(columns[name]), values.itemsize, _at(order), count)
    account = columns["account"]
    accounts = _must(native.cadenza_accounts(_at(account), count, max(account, default=-1) + 1))
    colleagues, colleague = _zeros("i", accounts + 1), _zeros("i", count)
    native.cadenza_colleagues(_at(account), count, accounts, _at(colleagues), _at(colleague))
    return People(**cast(Any, columns), colleagues=colleagues, colleague=colleague)


def places(numbers: array[int]) -> array[int] | None:
    """The places of numbers by number."""
    native = _library()
    return None if native is None else _places(native, numbers)


def _places(native: Any, numbers: array[int]) -> array[int]:
    order = _zeros("i", len(numbers))
    _must(native.cadenza_order(_at(numbers), len(numbers), _at(order)))
    return order


def texts(before: str, values: Sequence[str]) -> array[int] | None:
    """The number of each text with `before` before it. The texts hold no zero byte."""
    native = _library()
    if native is None:
        return None
    found, together = _zeros("Q", len(values)), ("\0".join(values) + "\0").encode()
    native.cadenza_texts(hashed(before), together, len(together), _at(found))
    return found


def _library() -> Any:
    from .. import kernel_engine

    if not kernel_engine.available():
        return None
    native = kernel_engine.ready()
    at, number, word = ctypes.c_void_p, ctypes.c_int64, ctypes.c_uint64
    native.cadenza_crowd.argtypes, native.cadenza_crowd.restype = [at, at, word], number
    native.cadenza_order.argtypes, native.cadenza_order.restype = [at, number, at], number
    native.cadenza_arrange.argtypes, native.cadenza_arrange.restype = [at, at, number, at, number], None
    native.cadenza_accounts.argtypes, native.cadenza_accounts.restype = [at, number, number], number
    native.cadenza_colleagues.argtypes, native.cadenza_colleagues.restype = [at, number, number, at, at], None
    native.cadenza_texts.argtypes, native.cadenza_texts.restype = [word, ctypes.c_char_p, number, at], None
    return native


def _must(found: int) -> int:
    if found < 0:
        raise MemoryError("there is not enough memory for this many people")
    return found


def _zeros(code: str, count: int) -> array[int]:
    made: array[int] = array(code)
    made.frombytes(bytes(made.itemsize))
    return made * count


def _at(values: array[Any]) -> int:
    return values.buffer_info()[0]


def _given(each: Audience, seed: int, days: Days, maker: ClockMaker) -> tuple[Any, Any]:
    """The struct of what is asked for, and the arrays that it points to."""
    countries, segments = calendars_of(each.playbook, maker, each.lead), segment_bounds(each.assumptions)
    packed = Packed(
        structure("Crowd", CROWD),
        CROWD,
        {
            "size": reach(each),
            "wanted": each.wanted,
            "country_count": len(countries),
            "segment_count": len(segments),
            "inbound": int(each.playbook.motion == "inbound"),
            "first_account": each.first,
            "name": text64(each.home),
            "stem": stem(seed, LIST),
            **{f"{name}_code": value for name, value in CODES.items()},
            "share": [1.0 / max(each.leading.number("accounts", "people", default=1.0), 1.0)],
            "bounds": segments,
            "country": [sum(len(zones) for zones in countries[:n]) for n in range(len(countries) + 1)],
            "calendars": [calendar for zones in countries for calendar in zones],
            "quota": [*each.quota, 1],
            "day_at": days.at,
            "nine": days.nine,
        },
    )
    return packed.struct, packed.arrays
