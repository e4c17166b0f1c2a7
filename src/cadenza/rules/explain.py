"""What a line of a playbook compiles to: the states and transitions that come from it, the facts that depend on it, and what lint says of it.

A fact depends on a line where the line is why it has its value, or where the story that shows the value goes through the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..language import collect_playbook
from ..language.findings import Finding, Refused, Witness
from ..language.nodes import Span
from ..machine import lower
from ..machine.types import Machine, State, Transition
from .context import Subject
from .facts.registry import Fact, Keys, Known, catalogue
from .files import root_of
from .run import lint


@dataclass(frozen=True, slots=True)
class Line:
    """`span`: what on that line, or around it, the machine has something from; None where it has nothing. `places` are relative to the workspace."""

    file: str
    line: int
    text: str
    span: Span | None
    machine: Machine
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    facts: tuple[tuple[Fact, Keys, Known], ...]
    findings: tuple[Finding, ...]


def explain_line(path: Path, line: int, *, as_of: date) -> Line:
    """What `line` of the playbook at `path` compiles to. Refused where the playbook cannot be built; ValueError where it has no such line."""
    playbook, findings = collect_playbook(path)
    if playbook is None:
        raise Refused(findings)
    root = root_of(path)
    file = path.resolve().relative_to(root).as_posix()
    lines = path.read_text("utf-8-sig").split("\n")
    if not 1 <= line <= len(lines):
        raise ValueError(f"{file} has {len(lines)} lines; there is no line {line}")
    machine = lower(playbook)
    span = _smallest(machine, file, line)
    return Line(
        file,
        line,
        lines[line - 1],
        span,
        machine,
        tuple(state for state in machine.states if state.origin == span),
        tuple(move for move in machine.transitions if move.origin == span),
        tuple(_facts(Subject(playbook.node, as_of, playbook), span or Span(file, line, 1, line, 1))),
        tuple(finding for finding in lint([path], as_of=as_of).findings if finding.span.file == file and finding.span.line == line),
    )


def _smallest(machine: Machine, file: str, line: int) -> Span | None:
    """The smallest stretch of text on that line, or around it, that something in the machine comes from; the whole file for its first line only."""
    origins = {state.origin for state in machine.states} | {move.origin for move in machine.transitions}
    whole = {state.origin for state in machine.states if state.kind == "start"}
    around = [span for span in origins if span.file == file and span.line <= line <= _last(span) and (span.line == line or span not in whole)]
    return min(around, key=lambda span: (span.line != line, _last(span) - span.line, span), default=None)


def _facts(subject: Subject, span: Span) -> Iterator[tuple[Fact, Keys, Known]]:
    """The values that depend on the lines of `span`; those that no path leads to (a channel that is not used) depend on nothing."""
    for fact in catalogue().values():
        for keys, known in subject.facts.known(fact.name):
            because = known.because
            spans = [beat.span for beat in because.beats if beat.span is not None] if isinstance(because, Witness) else [because] if because else []
            if any(place.file == span.file and span.line <= place.line <= _last(span) for place in spans):
                yield fact, keys, known


def _last(span: Span) -> int:
    """The last line that a span has a letter on."""
    return span.end_line - 1 if span.end_column == 1 and span.end_line > span.line else span.end_line
