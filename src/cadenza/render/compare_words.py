"""The sentences and tables of a comparison that the terminal and the pull request share. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cadenza.forecast.metrics import BY_KEY, HEADLINE, metric
from cadenza.render.ansi import clean
from cadenza.render.forecast_numbers import Numbers

if TYPE_CHECKING:
    from cadenza.forecast.comparison import Comparison, Pair, Shape
    from cadenza.forecast.differences import Change
    from cadenza.language.findings import Finding

MOST = 160
"""A value that is longer is cut in the middle of a page; the JSON has all of it."""


def pairs(found: Comparison) -> list[Pair]:
    """The rows that people read: the registered metrics, how much of people's time and of the caps is used, and what is said of each playbook."""
    return [pair for pair in found.pairs if _shown(pair)]


def _shown(pair: Pair) -> bool:
    own = pair.key.rpartition(":")[2]
    return own in BY_KEY or (own.startswith("load.") and own == pair.key)


def label(pair: Pair, currency: str) -> str:
    """The metric in words, with its currency where it is money, and its playbook where it is of one."""
    about = metric(pair.key)
    words = f"{about.label}, {currency or '?'}" if about.unit == "money" else about.label
    if pair.key.startswith("load."):
        words = f"{about.label}, {'caps' if pair.key.startswith('load.sender.') else 'time'} used"
    playbook, colon, _ = pair.key.rpartition(":")
    return f"{clean(playbook)}: {words}" if colon else words


def difference(pair: Pair, numbers: Numbers) -> str:
    """`+4.2 ±0.8`, `noise`, `same`."""
    found = pair.difference
    if found.verdict in ("same", "noise") or found.interval is None:
        return "same" if found.verdict == "same" else "noise"
    return numbers.difference(found.mean, found.reach, metric(found.key).unit)


def good(pair: Pair) -> str:
    """`better`, `worse`, or nothing where neither is meant or nothing is known."""
    way = {"higher": "up", "lower": "down"}.get(pair.difference.verdict)
    better = metric(pair.key).better
    return "" if not way or not better else "better" if way == better else "worse"


def headline(found: Comparison, numbers: Numbers) -> str:
    """What happens to meetings, what else moved most, and how many errors and warnings of lint came."""
    if found.same:
        return "Nothing is different: not in what is written, not in what is proved, not in what comes of it."
    about = next((pair for pair in found.pairs if pair.key == HEADLINE), None)
    if about is None:
        return "The two sides count nothing in common that is called meetings."
    before, after = (numbers.count(each.mean) for each in (about.a, about.b))
    verdict = difference(about, numbers)
    first = {
        "same": f"Meetings held stay at {before}",
        "noise": f"Meetings held stay at about {before}: the difference is noise",
    }.get(verdict, f"Meetings held: {before} to {after} ({verdict})")
    moved = sorted((pair for pair in pairs(found) if pair.key != HEADLINE and good(pair) and ":" not in pair.key), key=_by_how_much, reverse=True)
    sides = {way: [metric(pair.key).label for pair in moved if good(pair) == way] for way in ("better", "worse")}
    parts = [f"{way}: {', '.join(names[:4])}{' and others' if len(names) > 4 else ''}" for way, names in sides.items() if names]
    told = f"{first}. {'; '.join(parts).capitalize()}." if parts else f"{first}."
    return f"{told}{_came(found)}"


def _by_how_much(pair: Pair) -> float:
    """The difference as a share of the larger side: what was 2 and is 1,116 comes before what was 64 and is 66."""
    return abs(pair.difference.mean) / (max(abs(pair.a.mean), abs(pair.b.mean)) or 1.0)


def _came(found: Comparison) -> str:
    """A sentence about the errors and warnings that are new, and nothing where there are none."""
    counts = [(sum(finding.level.name == level for finding in found.came), level) for level in ("error", "warning")]
    told = " and ".join(f"{count} {level}{'s' * (count != 1)}" for count, level in counts if count)
    return f" Lint finds {told} that {'was' if sum(count for count, _ in counts) == 1 else 'were'} not there." if told else ""


def change(item: Change, arrow: str) -> str:
    """`cadence.intro.after: 2 days → 3 days`, `new: cadence.bump: {...}`, `gone: cadence.bump: {...}`."""
    before, after = (None if text is None else _cut(clean(text)) for text in (item.before, item.after))
    path = clean(item.path)
    if path.endswith(" (order)") and item.before and item.after:
        return f"{path}: {clean(_moved(item.before.split(', '), item.after.split(', ')))}"
    if before is None:
        return f"new: {path}: {after}"
    return f"gone: {path}: {before}" if after is None else f"{path}: {before} {arrow} {after}"


def _moved(before: Sequence[str], after: Sequence[str]) -> str:
    """`first-call after evidence`: the fewest that have to move, each with the one that it follows now."""
    kept: list[list[str]] = []  # for each step of `after`, the longest run of steps that ends with it and keeps its order
    for name in after:
        earlier = [run for run in kept if before.index(run[-1]) < before.index(name)]
        kept.append([*max(earlier, key=len, default=[]), name])
    stays = max(kept, key=len)
    return ", ".join(f"{name} after {after[at - 1]}" if at else f"{name} first" for at, name in enumerate(after) if name not in stays)


def _cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


def machine(a: Sequence[Shape], b: Sequence[Shape], arrow: str) -> list[str]:
    """A line for each playbook: whether it does the same, and how large it is."""
    named = {shape.playbook: shape for shape in a}
    lines = []
    for new in b:
        old = a[0] if len(a) == len(b) == 1 else named.get(new.playbook)
        name = clean(new.playbook)
        if old is None:
            lines.append(f"{name}: new, {new.steps} steps, {new.states} states ({new.hash[:12]})")
        elif old.hash == new.hash:
            lines.append(f"{name}: the same machine ({new.hash[:12]})")
        else:
            counts = [(old.steps, new.steps, "steps"), (old.states, new.states, "states"), (old.transitions, new.transitions, "transitions")]
            told = ", ".join(f"{was} {arrow} {now} {what}" if was != now else f"{now} {what}" for was, now, what in counts)
            lines.append(f"{name}: {told} ({old.hash[:12]} {arrow} {new.hash[:12]})")
    return lines


def finding(found: Finding) -> str:
    """`warning P001 too-close: ... (playbooks/cold.yaml:12)`."""
    return clean(f"{found.level.name} {found.code} {found.name}: {found.message} ({found.span.file}:{found.span.line})")


def footer(found: Comparison, numbers: Numbers) -> list[str]:
    """How it was measured."""
    return [
        f"{found.replications} runs of each side over {found.horizon} from {found.start}: before and after are their means, both meet the same "
        f"people with the same luck. {numbers.give_or_take} is a 95% interval of the difference; where it holds 0 the difference is noise.",
        *(clean(note[:1].upper() + note[1:] + ".") for note in found.notes),
        f"cadenza {found.version}, engine {found.engine}, seed {found.seed}.",
    ]
