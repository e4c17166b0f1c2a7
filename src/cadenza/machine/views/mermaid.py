"""A machine as a Mermaid state diagram (stateDiagram-v2), for Markdown pages and pull requests."""

from __future__ import annotations

from ..types import Machine
from .outline import LIVE, TITLES, Outline, outline, spoken

_ESCAPES = str.maketrans({"#": "#35;", '"': "#quot;", ";": "#59;", ":": "#58;", "<": "#lt;", ">": "#gt;", "\n": " ", "\r": " "})


def mermaid(machine: Machine, *, full: bool = False) -> str:
    """The outline, or every state. Ends in a newline."""
    view = outline(machine, full=full)
    lines = ["stateDiagram-v2", *([f"  %% {view.note}"] if view.note else [])]
    lines += [*_boxes(view, "pool", "  "), *_frame("live", [line for group in LIVE for line in _framed(view, group)])]
    lines += [f"  {line}" for group in ("owned", "ends") for line in _framed(view, group)]
    lines.append(f"  [*] --> {view.of('pool')[0].key}")
    for arrow in view.arrows:
        lines.append(f"  {arrow.source} --> {arrow.target} : {', '.join(_text(spoken(event)) for event in arrow.events)}")
    return "\n".join(lines) + "\n"


def _boxes(view: Outline, group: str, indent: str) -> list[str]:
    return [f'{indent}state "{_text(box.label)}" as {box.key}' for box in view.of(group)]


def _framed(view: Outline, group: str) -> list[str]:
    """The boxes of a group in a frame with its title; steps and what is handed over may be the source of an arrow as a whole."""
    boxes = _boxes(view, group, "  ")
    return [f'state "{_text(TITLES[group])}" as {group} {{', *boxes, "}"] if boxes else []


def _frame(group: str, lines: list[str]) -> list[str]:
    return [f'  state "{_text(TITLES[group])}" as {group} {{', *(f"    {line}" for line in lines), "  }"] if lines else []


def _text(text: str) -> str:
    return text.translate(_ESCAPES)
