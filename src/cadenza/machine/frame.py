"""What can be read off a playbook before anything is explored: which step may follow which, which flags are still read from where.

The static step graph has an edge from each step to the next one and to every step that a `goto` or a `resume` may lead to from there.
A flag is live before a step if that step, or one that the graph reaches from it, reads it. Dead flags are dropped from places, which is what
keeps machines small: `accepted(connect)` splits states only where somebody ahead asks whether the invitation was accepted.
Sets of steps and sets of flags are bits of an integer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import NamedTuple

from ..language.model import REPLIES, SIGNALS, Condition, Playbook, Route, Step, StopRule
from ..language.nodes import Span, key_span
from ..language.records import record
from ..language.values import Duration
from .places import Move, length
from .types import Action, Timer


class Way(NamedTuple):
    """One route and where it is heard. `step` is -1 for a route of the whole playbook; `counter` is its place in `rounds`, or -1."""

    event: str
    name: str  # the reply class or the signal
    route: Route
    origin: Span
    step: int
    counter: int
    timer: Timer | None  # of a pause

    @property
    def same(self) -> bool:
        """Whether it leads to the same place from wherever the person is on the way."""
        return self.step < 0 and self.route.kind in ("stop", "handoff")


class Cell(NamedTuple):
    """One step with everything that exploration asks of it. Timers and actions are made once, because many transitions share them."""

    step: Step
    channel_out: int  # the bit of `out(channel)`, or 0
    origin: Span
    after: Span  # the line of its delay
    next: Timer
    planned: Timer
    resume: Timer
    told: tuple[Action, ...]


@record
class Frame:
    playbook: Playbook
    cells: tuple[Cell, ...]
    index: dict[str, int]
    flags: tuple[str, ...]  # the name of each bit
    bits: dict[str, int]
    outs: int  # the bits of all `out(...)`
    closes_all: bool  # an opt-out ends the cadence, rather than closing some channels
    later: tuple[int, ...]  # for each step, the steps that may follow it
    live: tuple[int, ...]  # for each step, the flags that are read there or later
    replies: tuple[Way, ...]
    asked: tuple[Way, ...]  # those of them that do not lead to the same place from everywhere
    signals: dict[tuple[str, int], Way | None]  # (signal, step) that a flag or a route listens to
    readers: dict[tuple[str, int], Span]  # the first condition that reads a flag
    counters: tuple[tuple[str, int], ...]  # (name, at_most) of each counted route
    touches: StopRule | None  # the stop rule that counts touches and fires first
    elapsed: StopRule | None
    events: tuple[StopRule, ...]  # the first stop rule of each event
    reviewer: tuple[Action, ...]  # the task of whoever reads a reply that nobody has classified
    unclassified: Span
    heard: dict[tuple[int, int], tuple[Move, ...]] = field(default_factory=dict)  # moves that are the same from many places, made once
    late: dict[tuple[int, int], Move] = field(default_factory=dict)  # likewise, where `elapsed` leads


def frame(playbook: Playbook) -> Frame:
    """Read the playbook once. ValueError where a route or a condition names a step that is not there (the language room refuses those)."""
    index = {step.id: at for at, step in enumerate(playbook.cadence)}
    counters: list[tuple[str, int]] = []
    replies = tuple(_replies(playbook, index, counters))
    routes = {(way.name, way.step): way for way in _on_routes(playbook, index, counters)}
    later = _later(len(index), [*replies, *routes.values()], index)
    read = [_reads(step) for step in playbook.cadence]
    out = _refused(playbook)
    names = sorted({flag_name(*pair) for pairs in read for pair in pairs}) + [out_name(channel) for channel in out]
    bits = {name: 1 << at for at, name in enumerate(names)}
    outs = sum(bits[out_name(channel)] for channel in out)
    cells = tuple(_cell(step, bits) for step in playbook.cadence)
    own = [sum({bits[flag_name(*pair)] for pair in pairs}) | cell.channel_out for pairs, cell in zip(read, cells, strict=True)]
    kept = outs if _comes_back(playbook) else 0
    live = tuple(kept | own[at] | _union(own[to] for to in _members(later[at])) for at in range(len(own)))
    pairs = {(signal, _at(index, step)) for pairs in read for signal, step in pairs} | set(routes)
    listened = {pair: routes.get(pair) for pair in sorted(pairs, key=lambda pair: (pair[1], SIGNALS.index(pair[0])))}
    touches, elapsed, events = _stop_rules(playbook)
    return Frame(
        playbook=playbook,
        cells=cells,
        index=index,
        flags=tuple(names),
        bits=bits,
        outs=outs,
        closes_all=_closes_all(playbook),
        later=later,
        live=live,
        replies=replies,
        asked=tuple(way for way in replies if not way.same),
        signals=listened,
        readers=_readers(playbook, index),
        counters=tuple(counters),
        touches=touches,
        elapsed=elapsed,
        events=events,
        reviewer=_reviewer(playbook),
        unclassified=key_span(playbook.node, "replies"),
    )


def flag_name(signal: str, step: str) -> str:
    return f"{signal}({step})"


def out_name(channel: str) -> str:
    return f"out({channel})"


def holds(condition: Condition, flags: int, bits: dict[str, int]) -> bool:
    """Whether the condition is true for a person with these flags: all of `all_of`, one of `any_of` if there is any, none of `none_of`."""
    return (
        all(flags & bits[flag_name(*pair)] for pair in condition.all_of)
        and (not condition.any_of or any(holds(item, flags, bits) for item in condition.any_of))
        and not any(holds(item, flags, bits) for item in condition.none_of)
    )


def _closes_all(playbook: Playbook) -> bool:
    """Whether an opt-out ends the cadence: it covers all channels, or every one that the cadence uses."""
    used, closed = _channels(playbook)
    return "all" in closed or (bool(closed) and used <= closed)


def _comes_back(playbook: Playbook) -> bool:
    """Whether anybody returns to the pool: then a closed channel is remembered to the end, because the next cadence reads it."""
    routes = [*playbook.replies.values(), *(route for step in playbook.cadence for route in (*step.on.values(), *step.replies.values()))]
    stops = [route.cooldown for route in routes] + [rule.cooldown for rule in playbook.stop_rules]
    return playbook.audience.reenroll is not None or any(cooldown is not None for cooldown in stops)


def _channels(playbook: Playbook) -> tuple[set[str], set[str]]:
    return {step.channel for step in playbook.cadence}, set(playbook.opt_out.channels if playbook.opt_out is not None else ())


def _refused(playbook: Playbook) -> list[str]:
    """The channels that an opt-out closes without ending the cadence, in canonical order."""
    used, closed = _channels(playbook)
    return [] if _closes_all(playbook) else sorted(used & closed)


def _cell(step: Step, bits: dict[str, int]) -> Cell:
    return Cell(
        step,
        bits.get(out_name(step.channel), 0),
        step.span,
        key_span(step.node, "after"),
        Timer("after", step.after, step.channel),
        Timer("planned", None, step.channel),
        Timer("now", None, step.channel),
        (Action("touch", step=step.id),),
    )


def _reviewer(playbook: Playbook) -> tuple[Action, ...]:
    work = playbook.workspace.work.get("reply.other")
    return (Action("task", role=work.role if work is not None else ""),)


def _at(index: dict[str, int], step: str) -> int:
    if step not in index:
        raise ValueError(f"no step is called {step!r}")
    return index[step]


def _conditions(step: Step) -> list[tuple[str, Condition]]:
    return [(key, condition) for key, condition in (("when", step.when), ("skip_if", step.skip_if)) if condition is not None]


def _reads(step: Step) -> set[tuple[str, str]]:
    return {pair for _, condition in _conditions(step) for pair in _pairs(condition)}


def _readers(playbook: Playbook, index: dict[str, int]) -> dict[tuple[str, int], Span]:
    found: dict[tuple[str, int], Span] = {}
    for step in playbook.cadence:
        for key, condition in _conditions(step):
            for signal, name in _pairs(condition):
                found.setdefault((signal, _at(index, name)), key_span(step.node, key))
    return found


def _pairs(condition: Condition) -> Iterator[tuple[str, str]]:
    yield from condition.all_of
    for item in (*condition.any_of, *condition.none_of):
        yield from _pairs(item)


def _replies(playbook: Playbook, index: dict[str, int], counters: list[tuple[str, int]]) -> Iterator[Way]:
    """The playbook's routes, then each step's own, in canonical order whatever the order of the keys."""
    for name in REPLIES:
        if name in playbook.replies:
            origin = key_span(playbook.node, "replies", name)
            yield _way(f"replied.{name}", name, playbook.replies[name], origin, -1, counters, name)
        for step in playbook.cadence:
            if name in step.replies:
                origin = key_span(step.node, "replies", name)
                yield _way(f"replied.{name}:{step.id}", name, step.replies[name], origin, index[step.id], counters, f"{name}:{step.id}")


def _on_routes(playbook: Playbook, index: dict[str, int], counters: list[tuple[str, int]]) -> Iterator[Way]:
    for step in playbook.cadence:
        for name in SIGNALS:
            if name in step.on:
                origin = key_span(step.node, "on", name)
                yield _way(f"{name}:{step.id}", name, step.on[name], origin, index[step.id], counters, f"{name}:{step.id}")


def _way(event: str, name: str, route: Route, origin: Span, step: int, counters: list[tuple[str, int]], counted: str) -> Way:
    counter = -1
    if route.kind == "pause" and route.at_most is not None:
        counter = len(counters)
        counters.append((counted, route.at_most))
    timer = Timer("now", route.until) if isinstance(route.until, Duration) else Timer("return", route.assume)
    return Way(event, name, route, origin, step, counter, timer if route.kind == "pause" else None)


def _stop_rules(playbook: Playbook) -> tuple[StopRule | None, StopRule | None, tuple[StopRule, ...]]:
    """Of the rules that count touches, and of those that measure time, only the first to fire ever does. Of two for one event, the upper one."""
    counting = [(rule.touches, at, rule) for at, rule in enumerate(playbook.stop_rules) if rule.touches is not None]
    timing = [(length(rule.elapsed), at, rule) for at, rule in enumerate(playbook.stop_rules) if rule.elapsed is not None]
    events: dict[str, StopRule] = {}
    for rule in playbook.stop_rules:
        if rule.event is not None:
            events.setdefault(rule.event, rule)
    first = min(counting, default=(0, 0, None))[2]
    return first, min(timing, default=(0, 0, None))[2], tuple(events[name] for name in sorted(events))


def _later(count: int, ways: list[Way], index: dict[str, int]) -> tuple[int, ...]:
    """The transitive closure of the step graph. A step's own route leads on from wherever its answer may arrive, hence the outer fixpoint."""
    edges = [1 << (at + 1) if at + 1 < count else 0 for at in range(count)]
    jumps = [(way.step, 1 << _at(index, name)) for way in ways if (name := way.route.step or way.route.resume)]
    while True:
        later = _closure(edges)
        grown = list(edges)
        for step, target in jumps:
            for at in range(count):
                if step < 0 or at == step or later[step] >> at & 1:
                    grown[at] |= target
        if grown == edges:
            return tuple(later)
        edges = grown


def _closure(edges: list[int]) -> list[int]:
    later = list(edges)
    while True:
        grown = list(later)
        for at in reversed(range(len(grown))):
            for to in _members(edges[at]):
                grown[at] |= grown[to]
        if grown == later:
            return later
        later = grown


def _members(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _union(masks: Iterator[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
