"""What can be read off a playbook before anything is explored: which step may follow which, which flags are still read from where.

The static step graph has an edge from each step to the next one and to every step that a `goto` or a `resume` may lead to from there.
A flag is live before a step if that step, or one that the graph reaches from it, reads it. Dead flags are dropped from places, which is what
keeps machines small: `accepted(connect)` splits states only where somebody ahead asks whether the invitation was accepted.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..language.model import REPLIES, SIGNALS, Condition, OptOut, Playbook, Route, Step, StopRule
from ..language.nodes import Span, key_span
from ..language.values import Duration
from .frame import NO_TIMER, Ask, Cell, Frame, Gate, Signal, Stop, Way, flag_name, out_name
from .places import length
from .sheet import Sheet, Writer
from .types import Action, Timer


def survey(playbook: Playbook) -> tuple[Frame, Sheet]:
    """Read the playbook once. ValueError where a route or a condition names a step that is not there (the language room refuses those)."""
    to = Writer(playbook)
    counters: list[tuple[str, int]] = []
    replies = tuple(_replies(to, counters))
    routes = {(way.name, way.step): way for way in _on_routes(to, counters)}
    later = _later(len(to.index), [*replies, *routes.values()])
    read = [_reads(step) for step in playbook.cadence]
    out = _refused(playbook)
    names = sorted({flag_name(*pair) for pairs in read for pair in pairs}) + [out_name(channel) for channel in out]
    bits = {name: 1 << at for at, name in enumerate(names)}
    outs = sum(bits[out_name(channel)] for channel in out)
    cells = tuple(_cell(to, step, bits) for step in playbook.cadence)
    own = [sum({bits[flag_name(*pair)] for pair in pairs}) | cell.channel_out for pairs, cell in zip(read, cells, strict=True)]
    kept = outs if _comes_back(playbook) else 0
    live = tuple(kept | own[at] | _union(own[next] for next in _members(later[at])) for at in range(len(own)))
    pairs = {(signal, to.at(step)) for pairs in read for signal, step in pairs} | set(routes)
    readers = {pair: to.line(span) for pair, span in conditions(playbook).items()}
    listened = sorted(pairs, key=lambda pair: (pair[1], SIGNALS.index(pair[0])))
    touches, elapsed, events = _stop_rules(playbook)
    opt_out, reenroll = playbook.opt_out, playbook.audience.reenroll
    read_off = Frame(
        cells=cells,
        flags=tuple(names),
        outs=outs,
        closes_all=_closes_all(playbook),
        later=later,
        live=live,
        replies=replies,
        signals=tuple(_signal(cells[pair[1]].id, bits, *pair, routes.get(pair), readers.get(pair, -1)) for pair in listened),
        counters=tuple(counters),
        touches=_stop(to, touches) if touches is not None else None,
        elapsed=_stop(to, elapsed) if elapsed is not None else None,
        events=tuple(_stop(to, rule) for rule in events),
        reenroll=(to.names[reenroll.after], reenroll.at_most) if reenroll is not None else None,
        refused=_told(opt_out),
        shared_out=opt_out is not None and opt_out.scope != "person",
        undone=opt_out is not None and opt_out.undo in ("by_request", "self_service"),
        reviewer=_reviewer(playbook),
    )
    lasting = {stand_in: duration for duration, stand_in in to.names.items()}
    return read_off, Sheet(playbook, tuple(to.lines), tuple(to.timers), lasting, elapsed.elapsed if elapsed else None)


def _ask(condition: Condition, bits: dict[str, int]) -> Ask:
    every = 0
    for pair in condition.all_of:
        every |= bits[flag_name(*pair)]
    return Ask(every, tuple(_ask(item, bits) for item in condition.any_of), tuple(_ask(item, bits) for item in condition.none_of))


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


def _cell(to: Writer, step: Step, bits: dict[str, int]) -> Cell:
    return Cell(
        step.id,
        step.channel,
        bits.get(out_name(step.channel), 0),
        to.line(step.span),
        to.line(key_span(step.node, "after")),
        to.timer(Timer("after", step.after, step.channel)),
        to.timer(Timer("planned", None, step.channel)),
        to.timer(Timer("now", None, step.channel)),
        tuple(Gate(_ask(asked, bits), key == "when", to.line(key_span(step.node, key)), f"{key} says no") for key, asked in _conditions(step)),
        (Action("touch", step=step.id),),
    )


def _signal(id: str, bits: dict[str, int], name: str, step: int, way: Way | None, reader: int) -> Signal:
    return Signal(name, step, f"{name}:{id}", bits.get(flag_name(name, id), 0), way, reader)


def _stop(to: Writer, rule: StopRule) -> Stop:
    return Stop(rule.id, rule.event or "", rule.touches or 0, rule.outcome, to.lasts(rule.cooldown), to.line(rule.span))


def _told(opt_out: OptOut | None) -> tuple[Action, ...]:
    if opt_out is None or not opt_out.channels:
        return ()
    return (Action("suppress", scope=opt_out.scope, channels=tuple(sorted(opt_out.channels))),)


def _reviewer(playbook: Playbook) -> tuple[Action, ...]:
    work = playbook.workspace.work.get("reply.other")
    return (Action("task", role=work.role if work is not None else ""),)


def _conditions(step: Step) -> list[tuple[str, Condition]]:
    return [(key, condition) for key, condition in (("when", step.when), ("skip_if", step.skip_if)) if condition is not None]


def _reads(step: Step) -> set[tuple[str, str]]:
    return {pair for _, condition in _conditions(step) for pair in _pairs(condition)}


def conditions(playbook: Playbook) -> dict[tuple[str, int], Span]:
    """(signal, step) -> the first condition that asks for it."""
    index = {step.id: at for at, step in enumerate(playbook.cadence)}
    found: dict[tuple[str, int], Span] = {}
    for step in playbook.cadence:
        for key, condition in _conditions(step):
            for signal, name in _pairs(condition):
                if name not in index:
                    raise ValueError(f"no step is called {name!r}")
                found.setdefault((signal, index[name]), key_span(step.node, key))
    return found


def _pairs(condition: Condition) -> Iterator[tuple[str, str]]:
    yield from condition.all_of
    for item in (*condition.any_of, *condition.none_of):
        yield from _pairs(item)


def _replies(to: Writer, counters: list[tuple[str, int]]) -> Iterator[Way]:
    """The playbook's routes, then each step's own, in canonical order whatever the order of the keys."""
    playbook = to.playbook
    for name in REPLIES:
        if name in playbook.replies:
            origin = key_span(playbook.node, "replies", name)
            yield _way(to, f"replied.{name}", name, playbook.replies[name], origin, -1, counters, name)
        for step in playbook.cadence:
            if name in step.replies:
                origin = key_span(step.node, "replies", name)
                yield _way(to, f"replied.{name}:{step.id}", name, step.replies[name], origin, to.index[step.id], counters, f"{name}:{step.id}")


def _on_routes(to: Writer, counters: list[tuple[str, int]]) -> Iterator[Way]:
    for step in to.playbook.cadence:
        for name in SIGNALS:
            if name in step.on:
                origin = key_span(step.node, "on", name)
                yield _way(to, f"{name}:{step.id}", name, step.on[name], origin, to.index[step.id], counters, f"{name}:{step.id}")


def _way(to: Writer, event: str, name: str, route: Route, origin: Span, step: int, counters: list[tuple[str, int]], counted: str) -> Way:
    counter, timer = -1, NO_TIMER
    until = route.until if isinstance(route.until, Duration) else None
    if route.kind == "pause":
        timer = to.timer(Timer("return", route.assume) if until is None else Timer("now", until))
        if route.at_most is not None:
            counter = len(counters)
            counters.append((counted, route.at_most))
    return Way(
        event,
        name,
        route.kind,
        to.line(origin),
        step,
        counter,
        timer,
        route.outcome,
        to.lasts(route.cooldown),
        to.lasts(until),
        route.at_most or 0,
        to.at(route.step),
        to.at(route.resume),
        route.role,
        to.lasts(route.within),
        route.then,
    )


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


def _later(count: int, ways: list[Way]) -> tuple[int, ...]:
    """The transitive closure of the step graph. A step's own route leads on from wherever its answer may arrive, hence the outer fixpoint."""
    edges = [1 << (at + 1) if at + 1 < count else 0 for at in range(count)]
    jumps = [(way.step, 1 << target) for way in ways if (target := way.goto if way.goto >= 0 else way.resume) >= 0]
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
