"""What can never run out, whatever is drawn: proofs over the machine that something is shared in name only.

The way back   who is given back to the pool takes a place of a day. Where the shortest cooldown ends after the last day on which anybody is let in,
               nobody ever does.
A mailbox      so many mails a day. Where all mails that its people can ever get, on every way through the machine, fit into the cap of each day by
               which these people have arrived, it is never full.

These are bounds over all draws, not likelihoods: what is proved here is as good as not being there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..machine.graph import components
from ..world.clocks import BUSINESS_DAYS
from ..world.program import AFTER, END, KEEP, NOW, START, TOUCH, Program

DAY = 86400


@dataclass(frozen=True, slots=True)
class Room:
    """A mailbox's cap. `most`: the mails that its people can get by the end, at most; `least`: the cap of the tightest day; `full`: whether that day
    can be full."""

    most: int
    least: int
    full: bool


# ---------------------------------------------------------------- the way back


def comes_back(program: Program, cohort: int) -> bool:
    """Whether anybody whom a cooldown, or their own wish, gives back can be let in again."""
    return any(True for _ in _ways_back(program, cohort))


def lasts(program: Program, cohort: int) -> int:
    """For how many days nobody may come back, so that nobody is let in again: until the last day on which there are places."""
    return max(0, -(-(_last(program, cohort) - program.start) // DAY))


def _ways_back(program: Program, cohort: int) -> Iterator[tuple[int, int]]:
    """The moves (state, move) by which somebody can be let in again."""
    states, stays, days = program.states, _stays(program, cohort), _last(program, cohort) - program.start
    for state, code, move in _moves(program, cohort):
        event = states.events[code].partition(":")[0]
        never = (event == "cooled" and stays.get(state, 0) >= days) or (event == "asked_back" and program.cohorts.asked_back[cohort] < 0)
        if states.kind[states.target[move]] == START and not never:
            yield state, move


def _last(program: Program, cohort: int) -> int:
    """When the last day on which there are places is over."""
    days = len(program.days.business)
    quota = program.cohorts.quota[cohort * days : (cohort + 1) * days]
    return program.days.at[max((day + 1 for day, places in enumerate(quota) if places), default=0)]


def early(program: Program, cohort: int) -> dict[str, int]:
    """From which ends people come back so soon that they can be let in again, by outcome, and after how many days at the earliest."""
    states, stays, found = program.states, _stays(program, cohort), dict[str, int]()
    for state, _ in _ways_back(program, cohort):
        if states.kind[state] == END:
            name, days = states.outcomes[states.outcome[state]], stays.get(state, 0) // DAY
            found[name] = min(days, found.get(name, days))
    return found


def _stays(program: Program, cohort: int) -> dict[int, int]:
    """By end, the seconds after the start of the program before which no cooldown there is over. What is kept from another end was set there."""
    states, found, kept = program.states, dict[int, int](), set[int]()
    for state, _, move in _moves(program, cohort):
        target, timer = states.target[move], states.timer[move]
        if states.kind[target] != END or timer < 0:
            continue
        if timer == KEEP and states.kind[state] == END:
            kept.add(target)
            continue
        seconds = _seconds(states.amount[move], states.unit[move]) if timer in (AFTER, NOW) else 0
        found[target] = min(seconds, found.get(target, seconds))
    shortest = min(found.values(), default=0)
    return {state: shortest if state in kept else found[state] for state in found.keys() | kept}


def _seconds(amount: int, unit: int) -> int:
    """At least so many seconds: business days begin and end within days."""
    return max(0, amount - 1) * DAY if unit == BUSINESS_DAYS else amount


def _moves(program: Program, cohort: int) -> Iterator[tuple[int, int, int]]:
    """(state, code of the event, move) of a playbook."""
    states = program.states
    width = len(states.events)
    for state, own in enumerate(states.cohort):
        if own == cohort:
            yield from ((state, code, move) for code in range(width) if (move := states.go[state * width + code]) >= 0)


# ---------------------------------------------------------------- mailboxes


def most_mails(program: Program, cohort: int, sender: int) -> int | None:
    """How many mails of the sender a person of the playbook can get at most; None where some way goes round and round."""
    states, steps, back = program.states, program.steps, {move for _, move in _ways_back(program, cohort)}
    at = {state: number for number, state in enumerate(state for state, own in enumerate(states.cohort) if own == cohort)}
    edges: list[dict[int, int]] = [{} for _ in at]
    for state, code, move in _moves(program, cohort):
        target = states.target[move]
        if states.kind[target] == START and move not in back:
            continue
        mail = states.kind[state] == TOUCH and steps.sender[states.step[state]] == sender and states.events[code].partition(":")[0] == "done"
        known = edges[at[state]]
        known[at[target]] = max(known.get(at[target], 0), int(mail))
    return _longest(edges)


def _longest(edges: Sequence[Mapping[int, int]]) -> int | None:
    """The heaviest way through the graph; None where weight lies on a circle."""
    most = [0] * len(edges)
    for part in components([list(each) for each in edges]):  # each before those that lead to it
        members = set(part)
        if any(weight for node in part for target, weight in edges[node].items() if target in members):
            return None
        best = max((weight + most[target] for node in part for target, weight in edges[node].items() if target not in members), default=0)
        for node in part:
            most[node] = best
    return max(most, default=0)


def room(program: Program, sender: int, boxes: Mapping[str, Sequence[tuple[int, int]]], turn: Sequence[int]) -> dict[str, Room | None]:
    """By mailbox of the sender, its room; None where no bound is known. `boxes`: the kinds of people, (playbook, place in its turn), of each."""
    kinds = {kind for each in boxes.values() for kind in each}
    mails = {cohort: most_mails(program, cohort, sender) for cohort in {cohort for cohort, _ in kinds}}
    if any(count is None for count in mails.values()):
        return dict.fromkeys(boxes)
    days = len(program.days.business)
    caps = program.senders.cap[sender * days : (sender + 1) * days]
    arrived = _arrived(program, kinds, turn)
    return {box: _room(caps, [(arrived[kind], mails[kind[0]] or 0) for kind in each]) for box, each in boxes.items()}


def _room(caps: Sequence[int], people: Sequence[tuple[Mapping[int, int], int]]) -> Room:
    """On a day without a cap nothing goes out for anybody; all of it may go out on the next day with one."""
    total, tight, full = 0, -1, False
    for day, cap in enumerate(caps):
        total += sum(arrivals.get(day, 0) * mails for arrivals, mails in people)
        if cap > 0:
            tight, full = cap if tight < 0 else min(tight, cap), full or total > cap
    return Room(total, max(tight, 0), full)


def _arrived(program: Program, kinds: set[tuple[int, int]], turn: Sequence[int]) -> dict[tuple[int, int], Counter[int]]:
    """By kind, how many people arrive on each day."""
    found: dict[tuple[int, int], Counter[int]] = {kind: Counter() for kind in kinds}
    people = program.people
    for cohort, position, day in zip(people.cohort, people.position, people.arrive_day, strict=True):
        known = found.get((cohort, position % turn[cohort]))
        if known is not None:
            known[day] += 1
    return found
