"""The rules' own pages, gathered from beside the rules, with an index by family."""

from __future__ import annotations

import re
from pathlib import Path

import cadenza

RULES = Path(cadenza.__file__).parent / "rules"
FAMILIES = {
    "language": "The language: is the file what it means to be?",
    "machine": "The machine: can every step be reached, does everything end?",
    "respect": "Respect: what happens after a no",
    "pressure": "Pressure: how much one person gets",
    "effect": "Effect: does it help anybody?",
    "data": "Data: fields, lists and their age",
    "capacity": "Capacity: can our own people do it?",
}


def rule_pages() -> dict[str, str]:
    """`index.md` and one page a rule, by file name."""
    pages: dict[str, str] = {}
    families: dict[str, list[tuple[str, str, str]]] = {}
    for page in sorted(RULES.glob("*/*.md")):
        text = page.read_text("utf-8")
        title = re.match(r"# (.+)\n", text)
        if title is None:
            text = f"# {page.stem.replace('_', '-')}\n\n{text}"
            title = re.match(r"# (.+)\n", text)
        assert title is not None
        first = next((block for block in text.split("\n\n")[1:] if block.strip() and not block.startswith(("#", "```", "|"))), "")
        pages[page.name] = text
        families.setdefault(page.parent.name, []).append((title[1], page.stem, " ".join(first.split())))
    pages["index.md"] = _index(families)
    return pages


def _index(families: dict[str, list[tuple[str, str, str]]]) -> str:
    lines = ["# Rules", "", "`cadenza explain NAME` shows the same pages in the terminal.", ""]
    order = {family: place for place, family in enumerate(FAMILIES)}
    for family in sorted(families, key=lambda family: (order.get(family, len(order)), family)):
        lines += [f"## {FAMILIES.get(family, family)}", ""]
        lines += [f"- [{title}]({stem}.md): {first}" for title, stem, first in sorted(families[family])]
        lines += [""]
    stems = [stem for rules in families.values() for _, stem, _ in rules]
    return "\n".join([*lines, "```{toctree}", ":hidden:", "", *sorted(stems), "```"])
