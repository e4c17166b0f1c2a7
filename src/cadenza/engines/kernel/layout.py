"""The one place where Python and C agree: `generated.h` is written from here, and so are the ctypes structures.

A field is a name and what it is: a number, or an array of integers, of words (unsigned, for draw codes) or of doubles. Codes of events, kinds and
figures are written out as C enums, so that the kernel compares with constants.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable

from ...language.model import CHANNELS
from ...world.assumptions import SHARES
from ...world.clocks import BUSINESS_DAYS, BUSINESS_HOURS, COLUMNS, EXACT, NO_CHANNEL
from ...world.draws import PURPOSES
from ...world.program import ANSWERS, CODE, DEALS, EVENTS, KINDS, KNOWN, TASKS, TIMERS
from ...world.quantiles import POINTS
from ...world.rates import DEPTH, FALLS
from ...world.steps import AUTOMATIC
from ..common import HAPPENINGS, LATER, LEAST, MEMORY, MOST
from ..totals import CURVES, HEARD, PLAIN
from ..warm import TRIES

NUMBER, WORD, INTS, WORDS, REALS, SMALLS, POINTER = range(7)
_C = {
    NUMBER: "i64 {}",
    WORD: "u64 {}",
    INTS: "const i64 *{}",
    WORDS: "const u64 *{}",
    REALS: "const double *{}",
    SMALLS: "const i32 *{}",
    POINTER: "void *{}",
}
_TYPES = {NUMBER: ctypes.c_int64, WORD: ctypes.c_uint64}
HALVES = 256


def _fields(text: str, kind: int) -> list[tuple[str, int]]:
    return [(name, kind) for name in text.split()]


PROGRAM: list[tuple[str, int]] = [
    *_fields("epoch end calendar weeks events cohort_count step_count state_count row_count sender_count role_count person_count day_count", NUMBER),
    *_fields("window_count business_count move_count outcome_count account_count shared", NUMBER),
    *_fields(
        "propensity_code code_booked code_held code_opportunity code_won code_value code_cycle code_lead_time code_asked_back code_asked_back_delay "
        "code_keen",
        WORD,
    ),
    *_fields("opens closes total window zone_at zone_offset zone_walls zone days business calendar_zone forward_window hours_window", INTS),
    *_fields("day_at nine monday", INTS),
    *_fields("state_kind state_step state_task state_role state_within state_within_unit state_outcome state_owned paused named go", INTS),
    *_fields("move_target move_timer move_amount move_unit move_channel move_scope", INTS),
    *_fields("step_channel step_answer step_role step_seconds step_talk step_reps step_weekly_cap step_daily_cap step_sender", INTS),
    *_fields("step_row step_variant step_reads step_cohort state_cohort", INTS),
    *_fields("step_code step_variant_code address_code", WORDS),
    *_fields("weight halves propensity", REALS),
    *_fields("row_reply row_signal", INTS),
    *_fields("cohort_priority cohort_start cohort_elapsed cohort_elapsed_unit cohort_segments cohort_reach cohort_reach_unit", INTS),
    *_fields("cohort_inbound cohort_rest cohort_rest_unit cohort_away cohort_asked_back cohort_asked_back_delay", INTS),
    *_fields("task_role task_seconds cohort_booked cohort_held cohort_opportunity cohort_won cohort_unclassified", INTS),
    *_fields("cohort_after_no cohort_floor cohort_slice cohort_lead_time cohort_value cohort_cycle quota", INTS),
    *_fields("role_people role_window role_calendar role_selling_time mailbox cap", INTS),
    *_fields("person_key", WORDS),
    *_fields("arrive", INTS),
    *_fields("person_cohort person_account person_calendar person_segment person_position arrive_day colleagues colleague", SMALLS),
    *_fields("tables", INTS),
    *_fields("flight_count flight_capped_count", NUMBER),
    *_fields(
        "flight_person flight_state flight_round flight_last_step flight_answered flight_meetings flight_speed flight_channel flight_made", SMALLS
    ),
    *_fields("flight_keen flight_unclear flight_made_step flight_made_round flight_made_before flight_made_recent flight_made_known", SMALLS),
    *_fields("flight_made_wait flight_deals flight_deal_known flight_pending flight_pending_event flight_pending_step", SMALLS),
    *_fields("flight_sent flight_complained flight_bounced flight_capped", SMALLS),
    *_fields("flight_deal_at flight_pending_told flight_pending_reached", INTS),
    *_fields("flight_since flight_enrolled flight_touched flight_due flight_planned flight_expires flight_held flight_refused flight_made_at", INTS),
]
RATES: list[tuple[str, int]] = [
    *_fields("stem", WORD),
    *_fields("chain share decay pressure complaints bounces paces", REALS),
    *_fields("paced", INTS),
]
CROWD: list[tuple[str, int]] = [
    *_fields("size wanted country_count segment_count inbound first_account", NUMBER),
    *_fields("name stem account_code country_code zone_code segment_code arrival_code", WORD),
    *_fields("share bounds", REALS),
    *_fields("country calendars quota day_at nine", INTS),
]
FOUND: list[tuple[str, int]] = [*_fields("key", WORDS), *_fields("arrive", INTS), *_fields("account calendar segment arrive_day", SMALLS)]
RESULT: list[tuple[str, int]] = [
    *_fields("rows", NUMBER),  # people who had one at the same time
    *_fields("room_size room_wanted", NUMBER),  # bytes of memory that the caller lends, and how many would have been enough
    *_fields("plain touches said curves sent sent_weekly worked worked_weekly ended standing late", INTS),
    *_fields("room", POINTER),
    *_fields("take_events take_lateness", POINTER),  # functions, or nothing: whom to give the events to as they happen, and how late things were
]


def structure(name: str, fields: list[tuple[str, int]]) -> type[ctypes.Structure]:
    """The ctypes twin of one of the structs."""
    return type(name, (ctypes.Structure,), {"_fields_": [(field, _TYPES.get(kind, ctypes.c_void_p)) for field, kind in fields]})


class Told(ctypes.Structure):
    """One event of a trace, as the kernel writes it down."""

    _fields_ = (
        ("time", ctypes.c_int64),
        ("draw", ctypes.c_uint64),
        ("person", ctypes.c_int32),
        ("state", ctypes.c_int32),
        ("event", ctypes.c_int32),
        ("step", ctypes.c_int32),
        ("made", ctypes.c_int32),
        ("spare", ctypes.c_int32),
    )


def _struct(name: str, fields: list[tuple[str, int]], writable: bool = False) -> str:
    lines = [f"    {_C[kind].format(field)};" for field, kind in fields]
    text = "\n".join(lines)
    return "typedef struct {\n" + (text.replace("const ", "") if writable else text) + f"\n}} {name};\n"


def enum(prefix: str, names: Iterable[str]) -> str:
    """An enum of C, its members numbered in this order."""
    each = ", ".join(f"{prefix}{name.upper().replace('.', '_')} = {number}" for number, name in enumerate(names))
    return f"enum {{ {each} }};\n"


SIZES = {
    "CHANNELS": len(CHANNELS),
    "COLUMNS": COLUMNS,
    "NO_CHANNEL": NO_CHANNEL,
    "EVENTS": len(EVENTS),
    "TASKS": len(TASKS),
    "HEARD": len(HEARD),
    "PLAIN": len(PLAIN),
    "CURVES": len(CURVES),
    "POINTS": POINTS,
    "DEPTH": DEPTH,
    "MEMORY": MEMORY,
    "MOST": MOST,
    "EXACT": EXACT,
    "BUSINESS_DAYS": BUSINESS_DAYS,
    "BUSINESS_HOURS": BUSINESS_HOURS,
}
"""What every library of the engines knows of the program's numbers."""


def header() -> str:
    """The text of generated.h."""
    sizes = {
        **SIZES,
        "SHARES": len(SHARES),
        "PURPOSES": len(PURPOSES),
        "FALLS": FALLS,
        "HALVES": HALVES,
        "LEAST": LEAST,
        "TRIES": TRIES,
        "LATER": LATER,
        "AUTOMATIC": AUTOMATIC,
    }
    assert max(CODE.values()) < LATER < 124  # ranks have seven bits
    return "".join(
        (
            *(f"#define {name} {value}\n" for name, value in sizes.items()),
            enum("", KINDS),
            enum("", TASKS),
            enum("", TIMERS),
            enum("", ANSWERS),
            enum("KNOWN_", KNOWN),
            enum("DEAL_", DEALS),
            enum("E_", EVENTS),
            enum("S_", (name.removeprefix("reply.") for name in SHARES)),
            enum("P_", PURPOSES),
            enum("N_", PLAIN),
            enum("C_", CURVES),
            enum("K_", HAPPENINGS),
            _struct("Program", PROGRAM),
            _struct("Rates", RATES),
            _struct("Result", RESULT, writable=True),
            _struct("Crowd", CROWD),
            _struct("Found", FOUND, writable=True),
        )
    )
