"""A playbook's tests as values: cases, what happens in them, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..calendars import RecipientClock
from ..language.model import Playbook
from ..language.nodes import Span
from ..language.values import Duration
from ..machine import Machine
from .moments import Moment


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that comes from outside: the machine's event (with the step that it answers), when, and how the case says it."""

    at: Moment
    event: str
    said: str
    span: Span
    step: str | None = None
    until: Moment | None = None
    task: str | None = None  # `done`: which task a human has finished


@dataclass(frozen=True, slots=True)
class Made:
    """When a touch is made, where that is not when it is due; None: never."""

    at: Moment | None
    span: Span


@dataclass(frozen=True, slots=True)
class Wanted:
    """An expected touch: `intro at 2027-01-04 08:30`; without a moment any time will do. `step` None: no touch at all."""

    step: str | None
    at: Moment | None
    span: Span

    def __str__(self) -> str:
        return "no touch" if self.step is None else f"{self.step} at {self.at}" if self.at is not None else self.step


@dataclass(frozen=True, slots=True)
class Handoff:
    """`ae within 1 business hour`; `role` None: nobody."""

    role: str | None
    within: Duration | None
    span: Span

    def __str__(self) -> str:
        return "none" if self.role is None else f"{self.role} within {self.within}" if self.within is not None else self.role


@dataclass(frozen=True, slots=True)
class Bound:
    at: Moment
    span: Span


@dataclass(frozen=True, slots=True)
class Words:
    """A word or several, and where they stand."""

    words: tuple[str, ...]
    span: Span

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Expect:
    """None (or empty): nothing is said about that."""

    span: Span
    touches: tuple[Wanted, ...] | None = None
    touches_span: Span | None = None
    next_touch: Wanted | None = None
    silent_from: Bound | None = None
    silent_until: Bound | None = None
    outcome: Words | None = None
    suppressed: Words | None = None
    handoff: Handoff | None = None
    state: Words | None = None
    states: tuple[tuple[Moment, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `clock` is the person's; `until`: watch until then. `person`: what the case itself says about them, as a flow map."""

    name: str
    clock: RecipientClock
    start: Moment
    made: Mapping[str, Made]
    events: tuple[Happening, ...]
    expect: Expect
    span: Span
    until: Moment | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """A file of cases with the playbook that they are about; `file` is relative to the workspace's root."""

    file: str
    root: Path
    playbook: Playbook
    machine: Machine
    cases: tuple[Case, ...] = field(default=())
