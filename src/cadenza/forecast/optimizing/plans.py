"""Plans: what may be varied of a workspace, and one way to set it. A plan knows no YAML; `texts.py` writes it down.

A move changes a plan a little, as a person would try it: a touch a day later, two touches in the other order, one fewer, one more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from ...language.values import Duration
from .offers import Offer, offers_of

if TYPE_CHECKING:
    from pathlib import Path

    from ...language.model import Playbook

MORE = 2
"""So many steps at most are added to a cadence."""
LONGEST = 15
"""No delay grows beyond so many of its units; rules have more to say about that."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may be varied. `enroll`: least and most people, in the unit of the playbook's own flow. `people`: by role, least and most."""

    spacing: bool = True
    order: bool = True
    steps: bool = True
    enroll: tuple[float, float] | None = None
    people: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Cadence:
    """One playbook's part: the steps that are made, in order, each with its delay (None: at once); and how many people are enrolled. `offers`: what
    may be added to them."""

    file: str
    steps: tuple[tuple[str, Duration | None], ...]
    enroll: float
    offers: tuple[Offer, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    cadences: tuple[Cadence, ...]
    people: tuple[tuple[str, int], ...]


def plan_of(playbooks: tuple[Playbook, ...], root: Path | None = None) -> Plan:
    """What the playbooks say now; with the workspace's root, also what may be added."""
    cadences = tuple(
        Cadence(
            playbook.file,
            tuple((step.id, step.after) for step in playbook.cadence),
            playbook.audience.enroll.amount,
            () if root is None else offers_of(playbook, root),
        )
        for playbook in playbooks
    )
    return Plan(cadences, tuple((name, role.people) for name, role in playbooks[0].workspace.team.items()))


def neighbour(plan: Plan, bounds: Bounds, random: Random) -> Plan:
    """The plan after one move, or now and then two; the same one where no move is possible."""
    for _ in range(1 + (random.random() < 0.3)):
        moves = list(_moves(plan, bounds))
        if not moves:
            return plan
        kinds = sorted({kind for kind, _ in moves})
        kind = random.choice(kinds)
        plan = random.choice([other for name, other in moves if name == kind])
    return plan


def _moves(plan: Plan, bounds: Bounds) -> Iterator[tuple[str, Plan]]:
    for number, cadence in enumerate(plan.cadences):
        for kind, other in _cadence_moves(cadence, bounds):
            yield kind, replace(plan, cadences=(*plan.cadences[:number], other, *plan.cadences[number + 1 :]))
    for role, low, high in bounds.people:
        there = dict(plan.people)[role]
        for count in (there - 1, there + 1):
            if low <= count <= high:
                yield "people", replace(plan, people=tuple((name, count if name == role else old) for name, old in plan.people))


def _cadence_moves(cadence: Cadence, bounds: Bounds) -> Iterator[tuple[str, Cadence]]:
    steps, names = cadence.steps, {name for name, _ in cadence.steps}
    again = {offer.again for offer in cadence.offers if offer.id in names}
    if bounds.spacing:
        for at, (_, after) in enumerate(steps):
            for delay in _delays(after) if at else ():
                yield "spacing", replace(cadence, steps=(*steps[:at], (steps[at][0], delay), *steps[at + 1 :]))
    for at in range(1, len(steps)):
        if bounds.order and at + 2 < len(steps):  # the first and the last touch are written as such
            yield "order", replace(cadence, steps=(*steps[:at], steps[at + 1], steps[at], *steps[at + 2 :]))
        if bounds.steps and len(steps) > 2 and steps[at][0] not in again:
            yield "fewer", replace(cadence, steps=(*steps[:at], *steps[at + 1 :]))
        if bounds.steps:
            yield from _additions(cadence, at)
    if bounds.enroll is not None:
        low, high = bounds.enroll
        for factor in (0.8, 0.9, 1.1, 1.25):
            amount = min(high, max(low, float(round(cadence.enroll * factor))))
            if amount != cadence.enroll:
                yield "enroll", replace(cadence, enroll=amount)


def _additions(cadence: Cadence, at: int) -> Iterator[tuple[str, Cadence]]:
    """One step more before the `at`-th: the last touch stays the last."""
    there = {name for name, _ in cadence.steps}
    if sum(offer.id in there for offer in cadence.offers) < MORE:
        for offer in cadence.offers:
            if offer.id not in there and (offer.again is None or offer.again in there):
                yield "more", replace(cadence, steps=(*cadence.steps[:at], (offer.id, offer.after), *cadence.steps[at:]))


def _delays(after: Duration | None) -> Iterator[Duration]:
    """A little shorter and longer, in the unit that the author chose."""
    if after is not None:
        for amount in (after.amount - 2, after.amount - 1, after.amount + 1, after.amount + 2):
            if 1 <= amount <= max(LONGEST, after.amount):
                yield replace(after, amount=amount)
