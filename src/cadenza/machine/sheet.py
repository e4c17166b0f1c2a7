"""What the pattern of a machine is filled with: lines of the file, timers with their delays, and the lengths of time that places know.

Lines and timers have numbers, given out in an order that only the frame decides. A length of time by which places are told apart (a shorter cooldown
must not take the place of a longer one) has a stand-in, the same in all playbooks whose lengths compare alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..language.model import Playbook
from ..language.nodes import Map, Span, key_span
from ..language.records import record
from ..language.values import Duration
from .places import KEEP, length
from .types import Timer


@record
class Sheet:
    """What a pattern is filled with: lines and timers by their numbers, and what each stand-in stands for."""

    playbook: Playbook
    lines: tuple[Span, ...]
    timers: tuple[Timer | None, ...]
    lasting: dict[Duration, Duration]
    elapsed: Duration | None


class Writer:
    """The sheet while it is written, and the stand-ins of its playbook."""

    def __init__(self, playbook: Playbook) -> None:
        node = playbook.node
        self.playbook = playbook
        self.index = {step.id: at for at, step in enumerate(playbook.cadence)}
        self.lines = [playbook.span]
        self.lines += [key_span(node, *route) for route in (("cadence",), ("audience", "enroll"), ("audience", "reenroll"), ("opt_out",))]
        self.lines += [_opt_out_line(playbook, "scope"), _opt_out_line(playbook, "undo"), key_span(node, "replies")]
        self.timers: list[Timer | None] = [None, KEEP]
        self.names = stand_ins(_lasting(playbook))

    def line(self, span: Span) -> int:
        self.lines.append(span)
        return len(self.lines) - 1

    def timer(self, timer: Timer) -> int:
        self.timers.append(timer)
        return len(self.timers) - 1

    def lasts(self, duration: Duration | None) -> Duration | None:
        return None if duration is None else self.names[duration]

    def at(self, step: str | None) -> int:
        """The number of a step; -1 for none."""
        if step and step not in self.index:
            raise ValueError(f"no step is called {step!r}")
        return self.index[step] if step else -1


def stand_ins(durations: Iterable[Duration]) -> dict[Duration, Duration]:
    """For each of these lengths of time one that compares with the others as it does, and is the same in every playbook where they compare so.
    Where two that differ are equally long, each stands for itself."""
    ordered = sorted(dict.fromkeys(durations), key=length)
    if len({length(duration) for duration in ordered}) < len(ordered):
        return {duration: duration for duration in ordered}
    return {duration: Duration(rank, "second") for rank, duration in enumerate(ordered, 1)}


def _lasting(playbook: Playbook) -> Iterator[Duration]:
    """The lengths of time that places know: of what brings people back, and of what a hand-off may take."""
    routes = [*playbook.replies.values(), *(route for step in playbook.cadence for route in (*step.replies.values(), *step.on.values()))]
    for route in routes:
        until = route.until if isinstance(route.until, Duration) else None
        yield from (duration for duration in (route.cooldown, until, route.within) if duration is not None)
    yield from (rule.cooldown for rule in playbook.stop_rules if rule.cooldown is not None)
    if playbook.audience.reenroll is not None:
        yield playbook.audience.reenroll.after


def _opt_out_line(playbook: Playbook, key: str) -> Span:
    """The line of a key under `opt_out`, or of that."""
    found = playbook.node.get("opt_out")
    written = playbook.opt_out is not None and isinstance(found, Map) and key in found.entries
    return key_span(playbook.node, *(("opt_out", key) if written else ("opt_out",)))
