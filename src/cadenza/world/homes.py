"""Where people come from: a playbook's own market, one that several playbooks name, or a list of real people.

A *home* is what playbooks share when they share people: `audience.market`, or the file under `audience.source.list`. The key of a person says the
home and the person and nothing about the playbook, so that rows with the same key are one person. Facts about the people of a market (countries,
accounts, whether their time zones are known) are those that the first playbook of it assumes; each playbook enrols them in an order of its own.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..language.model import Playbook
from .assumptions import Assumptions
from .clocks import ClockMaker
from .crowd import Audience, Members, drawn
from .draws import text64
from .lists import Listed, calendars, in_turn, reachable, read_list, segments
from .population import arrivals, reach
from .population import drawn as drawn_here
from .program import Days


@dataclass(frozen=True, slots=True)
class Home:
    """`first` is the number of its first account; `listed` are the people of a list, whom playbooks may share, `audience` is who else they are."""

    first: int
    shared: bool
    listed: Listed | None
    audience: Audience | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people whom one playbook may enrol: `size` of them, and `members` those for whom there is time within the horizon, in turn; after them
    come people of a list who are under way already. `names` are the keys in the list of all these, where it is asked who is under way."""

    size: int
    members: Members
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Market:
    """What all playbooks' people are drawn from: `size` replaces the size of every audience."""

    playbooks: Sequence[Playbook]
    assumptions: Sequence[Assumptions]
    quotas: Sequence[Sequence[int]]
    seed: int
    size: int | None
    days: Days
    maker: ClockMaker


def crowds(market: Market, aboard: Mapping[str, frozenset[str]]) -> list[Crowd]:
    """The people of each playbook. `aboard` are, by playbook, the keys of those of its list who are under way already, and are not enrolled."""
    found = []
    for n, home in enumerate(_homes(market)):
        if home.audience is None:
            found.append(_of_list(market, n, home, aboard.get(market.playbooks[n].name)))
        else:
            own = drawn(home.audience, market.seed, market.days, market.maker)
            members = drawn_here(home.audience, market.seed, market.days, market.maker) if own is None else own
            found.append(Crowd(home.audience.size, members))
    return found


def is_shared(playbooks: Sequence[Playbook]) -> bool:
    """Whether any two of them have the same people."""
    homes = [home_of(playbook) for playbook in playbooks]
    return len(set(homes)) < len(homes)


def home_of(playbook: Playbook) -> str:
    """The name of the home; a playbook without one is alone in its own."""
    path, market = _list_of(playbook), playbook.audience.market
    if path is not None:
        return f"list/{path}"
    return f"alone/{playbook.name}" if market is None else f"market/{market}"


def _list_of(playbook: Playbook) -> str | None:
    source = playbook.audience.source
    return None if source is None else source.list


def _homes(market: Market) -> list[Home]:
    """The home of each playbook, in their order. Accounts are numbered through, home after home."""
    names = [home_of(playbook) for playbook in market.playbooks]
    found: dict[int, Home] = {}
    first = 0
    for name in dict.fromkeys(names):
        same = [n for n, other in enumerate(names) if other == name]
        path = _list_of(market.playbooks[same[0]])
        if path is not None:
            listed = read_list(market.playbooks[same[0]], path)
            found |= dict.fromkeys(same, Home(first, len(same) > 1, listed, None))
            first += len(listed.keys)
        else:
            audiences = [_audience(market, n, same[0], first) for n in same]
            found |= {n: Home(first, len(same) > 1, None, audience) for n, audience in zip(same, audiences, strict=True)}
            first += max(map(reach, audiences))
    return [found[n] for n in range(len(names))]


def _audience(market: Market, n: int, lead: int, first: int) -> Audience:
    """Of a market that playbooks may share, each has an order of its own."""
    playbook = market.playbooks[n]
    alone = playbook.audience.market is None
    return Audience(
        playbook=playbook,
        assumptions=market.assumptions[n],
        size=playbook.audience.size if market.size is None else market.size,
        quota=market.quotas[n],
        home=playbook.name if alone else home_of(playbook),
        lead=market.playbooks[lead],
        leading=market.assumptions[lead],
        order=0 if alone else text64(f"order/{playbook.name}"),
        first=first,
    )


def _of_list(market: Market, n: int, home: Home, aboard: frozenset[str] | None) -> Crowd:
    """The people of a list whom this playbook can enrol; where the audience has a size, at most so many, with those who are under way already."""
    playbook, listed = market.playbooks[n], home.listed
    assert listed is not None
    size, quota = playbook.audience.size if market.size is None else market.size, market.quotas[n]
    under_way = [row for row in listed.order if listed.names[row] in aboard] if aboard else []
    turn = in_turn(playbook, listed, reachable(playbook, listed), home.shared)
    if under_way:
        gone = set(under_way)
        turn = [row for row in turn if row not in gone]
    turn = turn[: max(0, size - len(under_way))] if size else turn
    fresh = turn[: sum(quota)]
    rows = array("i", (*fresh, *under_way))
    keys = array("Q", map(listed.keys.__getitem__, rows))
    arrive, arrive_day = arrivals(keys[: len(fresh)], quota, market.days, playbook.motion == "inbound", market.seed)
    members = Members(
        key=keys,
        account=array("i", (home.first + listed.account[row] for row in rows)),
        calendar=calendars(playbook, listed, rows, market.maker),
        segment=segments(market.assumptions[n], listed, rows, market.seed),
        arrive=arrive + array("q", (market.maker.start,)) * len(under_way),
        arrive_day=arrive_day + array("i", (-1,)) * len(under_way),
    )
    return Crowd(len(turn) + len(under_way), members, tuple(map(listed.names.__getitem__, rows)) if aboard is not None else ())
