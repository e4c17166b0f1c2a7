"""What a line of a playbook compiles to: the states and transitions that come from it, and what lint says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..language import collect_playbook
from ..language.findings import Finding, Refused
from ..language.nodes import Span
from ..machine import lower
from ..machine.types import Machine, State, Transition
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
        tuple(finding for finding in lint([path], as_of=as_of).findings if finding.span.file == file and finding.span.line == line),
    )


def _smallest(machine: Machine, file: str, line: int) -> Span | None:
    """The smallest stretch of text on that line, or around it, that something in the machine comes from."""
    origins = {state.origin for state in machine.states} | {move.origin for move in machine.transitions}
    around = [span for span in origins if span.file == file and span.line <= line <= _last(span)]
    return min(around, key=lambda span: (span.line != line, _last(span) - span.line, span), default=None)


def _last(span: Span) -> int:
    """The last line that a span has a letter on."""
    return span.end_line - 1 if span.end_column == 1 and span.end_line > span.line else span.end_line
