"""Collecting the figures of a program: leaves, chains and tables, each kept once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from ..language.values import Factor, Rate
from .assumptions import Chain, Figure, Uncertain
from .draws import text64
from .program import BETA, LOGIT_NORMAL, LOGNORMAL, POINT, Figures
from .quantiles import lognormal_table


def law(value: Uncertain) -> tuple[int, float, float, float]:
    """(law, a, b, scale) of a figure."""
    if isinstance(value, Factor):
        return (POINT, value.low, 0.0, 1.0) if value.high is None else (LOGNORMAL, value.low, value.high, 1.0)
    if value.kind == "seen":
        return BETA, value.hits + 0.5, value.trials - value.hits + 0.5, value.scale
    if value.kind == "believed" and value.high > value.low:
        return LOGIT_NORMAL, value.low, value.high, value.scale
    return POINT, value.low, 0.0, value.scale


@lru_cache(maxsize=256)
def _values(points: tuple[int, int], least: int) -> tuple[int, ...]:
    """The quantiles of a table, none below `least`."""
    return tuple([max(value, least) for value in lognormal_table(*points)])


@dataclass(slots=True)
class FigureMaker:
    leaves: dict[tuple[str, tuple[int, float, float, float]], int] = field(default_factory=dict)
    chains: dict[tuple[tuple[int, ...], bool], int] = field(default_factory=dict)
    tables: dict[tuple[int, ...], int] = field(default_factory=dict)

    def chain(self, chain: Chain, rate: bool = True, default: float = 0.0) -> int:
        """The id of a chain; an empty one is the constant `default`."""
        if not chain:
            constant: Uncertain = Rate("point", default) if rate else Factor(default)
            chain = (Figure("", constant),)
        leaves = tuple(self.leaves.setdefault((figure.path, law(figure.value)), len(self.leaves)) for figure in chain)
        return self.chains.setdefault((leaves, rate), len(self.chains))

    def table(self, points: tuple[int, int] | None, least: int = 0) -> int:
        """The id of a table of quantiles through two points, none below `least`; without points all of it is `least`."""
        return self.tables.setdefault(_values(points or (0, 0), least), len(self.tables))

    def make(self) -> Figures:
        leaf: list[int] = []
        bounds = [0]
        for leaves, _ in self.chains:
            leaf.extend(leaves)
            bounds.append(len(leaf))
        laws = [law for _, law in self.leaves]
        return Figures(
            path=tuple(path for path, _ in self.leaves),
            code=tuple(text64(f"figure/{path}") for path, _ in self.leaves),
            law=tuple(each[0] for each in laws),
            a=tuple(each[1] for each in laws),
            b=tuple(each[2] for each in laws),
            scale=tuple(each[3] for each in laws),
            chain=tuple(bounds),
            leaf=tuple(leaf),
            is_rate=tuple(int(rate) for _, rate in self.chains),
        )
