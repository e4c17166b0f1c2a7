"""Where people come from: a playbook's own market, one that several playbooks name, or a list of real people.

A *home* is what playbooks share when they share people: `audience.market`, or the file under `audience.source.list`. The key of a person says the
home and the person and nothing about the playbook, so that rows with the same key are one person. Facts about the people of a market (countries,
accounts, whether their time zones are known) are those that the first playbook of it assumes; each playbook enrols them in an order of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..language.model import Playbook
from ..language.people import Person
from .assumptions import Assumptions
from .clocks import ClockMaker
from .draws import draw, key, text64
from .lists import Listed, in_turn, listed_members, reachable, read_list
from .population import Member, describe, members

MOST = 2_000_000
"""Of a larger shared market the people come from the first so many."""


@dataclass(frozen=True, slots=True)
class Home:
    """`lead`: the first playbook that names it, whose word about the people holds for all. `first` is the number of its first account; `listed`
    are the people of a list."""

    name: str
    lead: Playbook
    assumptions: Assumptions
    first: int
    shared: bool
    listed: Listed | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people whom one playbook may enrol: `size` of them, and `members` those for whom there is time within the horizon, in turn."""

    size: int
    members: list[Member]
    aboard: tuple[Member, ...] = ()  # people of a list who are under way already
    people: tuple[Person, ...] = ()  # of a list: who `members` and then `aboard` are


def crowds(
    playbooks: Sequence[Playbook],
    assumptions: Sequence[Assumptions],
    wanted: Sequence[int],
    seed: int,
    size: int | None,
    maker: ClockMaker,
    aboard: frozenset[str] = frozenset(),
) -> list[Crowd]:
    """The people of each playbook; `wanted` is how many it may enrol within the horizon, `size` replaces the size of every audience. `aboard` are the
    keys of those of a list who are under way already, and are not enrolled."""
    homes = _homes(playbooks, assumptions, size)
    found = []
    for playbook, assumed, count, home in zip(playbooks, assumptions, wanted, homes, strict=True):
        most = playbook.audience.size if size is None else size
        if home.listed is not None:
            found.append(_of_list(playbook, assumed, home, home.listed, seed, most, count, maker, aboard))
        elif playbook.audience.market is None:
            found.append(Crowd(most, members(playbook, assumed, seed, most, count, maker, home.first)))
        else:
            found.append(Crowd(most, _of_market(playbook, assumed, home, seed, most, count, maker)))
    return found


def is_shared(playbooks: Sequence[Playbook]) -> bool:
    """Whether any two of them have the same people."""
    homes = [home_of(playbook) for playbook in playbooks]
    return len(set(homes)) < len(homes)


def is_alone(playbook: Playbook) -> bool:
    """Whether its people are its own, and drawn from no list."""
    return _list_of(playbook) is None and playbook.audience.market is None


def home_of(playbook: Playbook) -> str:
    """The name of the home; a playbook without one is alone in its own."""
    path, market = _list_of(playbook), playbook.audience.market
    if path is not None:
        return f"list/{path}"
    return f"alone/{playbook.name}" if market is None else f"market/{market}"


def _list_of(playbook: Playbook) -> str | None:
    source = playbook.audience.source
    return None if source is None else source.list


def _homes(playbooks: Sequence[Playbook], assumptions: Sequence[Assumptions], size: int | None) -> list[Home]:
    """The home of each playbook, in their order. Accounts are numbered through, home after home."""
    names = [home_of(playbook) for playbook in playbooks]
    found: dict[str, Home] = {}
    first = 0
    for name, playbook, assumed in zip(names, playbooks, assumptions, strict=True):
        if name in found:
            continue
        path = _list_of(playbook)
        listed = None if path is None else read_list(playbook, path)
        found[name] = Home(name, playbook, assumed, first, names.count(name) > 1, listed)
        same = [other for other, home in zip(playbooks, names, strict=True) if home == name]
        first += len(listed.people) if listed is not None else max(other.audience.size if size is None else size for other in same)
    return [found[name] for name in names]


def _of_market(playbook: Playbook, assumed: Assumptions, home: Home, seed: int, size: int, wanted: int, maker: ClockMaker) -> list[Member]:
    """The people of a shared market whom this playbook can enrol, in its own order."""
    keys = [key(home.name, i) for i in range(min(size, MOST))]
    turn = text64(f"order/{playbook.name}")
    order = sorted(range(len(keys)), key=lambda i: draw(keys[i], turn))
    return describe(playbook, assumed, seed, keys, order[:wanted], maker, home.first, home.lead, home.assumptions)


def _of_list(
    playbook: Playbook,
    assumed: Assumptions,
    home: Home,
    listed: Listed,
    seed: int,
    size: int,
    wanted: int,
    maker: ClockMaker,
    aboard: frozenset[str],
) -> Crowd:
    """The people of a list whom this playbook can enrol; where the audience has a size, at most so many, with those who are under way already."""
    under_way = [n for n, person in enumerate(listed.people) if person.key in aboard]
    places = in_turn(playbook, listed, [n for n in reachable(playbook, listed) if listed.people[n].key not in aboard], home.shared)
    places = places[: max(0, size - len(under_way))] if size else places
    fresh, gone = places[:wanted], tuple(under_way)
    found = listed_members(playbook, assumed, listed, (*fresh, *gone), seed, maker, home.first)
    who = tuple(listed.people[n] for n in (*fresh, *gone)) if aboard else ()
    return Crowd(len(places) + len(gone), found[: len(fresh)], tuple(found[len(fresh) :]), who)
