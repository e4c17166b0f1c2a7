"""What both comparisons with the brute judge share: a playbook with its machine, the lives that are lived in it, what a witness shows, and the count.

A verdict is compared in both directions. Where a rule is silent, no life breaks it; where it speaks, the life that it tells can be lived in some
calendar of the playbook's market, and breaks it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from rules_truth.brute import Judge, Record, replayed
from rules_truth.strategies import clocks, every_clock, starts
from rules_truth.watched import Seen
from support.playbooks import load_document

from cadenza.calendars import RecipientClock
from cadenza.language import Playbook, Refused
from cadenza.language.findings import Finding, Witness
from cadenza.language.values import Duration
from cadenza.machine import Machine, lower
from cadenza.rules.context import Context, Subject
from cadenza.rules.proof.graph import TooDear
from cadenza.rules.registry import named

TODAY = date(2027, 1, 4)
LONG, SHORT = 1500, 300
"""Steps that the judge makes in each calendar: among the slow tests, and with every change."""
Verdicts = dict[str, bool]
law = settings(suppress_health_check=list(HealthCheck), max_examples=10, phases=[Phase.explicit, Phase.generate])  # small as they are


@dataclass(frozen=True)
class Case:
    """One playbook before both judges."""

    playbook: Playbook
    machine: Machine
    budget: int

    @cached_property
    def subject(self) -> Subject:
        return Subject(self.playbook.node, TODAY, self.playbook)

    def said(self, code: str) -> list[Finding]:
        """What a rule says. Raises TooDear where it does not decide."""
        rule = named(code)
        assert rule is not None and rule.check is not None
        return list(rule.check(Context(rule, self.subject)))

    @cached_property
    def pretends(self) -> frozenset[str]:
        """The steps whose subjects claim to answer a mail in its thread."""
        return frozenset(step.id for step in self.playbook.cadence if step.subject and step.subject.startswith("Re:") and step.thread == "reply")

    @cached_property
    def judges(self) -> list[Judge]:
        """One for each of a few calendars of the market."""
        reaches: dict[str, Duration] = dict(self.playbook.opt_out.reaches) if self.playbook.opt_out else {}
        return [Judge(self.machine, clock, self.pretends, reaches) for clock in clocks(self.playbook)]

    @cached_property
    def lives(self) -> list[Record]:
        return [judge.live(starts(judge.clock), self.budget) for judge in self.judges]

    @cached_property
    def way_back(self) -> bool | None:
        """Whether some opt-out can be undone by asking; None where nobody can opt out."""
        answers = [judge.comes_back(start) for judge in self.judges for start in starts(judge.clock)]
        return None if all(answer is None for answer in answers) else any(answers)

    def shows(self, witness: Witness | None) -> tuple[Seen, RecipientClock]:
        """What the life that a witness tells shows, in the first calendar of the market that can follow it."""
        assert witness is not None and witness.events, "no life is told"
        problems = []
        for clock in every_clock(self.playbook):
            try:
                return replayed(self.machine, clock, witness.events, self.pretends)[0], clock
            except AssertionError as problem:
                problems.append(str(problem))
        raise AssertionError(f"nobody can live the life that is told: {problems}")


def case(document: dict[str, Any], folder: Path, budget: int = SHORT) -> Case | None:
    """None where the playbook is too large to be proved, which lint says."""
    try:
        playbook = load_document(folder, document)
        return Case(playbook, lower(playbook), budget)
    except Refused:
        return None


def counted(documents: SearchStrategy[dict[str, Any]], examples: int, compare: Callable[[dict[str, Any]], Verdicts]) -> Counter[tuple[str, bool]]:
    """Compare as many playbooks, print how often each rule spoke and was silent, and give that count. AssertionError with all that differs."""
    count: Counter[tuple[str, bool]] = Counter()
    differ: list[str] = []
    begun = time.process_time()

    @settings(law, max_examples=examples)
    @given(document=documents)
    def each(document: dict[str, Any]) -> None:
        try:
            count.update(compare(document).items())
        except AssertionError as problem:
            differ.append(f"{problem or 'what is told is not shown'}\n  {document}")

    each()
    for code in sorted({code for code, _ in count}):
        print(f"{code}: spoke {count[code, True]}, was silent {count[code, False]}")
    print(f"{time.process_time() - begun:.0f} s of CPU time")
    assert not differ, f"{len(differ)} playbooks:\n" + "\n".join(differ)
    return count


__all__ = ["LONG", "SHORT", "Case", "TooDear", "Verdicts", "case", "counted", "law"]
