"""The lines of a checkpoint, read with distrust: a file may come from anybody, and whoever makes one up gets its checksums right.

Everything in it is data of the kind that belongs there, or ValueError is raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 1_000_000
"""Replications that a run can have."""
LARGEST = 1e30
"""No figure of a forecast is beyond it, with either sign."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One replication, as it was saved."""

    counts: Mapping[str, float]
    weekly: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Names:
    """The order of a line's figures."""

    counts: tuple[str, ...]
    weekly: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: which cadenza began the file, about what."""

    cadenza: str
    sources: str
    forecast: str
    points: Mapping[str, str]


def parsed(text: bytes) -> dict[str, Any]:
    """The object on a line."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def head_of(line: Mapping[str, Any], format: int) -> Head:
    """What a file of this format says of itself."""
    if line.get("checkpoint") != format:
        raise ValueError("another format")
    points = line.get("points")
    if not isinstance(points, dict):
        raise ValueError("no points")
    _texts(list(points.values()))
    cadenza, sources, forecast = _texts([line.get(key) for key in ("cadenza", "sources", "forecast")])
    return Head(cadenza, sources, forecast, points)


def names_of(line: Mapping[str, Any]) -> Names | None:
    """The names that a line gives to the figures of those after it."""
    if "names" not in line:
        return None
    found = line["names"]
    if not isinstance(found, dict):
        raise ValueError("no names")
    return Names(_texts(found.get("counts")), _texts(found.get("weekly")))


def run_of(line: Mapping[str, Any], names: Sequence[Names]) -> tuple[str, int, list[Kept]] | None:
    """The content hash of a run, the first replication, and what it and those after it gave."""
    if "run" not in line:
        return None
    (run,), replications = _texts([line["run"]]), line.get("replications")
    if not isinstance(replications, list):
        raise ValueError("no replications")
    order = names[_index(line.get("as"), len(names))]
    return run, _index(line.get("first"), MOST - len(replications) + 1), [_kept(order, each) for each in replications]


def _kept(names: Names, figures: Any) -> Kept:
    if not isinstance(figures, list) or len(figures) != 2 or not isinstance(figures[1], list):
        raise ValueError("no replication")
    counts, weekly = _figures(figures[0]), [_figures(each) for each in figures[1]]
    return Kept(dict(zip(names.counts, counts, strict=True)), dict(zip(names.weekly, weekly, strict=True)))


def _index(value: Any, end: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < end:
        raise ValueError("no index")
    return value


def _figures(values: Any) -> tuple[float, ...]:
    if not isinstance(values, list) or not all(type(value) in (int, float) and -LARGEST < value < LARGEST for value in values):
        raise ValueError("no figures")
    return tuple(values)


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError("no texts")
    return tuple(values)
