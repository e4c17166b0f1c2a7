"""One person through a machine, as a case tells it: what comes from outside, the machine's own clocks, and touches made the moment they are due.

Nothing here knows what a playbook means: every change of state is `machine.step`, every delay the calendar's, and of what happens in one
instant `machine.rank` says what comes first. A run ends when nothing is left to come, or only a cooldown is; but not before the last moment
that the case asks about. With `until` it ends then. It always ends: by its clocks alone a
machine only goes forward, and a case has so many events and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..calendars import NEVER, RecipientClock
from ..language.nodes import Span
from ..machine import Action, Event, Life, Machine, State, Transition, begin, find, rank, step
from ..machine.runtime import early
from .model import Case, Happening
from .moments import DAY, DUE, Moment, Scene

Kind = Literal["touch", "outside", "clock"]


class Beat(NamedTuple):
    """One thing that happened: `what` in words, the `line` of the playbook that made it so, the place in the case that brought it about."""

    at: int
    kind: Kind
    what: str
    line: Span
    case: Span | None = None
    step: str = ""


class Handed(NamedTuple):
    at: int
    action: Action
    line: Span


class Trouble(NamedTuple):
    """What a case says and cannot be."""

    span: Span
    wanted: str
    happened: str
    at: int


@dataclass(slots=True)
class Story:
    """What became of a person. `states` says from when on the person was where; `taken` are the transitions, by (state, event)."""

    scene: Scene
    beats: list[Beat] = field(default_factory=list)
    states: list[tuple[int, State, Span]] = field(default_factory=list)
    taken: list[tuple[int, str]] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    suppressed: dict[str, Span] = field(default_factory=dict)
    outcome: tuple[str, Span] | None = None
    troubles: list[Trouble] = field(default_factory=list)
    heard: list[tuple[int, int]] = field(default_factory=list)  # each event's instant, and how many beats there were once it was told
    end: int = 0

    @property
    def touches(self) -> list[Beat]:
        return [beat for beat in self.beats if beat.kind == "touch"]

    def last_event(self, before: int) -> tuple[int, int]:
        """The instant of the last event before `before`, and how many beats there were then; the start, where there is none."""
        return next(((at, beats) for at, beats in reversed(self.heard) if at < before), (self.scene.start, 0))

    def state_at(self, t: int) -> tuple[State, Span]:
        """Where the person is at an instant (in the pool before everything), and the line that led there."""
        found = [(state, line) for at, state, line in self.states if at <= t]
        return found[-1] if found else self.states[0][1:]


class _Due(NamedTuple):
    """Something that is about to happen; sorted as the machine takes it."""

    at: int
    order: tuple[int, int]
    number: int
    event: Event
    happening: Happening | None


def run(machine: Machine, case: Case) -> Story:
    """The story of a case. The same case gives the same story."""
    return _Run(machine, case).go()


class _Run:
    def __init__(self, machine: Machine, case: Case) -> None:
        self.machine, self.case = machine, case
        self.clock: RecipientClock = case.clock
        self.scene = Scene(case.clock.calendar)
        self.scene.start = case.start.instant(self.scene, 0) or 0
        self.story = Story(self.scene)
        self.waiting = list(enumerate(case.events))
        enrolled = Happening(case.start, "enrolled", "enters the cadence", case.span)
        self.coming = [_Due(self.scene.start, rank("enrolled"), -1, Event("enrolled"), enrolled)]
        self._arrive()
        first = min(due.at for due in self.coming)
        self.life: Life = begin(machine, first)
        self.now = first
        self.watch = max([self.scene.start, *self._marks()])
        self.lines = {info.id: info.origin for info in machine.steps}
        self.story.states.append((first, machine.states[0], machine.states[0].origin))

    @property
    def state(self) -> State:
        return self.machine.states[self.life.state]

    def _marks(self) -> Iterator[int]:
        """The moments that the case asks about, as far as they are known before the run."""
        expect = self.case.expect
        bounds = (bound.at for bound in (expect.silent_from, expect.silent_until) if bound is not None)
        wanted = (item.at for item in (*(expect.touches or ()), expect.next_touch) if item is not None and item.at is not None)
        moments: Iterable[Moment] = (*bounds, *wanted, *(at for at, _ in expect.states), *((self.case.until,) if self.case.until else ()))
        for moment in moments:
            at = moment.instant(self.scene, DAY - 1)
            if at is not None:
                yield at

    # ------------------------------------------------------------ the loop

    def go(self) -> Story:
        while (due := self._next()) is not None:
            self.coming = [other for other in self.coming if other.number != due.number or due.happening is None]
            self.now = due.at
            self._take(due)
            if due.number >= 0:
                self.story.heard.append((due.at, len(self.story.beats)))
            self._arrive()
        self.story.end = max(self.now, self.watch)
        self._never_came()
        return self.story

    def _next(self) -> _Due | None:
        found = [*self.coming, *self._clocks(), *self._touch()]
        if not found:
            return None
        due = min(found)
        if self.case.until is not None:
            return due if due.at <= self.watch else None
        at_rest = not self.coming and due.event.name == "cooled" and due.at > self.watch
        return None if at_rest else due

    def _arrive(self) -> None:
        """What counted from a touch is known once the touch has been made."""
        for number, happening in list(self.waiting):
            at = happening.at.instant(self.scene)
            if at is not None and at < NEVER:
                until = happening.until.instant(self.scene, 0) if happening.until is not None else None
                event = Event(happening.event, happening.step, until)
                self.coming.append(_Due(at, rank(happening.event), number, event, happening))
                self.waiting.remove((number, happening))

    def _clocks(self) -> Iterator[_Due]:
        for at, name in ((self.life.expires, "elapsed"), (self.life.due, "cooled" if self.state.kind == "end" else "due")):
            if at is not None and at < NEVER and find(self.machine, self.life.state, name) is not None:
                yield _Due(max(at, self.now), rank(name), -2, Event(name), None)

    def _touch(self) -> Iterator[_Due]:
        """The touch that is due is made now, or when the case says."""
        if self.state.kind != "touch":
            return
        name = self.state.step or ""
        at: int | None = self.life.since
        made = self.case.made.get(name)
        if made is not None and name not in self.scene.known:
            here = Scene(self.scene.calendar, self.scene.start, {**self.scene.known, DUE: self.life.since})
            at = made.at.instant(here) if made.at is not None else None
        if at is not None and at < NEVER:
            yield _Due(max(at, self.now), rank("done"), -2, Event("done", name), None)

    # ------------------------------------------------------------ one move

    def _take(self, due: _Due) -> None:
        happening, before = due.happening, self.state
        move = find(self.machine, self.life.state, due.event.name, due.event.step)
        if happening is not None and happening.task is not None and before.task != happening.task:
            move = None  # nobody has this task, so nobody can finish it
        if happening is not None:
            self._answers(happening, due.at)
        if move is None or early(self.life, due.event, due.at):
            if happening is not None:
                self._tell(due, f"{happening.said} (changes nothing)", before.origin)
            return
        self.life, actions = step(self.machine, self.life, due.event, due.at, self.clock)
        self.story.taken.append((move.source, move.event))
        self.story.states.append((due.at, self.state, move.origin))
        self._remember(due.at, move, actions)
        if happening is not None:
            self._tell(due, happening.said + self._effect(move, actions), move.origin)
        else:
            self._tell_own(due, before, move, actions)

    def _remember(self, at: int, move: Transition, actions: tuple[Action, ...]) -> None:
        if self.state.kind == "end":
            self.story.outcome = (self.state.outcome or "", move.origin)
        elif move.event != "cooled":
            self.story.outcome = None
        for action in actions:
            if action.kind == "handoff":
                self.story.handed.append(Handed(at, action, move.origin))
            if action.kind == "suppress":
                self.story.suppressed.update(dict.fromkeys(action.channels, move.origin))
        if move.event == "asked_back":
            self.story.suppressed.clear()

    def _tell(self, due: _Due, what: str, line: Span, kind: Kind = "outside", made: str = "") -> None:
        case = due.happening.span if due.happening is not None else None
        self.story.beats.append(Beat(due.at, kind, what, line, case, made))

    def _tell_own(self, due: _Due, before: State, move: Transition, actions: tuple[Action, ...]) -> None:
        """What the machine did by itself: a touch, a pause that is over, a step that is skipped, an end."""
        effect = self._effect(move, actions)
        if before.kind == "touch" and due.event.name == "done":
            name = before.step or ""
            self._late(name, due.at)
            self.scene.known.setdefault(name, due.at)
            self._tell(due, f"{name} ({before.channel}){effect}", self.lines[name], "touch", name)
        elif due.event.name == "elapsed":
            self._tell(due, f"the time of the cadence is over{effect}", move.origin, "clock")
        elif due.event.name == "cooled":
            self._tell(due, "the cooldown is over: back in the pool", move.origin, "clock")
        elif before.kind == "hold":
            self._tell(due, "the pause is over", move.origin, "clock")
        elif self.state.kind != "touch":
            self._tell(due, f"{before.step} is skipped ({move.note}){effect}", move.origin, "clock")
        elif before.step in self.case.made and before.step not in self.scene.known:
            self._tell(due, f"{before.step} is due", move.origin, "clock")

    def _effect(self, move: Transition, actions: tuple[Action, ...]) -> str:
        """What a move led to, where that is more than the next touch."""
        parts = [f"suppressed on {', '.join(action.channels)} ({action.scope})" for action in actions if action.kind == "suppress"]
        if self.state.kind == "end":
            parts.append(f"ends: {self.state.outcome}")
        elif self.state.kind == "hold" and move.source != move.target:
            until = self.life.due
            parts.append(f"paused until {self.scene.written(until)}" if until is not None and until < NEVER else "paused")
        elif self.state.kind == "task" and move.source != move.target:
            within = f" within {self.state.within}" if self.state.within is not None else ""
            parts.append(f"{'hand-off' if self.state.task == 'handoff' else self.state.task} to {self.state.role or 'nobody'}{within}")
        return "".join(f" → {part}" for part in parts)

    # ------------------------------------------------------------ what cannot be

    def _answers(self, happening: Happening, at: int) -> None:
        """Nobody answers a touch that was not made."""
        if happening.step is not None and happening.step not in self.scene.known:
            wanted = f"{happening.step} before it is answered"
            self.story.troubles.append(Trouble(happening.span, wanted, "no such touch was made by then", at))

    def _late(self, name: str, at: int) -> None:
        """A touch cannot be made before it is due."""
        made = self.case.made.get(name)
        if made is None or made.at is None or name in self.scene.known:
            return
        wanted = made.at.instant(self.scene)
        if wanted is not None and wanted < at:
            self.story.troubles.append(Trouble(made.span, f"{name} is made at {made.at}", f"it was due only at {self.scene.written(at)}", at))

    def _never_came(self) -> None:
        for due in sorted(self.coming):
            if due.happening is not None:
                wanted = f"{due.happening.said}, {self.scene.written(due.at)}"
                self.story.troubles.append(Trouble(due.happening.span, wanted, "the case ends before (`until`)", self.story.end))
        for _, happening in self.waiting:
            why = f"`{happening.at.anchor}` was never made" if happening.at.kind == "after" else "that moment never comes"
            self.story.troubles.append(Trouble(happening.span, f"{happening.said}, {happening.at}", why, self.story.end))
