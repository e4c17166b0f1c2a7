"""Which of several candidates is better: in meetings on the one hand, in opt-outs and hours (or cost) on the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from .. import statistics, summary
from ..trials import Trial

if TYPE_CHECKING:
    from .optimum import Candidate

KEYS = ("meetings", "unsubscribed", "complained", "hours", "opportunities", "touches", "enrolled", "cost", "cost_per_meeting")
Score: TypeAlias = tuple[float, ...]
"""More is better in each."""


def values(trial: Trial, key: str) -> list[float] | None:
    """A metric run by run; `hours` are those of all roles."""
    if key == "hours":
        roles = sorted(name for name in trial.values[0] if name.startswith("minutes."))
        return [sum(each[role] for role in roles) / 60 for each in trial.values]
    return trial.of(key) if key in trial.values[0] else None


def mean(trial: Trial, key: str, n: int) -> float:
    """Over the first n runs; 0 where nothing counts it."""
    found = values(trial, key)
    return statistics.mean(found[:n]) if found else 0.0


def dominates(one: Score, other: Score) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True)) and any(a > b for a, b in zip(one, other, strict=True))


def front(candidates: Sequence[Candidate], score: Callable[[Candidate], Score]) -> list[Candidate]:
    """Those that no other beats."""
    scores = [score(each) for each in candidates]
    return [each for each, mine in zip(candidates, scores, strict=True) if not any(dominates(other, mine) for other in scores)]


def ranked(candidates: Sequence[Candidate], others: Sequence[Candidate], score: Callable[[Candidate], Score]) -> list[Candidate]:
    """The candidates, best first: by how many of all are better in everything, then by meetings."""
    scores = {id(each): score(each) for each in (*candidates, *others)}

    def rank(each: Candidate) -> tuple[int, float]:
        mine = scores[id(each)]
        return sum(dominates(other, mine) for other in scores.values()), -mine[0]

    return sorted(candidates, key=rank)


def measure(candidate: Candidate, now: Candidate, first: int, last: int) -> None:
    """What these runs say of the candidate and of its differences to now."""
    for key in KEYS:
        found, base = values(candidate.trial, key), values(now.trial, key)
        if found is not None and base is not None:
            candidate.means[key] = statistics.mean(found[first:last])
            candidate.differences[key] = summary.difference(key, found[first:last], base[first:last])


def dearer(candidate: Candidate, less: Sequence[str]) -> bool:
    """Whether it costs more than now of something that should be less, beyond noise."""
    return any(candidate.differences[key].verdict == "higher" for key in (*less, "complained"))


def pick(front: Sequence[Candidate], less: Sequence[str]) -> int | None:
    """The most meetings, more than now beyond noise, for not more of what should be less; else as many meetings for less."""
    for number, each in enumerate(front):
        if each.differences["meetings"].verdict == "higher" and not dearer(each, less):
            return number
    for number, each in enumerate(front):
        fewer = any(each.differences[key].verdict == "lower" for key in less)
        if each.differences["meetings"].verdict != "lower" and fewer and not dearer(each, less):
            return number
    return None
