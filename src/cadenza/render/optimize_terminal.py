"""An optimum as a page: the front as a table, what the proposed one changes, and its edit; or the edit alone."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cadenza.forecast.metrics import metric
from cadenza.render.ansi import clean, paint, wrap
from cadenza.render.compare_words import change
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.tables import Cell, table

if TYPE_CHECKING:
    from cadenza.forecast.optimizing import Candidate, Optimum
    from cadenza.forecast.results import Difference

LABELS = {"meetings": "meetings", "unsubscribed": "opt-outs", "complained": "complaints", "hours": "hours", "cost": "cost"}


def diff(found: Optimum, chosen: int | None) -> str:
    """The edit as a unified diff that `git apply` takes, from the workspace's root; nothing where nothing is chosen."""
    texts = {} if chosen is None else found.front[chosen].texts
    return "".join(_diff(file, found.originals[file], text) for file, text in sorted(texts.items()))


def _diff(file: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{file}", f"b/{file}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines with their ends, as git counts them: only a line feed ends one."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def render(found: Optimum, chosen: int | None, *, colour: bool = False, width: int = 100, plain: bool = False) -> str:
    """The page, with a newline at its end. `chosen` is a place in the front."""
    numbers, width = Numbers(plain), max(60, width)
    keys = ["meetings", "unsubscribed", "complained", "hours", *(["cost"] if "cost" in found.now.means else [])]
    money = f", {found.currency}" if "cost" in keys else ""
    head = [Cell(text, "dim") for text in ("", *(LABELS[key] + (money if key == "cost" else "") for key in keys))]
    rows = [head, _now(found.now, keys, numbers)]
    rows += [_row(number, each, keys, numbers, number == chosen) for number, each in enumerate(found.front)]
    parts = [
        [paint(line, "bold", on=colour) for line in wrap(_headline(found, chosen, numbers), width)],
        table(rows, "<" + ">" * len(keys), width, colour=colour, plain=plain),
        [line for number, each in enumerate(found.front) for line in _changes(number, each, width, plain)],
    ]
    if chosen is not None:
        parts.append([_painted(line, colour) for line in diff(found, chosen).splitlines()])
    parts.append([line for text in _footer(found, numbers) for line in wrap(text, width)])
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _headline(found: Optimum, chosen: int | None, numbers: Numbers) -> str:
    name = clean(found.name)
    if chosen is None:
        return f"{name}: of {found.evaluated} candidates, none brings more meetings, or as many for less. What there is stays."
    each = found.front[chosen]
    parts = [f"{LABELS[key]} {_shown(each.differences[key], numbers)}" for key in ("meetings", *found.less)]
    return f"{name}: candidate {chosen + 1}, of {found.evaluated} that were tried: {', '.join(parts)}."


def _shown(found: Difference, numbers: Numbers) -> str:
    if found.verdict in ("same", "noise") or found.interval is None:
        return "as many" if found.key == "meetings" else "no different"
    unit = "money" if found.key == "cost" else metric(found.key).unit
    return numbers.difference(found.mean, (found.interval.high - found.interval.low) / 2, unit)


def _now(now: Candidate, keys: list[str], numbers: Numbers) -> list[Cell]:
    cells = (numbers.money(now.means[key]) if key == "cost" else numbers.count(now.means[key]) for key in keys)
    return [Cell("now"), *(Cell(text) for text in cells)]


def _row(number: int, each: Candidate, keys: list[str], numbers: Numbers, chosen: bool) -> list[Cell]:
    cells = [Cell(f"{number + 1}{' (proposed)' if chosen else ''}", "bold" if chosen else "")]
    for key in keys:
        found = each.differences[key]
        better = "higher" if key == "meetings" else "lower"
        style = "dim" if found.verdict in ("same", "noise") else "green" if found.verdict == better else "red"
        text = found.verdict if found.verdict in ("same", "noise") else _shown(found, numbers)
        cells.append(Cell(text, style))
    return cells


def _changes(number: int, each: Candidate, width: int, plain: bool) -> list[str]:
    arrow = "->" if plain else "→"
    first, *rest = [change(item, arrow) for item in each.changes]
    lines = wrap(f"  {number + 1}  {first}", width, "       ")
    return [*lines, *(line for text in rest for line in wrap(f"     {text}", width, "       "))]


def _painted(line: str, colour: bool) -> str:
    style = {"+": "green", "-": "red", "@": "dim"}.get(line[:1], "")
    return paint(clean(line), style, on=colour) if style else clean(line)


def _footer(found: Optimum, numbers: Numbers) -> list[str]:
    refused = ", ".join(f"{clean(name)} {count}" for name, count in found.refused[:6])
    lint = f"lint refused {found.rejected}" + (f" ({refused})" if refused else "") if found.rejected else "lint refused none"
    what = " and ".join(LABELS[key] for key in found.less)
    return [
        f"{found.evaluated} candidates were run, {lint}. Those in the table are beaten by none in meetings, {what} at once; differences are to now, "
        f"over {found.replications} fresh runs of {found.horizon} from {found.start}, for the same people with the same luck. No forecast knows what "
        "a message says: read the order aloud before you take it.",
        *map(clean, found.notes),
        f"{numbers.grouped(found.runs)} runs in all, seed {found.seed}, engine {found.engine}, cadenza {found.version}.",
    ]
