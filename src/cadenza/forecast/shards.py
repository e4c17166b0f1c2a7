"""A population in parts: the people of one replication, cut where they have nothing to do with each other, and added up again.

Luck hangs on the person, not on the crowd, so a part gives for its people exactly what the whole gives for them, as long as no part shares anything
that can run out with another (`couplings`). Then the integers add up, and everything that is computed from them is the same to the last bit. How late
things were adds up as how often each number of seconds occurred: the ninth tenth of the whole is not made of those of the parts.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from ..engines.outcome import Outcome
from ..engines.totals import Totals, outcome
from ..world.program import People, Program
from .couplings import Reason, components, couplings, reasons
from .pool import Collect, Hands, Task
from .pool import Outcome as AnyOutcome

if TYPE_CHECKING:
    from types import TracebackType

    from .points import Runs

_OWN = ("key", "cohort", "calendar", "segment", "position", "arrive", "arrive_day")
_SAME = ("selling", "hands")
_ADDED = ("plain", "touches", "said", "curves", "sent", "sent_weekly", "worked", "worked_weekly", "ended", "standing")


class NotSeparable(Exception):
    """The population cannot be cut into so many parts. `str(error)` says what joins its people."""


def split(program: Program, count: int, name: str) -> list[Program]:
    """The program in `count` parts of about equal size. Raises NotSeparable; `name` says whose program it is."""
    if program.people.flight is not None:
        raise NotSeparable(f"people are under way in {name} when it starts (--events), and those cannot be cut into shards")
    found = couplings(program)
    parts = components(program, found)
    if len(parts.sizes) < count:
        raise NotSeparable(_refusal(program, name, count, len(parts.sizes), reasons(program, found, parts.mixed)))
    part_of = _packed(parts.sizes, count)
    members = [array("i") for _ in range(count)]
    for person, account in enumerate(program.people.account):
        members[part_of[parts.of[account]]].append(person)
    return [replace(program, people=_cut(program.people, each)) for each in members]


def _refusal(program: Program, name: str, count: int, parts: int, why: list[Reason]) -> str:
    most = "cannot be cut into shards" if parts < 2 else f"can be cut into {parts} shards at most, not into {count}"
    told = ": they share what can run out" if why else ": there are no more of them that share nothing"
    listed = "".join(f"\n  {each.what}; way out: {each.way_out}" for each in why)
    return f"the {len(program.people.key):,} people of {name} {most}{told}{listed}\nWithout --shards the replications run side by side all the same."


def _packed(sizes: Sequence[int], count: int) -> list[int]:
    """By component, its part: the largest first, each into the part that has least so far."""
    from heapq import heapify, heapreplace

    room = [(0, part) for part in range(count)]
    heapify(room)
    chosen = [0] * len(sizes)
    for component in sorted(range(len(sizes)), key=lambda each: (-sizes[each], each)):
        filled, part = room[0]
        chosen[component] = part
        heapreplace(room, (filled + sizes[component], part))
    return chosen


def _cut(people: People, members: Sequence[int]) -> People:
    """These people by themselves, in the same order; everybody keeps key, place in turn and day."""
    numbers: dict[int, int] = {}
    own = people.account
    accounts = array("i", (numbers.setdefault(own[person], len(numbers)) for person in members))
    bounds = array("i", [0]) * (len(numbers) + 1)
    for account in accounts:
        bounds[account + 1] += 1
    bounds = array("i", accumulate(bounds))
    room, colleague = array("i", bounds), array("i", [0]) * len(accounts)
    for number, account in enumerate(accounts):
        colleague[room[account]] = number
        room[account] += 1
    pick = itemgetter(*members) if len(members) > 1 else lambda column: [column[person] for person in members]
    columns: dict[str, Any] = {name: pick(getattr(people, name)) for name in _OWN}
    return light(replace(people, **columns, account=cast(Any, accounts), colleagues=cast(Any, bounds), colleague=cast(Any, colleague)))


def light(people: People) -> People:
    """The same people in columns of machine integers: a fifth of the memory, and quickly sent."""
    codes = {"key": "Q", "arrive": "q"}
    columns = {
        field.name: cast(Any, array(cast(Any, codes.get(field.name, "i")), getattr(people, field.name)))
        for field in fields(people)
        if field.name != "flight"
    }
    return replace(people, **columns)


def merge(program: Program, outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of the whole from those of its parts."""
    parts = [cast(Totals, each.totals) for each in outcomes]
    added: dict[str, Any] = {name: _sum([getattr(part, name) for part in parts]) for name in _ADDED}
    same = {name: getattr(parts[0], name) for name in _SAME}
    return outcome(program, Totals(**added, **same, late=_late(parts)))


