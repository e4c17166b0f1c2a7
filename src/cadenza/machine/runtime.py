"""Running a machine: one person, one event, one step.

`step` is pure and total: it reads a `Life` and gives the next one, with what the executor is to do. An event for which the state has no
transition, a timer before its time and an answer to a step that nobody routes change nothing. The caller says when an event happens; of
several in one instant it takes them in the order of `rank`, each on the life that the one before left.
"""

from __future__ import annotations

from .graph import find
from .types import Action, Clock, Event, Life, Machine, State, Timer, Transition

_TIMED = ("due", "cooled")


def begin(machine: Machine, at: int) -> Life:
    """A person in the pool of this machine since `at` (UTC seconds)."""
    del machine  # a machine's first state is its start
    return Life(state=0, since=at, enrolled=at, touched=at)


def step(machine: Machine, life: Life, event: Event, at: int, clock: Clock) -> tuple[Life, tuple[Action, ...]]:
    """The life after `event` at `at`, and the actions in their order. Never raises for any event in any state."""
    if early(life, event, at):
        return life, ()
    move = find(machine, life.state, event.name, event.step)
    if move is None:
        return life, ()
    return advance(machine, life, move, event, at, clock), move.actions


def early(life: Life, event: Event, at: int) -> bool:
    """Whether a timer's event comes before its time: `due` and `cooled` before `due`, `elapsed` before `expires`, or no such timer runs."""
    timer = life.due if event.name in _TIMED else life.expires if event.name == "elapsed" else at
    return timer is None or at < timer


def paused(state: State) -> bool:
    """In a hold, or in a review inside a hold: the clock of `elapsed` stands still."""
    return state.pause is not None


def advance(machine: Machine, life: Life, move: Transition, event: Event, at: int, clock: Clock) -> Life:
    """The life after a transition was taken."""
    source, target = machine.states[move.source], machine.states[move.target]
    enrolled = at if event.name == "enrolled" else life.enrolled
    made = event.name == "enrolled" or (event.name == "done" and source.kind == "touch")
    touched = at if made else life.touched
    stays = move.timer is not None and move.timer.kind == "keep" and source.kind == target.kind
    return Life(
        state=move.target,
        since=life.since if stays else at,
        enrolled=enrolled,
        touched=touched,
        due=_due(move.timer, life, touched, event, at, clock),
        planned=_planned(source, target, life),
        expires=_expires(machine, source, target, life, event, at, clock),
        held=(life.held if paused(source) else at) if paused(target) else None,
    )


def _due(timer: Timer | None, life: Life, touched: int, event: Event, at: int, clock: Clock) -> int | None:
    if timer is None:
        return None
    if timer.kind == "keep":
        return life.due
    if timer.kind == "return" and event.until is not None:
        return max(at, event.until)
    if timer.kind == "planned":
        start = at if life.planned is None else max(at, life.planned)
    else:
        base = touched if timer.kind == "after" else at
        start = max(at, base if timer.delay is None else clock.add(base, timer.delay, timer.channel))
    return clock.forward(start, timer.channel)


def _planned(source: State, target: State, life: Life) -> int | None:
    """When the interrupted touch was due: kept through pauses and reviews, forgotten afterwards."""
    if target.kind != "hold" and target.task != "review":
        return None
    if source.kind == "wait":
        return life.due
    return life.since if source.kind == "touch" else life.planned


def _expires(machine: Machine, source: State, target: State, life: Life, event: Event, at: int, clock: Clock) -> int | None:
    """The clock of `elapsed`: runs from enrolment to the end or the hand-off, moved on by each pause's length when the pause is over."""
    if machine.elapsed is None or target.step is None:
        return None
    if event.name == "enrolled":
        return clock.add(at, machine.elapsed, None)
    if life.expires is not None and life.held is not None and paused(source) and not paused(target):
        return life.expires + at - life.held
    return life.expires
