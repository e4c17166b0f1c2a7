"""A program, laid out for the kernel: flat arrays, each checked against what the kernel's types and loops can hold."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias, cast

from ...language.model import CHANNELS
from ...world.draws import text64
from ...world.program import EVENTS, TASKS, Flight, Program
from ...world.quantiles import POINTS
from ...world.rates import Rates
from ..warm import KEEN
from .build import NoKernel
from .layout import HALVES, INTS, NUMBER, PROGRAM, RATES, REALS, SMALLS, WORD, WORDS, structure

TYPECODE = {INTS: "q", WORDS: "Q", REALS: "d", SMALLS: "i"}
PROGRAM_STRUCT, RATES_STRUCT = structure("Program", PROGRAM), structure("Rates", RATES)
TOO_LARGE = "the kernel has no room for this, use --engine simpy: "
MOST_SECONDS, MOST_STEPS, MOST_PEOPLE = 1 << 47, (1 << 15) - 2, (1 << 31) - 2


Outside: TypeAlias = Callable[[int, int, int, int], int]
"""(address of 32-bit integers, how many, low, high) -> the first place of one outside [low, high), or -1."""


class Packed:
    """A struct and the arrays that it points to, which live as long as this does."""

    __slots__ = ("arrays", "struct")

    def __init__(self, struct: type[ctypes.Structure], fields: list[tuple[str, int]], values: dict[str, Any]) -> None:
        self.struct = struct()
        self.arrays: list[array[Any]] = []
        for name, kind in fields:
            value = values[name]
            if kind not in (NUMBER, WORD):
                made = value if isinstance(value, array) and value.typecode == TYPECODE[kind] else array(TYPECODE[kind], value)
                self.arrays.append(made)
                value = made.buffer_info()[0]
            setattr(self.struct, name, value)
        if len(values) != len(fields):
            raise AssertionError(f"packed for nothing: {sorted(values.keys() - {name for name, _ in fields})}")


def pack_rates(rates: Rates, stem: int) -> Packed:
    """One replication's rates."""
    return Packed(
        RATES_STRUCT,
        RATES,
        {
            "stem": stem,
            "chain": rates.chain,
            "share": _flat(rates.share),
            "decay": _flat(rates.decay),
            "pressure": _flat(rates.pressure),
            "complaints": _flat(rates.complaints),
            "bounces": _flat(rates.bounces),
            "paces": _flat(rates.paces),
            "paced": _starts(rates.paces),
        },
    )


def _flat(rows: Iterable[Iterable[float]]) -> array[float]:
    made = array("d")
    for row in rows:
        made.extend(row)
    return made


def _starts(rows: Iterable[Sequence[float]]) -> list[int]:
    """Where each role's paces begin; -1 where it has none, as nobody has."""
    found, at = [], 0
    for row in rows:
        found.append(at if row else -1)
        at += len(row)
    return [*found, -1]


def pack(program: Program, outside: Outside | None = None) -> Packed:
    """The program for `cadenza_run`; `outside` looks through long columns faster than Python does. Raises NoKernel where it does not fit."""
    check(program, outside)
    values = {
        **_sizes(program),
        **_time(program),
        **_machine(program),
        **_steps(program),
        **_cohorts(program),
        **_people(program),
        **_flight(program),
    }
    return Packed(PROGRAM_STRUCT, PROGRAM, values)


def _sizes(program: Program) -> dict[str, Any]:
    purposes = ("booked", "held", "opportunity", "won", "value", "cycle", "lead_time")
    return {
        "epoch": program.start,
        "end": program.end - program.start,
        "calendar": program.calendar,
        "weeks": program.weeks,
        "events": len(program.states.events),
        "cohort_count": len(program.cohorts.name),
        "step_count": len(program.steps.id),
        "state_count": len(program.states.name),
        "row_count": len(program.rows.reply),
        "sender_count": len(program.senders.name),
        "role_count": len(program.roles.name),
        "person_count": len(program.people.key),
        "day_count": len(program.days.business),
        "window_count": len(program.clocks.window),
        "business_count": len(program.clocks.business),
        "move_count": len(program.states.target),
        "outcome_count": len(program.states.outcomes),
        "account_count": len(program.people.colleagues) - 1,
        "shared": int(program.shared),
        "propensity_code": text64("propensity/"),
        **{f"code_{name}": text64(f"{name}/") for name in purposes},
        "code_asked_back": text64("asked_back/"),
        "code_asked_back_delay": text64("asked_back.delay/"),
        "code_keen": KEEN,
    }


