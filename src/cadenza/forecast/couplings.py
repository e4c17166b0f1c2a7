"""Who has to do with whom: what people of one program share, so that what happens to one can change what happens to another.

People are independent unless they share something that can run out, or hear of each other:

a role     whose work takes time: one person's call makes another's wait
a mailbox  with its daily cap, unless it can never be full (`bounds`); a rep's cap on a channel
a sender   whose reputation falls: everybody's mail is judged by everybody's complaints
a pool     into which a cooldown gives people back within the time in which people are let in: who comes back takes a place of the day
a market   whose people several playbooks have: while one is with a person, the other takes somebody else
an account colleagues hear of opt-outs, replies and meetings

A *kind* of people is those of one playbook who are dealt to the same mailboxes and reps. Kinds are joined by what they share, and by accounts that
have people in both; kinds that share nothing that can run out are not joined at all, and there each account stands for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import lcm
from typing import TypeAlias

from ..engines.common import spread
from ..world.program import BOOKING, EMAIL, POINT, TASKS, Program
from .bounds import Room, comes_back, early, lasts, room

Kind: TypeAlias = tuple[int, int]
"""(playbook, place in the turn in which mailboxes and reps are dealt)."""
Thing: TypeAlias = tuple[str, str]
"""(what it is, which one): what people share, for sentences. Numbers of mailboxes and reps are in the second."""
MOST_TURNS = 1_000_000
"""Mailboxes and reps are told apart where their common turn is no longer than this; beyond it a playbook's people count as one kind."""


@dataclass(frozen=True, slots=True)
class Couplings:
    """`turn`: by playbook, how many kinds it has. `things`: what each kind shares with others, if anything. `rooms`: by mailbox, what is known of
    whether it can be full; None where nothing is."""

    turn: tuple[int, ...]
    things: dict[Kind, tuple[Thing, ...]]
    rooms: dict[Thing, Room | None]


def couplings(program: Program) -> Couplings:
    """What the people of the program share."""
    turns, busy = [], _busy_roles(program)
    things: dict[Kind, tuple[Thing, ...]] = {}
    for cohort in range(len(program.cohorts.name)):
        steps = [step for step, own in enumerate(program.steps.cohort) if own == cohort]
        turn = lcm(*(spread(program, step) for step in steps))
        turn = 1 if turn > MOST_TURNS else turn
        turns.append(turn)
        market = [("market", "")] if program.shared else []
        whole = [*market, *_roles(program, cohort, steps, busy), *_reputations(program, steps), *_pools(program, cohort)]
        for place in range(turn):
            found = [*whole, *(thing for step in steps for thing in _dealt(program, step, place, turn))]
            things[(cohort, place)] = tuple(dict.fromkeys(found))
    rooms = _rooms(program, things, turns)
    free = {thing for thing, room in rooms.items() if room is not None and not room.full}
    return Couplings(tuple(turns), {kind: tuple(thing for thing in found if thing not in free) for kind, found in things.items()}, rooms)


def _rooms(program: Program, things: dict[Kind, tuple[Thing, ...]], turns: Sequence[int]) -> dict[Thing, Room | None]:
    """What is known of each mailbox. Only where nothing else joins its people anyway: proofs take a look at everybody."""
    found: dict[Thing, Room | None] = {}
    boxes: dict[str, dict[str, list[Kind]]] = {}
    for kind, shared in things.items():
        if all(what == "mailbox" for what, _ in shared):
            for _, which in shared:
                boxes.setdefault(which.rpartition("/")[0], {}).setdefault(which, []).append(kind)
    whole = Counter(thing for shared in things.values() for thing in shared)
    for sender, each in boxes.items():
        alone = {which: kinds for which, kinds in each.items() if whole["mailbox", which] == len(kinds)}
        known = room(program, program.senders.name.index(sender), alone, turns)
        found |= {("mailbox", which): one for which, one in known.items()}
    return found


