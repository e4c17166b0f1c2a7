"""Who has to do with whom: what people of one program share, so that what happens to one can change what happens to another.

People are independent unless they share something that can run out, or hear of each other:

a role     whose work takes time: one person's call makes another's wait
a mailbox  with its daily cap; a rep's cap on a channel
a sender   whose reputation falls: everybody's mail is judged by everybody's complaints
a pool     into which a cooldown gives people back: who comes back takes a place of the day
a market   whose people several playbooks have: while one is with a person, the other takes somebody else
an account colleagues hear of opt-outs, replies and meetings

A *kind* of people is those of one playbook who are dealt to the same mailboxes and reps. Kinds are joined by what they share, and by accounts that
have people in both; kinds that share nothing that can run out are not joined at all, and there each account stands for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import lcm
from typing import TypeAlias

from ..engines.common import spread
from ..world.program import BOOKING, EMAIL, POINT, START, TASKS, Program

Kind: TypeAlias = tuple[int, int]
"""(playbook, place in the turn in which mailboxes and reps are dealt)."""
Thing: TypeAlias = tuple[str, str]
"""(what it is, which one): what people share, for sentences. Numbers of mailboxes and reps are in the second."""
MOST_TURNS = 1_000_000
"""Mailboxes and reps are told apart where their common turn is no longer than this; beyond it a playbook's people count as one kind."""


@dataclass(frozen=True, slots=True)
class Couplings:
    """`turn`: by playbook, how many kinds it has. `things`: what each kind shares with others, if anything."""

    turn: tuple[int, ...]
    things: dict[Kind, tuple[Thing, ...]]


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
    return Couplings(tuple(turns), things)


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
    """Whether anything leads back to the start."""
    states, width = program.states, len(program.states.events)
    for state, own in enumerate(states.cohort):
        moves = (states.go[state * width + code] for code in range(width)) if own == cohort else ()
        if any(move >= 0 and states.kind[states.target[move]] == START for move in moves):
            yield "pool", program.cohorts.name[cohort]
            return


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


def reasons(found: Couplings, mixed: bool) -> list[str]:
    """What joins people, each as a few words; `mixed`: accounts do, too. Mailboxes, which only make shards few, are named where nothing else is."""
    things = dict.fromkeys(thing for each in found.things.values() for thing in each)
    told = [_WORDS[what].format(which) for what, which in things if what in _WORDS]
    if mixed:
        told.append("accounts, which have people in several mailboxes (assumptions.accounts)")
    if not told and things:
        told.append(f"{len(things):,} mailboxes or reps, whose caps hold for all their people")
    return told


_WORDS = {
    "market": "people whom several playbooks have in common (audience.market, audience.source.list)",
    "role": "the time of role {0} (team.{0}, work)",
    "reputation": "the reputation of sender {0} (assumptions.reputation)",
    "pool": "the places of a day, which people who come back take in {0} (cooldown, audience.reenroll)",
}