def _time(program: Program) -> dict[str, Any]:
    """Instants count from the program's start: they fit into 32 bits then. Wall clocks and days stay what they are."""
    clocks, days, start = program.clocks, program.days, program.start
    same = ("total", "window", "zone", "days", "business", "calendar_zone", "forward_window", "hours_window")
    return {
        **{name: getattr(clocks, name) for name in same},
        "opens": [t - start for t in clocks.opens],
        "closes": [t - start for t in clocks.closes],
        "zone_at": [t - start for t in clocks.at],
        "zone_offset": [offset + start for offset in clocks.offset],
        "zone_walls": clocks.walls,
        "day_at": [t - start for t in days.at],
        "nine": [t - start for t in days.nine],
        "monday": days.monday,
    }


def _machine(program: Program) -> dict[str, Any]:
    states = program.states
    of_state = ("cohort", "kind", "step", "task", "role", "within", "within_unit", "outcome", "owned")
    of_move = ("target", "timer", "amount", "unit", "channel", "scope")
    return {
        **{f"state_{name}": getattr(states, name) for name in of_state},
        **{f"move_{name}": getattr(states, name) for name in of_move},
        "paused": states.paused,
        "named": states.named,
        "go": states.go,
    }


def _steps(program: Program) -> dict[str, Any]:
    steps = program.steps
    same = ("cohort", "channel", "answer", "role", "seconds", "talk", "reps", "weekly_cap", "daily_cap", "sender", "row", "variant", "reads", "code")
    return {
        **{f"step_{name}": getattr(steps, name) for name in same},
        "step_variant_code": steps.variant_code,
        "address_code": tuple(text64(f"address/{kind}") for kind in range(6)),
        "weight": steps.weight,
        "halves": program.halves,
        "row_reply": program.rows.reply,
        "row_signal": program.rows.signal,
        "tables": _joined(program.tables, "q"),
    }


def _cohorts(program: Program) -> dict[str, Any]:
    cohorts, roles = program.cohorts, program.roles
    same = ("priority", "start", "elapsed", "elapsed_unit", "segments", "reach", "reach_unit", "booked", "held", "opportunity", "won")
    more = (
        "inbound",
        "rest",
        "rest_unit",
        "away",
        "asked_back",
        "asked_back_delay",
        "unclassified",
        "after_no",
        "floor",
        "slice",
        "lead_time",
        "value",
        "cycle",
    )
    return {
        **{f"cohort_{name}": getattr(cohorts, name) for name in (*same, *more)},
        **{f"role_{name}": getattr(roles, name) for name in ("people", "window", "calendar", "selling_time")},
        "task_role": cohorts.task_role,
        "task_seconds": cohorts.task_seconds,
        "quota": cohorts.quota,
        "propensity": _joined(cohorts.propensity, "d"),
        "mailbox": program.senders.mailbox,
        "cap": program.senders.cap,
    }


def _people(program: Program) -> dict[str, Any]:
    people = program.people
    same = ("cohort", "account", "calendar", "segment", "position")
    return {
        **{f"person_{name}": getattr(people, name) for name in same},
        "person_key": people.key,
        "arrive": people.arrive,
        "arrive_day": people.arrive_day,
        "colleagues": people.colleagues,
        "colleague": people.colleague,
    }


_OF_FLIGHT = (
    *("person", "state", "round", "last_step", "answered", "meetings", "keen", "speed", "unclear", "channel", "made", "deals", "pending"),
    *("made_step", "made_round", "made_before", "made_recent", "made_known", "made_wait", "deal_known", "pending_event", "pending_step"),
    *("sent", "complained", "bounced", "capped"),
)
_PAST = ("since", "enrolled", "touched", "made_at", "deal_at", "pending_told", "pending_reached")
_AHEAD = ("due", "planned", "expires", "held", "refused")


def _flight(program: Program) -> dict[str, Any]:
    """Who is under way when it starts; instants count from there."""
    flight, start = program.people.flight, program.start
    if flight is None:
        return {"flight_count": 0, "flight_capped_count": 0, **{f"flight_{name}": [] for name in (*_OF_FLIGHT, *_PAST, *_AHEAD)}}
    return {
        "flight_count": len(flight.person),
        "flight_capped_count": len(flight.capped) // 4,
        **{f"flight_{name}": getattr(flight, name) for name in _OF_FLIGHT},
        **{f"flight_{name}": [at - start for at in getattr(flight, name)] for name in _PAST},
        **{f"flight_{name}": [-1 if at < 0 else at - start for at in getattr(flight, name)] for name in _AHEAD},
    }


def _joined(tables: Sequence[Sequence[Any]], code: str) -> array[Any]:
    made = array(cast(Any, code))
    for table in tables:
        made.extend(table)
    return made


# ---------------------------------------------------------------- what must hold


