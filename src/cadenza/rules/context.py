"""What a rule is given: the playbook, its machine, today's date, its own options, and a way to say what it found.

The `Subject` is shared by all rules of one run over one playbook; what is dear (the machine, the graph of it, least times) is computed when a rule
asks for it, and once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ..language.findings import Finding, Fix, Level, Refused, Related, Witness
from ..language.nodes import Node, Span
from ..language.noted import note_date
from ..language.records import record
from ..language.values import Duration
from .registry import Rule

if TYPE_CHECKING:
    from ..language.model import Playbook
    from ..machine.types import Machine
    from .facts.registry import Facts
    from .outlook import Figure, Outlook
    from .portrait import Portrait
    from .proof.bounds import Bounds
    from .proof.graph import Graph
    from .proof.pace import Pace
    from .proof.story import Teller
    from .text import Reading

Value = TypeVar("Value")


class Subject:
    """One file under judgement: its tree and, where it is one that could be built, the playbook. `memory` is for what a family of rules shares."""

    def __init__(self, tree: Node, as_of: date, playbook: Playbook | None = None) -> None:
        self.tree = tree
        self._as_of = as_of
        self._playbook = playbook
        self.memory: dict[object, object] = {}

    @property
    def as_of(self) -> date:
        """The day that counts as today. A result for which it was asked is good for that day only."""
        note_date()
        return self._as_of

    @property
    def has_playbook(self) -> bool:
        return self._playbook is not None

    @property
    def playbook(self) -> Playbook:
        if self._playbook is None:
            raise TypeError("this file is no playbook")
        return self._playbook

    @cached_property
    def _lowered(self) -> Machine | Refused:
        from ..machine import lower

        try:
            return lower(self.playbook, hashed=False)
        except Refused as refused:
            return refused

    @cached_property
    def machine(self) -> Machine:
        """Made once, and refused as often as it is asked for where it would be too large."""
        if isinstance(self._lowered, Refused):
            raise Refused(self._lowered.findings)
        return self._lowered

    @cached_property
    def graph(self) -> Graph:
        from .proof.graph import Graph

        return Graph(self.machine)

    @cached_property
    def pace(self) -> Pace:
        from .proof.pace import Pace

        return Pace(self.graph)

    @cached_property
    def business_pace(self) -> Pace:
        from .proof.pace import Pace

        return Pace(self.graph, business=True)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every message that people read, in the order of the cadence."""
        from .text import readings

        return readings(self.playbook)

    @cached_property
    def facts(self) -> Facts:
        from .facts.registry import Facts

        return Facts(self)

    def pace_for(self, limit: Duration) -> tuple[Pace, int]:
        """The least times to compare a limit with, and the limit in their seconds: like is compared with like."""
        from .proof.pace import greatest, least

        return (self.business_pace, least(limit)) if limit.business else (self.pace, greatest(limit))

    def close(self) -> None:
        """Take apart what was computed: much of it refers to itself in circles, and the collector would look for them in all of memory."""
        self.memory.clear()
        for name in ("bounds", "facts", "pace", "business_pace"):
            made = self.__dict__.pop(name, None)
            if made is not None:
                vars(made).clear()

    @cached_property
    def teller(self) -> Teller:
        from .proof.story import Teller

        return Teller(self.graph, self.playbook, self.as_of)

    @cached_property
    def bounds(self) -> Bounds:
        from .proof.bounds import Bounds

        return Bounds(self.playbook, self.machine, self.as_of)


@record
class Context:
    """The subject, and the rule that is judging it, with its options as the workspace sets them. `group`: for rules over several playbooks, those.
    `outlook`: for rules over a forecast, that."""

    rule: Rule
    subject: Subject
    options: dict[str, object] = field(default_factory=dict)
    group: tuple[Portrait, ...] = ()
    outlook: Outlook | None = None

    @property
    def playbook(self) -> Playbook:
        return self.subject.playbook

    @property
    def machine(self) -> Machine:
        return self.subject.machine

    @property
    def graph(self) -> Graph:
        return self.subject.graph

    def figure(self, metric: str) -> Figure | None:
        """What the forecast says of a metric; None where nothing counted it."""
        return self.outlook.metrics.get(metric) if self.outlook else None

    @property
    def readings(self) -> tuple[Reading, ...]:
        return self.subject.readings

    @property
    def tree(self) -> Node:
        return self.subject.tree

    @property
    def as_of(self) -> date:
        return self.subject.as_of

    def option(self, name: str, kind: type[Value]) -> Value:
        """An option of the rule: the workspace's value, else the default. Overrides were checked against the default's type when they were read."""
        value = self.options.get(name, self.rule.options[name])
        if not isinstance(value, kind):
            raise TypeError(f"{self.rule.name}.{name} is {value!r}, not a {kind.__name__}")
        return value

    def duration(self, name: str) -> Duration:
        return self.option(name, Duration)

    def finding(
        self,
        message: str,
        span: Span,
        *,
        help: str = "",
        level: Level | None = None,
        related: Iterable[Related] = (),
        witness: Witness | None = None,
        fix: Fix | None = None,
        facts: dict[str, object] | None = None,
    ) -> Finding:
        """A finding of this rule. `message` is one sentence: what, the number that broke it, the limit."""
        rule = self.rule
        return Finding(rule.code, rule.name, level or rule.level, message, span, help, tuple(related), witness, fix, rule.source, facts=facts or {})
