"""Whether hands and mailboxes would do: what the means ask of them, against what they can give.

The `expected` engine lets nobody wait. So its numbers are what a playbook brings while nothing is scarce, and an upper bound of what it brings
where something is. This page of arithmetic says where, and by how much: the most that is asked in any week over what can be done in a week, which
at a steady enrolment is the arrival rate times the expected visits of one person over the capacity. What cannot be done waits; a fluid that flows
out of each week into the next says how much of all that is asked can be done by the horizon at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...language.model import CHANNELS
from ...world.program import Program
from ..totals import WEEK
from .tally import Tally


@dataclass(frozen=True, slots=True)
class Scarce:
    """One resource: `kind` is sender (mails), role (minutes of work) or account (touches by the reps' accounts on a channel). `asked` and `room` are
    those of the busiest week (from 0); `by_end` is the share of all that is asked for which there is room by the horizon."""

    kind: str
    name: str
    unit: str
    week: int
    asked: float
    room: float
    by_end: float

    @property
    def times(self) -> float:
        """How many times what can be done is asked in the busiest week."""
        return self.asked / self.room if self.room > 0 else float("inf")

    @property
    def binds(self) -> bool:
        return self.times > 1.0


def scarce(program: Program, tally: Tally) -> tuple[Scarce, ...]:
    """All resources of which anything is asked: senders, roles, reps' accounts."""
    found = [*_senders(program, tally), *_roles(program, tally), *_accounts(program, tally)]
    return tuple(each for each in found if each is not None)


def _judge(kind: str, name: str, unit: str, asked: Sequence[float], room: Sequence[float]) -> Scarce | None:
    if sum(asked) <= 0.0:
        return None
    week = max(range(len(asked)), key=lambda w: asked[w] / room[w] if room[w] > 0 else (float("inf") if asked[w] > 0 else 0.0))
    waiting = done = 0.0
    for a, r in zip(asked, room, strict=True):
        waiting += a
        served = min(waiting, r)
        waiting -= served
        done += served
    all_of_it = waiting <= 1e-9 * sum(asked)
    return Scarce(kind, name, unit, week, asked[week], room[week], 1.0 if all_of_it else min(1.0, done / sum(asked)))


def _senders(program: Program, tally: Tally) -> list[Scarce | None]:
    senders, days = program.senders, program.days
    week_of = [min((at - program.start) // WEEK, program.weeks - 1) for at in days.at[:-1]]
    found = []
    for s, name in enumerate(senders.name):
        asked, room = [0.0] * program.weeks, [0.0] * program.weeks
        boxes = senders.mailbox[s + 1] - senders.mailbox[s]
        for day, week in enumerate(week_of):
            asked[week] += tally.mails[s][day]
            room[week] += boxes * senders.cap[s * len(days.business) + day] * (days.business[day] or tally.mails[s][day] > 0)
        found.append(_judge("sender", name, "mails", asked, room))
    return found


def _roles(program: Program, tally: Tally) -> list[Scarce | None]:
    roles, found = program.roles, []
    for r, name in enumerate(roles.name):
        if not name:
            continue
        room = []
        for w in range(program.weeks):
            first, last = program.start + w * WEEK, min(program.start + (w + 1) * WEEK, program.end)
            room.append(_hands(program, tally, r, first, last) * program.clocks.open_seconds(roles.window[r], first, last) * tally.selling[r] / 60)
        found.append(_judge("role", name, "minutes", [each / 60 for each in tally.worked_weekly[r]], room))
    return found


def _hands(program: Program, tally: Tally, role: int, first: int, last: int) -> float:
    """People at full speed, in the mean of the days between."""
    hands = tally.hands[role]
    if not hands:
        return float(program.roles.people[role])
    days = [d for d in range(len(hands)) if first <= program.days.at[d] < last]
    return sum(hands[d] for d in days) / max(1, len(days))


def _accounts(program: Program, tally: Tally) -> list[Scarce | None]:
    """Caps of a rep's account on a channel, by playbook."""
    steps = program.steps
    asked: dict[tuple[int, int], list[float]] = {}
    rooms: dict[tuple[int, int], list[float]] = {}
    business = [0] * program.weeks
    for at, open_today in zip(program.days.at[:-1], program.days.business, strict=True):
        business[min((at - program.start) // WEEK, program.weeks - 1)] += open_today
    for s, weekly in enumerate(steps.weekly_cap):
        caps = [[weekly] * program.weeks] if weekly >= 0 else []
        caps += [[steps.daily_cap[s] * days for days in business]] if steps.daily_cap[s] >= 0 else []
        if not caps or s not in tally.channel_weekly:
            continue
        key = (steps.cohort[s], steps.channel[s])
        rooms[key] = [float(steps.reps[s] * min(each)) for each in zip(*caps, strict=True)]
        asked[key] = [a + b for a, b in zip(asked.get(key, [0.0] * program.weeks), tally.channel_weekly[s], strict=True)]
    names = {key: f"{CHANNELS[key[1]]} of {program.cohorts.name[key[0]]}" for key in asked}
    return [_judge("account", names[key], "touches", asked[key], rooms[key]) for key in asked]