def check(program: Program, outside: Outside | None = None) -> None:
    """Every index lies where it points to, and nothing is larger than the kernel's bits for it. The kernel itself looks at nothing twice."""
    states, steps, cohorts, people, clocks = program.states, program.steps, program.cohorts, program.people, program.clocks
    if program.end >= MOST_SECONDS or len(steps.id) > MOST_STEPS or len(people.key) > MOST_PEOPLE:
        raise NoKernel(TOO_LARGE + "so long a horizon, cadence or list")
    if any(table and table[-1] >= MOST_SECONDS for table in program.tables) or max(cohorts.priority) > 255:
        raise NoKernel(TOO_LARGE + "so large a delay, value or priority")
    if program.end - program.start >= 1 << 31:
        raise NoKernel(TOO_LARGE + "so long a horizon")
    moves, width = len(states.target), len(states.events)
    _within("go", states.go, -1, moves, len(states.name) * width)
    _within("named", states.named, -1, width, len(steps.id) * len(EVENTS))
    _within("target", states.target, 0, len(states.name), moves)
    _within("state steps", states.step, -1, len(steps.id), len(states.name))
    _within("sender", steps.sender, -1, len(program.senders.name), len(steps.id))
    _within("step roles", steps.role, 0, len(program.roles.name), len(steps.id))
    _within("rows", (*program.rows.reply, *program.rows.signal), 0, len(program.tables), 2 * len(program.rows.reply))
    _within("start", cohorts.start, 0, len(states.name), len(cohorts.name))
    _within("reach", cohorts.reach, -1, MOST_SECONDS, len(cohorts.name) * len(CHANNELS))
    _within("task roles", cohorts.task_role, -1, len(program.roles.name), len(cohorts.name) * len(TASKS))
    _within("away", cohorts.away, -1, len(program.tables), len(cohorts.name))
    _within("asked back", cohorts.asked_back, -1, len(program.figures.is_rate), len(cohorts.name))
    for name in ("lead_time", "value", "cycle", "asked_back_delay"):
        _within(name, getattr(cohorts, name), 0, len(program.tables), len(cohorts.name))
    _within("cohorts of people", people.cohort, 0, len(cohorts.name), len(people.key), outside)
    _within("calendars of people", people.calendar, 0, len(clocks.business) - 1, len(people.key), outside)
    if len(clocks.business) > 1 << 16 or len(cohorts.name) > 1 << 16:
        raise NoKernel(TOO_LARGE + "so many calendars or playbooks")
    if len(states.name) > 1 << 16 or max(cohorts.segments) > 1 << 8:
        raise NoKernel(TOO_LARGE + "so many states or segments")
    _within("segments of people", people.segment, 0, max(cohorts.segments), len(people.key), outside)
    _within("accounts", people.account, 0, len(people.colleagues) - 1, len(people.key), outside)
    _within("days of arrival", people.arrive_day, 0 if people.flight is None else -1, len(program.days.business), len(people.key), outside)
    _within("colleagues", people.colleague, 0, len(people.key), len(people.key), outside)
    if people.flight is not None:
        _check_flight(people.flight, program)
    lengths = {len(table) for table in (*program.tables, *cohorts.propensity)} | {len(program.halves) - HALVES + POINTS}
    if lengths != {POINTS}:
        raise AssertionError(f"tables have {lengths} points, not {POINTS}")


def _check_flight(flight: Flight, program: Program) -> None:
    count, longest = len(flight.person), max((b - a for a, b in pairwise(flight.made)), default=0)
    earliest = min((*flight.since, *flight.enrolled, *flight.touched, *flight.made_at), default=program.start)
    if program.start - earliest >= 1 << 31 or max((longest, *flight.round, *flight.meetings)) >= 1 << 15:
        raise NoKernel(TOO_LARGE + "so long a log")
    _within("people under way", flight.person, 0, len(program.people.key), count)
    _within("states of people under way", flight.state, 0, len(program.states.name), count)
    _within("last steps of people under way", flight.last_step, -1, len(program.steps.id), count)
    _within("touches of people under way", flight.channel, 0, longest + 1, count * len(CHANNELS))
    _within("steps of their touches", flight.made_step, 0, len(program.steps.id), len(flight.made_at))
    _within("steps that are unclear", flight.unclear, -1, len(program.steps.id), count)
    _within("events on their way", flight.pending_event, 0, len(EVENTS), len(flight.pending_told))
    _within("steps of events on their way", flight.pending_step, -1, len(program.steps.id), len(flight.pending_told))
    for name, column in (("made", "made_at"), ("deals", "deal_at"), ("pending", "pending_told")):
        _within(f"bounds of {column}", getattr(flight, name), 0, len(getattr(flight, column)) + 1, count + 1)


def _within(what: str, values: Sequence[int], low: int, high: int, count: int, outside: Outside | None = None) -> None:
    if outside is not None and isinstance(values, array) and values.typecode == "i":
        wrong = outside(values.buffer_info()[0], len(values), low, high) >= 0
    else:
        wrong = bool(values) and (min(values) < low or max(values) >= high)
    if wrong or len(values) != count:
        raise AssertionError(f"{what}: {len(values)} of {count} values, or one outside {low}..{high - 1}")
