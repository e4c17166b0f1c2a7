"""Room: how many touches a mailbox makes in a day, and a rep in a day and a week.

Everybody has one mailbox, and one rep of those who are there on the first day; both follow from their key, so that a thread comes from one
address and a person hears one voice. A touch that does not fit moves to the first opening of the next day (week) in which it does. Touches are
served in the order (due, prospect key); one that moved keeps its place before those that are due later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from ..calendars import NEVER, Calendar, RecipientClock
from ..language.model import Playbook, Sender, Step, WarmUp
from .identity import share

DAY = 86400
REACH = 731 * DAY
PERIODS: dict[str, float] = {"hour": 1 / 24, "day": 1, "week": 7, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}


@dataclass(frozen=True, slots=True)
class Seat:
    """Who makes a touch: a mailbox of a sender (counted from 1), a person of a role (counted from 1)."""

    sender: str | None
    mailbox: int | None
    role: str | None
    rep: int | None


class Limit(NamedTuple):
    """At most `most(period)` touches under `name` in each period: a local day of `calendar`, or its week (from Monday), by number."""

    name: tuple[str | int, ...]
    calendar: Calendar
    days: int
    most: Callable[[int], int]

    def period(self, t: int) -> int:
        """The number of the period that `t` lies in; weeks begin on Mondays (day 4 of 1970 was one)."""
        ordinal = self.calendar.where.to_wall(t) // DAY
        return ordinal if self.days == 1 else (ordinal - 4) // 7

    def begin(self, period: int) -> int:
        """The first instant of a period."""
        return self.calendar.where.from_wall((period if self.days == 1 else period * 7 + 4) * DAY)


class Capacity:
    """What is used of every limit so far."""

    def __init__(self, playbook: Playbook, start: int) -> None:
        self.playbook = playbook
        self.start = start  # the day ordinal on which mailboxes begin to warm up
        self.first = (date(1970, 1, 1) + timedelta(days=start)).isoformat()
        organization = playbook.workspace.organization
        self.office = Calendar((organization.timezone,), organization.holidays)
        self.used: Counter[tuple[tuple[str | int, ...], int]] = Counter()
        self._offices: dict[str, Calendar] = {}
        self._seats: dict[tuple[str, str], Seat] = {}
        self._mails: dict[tuple[str, int], int] = {}

    def seat(self, key: str, step: Step) -> Seat:
        """Who makes this person's touches of a step. A step whose work nobody is named for has no rep."""
        if (key, step.id) not in self._seats:
            self._seats[key, step.id] = self._choose(key, step)
        return self._seats[key, step.id]

    def _choose(self, key: str, step: Step) -> Seat:
        use = self.playbook.channels.get(step.channel)
        workspace = self.playbook.workspace
        sender = workspace.senders.get(use.senders or "") if use else None
        work = workspace.work.get(step.work)
        role = step.role or (use.role if use else None) or (work.role if work else None)
        people = workspace.team[role].accounts(self.first) if role in workspace.team else 1
        return Seat(
            sender.id if sender else None,
            1 + share(max(1, sender.mailboxes), "mailbox", sender.id, key) if sender else None,
            role,
            1 + share(max(1, people), "rep", role, key) if role else None,
        )

    def place(self, t: int, key: str, step: Step, clock: RecipientClock) -> int:
        """The first instant from `t` on that is in the window and has room; NEVER where two years have none. Takes nothing: `count` does."""
        limits = self._limits(key, step)
        at = clock.forward(t, step.channel)
        while at - t <= REACH:
            full = next((limit for limit in limits if self.used[limit.name, limit.period(at)] >= limit.most(limit.period(at))), None)
            if full is None:
                return at
            at = clock.forward(full.begin(full.period(at) + 1), step.channel)
        return NEVER

    def count(self, t: int, key: str, step: Step) -> None:
        """Take the room of a touch that is made at `t`."""
        for limit in self._limits(key, step):
            self.used[limit.name, limit.period(t)] += 1

    def _limits(self, key: str, step: Step) -> list[Limit]:
        seat, use = self.seat(key, step), self.playbook.channels.get(step.channel)
        found: list[Limit] = []
        if seat.sender is not None and seat.mailbox is not None:
            sender = self.playbook.workspace.senders[seat.sender]
            found.append(Limit(("mailbox", seat.sender, seat.mailbox), self.office, 1, lambda day: self.mails(sender, day)))
        who = (seat.role or "", seat.rep or 0, step.channel)
        if use and use.daily_cap is not None:
            daily = use.daily_cap
            found.append(Limit(("day", *who), self._office_of(seat.role), 1, lambda _: daily))
        if use and use.weekly_cap is not None:
            weekly = use.weekly_cap
            found.append(Limit(("week", *who), self._office_of(seat.role), 7, lambda _: weekly))
        return found

    def mails(self, sender: Sender, ordinal: int) -> int:
        """How many mails one mailbox sends on a day: its cap, or what its warm-up (from the plan's first day on) has reached."""
        if sender.warm_up is None:
            return sender.daily_cap
        if (sender.id, ordinal) not in self._mails:
            self._mails[sender.id, ordinal] = min(sender.daily_cap, sender.warm_up.start + self._warmed(sender.warm_up, ordinal))
        return self._mails[sender.id, ordinal]

    def _warmed(self, warm_up: WarmUp, ordinal: int) -> int:
        add = warm_up.add
        if add.per == "business day":
            elapsed = float(self.office.business_table(self.start, ordinal)[-1]) if ordinal > self.start else 0.0
        else:
            elapsed = max(0, ordinal - self.start) / PERIODS[add.per]
        return int(add.amount * elapsed + 1e-9)

    def _office_of(self, role: str | None) -> Calendar:
        team = self.playbook.workspace.team
        name = team[role].timezone if role in team else self.office.zones[0]
        return self._offices.setdefault(name, Calendar((name,), self.office.holidays))
