"""Workload W in straightforward SimPy: a process for each person, `Resource`s for the reps. The yardstick for `bench_engine.py`.

10,000 people, 250 enrolled each working day at 09:00; eight touches on working days 1, 3, 5, 8, 11, 14, 18, 21 (e-mail, phone, e-mail, LinkedIn,
e-mail, phone, e-mail, e-mail), each gap counted from the day of the touch before; five mailboxes of 50 mails a working day, backlog first; two
reps from nine to five.
"""

from __future__ import annotations

import math
import random
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

import simpy

DAY, NINE, FIVE = 1440, 540, 1020
GAPS = (0, 2, 2, 3, 3, 3, 4, 3)
CHANNELS = ("email", "phone", "email", "linkedin", "email", "phone", "email", "email")


def working_day(minute: float) -> int:
    """The working day (from 0) that a minute lies in, or the next one."""
    week, rest = divmod(int(minute // DAY), 7)
    return week * 5 + min(rest, 5)


def at_nine(day: int) -> int:
    return (day // 5 * 7 + day % 5) * DAY + NINE


class Office:
    """Everything that people share."""

    def __init__(self, people: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.count: Counter[str] = Counter()
        self.events = 0
        scale = max(1, people // 10_000)
        self.reps = simpy.PriorityResource(self.env, capacity=2 * scale)
        self.boxes: list[deque[tuple[Person, simpy.Event]]] = [deque() for _ in range(5 * scale)]
        self.env.process(self.mail())
        self.env.process(self.enrol(people, 250 * scale))

    def enrol(self, people: int, a_day: int) -> Iterator[Any]:
        for first in range(0, people, a_day):
            yield self.env.timeout(at_nine(first // a_day) - self.env.now)
            for i in range(first, min(first + a_day, people)):
                Person(self, i)

    def mail(self) -> Iterator[Any]:
        day = 0
        while True:
            yield self.env.timeout(at_nine(day) - self.env.now + 0.001)
            for box in self.boxes:
                sent = 0
                while box and sent < 50:
                    person, event = box.popleft()
                    if not person.stopped:
                        event.succeed()
                        sent += 1
            day += 1

    def job(self, minutes: float) -> Iterator[Any]:
        """A rep's time: starts inside the hours and runs to its end."""
        with self.reps.request() as turn:
            yield turn
            now = self.env.now % DAY
            if now >= FIVE or now < NINE or int(self.env.now // DAY) % 7 > 4:
                day = working_day(self.env.now) + (1 if now >= FIVE and int(self.env.now // DAY) % 7 < 5 else 0)
                yield self.env.timeout(max(0, at_nine(day) - self.env.now))
            yield self.env.timeout(minutes)


class Person:
    def __init__(self, office: Office, number: int) -> None:
        self.office = office
        self.box = office.boxes[number % len(office.boxes)]
        self.stopped = False
        office.env.process(self.live())

    def live(self) -> Iterator[Any]:
        office, env = self.office, self.office.env
        day = working_day(env.now)
        for step, (gap, channel) in enumerate(zip(GAPS, CHANNELS, strict=True)):
            day += gap
            if at_nine(day) > env.now:
                yield env.timeout(at_nine(day) - env.now)
            if self.stopped:
                return
            if channel == "email":
                sent = env.event()
                self.box.append((self, sent))
                yield sent
            elif channel == "phone":
                yield env.process(office.job(6 if office.random.random() < 0.08 else 1))
            if self.stopped:
                return
            office.count[channel] += 1
            day = working_day(env.now)
            if self.answer(step, channel):
                return

    def answer(self, step: int, channel: str) -> bool:
        office, luck = self.office, self.office.random.random()
        if step == 0 and luck < 0.03:
            office.count["bounced"] += 1
            return True
        if channel == "email" and office.random.random() < 0.003:
            office.count["unsubscribed"] += 1
            return True
        if office.random.random() < 0.02:
            office.env.process(self.reply())
        return False

    def reply(self) -> Iterator[Any]:
        office = self.office
        yield office.env.timeout(math.exp(math.log(540) + office.random.gauss(0, 1)))
        if self.stopped:
            return
        office.count["replies"] += 1
        kind = office.random.random()
        if kind < 0.7:
            self.stopped = True
        if kind < 0.3:
            office.count["positive"] += 1
            yield office.env.process(office.job(20))
            office.count["meetings"] += office.random.random() < 0.5


def run(people: int = 10_000, seed: int = 1, weeks: int = 40) -> Counter[str]:
    office = Office(people, seed)
    office.env.run(until=weeks * 7 * DAY)
    return office.count


if __name__ == "__main__":
    print(dict(run()))