def _busy_roles(program: Program) -> set[int]:
    """Roles with work that takes time, for anybody."""
    steps, cohorts = program.steps, range(len(program.cohorts.name))
    found = {role for role, seconds, talk in zip(steps.role, steps.seconds, steps.talk, strict=True) if seconds + talk > 0}
    return found | {role for cohort in cohorts for role, seconds in _tasks(program, cohort) if seconds > 0}


def _tasks(program: Program, cohort: int) -> Iterator[tuple[int, int]]:
    """(role, seconds) of the tasks that somebody of the playbook can come to; booking a meeting is nobody's work."""
    states, cohorts = program.states, program.cohorts
    for own, task, role in zip(states.cohort, states.task, states.role, strict=True):
        if own == cohort and task >= 0 and task != BOOKING:
            at = cohort * len(TASKS) + task
            yield (cohorts.task_role[at] if cohorts.task_role[at] >= 0 else role), cohorts.task_seconds[at]


def _roles(program: Program, cohort: int, steps: Iterable[int], busy: set[int]) -> Iterator[Thing]:
    used = {program.steps.role[step] for step in steps} | {role for role, _ in _tasks(program, cohort)}
    for role in sorted(used & busy):
        if program.roles.people[role] >= 0:
            yield "role", program.roles.name[role]


def _reputations(program: Program, steps: Iterable[int]) -> Iterator[Thing]:
    senders = program.senders
    for sender in sorted({program.steps.sender[step] for step in steps if program.steps.answer[step] == EMAIL} - {-1}):
        if not (_always_one(program, senders.complaints[sender]) and _always_one(program, senders.bounces[sender])):
            yield "reputation", senders.name[sender]


def _always_one(program: Program, chain: int) -> bool:
    """Whether the figure is 1 in every replication."""
    figures = program.figures
    leaves = figures.leaf[figures.chain[chain] : figures.chain[chain + 1]]
    return all(figures.law[leaf] == POINT and figures.a[leaf] * figures.scale[leaf] == 1.0 for leaf in leaves)


def _pools(program: Program, cohort: int) -> Iterator[Thing]:
    """Whether anything leads back to the start in time."""
    if comes_back(program, cohort):
        yield "pool", program.cohorts.name[cohort]


def _dealt(program: Program, step: int, place: int, turn: int) -> Iterator[Thing]:
    """The mailbox and the rep's cap of a step, for people at this place of the turn."""
    steps, count = program.steps, spread(program, step)
    slot = place % count if turn % count == 0 else -1
    sender, role = steps.sender[step], steps.role[step]
    mails = steps.answer[step] == EMAIL and sender >= 0
    if mails:
        yield "mailbox", f"{program.senders.name[sender]}/{slot + 1 if slot >= 0 else 'any'}"
    written = mails and role < len(program.roles.name) - 1  # by somebody, who has a cap, too
    if (written or not mails) and (steps.weekly_cap[step] >= 0 or steps.daily_cap[step] >= 0):
        rep = slot % max(1, steps.reps[step]) + 1 if slot >= 0 else "any"
        yield "cap", f"{program.roles.name[role] or 'nobody'}/{steps.channel[step]}/{rep}"


class Joined:
    """Sets that are joined until none can be any more: who stands for whom."""

    def __init__(self) -> None:
        self._above: dict[object, object] = {}

    def find(self, one: object) -> object:
        above = self._above.setdefault(one, one)
        while above != one:
            over = self._above[above]
            self._above[one] = over
            one, above = above, over
        return one

    def join(self, one: object, other: object) -> None:
        first, second = self.find(one), self.find(other)
        if first != second:
            self._above[second] = first


@dataclass(frozen=True, slots=True)
class Components:
    """`of`: by account, its component, numbered by their first accounts; `sizes`: by component, how many people; `mixed`: accounts join some."""

    of: list[int]
    sizes: list[int]
    mixed: bool


