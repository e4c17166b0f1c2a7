"""The case to write for a way that no case tries: the shortest story that leads there, with dates, run to see that it does."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from ..calendars import NEVER
from ..language.model import SIGNALS, SIGNALS_OF
from ..machine import Event, Life, Machine, State, Transition, begin, outgoing, step, table
from .coverage import Way
from .draft import drafted
from .model import Case, Expect, Happening, Made
from .moments import DAY, Moment, Scene
from .run import Story, run

HOUR = 3600
TRIES = 40
CLOCKS = ("due", "elapsed", "cooled")


class Stop(NamedTuple):
    """One move of a path with its instant, and where the person was before."""

    move: Transition
    at: int
    state: State


class Suggestion(NamedTuple):
    """The case as text, and its story as it runs today."""

    text: str
    story: Story


class Reached(NamedTuple):
    """The likeliest way from enrolment to a state: its last move (None at its beginning), how odd and how long it is."""

    by: Transition | None
    odd: int
    length: int


def suggestion(machine: Machine, way: Way, model: Case, tree: dict[int, Reached] | None = None) -> Suggestion | None:
    """A case that tries the way, for the person and the start of `model`; it expects what happens today. None where none of the shortest stories
    that lead there can happen, because time forbids them. `tree` is `paths(machine)`, for those who ask about many ways."""
    tree = tree if tree is not None else paths(machine)
    moves = sorted((move for move in way.moves if move.source in tree), key=lambda move: _order(machine, tree[move.source], move))
    for move in moves[:TRIES]:
        case = _case(machine, (*_walk(tree, move.source), move), way, model)
        story = run(machine, case) if case is not None else None
        if case is not None and story is not None and not story.troubles and (move.source, move.event) in story.taken:
            return Suggestion(drafted(case, story), story)
    return None


def _order(machine: Machine, reached: Reached, move: Transition) -> tuple[int, int, int]:
    return reached.odd + _odd(machine, move), reached.length, move.source


def _odd(machine: Machine, move: Transition) -> int:
    """How unlike a story of life a move is. Touches are made the moment they are due, so answers come before or after; people answer what they
    got; and time runs out only while a touch is waiting to be made. What comes from outside counts by itself: the fewer, the better."""
    source = machine.states[move.source]
    if move.event in CLOCKS or move.event == "done":
        late = 2 if source.kind == "touch" else 6
        return late if move.event == "elapsed" else 3 * (move.event == "cooled") + (source.kind == "task")
    early = source.kind == "start" or (source.kind == "wait" and source.step == machine.steps[0].id)
    return 1 + 20 * (source.kind == "touch") + 3 * early


def paths(machine: Machine) -> dict[int, Reached]:
    """For each state the likeliest, then shortest, way from enrolment."""
    enrolled = table(machine).get((0, "enrolled"))
    if enrolled is None:
        return {}
    tree: dict[int, Reached] = {}
    todo: list[tuple[int, int, int, int, Transition | None]] = [(0, 0, 0, enrolled.target, None)]
    number = 0
    while todo:
        odd, length, _, state, move = heappop(todo)
        if state in tree:
            continue
        tree[state] = Reached(move, odd, length)
        for further in outgoing(machine)[state]:
            if further.target not in tree:
                number += 1
                heappush(todo, (odd + _odd(machine, further), length + 1, number, further.target, further))
    return tree


def _walk(tree: dict[int, Reached], state: int) -> tuple[Transition, ...]:
    walk = []
    while (move := tree[state].by) is not None:
        walk.append(move)
        state = move.source
    return tuple(reversed(walk))


def _case(machine: Machine, moves: tuple[Transition, ...], way: Way, model: Case) -> Case | None:
    """The moves as a case, with a date for everything that comes from outside; None where it cannot be written."""
    scene = Scene(model.clock.calendar)
    scene.start = model.start.instant(scene, 0) or 0
    events: list[Happening] = []
    made: dict[str, Made] = {}
    done: list[State] = []
    stops = list(_dated(machine, moves, model, scene.start))
    if len(stops) < len(moves):
        return None
    for stop in stops:
        if stop.state.kind == "touch" and stop.move.event == "done":
            done.append(stop.state)
        elif stop.state.kind == "touch" and stop.move.event == "elapsed":
            made[stop.state.step or ""] = Made(None, model.span)
        elif stop.move.event not in CLOCKS:
            event = _happening(stop, done, scene, model)
            if event is None:
                return None
            events.append(event)
    until = Moment("date", scene.wall(stops[-1].at) // DAY) if moves[-1].event == "cooled" else None
    name = _name(machine, way, moves[-1])
    return Case(name, model.clock, model.start, made, tuple(events), Expect(model.span), model.span, until, model.person)


def _dated(machine: Machine, moves: tuple[Transition, ...], model: Case, start: int) -> Iterator[Stop]:
    """When each move can happen: clocks when they are due, touches at once, people an hour later, or just before the next clock where that is
    nearer. Ends early where time forbids the path."""
    life, _ = step(machine, begin(machine, start), Event("enrolled"), start, model.clock)
    now = start
    for move in moves:
        state = machine.states[life.state]
        now = _when(state, life, move, now)
        if state.index != move.source or now >= NEVER:
            return
        yield Stop(move, now, state)
        name, _, answered = move.event.partition(":")
        life, _ = step(machine, life, Event(name, answered or None), now, model.clock)


def _when(state: State, life: Life, move: Transition, now: int) -> int:
    if move.event in ("due", "cooled"):
        return max(now, life.due if life.due is not None else NEVER)
    if move.event == "elapsed":
        return max(now, life.expires if life.expires is not None else NEVER)
    if state.kind == "touch":
        return now
    clocks = [at - 60 for at in (life.due, life.expires) if at is not None and at - 60 > now]
    return min([now + HOUR, *clocks])


def _happening(stop: Stop, done: list[State], scene: Scene, model: Case) -> Happening | None:
    """What comes from outside, as a case says it. A signal answers the last touch that can give it."""
    name, _, answered = stop.move.event.partition(":")
    if name in SIGNALS and not answered:
        answered = next((state.step or "" for state in reversed(done) if name in SIGNALS_OF[state.channel or ""]), "")
        if not answered:
            return None
    ordinal, time = divmod(scene.wall(stop.at), DAY)
    task = stop.state.task if name == "done" else None
    return Happening(Moment("date", ordinal, time, exact=time % 60 > 0), name, name, model.span, answered or None, None, task)


def _name(machine: Machine, way: Way, move: Transition) -> str:
    """What the case is about, as its name."""
    if move.event in CLOCKS or move.event == "done":
        return way.what
    state = machine.states[move.source]
    where = {"wait": f"while waiting for {state.step}", "touch": f"as {state.step} is due", "end": f"after the end ({state.outcome})"}
    return f"{way.what}, {where.get(state.kind, f'while in {state.task or state.pause}')}"
