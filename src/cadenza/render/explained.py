"""`cadenza explain`: a rule's page, the list of rules, and what a line compiles to; as text and as plain data for JSON.

The page is Markdown; here its headings are bold, its fences indented, and its lines fit. Nothing else is interpreted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from ..language.nodes import Span
from ..machine.types import Machine, State, Transition
from ..rules.explain import Line
from ..rules.facts.registry import Fact, Keys, Known, shown
from ..rules.registry import Rule
from .ansi import clean, paint, wrap
from .facts_json import one as fact_json
from .facts_terminal import named
from .findings_json import one as finding_json
from .findings_terminal import one as finding_text

FORMAT_VERSION = 1
SHOWN = 12
"""States or transitions of one kind beyond which a terminal shows only how many more there are."""


def page(rule: Rule, *, colour: bool, width: int) -> str:
    """The page of a rule."""
    lines: list[str] = []
    fenced = False
    for line in rule.page.read_text("utf-8").split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            lines.append("    " + paint(line, "dim", on=colour))
        elif line.startswith("#"):
            lines.append(paint(line.lstrip("# "), "bold", on=colour))
        else:
            lines += wrap(line, width, "  " if line.startswith("- ") else "")
    facts = f"{rule.level.name} · profile {rule.profile} · waive with `# cadenza: ignore[{rule.name}]: reason`"
    lines.insert(1, paint(facts, "dim", on=colour))
    return "\n".join(lines).rstrip() + "\n"


def rules(every: Iterable[Rule], *, colour: bool, width: int) -> str:
    """All rules, one a line: code, name, level, profile, and what the page begins with."""
    listed = list(every)
    wide = max(len(rule.name) for rule in listed)
    lines = []
    for rule in listed:
        head = f"{rule.code} {rule.name:<{wide}} {rule.level.name:<7} {rule.profile:<8} "
        text = head + summary(rule)
        lines.append(paint(rule.code, "bold", on=colour) + (text if len(text) <= width else text[: width - 1] + "…")[len(rule.code) :])
    return "\n".join(lines) + "\n"


def summary(rule: Rule) -> str:
    """The first paragraph of a rule's page, on one line."""
    found = re.search(r"^# .*\n+((?:.+\n)+)", rule.page.read_text("utf-8"))
    return " ".join(found[1].split()) if found else ""


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as plain data."""
    return {
        "code": rule.code,
        "name": rule.name,
        "level": rule.level.name,
        "profile": rule.profile,
        "source": rule.source,
        "options": {name: str(value) if not isinstance(value, (int, float, bool)) else value for name, value in rule.options.items()},
        "summary": summary(rule),
        "page": rule.page.read_text("utf-8"),
    }


def line(found: Line, *, colour: bool, width: int) -> str:
    """What a line compiles to, as text."""
    place = paint(f"{clean(found.file)}:{found.line}", "bold", on=colour)
    lines = [f"{place}  {clean(found.text.strip())}"]
    if found.span is None:
        lines.append("  The machine has nothing from this line: it says who, what or how much, not what happens when.")
    else:
        where = "" if found.span.line == found.line else f" (with line {found.span.line}, which it belongs to)"
        lines.append(f"  compiles to {_many(found.states, 'state')} and {_many(found.transitions, 'transition')}{where}")
        lines += _shown([f"    {state.kind:<6} {clean(state.id)}" for state in found.states], "states")
        lines += _moves(found.machine, found.transitions)
    if found.facts:
        lines.append("  facts that depend on it:")
        lines += _shown([f"    {text}" for text in map(_fact, found.facts)], "facts")
    for finding in found.findings:
        lines += ["", *finding_text(finding, colour=colour, width=width)]
    return "\n".join(lines) + "\n"


def _fact(found: tuple[Fact, Keys, Known]) -> str:
    fact, keys, known = found
    why = "" if isinstance(known.because, Span) else "  (its story goes through here)"
    return clean(f"{named(fact, keys)} = {shown(fact, known.value)}") + why


def _moves(machine: Machine, transitions: tuple[Transition, ...]) -> Iterator[str]:
    """Transitions, alike ones in one line: from how many states of a kind an event leads to the same place."""
    told = Counter((machine.states[move.source].kind, move.event, _target(machine, move), _what(move)) for move in transitions)
    rows = []
    for (kind, event, target, what), count in told.items():
        source = next(
            machine.states[m.source].id for m in transitions if (machine.states[m.source].kind, m.event, _target(machine, m)) == (kind, event, target)
        )
        begins = clean(source) if count == 1 else f"{count} {kind} states"
        rows.append(f"    {begins} –{event}→ {clean(target)}{what}")
    return iter(_shown(rows, "transitions"))


def _target(machine: Machine, move: Transition) -> str:
    target: State = machine.states[move.target]
    return target.id if target.kind in ("end", "task", "start") else f"{target.kind} {target.step or ''}".strip()


def _what(move: Transition) -> str:
    timer = move.timer
    delay = f" after {timer.delay}" if timer is not None and timer.delay is not None and (timer.delay.amount or timer.kind == "now") else ""
    told = [f"{action.kind} {action.step or action.outcome or action.role or action.scope}".strip() for action in move.actions]
    return delay + (f"  [{', '.join(told)}]" if told else "")


def _shown(rows: list[str], what: str) -> list[str]:
    more = len(rows) - SHOWN
    return rows if more <= 0 else [*rows[:SHOWN], f"    … and {more} more {what} (`--format json` has all)"]


def _many(items: tuple[Any, ...], one: str) -> str:
    return f"{len(items)} {one}{'' if len(items) == 1 else 's'}"


def line_data(found: Line) -> dict[str, Any]:
    """The same as plain data."""
    states = found.machine.states
    return {
        "file": found.file,
        "line": found.line,
        "text": found.text,
        "states": [{"id": state.id, "kind": state.kind, "step": state.step} for state in found.states],
        "transitions": [
            {"source": states[move.source].id, "event": move.event, "target": states[move.target].id, "note": move.note} for move in found.transitions
        ],
        "facts": [fact_json(fact, [(keys, known) for _, keys, known in values]) for fact, values in groupby(found.facts, itemgetter(0))],
        "findings": [finding_json(finding) for finding in found.findings],
    }
