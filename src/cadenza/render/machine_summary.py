"""A machine as a page for a person: how large it is, its steps with their lines and delays, and what ends it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from cadenza.render.ansi import clean, columns, paint

if TYPE_CHECKING:
    from cadenza.language.model import Playbook
    from cadenza.language.nodes import Span
    from cadenza.machine.types import Kind, Machine

KINDS: tuple[Kind, ...] = ("start", "wait", "touch", "hold", "task", "end")


def render(playbook: Playbook, machine: Machine, *, colour: bool, width: int) -> str:
    """The summary, lines of at most `width` columns, with a newline at its end."""
    title = partial(paint, on=colour)
    kinds = Counter(state.kind for state in machine.states)
    sizes = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind])
    lines = [
        f"{title(clean(machine.name), 'bold')}  {clean(playbook.file)}",
        f"{len(machine.states)} states ({sizes}), {len(machine.transitions)} transitions",
        f"sha-256 {machine.hash}",
    ]
    lines += ["", title("Steps", "bold"), *_table(_steps(playbook), width)]
    lines += ["", title("What ends it", "bold"), *_table(_ends(machine), width)]
    return "\n".join(lines) + "\n"


def _steps(playbook: Playbook) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for number, step in enumerate(playbook.cadence, 1):
        delay = f"after {step.after}" if step.after is not None and step.after.amount else "at once"
        gates = [word for word, condition in (("when", step.when), ("skip_if", step.skip_if)) if condition is not None]
        what = step.channel if step.action is None else f"{step.channel} {step.action}"
        rows.append((f"{number:>2}", step.id, what, delay + (f" ({', '.join(gates)})" if gates else ""), f"line {step.span.line}"))
    return rows


def _ends(machine: Machine) -> list[tuple[str, ...]]:
    """Each outcome with what leads to it from outside the ends, and the lines that say so."""
    causes: dict[str, dict[str, set[Span]]] = {}
    for transition in machine.transitions:
        target = machine.states[transition.target]
        if target.kind == "end" and machine.states[transition.source].kind != "end":
            events = causes.setdefault(target.outcome or "", {})
            events.setdefault(transition.event.partition(":")[0], set()).add(transition.origin)
    rows: list[tuple[str, ...]] = []
    for outcome in sorted(causes):
        events = causes[outcome]
        places = sorted({span.line for spans in events.values() for span in spans})
        rows.append((outcome, ", ".join(sorted(events)), f"line {', '.join(map(str, places))}"))
    return rows


def _table(rows: list[tuple[str, ...]], width: int) -> list[str]:
    """Columns as wide as their widest cell; what does not fit into `width` is cut in the last column but one, with an ellipsis."""
    if not rows:
        return ["  nothing"]
    rows = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(columns(row[index]) for row in rows) for index in range(len(rows[0]))]
    spare = width - 2 - sum(widths) - 2 * (len(widths) - 1)
    if spare < 0:
        widths[-2] = max(8, widths[-2] + spare)
    return ["  " + "  ".join(_fit(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in rows]


def _fit(cell: str, size: int) -> str:
    if columns(cell) <= size:
        return cell + " " * (size - columns(cell))
    while columns(cell) > size - 1:
        cell = cell[:-1]
    return cell + "…" + " " * (size - 1 - columns(cell))
