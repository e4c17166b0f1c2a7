"""Bounds that hold on every path: how many touches in how long, how close together, how long a life, how soon after a refusal.

The world is an adversary: any event that a channel can produce comes when it does most harm, touches are made late when that brings them together,
and the calendar is the worst that the playbook's countries have. A bound that is `exact` is reached: its witness, given to `step()` with the
recipient's calendar, shows just that value. Where exactness would cost too much a bound lies on the safe side (`exact` is False): findings then
say "at most" of a greatest value and "at least" of a least one.

A touch counts when it is made (`done`). What the person asks for (`asked_back`) is no pressure: no path of a bound runs over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from ...language.findings import Witness
from ...language.records import record
from .graph import BUDGET, Graph, TooDear
from .story import Teller
from .timed_gaps import SAID, Gaps, Worst
from .timed_life import Lives
from .timed_paths import TooMany
from .timed_replay import Stories
from .timed_search import MANY
from .timed_terms import DAY

if TYPE_CHECKING:
    from ...language.model import Playbook
    from ...machine.types import Machine
    from .timed_worlds import World

ANY = "any"
SPANS = (1, 7, 30)
"""The lengths, in days of 86,400 seconds, of the rolling windows in which touches are counted; a window holds its first second, not its last."""
Key = TypeVar("Key")


@record
class Bound:
    """`value` in touches or in seconds. `steps`: the touches that the witness is about, and when they are made; a finding stands at the last.

    `exact`: the witness shows just this value. Else the value is on the safe side of the truth, and the witness (it may be empty) is the worst
    that was found.
    """

    value: int
    witness: Witness
    exact: bool
    steps: tuple[str, ...] = ()
    instants: tuple[int, ...] = ()


@record
class Lasting:
    """The longest life in seconds; `value` None: it has no end, and the witness runs once round the loop. (Not exact: no end was proved.)"""

    value: int | None
    witness: Witness
    exact: bool


class Lazy(Mapping[Key, Bound], Generic[Key]):
    """A mapping whose bounds are found when they are asked for. A key without a bound is not in it: there is nothing that it could bound."""

    def __init__(self, keys: tuple[Key, ...], find: Callable[[Key], Bound | None]) -> None:
        self._keys, self._find = keys, find
        self._found: dict[Key, Bound | None] = {}

    def __getitem__(self, key: Key) -> Bound:
        if key not in self._found:
            if key not in self._keys:
                raise KeyError(key)
            self._found[key] = self._find(key)
        found = self._found[key]
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[Key]:
        return (key for key in self._keys if self.get(key) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Bounds:
    """The bounds of one machine, each computed when it is first asked for.

    touches_max_in      (channel or "any", 1 | 7 | 30 days) -> the most touches in any such window
    gap_min             channel -> the least seconds between two touches of it (absent: never two)
    gap_min_any         the least seconds between touches of two different channels (None: never)
    gap_min_before      channel -> the least seconds from any touch to the next one on that channel (absent: none follows another)
    calls_max_in_24h    the most touches by phone in any 24 hours (None: no phone)
    elapsed_max         the longest life from enrolment to an end or a hand-off, everybody being on time; pauses count, absences and reviews do not
    after_refusal_min   channel -> the least seconds from an opt-out, a complaint or a no to the next touch there (absent: never, and that is proved)
    after_no_min, after_opt_out_min   the same for `negative` alone, and for `unsubscribed` and `complained`
    """

    def __init__(self, playbook: Playbook, machine: Machine, as_of: date) -> None:
        self.playbook, self.machine, self.as_of = playbook, machine, as_of
        self.graph = Graph(machine)  # of its own: its searches are counted apart from those of the rules
        channels = machine.channels
        spans = tuple((channel, days) for channel in (ANY, *channels) for days in SPANS)
        self.touches_max_in: Mapping[tuple[str, int], Bound] = Lazy(spans, lambda key: self._most(*key))
        self.gap_min: Mapping[str, Bound] = Lazy(channels, lambda channel: self._bound(lambda: self.gaps.gap(channel), 0))
        self.gap_min_before: Mapping[str, Bound] = Lazy(channels, lambda channel: self._bound(lambda: self.gaps.before(channel), 0))
        self.after_refusal_min: Mapping[str, Bound] = Lazy(channels, lambda channel: self._after(channel, SAID))
        self.after_no_min: Mapping[str, Bound] = Lazy(channels, lambda channel: self._after(channel, SAID[:1]))
        self.after_opt_out_min: Mapping[str, Bound] = Lazy(channels, lambda channel: self._after(channel, SAID[1:]))

    @cached_property
    def gap_min_any(self) -> Bound | None:
        return self._bound(self.gaps.apart, 0)

    @cached_property
    def calls_max_in_24h(self) -> Bound | None:
        return self.touches_max_in.get(("phone", 1))

    @cached_property
    def elapsed_max(self) -> Lasting:
        self.graph.left = BUDGET
        try:
            return self._longest()
        except TooDear:
            return Lasting(None, Witness(()), False)

    def _longest(self) -> Lasting:
        long = Lives(self.graph).longest(self._worlds(holidays=True), self.stories)
        if long is None:
            return Lasting(0, Witness(()), True)
        teller = self.stories.teller_for(long.world)
        if long.loop is not None:
            return Lasting(None, teller.tell(long.loop), long.exact)
        return Lasting(long.seconds, Witness(()) if long.told is None else teller.witness(long.told), long.exact)

    @cached_property
    def gaps(self) -> Gaps:
        """The search behind the bounds."""
        return Gaps(self.graph, self._worlds, self.stories)

    def afresh(self) -> Gaps:
        """The search, with all its steps before it: what one rule has spent is not taken from the next one."""
        self.graph.left = BUDGET
        return self.gaps

    def _worlds(self, holidays: bool = False) -> tuple[World, ...]:
        from .timed_worlds import worlds  # which needs the calendars

        return worlds(self.playbook, self.as_of, holidays=holidays)

    @cached_property
    def stories(self) -> Stories:
        return Stories(self.graph, Teller(self.graph, self.playbook, self.as_of))

    def _most(self, channel: str, days: int) -> Bound | None:
        return self._bound(lambda: self.gaps.most(None if channel == ANY else channel, days * DAY), MANY)

    def _after(self, channel: str, events: tuple[str, ...]) -> Bound | None:
        return self._bound(lambda: self.gaps.after(channel, events), 0)

    def _bound(self, find: Callable[[], Worst | None], otherwise: int) -> Bound | None:
        self.graph.left = BUDGET
        try:
            worst = find()
        except (TooMany, TooDear):
            return Bound(otherwise, Witness(()), False)
        return None if worst is None else self.shown(worst)

    def shown(self, worst: Worst) -> Bound:
        """A worst case with its story."""
        if worst.told is None:
            return Bound(worst.value, Witness(()), worst.exact)
        touches = worst.told.touches(self.graph)[-worst.touches :]
        witness = self.stories.teller_for(worst.world).witness(worst.told)
        return Bound(worst.value, witness, worst.exact, tuple(step for _, step, _ in touches), tuple(at for at, _, _ in touches))


def bounds(playbook: Playbook, machine: Machine, as_of: date) -> Bounds:
    """The bounds of a playbook's machine. `as_of`: witnesses are dated after it, and the clock changes of the year after it count. `Subject.bounds`
    keeps one."""
    return Bounds(playbook, machine, as_of)
