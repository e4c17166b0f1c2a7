"""Workload W in salabim: a component for each person, resources for the reps, a store for each mailbox that a daily component empties.

    python w_salabim.py [PEOPLE]

Says CPU seconds, then the counts. All of W can be expressed.
"""

from __future__ import annotations

import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import salabim as sim

DAY, NINE, FIVE = 1440, 540, 1020
GAPS = (0, 2, 2, 3, 3, 3, 4, 3)
CHANNELS = ("email", "phone", "email", "linkedin", "email", "phone", "email", "email")
count: Counter[str] = Counter()
luck = random.Random(1)


def working_day(minute: float) -> int:
    week, rest = divmod(int(minute // DAY), 7)
    return week * 5 + min(rest, 5)


def at_nine(day: int) -> int:
    return (day // 5 * 7 + day % 5) * DAY + NINE


def office_opens(now: float) -> float:
    """Now, where the office is open, else when it opens next."""
    inside = NINE <= now % DAY < FIVE and int(now // DAY) % 7 < 5
    if inside:
        return now
    late = now % DAY >= FIVE and int(now // DAY) % 7 < 5
    return max(now, at_nine(working_day(now) + late))


class Mail(sim.Component):  # type: ignore[misc]
    def process(self) -> Iterator[Any]:
        day = 0
        while True:
            yield self.hold(till=at_nine(day) + 0.001)
            for box in boxes:
                sent = 0
                while box and sent < 50:
                    person = box.pop()
                    if not person.stopped:
                        person.activate()
                        sent += 1
            day += 1


class Job(sim.Component):  # type: ignore[misc]
    """A rep's time, for a call or a hand-off; `owner` goes on when it is done."""

    def setup(self, minutes: float, owner: Any) -> None:
        self.minutes, self.owner = minutes, owner

    def process(self) -> Iterator[Any]:
        yield self.request(reps)
        yield self.hold(till=office_opens(env.now()))
        yield self.hold(self.minutes)
        self.release()
        if self.owner is not None:
            self.owner.activate()


class Reply(sim.Component):  # type: ignore[misc]
    def setup(self, person: Any) -> None:
        self.person = person

    def process(self) -> Iterator[Any]:
        yield self.hold(math.exp(math.log(540) + luck.gauss(0, 1)))
        if self.person.stopped:
            return
        count["replies"] += 1
        kind = luck.random()
        if kind < 0.7:
            self.person.stopped = True
        if kind < 0.3:
            count["positive"] += 1
            Job(minutes=20, owner=self)
            yield self.passivate()
            count["meetings"] += luck.random() < 0.5


class Person(sim.Component):  # type: ignore[misc]
    def setup(self, number: int) -> None:
        self.stopped, self.box = False, boxes[number % len(boxes)]

    def process(self) -> Iterator[Any]:
        day = working_day(env.now())
        for step, (gap, channel) in enumerate(zip(GAPS, CHANNELS, strict=True)):
            day += gap
            if at_nine(day) > env.now():
                yield self.hold(till=at_nine(day))
            if self.stopped:
                return
            if channel == "email":
                self.box.append(self)
                yield self.passivate()
            elif channel == "phone":
                Job(minutes=6 if luck.random() < 0.08 else 1, owner=self)
                yield self.passivate()
            if self.stopped:
                return
            count[channel] += 1
            day = working_day(env.now())
            if step == 0 and luck.random() < 0.03:
                count["bounced"] += 1
                return
            if channel == "email" and luck.random() < 0.003:
                count["unsubscribed"] += 1
                return
            if luck.random() < 0.02:
                Reply(person=self)


class Enrol(sim.Component):  # type: ignore[misc]
    def process(self) -> Iterator[Any]:
        for first in range(0, people, a_day):
            yield self.hold(till=at_nine(first // a_day))
            for number in range(first, min(first + a_day, people)):
                Person(number=number)


people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
scale = max(1, people // 10_000)
a_day = 250 * scale
sim.yieldless(False)
begin = time.process_time()
env = sim.Environment(trace=False, random_seed=1)
reps = sim.Resource("reps", capacity=2 * scale)
boxes = [sim.Queue(f"box{n}") for n in range(5 * scale)]
for box in boxes:
    box.length.monitor(False)
    box.length_of_stay.monitor(False)
Mail()
Enrol()
env.run(till=40 * 7 * DAY)
print(time.process_time() - begin)
print(dict(count))