def _late(parts: Sequence[Totals]) -> list[list[int]]:
    """As `Totals.late`: over all playbooks, then over each where there are several."""
    cohorts = range(len(parts[0].lateness))
    rows = []
    for group in (list(cohorts), *([cohort] for cohort in cohorts if len(cohorts) > 1)):
        row = []
        for kind in range(2):
            seconds = Counter[int]()
            for part, cohort in product(parts, group):
                seconds.update(part.lateness[cohort][kind])
            row += [_quantile(seconds, percent) for percent in (50, 90)]
        rows.append(row)
    return rows


def _quantile(seconds: Mapping[int, int], percent: int) -> int:
    """The smallest number of seconds that at least so many per cent do not exceed; 0 of none."""
    left = -(-sum(seconds.values()) * percent // 100)
    for value in sorted(seconds):
        left -= seconds[value]
        if left <= 0:
            return value
    return 0


def _sum(values: Sequence[Any]) -> Any:
    """Numbers, or lists of lists of them, place by place."""
    if isinstance(values[0], (int, float)):
        return sum(values)
    return [_sum(each) for each in zip(*values, strict=True)]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The job of the parts: run `r * count + s` is part `s` of run `r` of `whole`."""

    whole: Runs
    parts: Runs
    count: int

    def sharded(self, crew: Hands) -> Sharded:
        """A crew that carries out `parts`, as one that carries out `whole`."""
        return Sharded(crew, self)


def pieces(job: Runs, count: int, names: Sequence[str]) -> Pieces:
    """Cut the program of every run. Raises NotSeparable with the name of the first that cannot be."""
    cut: dict[int, list[Program]] = {}
    programs: list[Program] = []
    for program, name in zip(job.programs, names, strict=True):
        if id(program) not in cut:
            cut[id(program)] = split(program, count, name)
        programs += cut[id(program)]
    twins = tuple(each for each in job.twins for _ in range(count))
    return Pieces(job, replace(job, programs=tuple(programs), twins=twins, parts=True), count)


class Sharded:
    """Hands that are given whole tasks, have the parts carried out, and put them together as soon as all are there."""

    def __init__(self, crew: Hands, pieces: Pieces) -> None:
        self.crew, self.pieces = crew, pieces
        self._waiting: dict[Task, dict[int, list[AnyOutcome]]] = {}

    def __enter__(self) -> Sharded:
        self.crew.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.crew.__exit__(kind, error, trace)

    def chunk(self, start: int) -> int:
        return self.crew.chunk(start)

    def run(self, tasks: Iterable[Task], collect: Collect) -> None:
        """As `pool.Crew.run`."""

        def take(part: Task, outcomes: list[AnyOutcome]) -> None:
            for index, found in enumerate(outcomes):
                self._take(Task(part.point, part.first + index, 1), found, collect)

        self.crew.run(self._cut(tasks), take)

    def _cut(self, tasks: Iterable[Task]) -> Iterator[Task]:
        count = self.pieces.count
        for task in tasks:
            yield from (Task(task.point * count + shard, task.first, task.count) for shard in range(count))

    def _take(self, part: Task, found: AnyOutcome, collect: Collect) -> None:
        point, shard = divmod(part.point, self.pieces.count)
        whole = Task(point, part.first, 1)
        there = self._waiting.setdefault(whole, {})
        there[shard] = [found]
        if len(there) == self.pieces.count:
            del self._waiting[whole]
            parts = [cast(Outcome, there[shard][0]) for shard in range(self.pieces.count)]
            collect(whole, [merge(self.pieces.whole.programs[point], parts)])
