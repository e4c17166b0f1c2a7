"""What a worker of a cluster does: it unpacks a part of a forecast once, and carries out a few replications of it at a time.

A worker is a stranger's process. Before it does anything it compares what cadenza it has with the one that asks, by the sources of engines
and world, because another one could give other numbers. Everything that can go wrong comes back as a value that says where it happened: a cluster
that gets an exception writes tracebacks into the logs of everybody else's work.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TypeAlias, cast

from .. import __version__
from .pool import Job, Outcome

READ_BY = ("engines", "world")
"""The rooms whose code decides what a program gives."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which cadenza this is: its version, and a hash of the sources that decide results (two checkouts may share a version)."""

    version: str
    sources: str

    def __str__(self) -> str:
        return f"{self.version} ({self.sources[:8]})"


@dataclass(frozen=True, slots=True)
class Failure:
    """An errand that could not be done. `kind` is "edition", "kernel" or "memory"."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an errand brings back: outcomes in the order of their replications, and how many seconds they took."""

    outcomes: tuple[Outcome, ...]
    seconds: float


Answer: TypeAlias = Done | Failure


@cache
def edition() -> Edition:
    """The edition that runs here."""
    package, found = Path(__file__).parent.parent, hashlib.sha256()
    for room in READ_BY:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in (".py", ".c", ".h"):
                found.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return Edition(__version__, found.hexdigest())


def unpack(asked: Edition, payload: bytes) -> Job | Failure:
    """The part of a forecast, unless this is another cadenza than the one that packed it."""
    if asked != edition():
        return Failure("edition", f"it runs cadenza {edition()}")
    return cast(Job, pickle.loads(payload))


def carry_out(asked: Edition, part: Job | Failure, point: int, first: int, count: int) -> Answer:
    """Replications `first` to `first + count - 1` of one point of the part."""
    from ..engines.kernel.build import NoKernel

    if isinstance(part, Failure):
        return part
    if asked != edition():
        return Failure("edition", f"it runs cadenza {edition()}")
    begin = perf_counter()  # decides how many replications the next errands have, and nothing else
    try:
        outcomes = tuple(part(point, index) for index in range(first, first + count))
    except NoKernel as error:
        return Failure("kernel", str(error))
    except MemoryError:
        return Failure("memory", "there is not enough memory for this many people")
    return Done(outcomes, perf_counter() - begin)
