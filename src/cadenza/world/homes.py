"""Where people come from: a playbook's own market, one that several playbooks name, or a list of real people.

A *home* is what playbooks share when they share people: `audience.market`, or the file under `audience.source.list`. The key of a person says the
home and the person and nothing about the playbook, so that rows with the same key are one person. Facts about the people of a market (countries,
accounts, whether their time zones are known) are those that the first playbook of it assumes; each playbook enrols them in an order of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..language.model import Playbook
from .assumptions import Assumptions
from .clocks import ClockMaker
from .draws import MASK, draw, key, text64
from .population import Member, describe

MOST = 2_000_000
"""Of a larger shared market the people come from the first so many."""


@dataclass(frozen=True, slots=True)
class Home:
    """`lead`: the first playbook that names it, whose word about the people holds for all. `first` is the number of its first account."""

    name: str
    lead: Playbook
    assumptions: Assumptions
    first: int


def home_of(playbook: Playbook) -> str:
    """The name of the home; a playbook without one is alone in its own."""
    market = playbook.audience.market
    return playbook.name if market is None else f"market/{market}"


def is_shared(playbooks: Sequence[Playbook]) -> bool:
    """Whether any two of them have the same people."""
    homes = [home_of(playbook) for playbook in playbooks]
    return len(set(homes)) < len(homes)


def homes_of(playbooks: Sequence[Playbook], assumptions: Sequence[Assumptions], sizes: Sequence[int]) -> list[Home]:
    """The home of each playbook, in their order. Accounts are numbered through, home after home."""
    found: dict[str, Home] = {}
    room: dict[str, int] = {}
    names = [home_of(playbook) for playbook in playbooks]
    for name, size in zip(names, sizes, strict=True):
        room[name] = max(room.get(name, 0), size)
    first = 0
    for name, playbook, assumed in zip(names, playbooks, assumptions, strict=True):
        if name not in found:
            found[name] = Home(name, playbook, assumed, first)
            first += room[name]
    return [found[name] for name in names]


def shared_members(playbook: Playbook, assumed: Assumptions, home: Home, seed: int, size: int, wanted: int, maker: ClockMaker) -> list[Member]:
    """The people of a shared market whom this playbook can enrol, in its own order."""
    keys = [key(home.name, i) for i in range(min(size, MOST))]
    turn = text64(f"order/{playbook.name}")
    order = sorted(range(len(keys)), key=lambda i: draw(keys[i] & MASK, turn))
    return describe(playbook, assumed, seed, keys, order[:wanted], maker, home.first, home.lead, home.assumptions)
