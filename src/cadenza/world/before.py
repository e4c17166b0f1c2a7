"""What a log says of the house, and not of one person: how much its mailboxes have sent of late, and since when; what came of it.

A sender's standing is judged by the last seven days, and its warm-up counts from the first mail. Both go on where the log ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..calendars import Calendar
from ..language.model import Playbook
from ..machine.log import Entry
from .program import EMAIL, MEMORY, Program

DAY = 86400


@dataclass(frozen=True, slots=True)
class Trouble:
    """A bounce or a complaint, in answer to a touch of the step (its place in the cadence)."""

    at: int
    event: str
    step: int


def standing(program: Program, told: Iterable[tuple[int, Iterable[tuple[int, int]], Iterable[Trouble]]]) -> dict[str, list[int]]:
    """`sent`, `complained` and `bounced` of a `Flight`, from (playbook, its touches as (step, instant), its troubles)."""
    found = {name: [0] * (len(program.senders.name) * MEMORY) for name in ("sent", "complained", "bounced")}
    for cohort, touches, troubles in told:
        first = program.steps.cohort.index(cohort)
        for step, at in touches:
            _count(found["sent"], program, first + step, at)
        for trouble in troubles:
            _count(found[trouble.event], program, first + trouble.step, trouble.at)
    return found


def _count(column: list[int], program: Program, step: int, at: int) -> None:
    """One more on its day, where it is an e-mail's and not too long ago. A day is the 24 hours before the start, or before those."""
    sender, ago = program.steps.sender[step], (program.start - 1 - at) // DAY
    if program.steps.answer[step] == EMAIL and sender >= 0 and 0 <= ago < MEMORY:
        column[sender * MEMORY + MEMORY - 1 - ago] += 1


def capped(program: Program, touches: Iterable[tuple[int, int, int]]) -> list[int]:
    """`capped` of a `Flight`, from (person's number, step, instant) of touches: what each rep has made on each channel since Monday."""
    steps, monday = program.steps, program.start - (program.roster.first + 3) % 7 * DAY
    found: Counter[tuple[int, int, int]] = Counter()
    for number, step, at in touches:
        if at >= monday and steps.answer[step] != EMAIL and (steps.weekly_cap[step] >= 0 or steps.daily_cap[step] >= 0):
            rep = program.people.position[number] % max(1, steps.reps[step])
            found[steps.role[step], rep, steps.channel[step]] += 1
    return [value for (role, rep, channel), made in sorted(found.items()) for value in (role, rep, channel, made)]


def warmed(playbooks: Sequence[Playbook], log: Sequence[Entry], organization: Calendar, first: int) -> dict[str, tuple[int, int]]:
    """By sender, the (business days, days) that its warm-up has lasted when the program starts on the day `first`: since its first mail."""
    mails = [(playbook, step.id) for playbook in playbooks for step in playbook.cadence if step.channel == "email" and "email" in playbook.channels]
    senders = {(playbook.name, step): playbook.channels["email"].senders for playbook, step in mails}
    since: dict[str, int] = {}
    for entry in log:
        name = senders.get((entry.playbook, entry.event.step or "")) if entry.event.name == "done" else None
        if name is not None:
            since.setdefault(name, min(first, organization.where.to_wall(entry.at) // DAY))
    return {name: (sum(organization.business_day(day) for day in range(begun, first)), first - begun) for name, begun in since.items()}
