"""Bounds that hold on every path: how many touches in how long, how close together, how long a life, how soon after a refusal.

The world is an adversary: any event that a channel can produce comes when it does most harm, touches are made late when that brings them together,
and the calendar is the worst that the playbook's countries have. A bound that is `exact` is reached: its witness, given to `step()` with the
recipient's calendar, shows just that value. Where exactness would cost too much a bound lies on the safe side (`exact` is False): findings then
say "at most" of a greatest value and "at least" of a least one.

A touch counts when it is made (`done`). What the person asks for (`asked_back`) is no pressure: no path of a bound runs over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from ...language.findings import Witness
from .graph import Graph
from .pace import DAY, Hop, Pace, confirm
from .story import Teller, Told

if TYPE_CHECKING:
    from ...language.model import Playbook
    from ...machine.types import Machine

ANY = "any"
SPANS = (1, 7, 30)
"""The lengths, in days of 86,400 seconds, of the rolling windows in which touches are counted; a window holds its first second, not its last."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Bound:
    """`value` in touches or in seconds. `steps`: the touches that the witness is about, in their order; their last is where a finding stands.

    `exact`: the witness shows just this value. Else the value is on the safe side of the truth, and the witness (it may be empty) is the worst
    that was found.
    """

    value: int
    witness: Witness
    exact: bool
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lasting:
    """The longest life in seconds; `value` None: it has no end, and the witness runs once round the loop."""

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

    def __init__(self, playbook: Playbook, machine: Machine, as_of: date, graph: Graph | None = None) -> None:
        self.playbook, self.machine = playbook, machine
        self.graph = graph or Graph(machine)
        self.teller = Teller(self.graph, playbook, as_of)
        self.pace = Pace(self.graph)
        channels = machine.channels
        self.touches_max_in: Mapping[tuple[str, int], Bound] = Lazy(
            tuple((channel, days) for channel in (ANY, *channels) for days in SPANS), lambda key: self._most(*key)
        )
        self.gap_min: Mapping[str, Bound] = Lazy(channels, self._gap)
        self.gap_min_before: Mapping[str, Bound] = Lazy(channels, lambda channel: self._hop(lambda hop: self._channel(hop.target) == channel))
        self.after_refusal_min: Mapping[str, Bound] = Lazy(
            channels, lambda channel: self._after(channel, ("replied.negative", "unsubscribed", "complained"))
        )
        self.after_no_min: Mapping[str, Bound] = Lazy(channels, lambda channel: self._after(channel, ("replied.negative",)))
        self.after_opt_out_min: Mapping[str, Bound] = Lazy(channels, lambda channel: self._after(channel, ("unsubscribed", "complained")))

    @cached_property
    def gap_min_any(self) -> Bound | None:
        return self._hop(lambda hop: self._channel(hop.source) != self._channel(hop.target))

    @cached_property
    def calls_max_in_24h(self) -> Bound | None:
        return self.touches_max_in.get(("phone", 1))

    @cached_property
    def elapsed_max(self) -> Lasting:
        return Lasting(None, Witness(()), False)

    def _channel(self, touch: int) -> str | None:
        return self.graph.states[touch].channel

    def _most(self, channel: str, days: int) -> Bound | None:
        made, best = 1, self.pace.burst(1, days * DAY)
        paths = best
        while made < 40 and (paths := self.pace.burst(made + 1, days * DAY)):
            made, best = made + 1, paths
        hop = best[0] if best else None
        return None if hop is None else Bound(made, Witness(()), False)

    def _gap(self, channel: str) -> Bound | None:
        pairs = self.pace.pairs(1 << 40, lambda first, last: self._channel(first) == channel == self._channel(last))
        return self._told(pairs[0]) if pairs else None

    def _hop(self, wanted: Callable[[Hop], bool]) -> Bound | None:
        hops = self.pace.ordered(hop for touch in self.pace.touches for hop in self.pace.hops(touch) if wanted(hop))
        return self._told(hops[0]) if hops else None

    def _told(self, hop: Hop) -> Bound:
        told = confirm(self.teller, hop, lambda told: _gap_of(told, self.graph) == hop.seconds)
        witness = Witness(()) if told is None else self.teller.witness(told)
        return Bound(hop.seconds, witness, told is not None, (self.graph.states[hop.source].step or "", self.graph.states[hop.target].step or ""))

    def _after(self, channel: str, events: tuple[str, ...]) -> Bound | None:
        from .search import touch_after

        path = touch_after(
            self.graph, events, lambda move: move.name == "asked_back", lambda move: self._move_channel(move.source, move.target) == channel
        )
        return None if path is None else Bound(0, self.teller.tell(path), False)

    def _move_channel(self, source: int, target: int) -> str | None:
        return self._channel(target) or self._channel(source)


def _gap_of(told: Told, graph: Graph) -> int:
    first, last = told.touches(graph)[-2:]
    return last[0] - first[0]


def bounds(playbook: Playbook, machine: Machine, as_of: date) -> Bounds:
    """The bounds of a playbook's machine. `as_of`: witnesses are dated after it, and its year's clock changes count. `Subject.bounds` keeps one."""
    return Bounds(playbook, machine, as_of)
