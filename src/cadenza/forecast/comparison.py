"""What is different: two playbooks, simulations or revisions side by side, in words, in proofs, and in what comes of them.

Both sides meet the same people with the same luck, so each metric has a difference that is measured run by run; where its 95% interval holds 0
it is called noise. Beside the numbers stands why: which values differ, what the compiler proves of one and not of the other, and which findings
came and went.

The same people: who is in an audience follows from the playbook's name and the seed. So the second side takes the first one's seed and,
where each has one playbook, is run under the first one's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from . import summary
from .differences import Change, facts, messages, values
from .pool import Stopped
from .results import Difference, Measure
from .trials import Bench, Trial

if TYPE_CHECKING:
    from ..language.findings import Finding
    from ..language.model import Playbook, Simulation
    from ..machine.types import Machine

REPLICATIONS = 200


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: how it was named, what it says, and the files of it that the rules judge. `made_up`: it is a playbook, in a simulation that
    nobody wrote."""

    label: str
    simulation: Simulation
    made_up: bool
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A machine in numbers."""

    playbook: str
    hash: str
    steps: int
    states: int
    transitions: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric on both sides, and the second minus the first."""

    key: str
    a: Measure
    b: Measure
    difference: Difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """`changes` are of what is written, `proofs` of what is proved, `came` and `went` are findings. `a`, `b` name the sides."""

    a: str
    b: str
    shapes_a: tuple[Shape, ...]
    shapes_b: tuple[Shape, ...]
    changes: tuple[Change, ...]
    proofs: tuple[Change, ...]
    came: tuple[Finding, ...]
    went: tuple[Finding, ...]
    pairs: tuple[Pair, ...]
    start: str
    horizon: str
    seed: int
    replications: int
    currency: str
    engine: str
    version: str
    notes: tuple[str, ...]

    @property
    def same_machine(self) -> bool:
        return [shape.hash for shape in self.shapes_a] == [shape.hash for shape in self.shapes_b]

    @property
    def moved(self) -> tuple[Pair, ...]:
        """The metrics that differ by more than noise."""
        return tuple(pair for pair in self.pairs if pair.difference.verdict in ("higher", "lower"))

    @property
    def same(self) -> bool:
        """Nothing is different that anybody would have to look at."""
        return not (self.changes or self.proofs or self.came or self.went or self.moved)


def side(label: str, path: Path, as_of: date) -> Side:
    """One side, from a simulation or a playbook. Raises `Refused`."""
    from .load import load

    simulation, notes = load(path, as_of)
    root = simulation.workspace.root
    files = [root / file for file in simulation.playbooks]
    return Side(label, simulation, bool(notes), (*files, *([] if notes else [root / simulation.file])))


def compare(a: Side, b: Side, *, as_of: date, replications: int | None = None, bench: Bench | None = None) -> Comparison:
    """`b` against `a`. Raises `Refused` for what is wrong with either, and what `Bench.run` raises; on Ctrl-C `Stopped`,
    with what both sides have finished."""
    from ..machine import lower

    bench = bench or Bench()
    a, b, notes = framed(a, b)
    books = tuple(_playbooks(each.simulation) for each in (a, b))
    machines = tuple([lower(book) for book in each] for each in books)
    trials = _trials(a.simulation, b.simulation, books[0], books[1], bench)
    wanted = replications or a.simulation.replications or REPLICATIONS
    n = _run(trials, wanted, bench)
    notes += ["stopped before all runs were made"] if n < wanted else []
    changes = tuple(_written(a, b, books[0], books[1]))
    came, went = _findings(a, b, as_of)
    found = Comparison(
        a=a.label,
        b=b.label,
        shapes_a=tuple(map(_shape, machines[0])),
        shapes_b=tuple(map(_shape, machines[1])),
        changes=changes,
        proofs=tuple(_proved(books[0], books[1], as_of)) if changes else (),
        came=came,
        went=went,
        pairs=_pairs(trials[0], trials[-1], n),
        start=a.simulation.start,
        horizon=str(a.simulation.horizon),
        seed=a.simulation.seed,
        replications=n,
        currency=trials[0].program.currency,
        engine=bench.engine,
        version=__version__,
        notes=tuple(notes),
    )
    if n < wanted:
        raise Stopped(found)
    return found


def _run(trials: Sequence[Trial], n: int, bench: Bench) -> int:
    """How many runs both sides have: n, or what Ctrl-C left of them. Raises `Stopped` where nothing can be said of those."""
    try:
        bench.run(trials, n)
    except KeyboardInterrupt:
        n = min(len(trial.values) for trial in trials)
        if n < 2:
            raise Stopped(None) from None
    return n


