"""Facts as text: one a line, its value, and the line or the story that makes it so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..language.findings import Witness
from ..language.nodes import Span
from ..rules.facts.registry import Fact, Facts, Keys, Known, shown
from .ansi import clean, columns, paint, wrap
from .stories import told

WIDEST = 44
"""Columns of a name with its keys; a longer one pushes its value aside."""


def render(facts: Facts, chosen: Sequence[Fact], *, colour: bool, width: int, verbose: bool) -> str:
    """The chosen facts. Values of channels that the cadence does not use are left out unless `verbose`, which also says what each fact means."""
    used = set(facts.value("channels"))
    lines: list[str] = []
    for fact in chosen:
        rows = [(keys, known) for keys, known in facts.known(fact.name) if verbose or not _idle(fact, keys, used)]
        if verbose:
            lines += _about(fact, width, colour=colour)
        for keys, known in rows:
            lines += _row(fact, keys, known, width, colour=colour)
        if verbose:
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _idle(fact: Fact, keys: Keys, used: set[str]) -> bool:
    from ..rules.facts.registry import BY_CHANNEL

    return any(level == BY_CHANNEL and key not in used for level, key in zip(fact.levels, keys, strict=True))


def _about(fact: Fact, width: int, *, colour: bool) -> Iterator[str]:
    kind = fact.type + (f", {fact.unit}" if fact.unit else "")
    yield paint(fact.name, "bold", on=colour) + paint(f"  {kind}", "dim", on=colour)
    yield from wrap("  " + fact.description, width, "  ")


def _row(fact: Fact, keys: Keys, known: Known, width: int, *, colour: bool) -> Iterator[str]:
    name = clean(named(fact, keys))
    value = clean(shown(fact, known.value)) + ("" if known.exact else " (a safe bound)")
    place, story = _because(known)
    head = f"{name:<{WIDEST}} "
    if columns(head + value) > width:
        yield paint(name, "bold", on=colour)
        yield from wrap(f"    {value}", width, "    ")
        if place:
            yield " " * 4 + paint(place, "dim", on=colour)
        yield from (paint(line, "dim", on=colour) for line in (wrap("    " + story, width, "      ") if story else ()))
        return
    text = paint(head, "bold", on=colour) + value
    room = width - columns(head + value) - 2
    if columns(place) <= room:
        yield text + "  " + paint(place, "dim", on=colour) if place else text
    else:
        yield text
        yield " " * 4 + paint(place, "dim", on=colour)
    if story:
        yield from (paint(line, "dim", on=colour) for line in wrap("    " + story, width, "      "))


def named(fact: Fact, keys: Keys) -> str:
    """`gap_min[email]`."""
    return fact.name + "".join(f"[{key}]" for key in keys)


def _because(known: Known) -> tuple[str, str]:
    if isinstance(known.because, Span):
        return clean(f"{known.because.file}:{known.because.line}"), ""
    return ("", clean(told(known.because))) if isinstance(known.because, Witness) else ("", "")
