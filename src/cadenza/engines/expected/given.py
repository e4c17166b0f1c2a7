"""A program, laid out for the compiled solver: flat arrays, and the counts that it adds to.

As in the kernel there is one place where Python and C agree: `header()` is `generated.h`, and `structure` makes its ctypes twin. Instants are UTC
seconds here as there.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ...calendars import NEVER
from ...world.program import ANSWERS, EVENTS, KINDS, TASKS, TIMERS
from ..kernel.layout import INTS, NUMBER, REALS, SIZES, enum, structure
from ..totals import CURVES, HEARD_CODES, PLAIN
from .bundle import WHYS
from .tasks import LEADS

if TYPE_CHECKING:
    from .solve import Solver

NOTES = 8
"""So many refusals of one person may be on their way at once, and so many replies unread."""
COUNTS = 99
_C = {NUMBER: "    i64 {};\n", INTS: "    const i64 *{};\n", REALS: "    const double *{};\n", COUNTS: "    double *{};\n"}


def _fields(text: str, kind: int) -> list[tuple[str, int]]:
    return [(name, kind) for name in text.split()]


FIELDS = [
    *_fields("start end calendar calendars weeks events cohorts steps states senders roles days outcomes nobody", NUMBER),
    *_fields("halves_count table_count group_count week_edge_count", NUMBER),
    *_fields("opens closes total window zone_at zone_offset zone_walls zone business_days business calendar_zone", INTS),
    *_fields("forward_window hours_window day_at nine", INTS),
    *_fields("state_kind state_step state_task state_role state_outcome paused named go", INTS),
    *_fields("move_target move_timer move_amount move_unit move_channel move_scope", INTS),
    *_fields("step_channel step_answer step_role step_seconds step_talk step_sender", INTS),
    *_fields("cohort_start cohort_elapsed cohort_elapsed_unit cohort_reach cohort_reach_unit cohort_away cohort_asked_back", INTS),
    *_fields("cohort_asked_back_delay cohort_booked cohort_held cohort_opportunity cohort_won cohort_unclassified cohort_slice", INTS),
    *_fields("cohort_floor cohort_lead_time cohort_cycle task_role task_seconds role_window role_selling_time tables", INTS),
    *_fields("kind_count news_size room judged edges edge_first office office_first week_edges", INTS),
    *_fields("group_cohort group_calendar group_arrive", INTS),
    *_fields("chain halves colleagues mean_value group_weight limits", REALS),
    *_fields("plain touches said curves worked worked_weekly ended standing mails complaints bounces channel_weekly", COUNTS),
]
GIVEN = structure("Given", FIELDS)


def header() -> str:
    """The text of generated.h."""
    sizes = {
        **SIZES,
        "NOTES": NOTES,
        "LEADS": LEADS,
        "SOON": 14 * 86400,
        "NEVER": f"INT64_C({NEVER})",
        "HEARD_CODES": f"{{{', '.join(map(str, HEARD_CODES))}}}",
    }
    names = (("", KINDS), ("", TASKS), ("", TIMERS), ("", ANSWERS), ("", WHYS), ("E_", EVENTS), ("N_", PLAIN), ("C_", CURVES))
    return "".join(
        (
            *(f"#define {name} {value}\n" for name, value in sizes.items()),
            *(enum(prefix, each) for prefix, each in names),
            "typedef struct {\n",
            *(_C[kind].format(name) for name, kind in FIELDS),
            "} Given;\n",
        )
    )


class Packed:
    """The struct, the arrays that it points to, and the counts by name."""

    def __init__(self, solver: Solver) -> None:
        self.struct = GIVEN()
        self.arrays: list[array[Any]] = []
        self.counts: dict[str, array[float]] = {}
        values = {**_time(solver), **_machine(solver), **_playbooks(solver), **_edges(solver), **_people(solver), **_counts(solver)}
        for name, kind in FIELDS:
            value = values.pop(name)
            if kind != NUMBER:
                made: array[Any] = array("q" if kind == INTS else "d", value)
                made.append(0)  # an array that is empty has an address, too
                self.arrays.append(made)
                if kind == COUNTS:
                    self.counts[name] = made
                value = made.buffer_info()[0]
            setattr(self.struct, name, value)
        assert not values, values.keys()


def _time(solver: Solver) -> dict[str, Any]:
    program = solver.program
    clocks, days = program.clocks, program.days
    same = ("opens", "closes", "total", "window", "zone", "business", "calendar_zone", "forward_window", "hours_window")
    return {
        **{name: getattr(clocks, name) for name in same},
        "zone_at": clocks.at,
        "zone_offset": clocks.offset,
        "zone_walls": clocks.walls,
        "business_days": clocks.days,
        "start": program.start,
        "end": program.end,
        "calendar": program.calendar,
        "calendars": len(clocks.calendar_zone),
        "weeks": program.weeks,
        "days": len(days.business),
        "day_at": days.at,
        "nine": days.nine,
    }


def _machine(solver: Solver) -> dict[str, Any]:
    states, steps = solver.program.states, solver.program.steps
    return {
        **{f"state_{name}": getattr(states, name) for name in ("kind", "step", "task", "role", "outcome")},
        **{f"move_{name}": getattr(states, name) for name in ("target", "timer", "amount", "unit", "channel", "scope")},
        **{f"step_{name}": getattr(steps, name) for name in ("channel", "answer", "role", "seconds", "talk", "sender")},
        "paused": states.paused,
        "named": states.named,
        "go": states.go,
        "events": len(states.events),
        "states": len(states.name),
        "outcomes": len(states.outcomes),
        "steps": len(steps.id),
    }


def _playbooks(solver: Solver) -> dict[str, Any]:
    program, rates = solver.program, solver.rates
    cohorts, days = program.cohorts, len(program.days.business)
    same = ("start", "elapsed", "elapsed_unit", "reach", "reach_unit", "away", "asked_back", "asked_back_delay", "booked", "held", "opportunity")
    more = ("won", "unclassified", "slice", "floor", "lead_time", "cycle")
    return {
        **{f"cohort_{name}": getattr(cohorts, name) for name in (*same, *more)},
        **{f"role_{name}": getattr(program.roles, name) for name in ("window", "selling_time")},
        "task_role": cohorts.task_role,
        "task_seconds": cohorts.task_seconds,
        "cohorts": len(cohorts.name),
        "senders": len(program.senders.name),
        "roles": len(program.roles.name),
        "nobody": solver.hours.nobody,
        "tables": [value for table in program.tables for value in table],
        "table_count": len(program.tables),
        "kind_count": [len(kinds) for kinds in solver.kinds],
        "news_size": solver.news.size,
        "room": [max(0, cohorts.quota[c * days + d] - solver.days.fresh[c][d]) for c in range(len(cohorts.name)) for d in range(days)],
        "judged": [int(a[1] != 1.0 or b[1] != 1.0) for a, b in zip(rates.complaints, rates.bounces, strict=True)],
        "chain": rates.chain,
        "halves": program.halves,
        "halves_count": len(program.halves),
        "colleagues": solver.news.colleagues,
        "mean_value": [solver.days.mean(program.tables[table]) for table in cohorts.value],
        "limits": (solver.grain, solver.small, solver.least, solver.cutoff),
    }


def _edges(solver: Solver) -> dict[str, Any]:
    """Edges of the calendars that people have, of the roles, and of weeks."""
    program = solver.program
    used = set(zip(program.people.cohort, program.people.calendar, strict=True))
    pairs = [(c, k) for c in range(len(program.cohorts.name)) for k in range(len(program.clocks.calendar_zone))]
    edges = [solver.days.edges(*pair) if pair in used else [] for pair in pairs]
    office = [solver.days.office(role) for role in range(len(program.roles.name))]
    return {
        "edges": [at for each in edges for at in each],
        "edge_first": _bounds(edges),
        "office": [at for each in office for at in each],
        "office_first": _bounds(office),
        "week_edges": solver.weeks,
        "week_edge_count": len(solver.weeks),
    }


def _bounds(lists: Iterable[Sequence[int]]) -> list[int]:
    return [0, *accumulate(len(each) for each in lists)]


def _people(solver: Solver) -> dict[str, Any]:
    groups = list(solver.groups())
    return {
        "group_count": len(groups),
        "group_cohort": [cohort for cohort, _, _, _ in groups],
        "group_calendar": [calendar for _, calendar, _, _ in groups],
        "group_arrive": [arrive for _, _, arrive, _ in groups],
        "group_weight": [w for _, _, _, weight in groups for w in weight],
    }


def _counts(solver: Solver) -> dict[str, Any]:
    return {name: bytes(8 * size) for name, size in solver.tally.sizes().items()}