def framed(a: Side, b: Side) -> tuple[Side, Side, list[str]]:
    """Both sides in comparable frames: a playbook takes the frame of the other side's simulation, and `b` takes the seed of `a`."""
    notes: list[str] = []
    if a.made_up and not b.made_up:
        a = _in_frame_of(a, b)
    elif b.made_up and not a.made_up:
        b = _in_frame_of(b, a)
    first, second = a.simulation, b.simulation
    if (first.start, first.horizon) != (second.start, second.horizon):
        notes.append(
            f"the sides do not run over the same time ({first.horizon} from {first.start}, {second.horizon} from {second.start}): "
            "their totals differ for that reason, too"
        )
    if second.seed != first.seed:
        notes.append(f"both run with the seed {first.seed} of {a.label}, so that they meet the same people")
    return a, replace(b, simulation=replace(second, seed=first.seed)), notes


def _in_frame_of(playbook: Side, other: Side) -> Side:
    frame = other.simulation
    return replace(
        playbook,
        simulation=replace(playbook.simulation, start=frame.start, horizon=frame.horizon, seed=frame.seed, replications=frame.replications),
    )


def _playbooks(simulation: Simulation) -> tuple[Playbook, ...]:
    from ..language import playbooks_of

    return playbooks_of(simulation, {})


def _trials(a: Simulation, b: Simulation, first: Sequence[Playbook], second: Sequence[Playbook], bench: Bench) -> list[Trial]:
    """A trial for each side; one for both where they come to the same program."""
    if len(first) == len(second) == 1:
        second = (replace(second[0], name=first[0].name),)
    old, new = bench.trial(a, first), bench.trial(b, second)
    return [old] if (old.program, old.terms) == (new.program, new.terms) else [old, new]


def _shape(machine: Machine) -> Shape:
    return Shape(machine.name, machine.hash, len(machine.steps), len(machine.states), len(machine.transitions))


def _pairs(a: Trial, b: Trial, n: int) -> tuple[Pair, ...]:
    """Every metric that both sides count, over n runs: registered ones first, in their order."""
    from .metrics import BY_KEY

    both = a.values[0].keys() & b.values[0].keys()
    keys = [*(key for key in BY_KEY if key in both), *sorted(both - BY_KEY.keys())]
    found = []
    for key in keys:
        old, new = a.of(key, n), b.of(key, n)
        found.append(Pair(key, summary.measure(key, old), summary.measure(key, new), summary.difference(key, new, old)))
    return tuple(found)


# ---------------------------------------------------------------- what is written, proved and found


def _matched(first: Sequence[Playbook], second: Sequence[Playbook]) -> Iterator[tuple[Playbook, Playbook]]:
    """The playbooks of both sides by name; where each side has one, those two."""
    if len(first) == len(second) == 1:
        yield first[0], second[0]
        return
    named = {book.name: book for book in second}
    yield from ((book, named[book.name]) for book in first if book.name in named)


def _written(a: Side, b: Side, first: Sequence[Playbook], second: Sequence[Playbook]) -> Iterator[Change]:
    several = len(first) > 1 or len(second) > 1
    yield from values(first[0].workspace.node, second[0].workspace.node)
    for old, new in _matched(first, second):
        prefix = f"{old.name}." if several else ""
        yield from (replace(change, path=prefix + change.path) for change in (*values(old.node, new.node), *messages(old, new)))
    if several:
        was, now = ([book.name for book in each] for each in (first, second))
        yield from (Change(f"playbooks.{name}", name, None) for name in was if name not in now)
        yield from (Change(f"playbooks.{name}", None, name) for name in now if name not in was)
    if not (a.made_up and b.made_up):
        for key in ("start", "horizon"):
            before, after = str(getattr(a.simulation, key)), str(getattr(b.simulation, key))
            if before != after:
                yield Change(key, before, after)


def _proved(first: Sequence[Playbook], second: Sequence[Playbook], as_of: date) -> Iterator[Change]:
    several = len(first) > 1
    for old, new in _matched(first, second):
        prefix = f"{old.name}: " if several else ""
        yield from (replace(change, path=prefix + change.path) for change in facts(old, new, as_of))


def _findings(a: Side, b: Side, as_of: date) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What lint says of one side only. A finding is known by what it says: lines move."""
    from ..rules import lint

    old, new = (lint(each.files, as_of=as_of).findings for each in (a, b))
    return tuple(_beyond(new, old)), tuple(_beyond(old, new))


def _beyond(findings: Sequence[Finding], others: Sequence[Finding]) -> Iterator[Finding]:
    left = Counter((finding.code, finding.message) for finding in others)
    for finding in findings:
        key = (finding.code, finding.message)
        if left[key]:
            left[key] -= 1
        else:
            yield finding
