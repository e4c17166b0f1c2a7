"""A comparison as a comment on a pull request: a hidden mark by which the comment is found again, a sentence, a table, and the rest folded.

The text comes from files that strangers may have written: whatever Markdown, HTML, mentions or CI commands it holds is shown as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cadenza.forecast.metrics import metric
from cadenza.render import compare_words as words
from cadenza.render.forecast_numbers import Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cadenza.forecast.comparison import Comparison, Pair

MARK = "<!-- cadenza compare: {name} -->"
MARKS = {"better": "✅", "worse": "❌"}
FIRST = ("meetings", "opportunities", "pipeline", "cost", "cost_per_meeting", "unsubscribed", "complained", "contacts_after_no", "people_per_meeting")
ROWS = 60
"""More lines of one kind than these are cut: a comment has 65,536 characters."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~@&$])")


def render(found: Comparison) -> str:
    """The comment, with a newline at its end."""
    numbers = Numbers()
    head = [MARK.format(name=re.sub(r"[^A-Za-z0-9._/-]", "-", found.b.rpartition(":")[2])), f"**{_plain(words.headline(found, numbers))}**"]
    if found.same:
        return "\n\n".join([*head, _small(found, numbers)]) + "\n"
    shown = words.pairs(found)
    first = [pair for pair in shown if pair.key in FIRST]
    parts = [*head, _table(first, found.currency, numbers)]
    rest = [pair for pair in shown if pair not in first]
    folded = {
        "What is written differently": [words.change(item, "→") for item in found.changes],
        "What is proved differently": [words.change(item, "→") for item in found.proofs],
    }
    came = [words.finding(item) for item in found.came]
    went = [words.finding(item) for item in found.went]
    if came:
        parts.append(f"**{len(came)} new finding{'s' * (len(came) != 1)}**\n\n{_list(came)}")
    if went:
        parts.append(_folded(f"{len(went)} finding{'s' * (len(went) != 1)} gone", _list(went)))
    parts += [_folded(f"{title} ({len(lines)})", _list(lines)) for title, lines in folded.items() if lines]
    parts.append(_folded(f"All other metrics ({len(rest)})", _table(rest, found.currency, numbers)))
    parts.append(_small(found, numbers))
    return "\n\n".join(parts) + "\n"


def _table(pairs: Sequence[Pair], currency: str, numbers: Numbers) -> str:
    lines = ["| | before | after | difference |", "|---|--:|--:|--:|"]
    for pair in pairs:
        unit = metric(pair.key).unit
        before, after = (numbers.amount(each.mean, unit) for each in (pair.a, pair.b))
        mark = MARKS.get(words.good(pair), "")
        cells = (_plain(words.label(pair, currency)), before, after, f"{words.difference(pair, numbers)} {mark}".strip())
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _list(lines: Sequence[str]) -> str:
    cut = [f"- {_plain(line)}" for line in lines[:ROWS]]
    return "\n".join([*cut, *([f"- and {len(lines) - ROWS} more"] if len(lines) > ROWS else [])])


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _small(found: Comparison, numbers: Numbers) -> str:
    lines = [*words.machine(found.shapes_a, found.shapes_b, "→"), *words.footer(found, numbers)]
    return "<sub>" + " ".join(_html(f"{line}" if line.endswith(".") else f"{line}.") for line in lines) + "</sub>"


def _plain(text: str) -> str:
    """Text in which Markdown sees nothing but text; a mention calls nobody, a number refers to nothing."""
    return _SPECIAL.sub(r"\\\1", text).replace("\\@", "@\u2060").replace("\\#", "#\u2060")


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u2060")