def components(program: Program, found: Couplings) -> Components:
    """The smallest sets of people that nothing joins to others."""
    joined, mixed = Joined(), False
    for kind, things in found.things.items():
        for thing in things:
            joined.join(thing, kind)
    kind_of = _kind_of(program, found)
    bounds, members = program.people.colleagues, program.people.colleague
    for first, last in pairwise(bounds):
        if last - first > 1:
            kinds = [kind for kind in map(kind_of, members[first:last]) if kind is not None]
            for kind in kinds[1:]:
                mixed = mixed or joined.find(kinds[0]) != joined.find(kind)
                joined.join(kinds[0], kind)
    roots = {kind: joined.find(kind) for kind, things in found.things.items() if things}
    numbers: dict[object, int] = {}
    component, sizes = [], list[int]()
    for account, (first, last) in enumerate(pairwise(bounds)):
        one = next((kind for kind in map(kind_of, members[first:last]) if kind is not None), None)
        number = numbers.setdefault(account if one is None else roots[one], len(sizes))
        if number == len(sizes):
            sizes.append(0)
        component.append(number)
        sizes[number] += last - first
    return Components(component, sizes, mixed)


def _kind_of(program: Program, found: Couplings) -> Callable[[int], Kind | None]:
    """A person's kind, where it shares something with others."""
    cohort, position, turn = program.people.cohort, program.people.position, found.turn
    known = {kind: kind for kind, things in found.things.items() if things}
    return lambda person: known.get((cohort[person], position[person] % turn[cohort[person]]))


@dataclass(frozen=True, slots=True)
class Reason:
    """What joins people, and what could be written so that it did not; both as a few words."""

    what: str
    way_out: str


def reasons(program: Program, found: Couplings, mixed: bool) -> list[Reason]:
    """Why people are joined; `mixed`: accounts join some. Mailboxes, which only make shards few, are named where nothing else is."""
    things = dict.fromkeys(thing for each in found.things.values() for thing in each)
    told = [_TOLD[what](program, which) for what, which in things if what in _TOLD]
    if mixed:
        told.append(
            Reason(
                "accounts, which have people in several mailboxes (assumptions.accounts)",
                _or("accounts: {people: 1}", _caps(found)),
            )
        )
    if not told and things:
        told.append(
            Reason(
                f"{len(things):,} mailboxes or reps, whose caps hold for all their people",
                _or("a mailbox or a rep for each shard", _caps(found)),
            )
        )
    return told


def _or(*ways: str) -> str:
    return ", or ".join(way for way in ways if way)


def _caps(found: Couplings) -> str:
    """The daily caps with which no mailbox could ever be full, where that can be said of all that is shared."""
    things = {thing for each in found.things.values() for thing in each}
    wanted: dict[str, tuple[int, int]] = {}
    for what, which in things:
        known = found.rooms.get((what, which))
        if known is None:
            return ""
        sender = which.rpartition("/")[0]
        most, least = wanted.get(sender, (0, known.least))
        wanted[sender] = max(most, known.most), min(least, known.least)
    return " and ".join(
        f"senders.{name}.daily_cap of {most:,} (it is {least:,}), which can never be full" for name, (most, least) in sorted(wanted.items())
    )


def _role(program: Program, name: str) -> Reason:
    people = program.roles.people[program.roles.name.index(name)]
    return Reason(
        f"the time of role {name}, {people:,} of them (team.{name}, work)", f"a role like {name} for each playbook, or work that takes no time"
    )


def _pool(program: Program, name: str) -> Reason:
    cohort = program.cohorts.name.index(name)
    ends = ", ".join(f"from {end} after {days:,} days" for end, days in early(program, cohort).items())
    return Reason(
        f"the places of a day, which people who come back take in {name} ({ends or 'cooldown, audience.reenroll'})",
        f"nobody back before {lasts(program, cohort):,} days: for so long people are let in",
    )


_TOLD: dict[str, Callable[[Program, str], Reason]] = {
    "market": lambda _, __: Reason(
        "people whom several playbooks have in common (audience.market, audience.source.list)", "a market or a list for each playbook"
    ),
    "role": _role,
    "reputation": lambda _, name: Reason(
        f"the reputation of sender {name} (assumptions.reputation)",
        f"reputation: {{complaints: 1x, bounces: 1x}}, or a sender like {name} for each playbook",
    ),
    "pool": _pool,
}
