"""Lowering: from a playbook to its machine, by exploring forward from `start`.

Each place is asked what it hears (`answers.py` on the way, `ends.py` elsewhere); each move leads to a place, old or new; what is never reached
never becomes a state. Breadth first, with the events in the order of their ranks, gives the canonical order of states, so the same playbook
gives the same machine whatever the order of its keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..language.findings import Finding, Level, Refused, Related
from ..language.model import Playbook
from ..language.nodes import Span, key_span
from ..language.values import Duration
from . import pattern as patterns
from .answers import going_moves
from .canon import digest
from .ends import end_moves, owned_moves, pool_moves
from .frame import ALL, Frame
from .names import named
from .pattern import Pattern
from .places import End, Going, Move, Owned, Place, Pool, Shared, order
from .sheet import Sheet
from .survey import conditions, survey
from .types import Action, Machine, StepInfo

STEPS, STATES, TRANSITIONS = 1_000, 20_000, 300_000
"""What a machine may have at most. The largest honest cadences have a few thousand states; each flag that is still to be read doubles them."""


def lower(playbook: Playbook, *, hashed: bool = True) -> Machine:
    """The machine of a playbook: reachable states and transitions in canonical order, with origins and content hash.

    `hashed=False` leaves the hash empty, for readers that throw the machine away: writing it out takes as long as making it.
    Raises Refused (M012) where the machine would be larger than STEPS, STATES or TRANSITIONS.
    """
    if len(playbook.cadence) > STEPS:
        raise Refused([_too_many(playbook, f"the cadence has {len(playbook.cadence):,} steps, and at most {STEPS:,} are read")])
    read, sheet = survey(playbook)
    pattern = patterns.kept(read)
    if pattern is None:
        pattern = _explored(read, sheet)
        patterns.keep(read, pattern)
    states, transitions, filling = patterns.fill(pattern, sheet)
    machine = Machine(
        name=playbook.name,
        steps=tuple(StepInfo(step.id, index, step.channel, step.work, step.span) for index, step in enumerate(playbook.cadence)),
        states=states,
        transitions=transitions,
        channels=tuple(sorted({step.channel for step in playbook.cadence})),
        elapsed=sheet.elapsed,
        hash="",
        windows=_windows(playbook),
    )
    if hashed:
        machine = replace(machine, hash=digest(machine))
    patterns.note(machine, filling)
    return machine


class _Told:
    """The actions and timers of a pattern by their numbers, while it is explored."""

    def __init__(self, pattern: Pattern, sheet: Sheet) -> None:
        self.pattern = pattern
        self.first_end = len(sheet.timers)
        self.actions: dict[tuple[Action, ...], int] = {}
        self.action(())
        self.ends: dict[Duration, int] = {}

    def action(self, actions: tuple[Action, ...]) -> int:
        number = self.actions.get(actions)
        if number is None:
            number = self.actions[actions] = len(self.actions)
            self.pattern.told.append(actions)
            if any(action.within is not None for action in actions):
                self.pattern.dated.append(number)
        return number

    def timer(self, timer: int | Duration) -> int:
        if isinstance(timer, int):
            return timer
        if timer not in self.ends:
            self.ends[timer] = self.first_end + len(self.ends)
            self.pattern.ends.append(timer)
        return self.ends[timer]


def _explored(read: Frame, sheet: Sheet) -> Pattern:
    """Every place that can be reached, breadth first. Of the sheet it reads only how many timers there are."""
    pattern = Pattern()
    told = _Told(pattern, sheet)
    places: list[Place] = [Pool()]
    lines = pattern.state_lines
    lines.append(ALL)
    known: dict[Place, int] = {places[0]: 0}
    for source, place in enumerate(places):  # grows while it is walked: a queue
        pattern.first.append(len(pattern.sources))
        for move in sorted(_moves(read, place, lines[source]), key=order):
            target = move.number if isinstance(move, Shared) else -1
            if target < 0:
                target = known.setdefault(move.target, len(places))
                if target == len(places):
                    places.append(move.target)
                    lines.append(_line(read, move))
                if isinstance(move, Shared):
                    move.number = target
            pattern.sources.append(source)
            pattern.events.append(move.event)
            pattern.targets.append(target)
            pattern.lines.append(move.line)
            pattern.actions.append(told.action(move.actions) if move.actions else 0)
            pattern.timers.append(told.timer(move.timer))
            pattern.notes.append(move.note)
        if len(places) > STATES or len(pattern.sources) > TRANSITIONS:
            raise Refused([_exploded(read, sheet)])
    pattern.states.extend(named(read, places))
    return pattern


def _moves(read: Frame, place: Place, line: int) -> Iterator[Move]:
    if isinstance(place, Going):
        return going_moves(read, place)
    if isinstance(place, End):
        return end_moves(read, place, line)
    if isinstance(place, Owned):
        return owned_moves(read, place, line)
    return pool_moves(read, place)


def _line(read: Frame, move: Move) -> int:
    """A wait and a touch come from their step; everything else from the line that led there."""
    if isinstance(move.target, Going) and move.target.kind in ("wait", "touch"):
        return read.cells[move.target.step].origin
    return move.line


def _exploded(read: Frame, sheet: Sheet) -> Finding:
    """What multiplies the states: flags that are remembered over many steps, and counted pauses."""
    asked = conditions(sheet.playbook)
    reasons = [f"whether each of {len(asked)} answers came that conditions ask about (each doubles the states)"] if asked else []
    reasons += [f"the rounds of pauses with `at_most` ({len(read.counters)})"] if read.counters else []
    reasons += ["the number of touches for a stop rule"] if read.touches is not None else []
    message = f"the machine has more than {STATES:,} states or {TRANSITIONS:,} transitions: it remembers {' and '.join(reasons) or 'too much'}"
    return _too_many(sheet.playbook, message, sorted(set(asked.values())))


def _too_many(playbook: Playbook, message: str, conditions: Sequence[Span] = ()) -> Finding:
    closer = ", or ask in fewer `when` and `skip_if`, nearer to the steps that they ask about"
    help = f"split the cadence into playbooks{closer if conditions else ''}"
    place = conditions[0] if conditions else key_span(playbook.node, "cadence")
    related = tuple(Related(span, "this condition, too") for span in conditions[1:4])
    return Finding("M012", "too-many-states", Level.error, message, place, help, related)


def _windows(playbook: Playbook) -> tuple[tuple[str, str], ...]:
    """The window of each channel that the cadence uses, as text."""
    used = {step.channel for step in playbook.cadence}
    return tuple((channel, str(use.window)) for channel, use in sorted(playbook.channels.items()) if channel in used)
