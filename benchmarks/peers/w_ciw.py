"""Workload W in Ciw: a queueing network with a node for each step's wait, one for the reps, and one for replies.

    python w_ciw.py [PEOPLE]

Says CPU seconds, then the counts. What a network of nodes cannot express, and is left out or bent here:

- a reply on its way while the cadence goes on: a customer is at one node. Here a reply is waited for before the next touch.
- mailbox caps: a node can serve in slots, but who has stopped cannot leave its queue. Here mail leaves at once.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Any

import ciw

DAY, NINE, FIVE = 1440, 540, 1020
GAPS = (0, 2, 2, 3, 3, 3, 4, 3)
CHANNELS = ("email", "phone", "email", "linkedin", "email", "phone", "email", "email")
STEPS = len(GAPS)
REPS, REPLY = STEPS + 1, STEPS + 2
"""Nodes, counted from 1: the waits before the touches, the reps, replies on their way."""
count: Counter[str] = Counter()


def working_day(minute: float) -> int:
    week, rest = divmod(int(minute // DAY), 7)
    return week * 5 + min(rest, 5)


def at_nine(day: int) -> int:
    return (day // 5 * 7 + day % 5) * DAY + NINE


class Arrivals(ciw.dists.Distribution):  # type: ignore[misc]
    """250 at 09:00 of each working day (as many as the scale asks for)."""

    def __init__(self) -> None:
        self.given, self.last = 0, 0.0

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        if self.given >= people:
            return float("inf")
        at = float(at_nine(self.given // a_day))
        self.given += 1
        step, self.last = at - self.last, at
        return step


class Wait(ciw.dists.Distribution):  # type: ignore[misc]
    def __init__(self, step: int) -> None:
        self.step = step

    def sample(self, t: float, ind: Any = None) -> float:
        day = working_day(t) + GAPS[self.step]
        return max(0.0, at_nine(day) - t)


class Work(ciw.dists.Distribution):  # type: ignore[misc]
    """Minutes of a rep: a call, or a hand-off."""

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        if getattr(ind, "positive", False):
            return 20.0
        return 6.0 if ciw.random.random() < 0.08 else 1.0


class Route(ciw.routing.NodeRouting):  # type: ignore[misc]
    """Where a customer goes after a wait, a call or a reply."""

    def __init__(self, here: int) -> None:
        self.here = here

    def next_node(self, ind: Any) -> Any:
        nodes, node = self.simulation.nodes, self.here
        if node <= STEPS:
            ind.step = node - 1
            number = REPS if CHANNELS[ind.step] == "phone" else self.touched(ind)
        elif node == REPS:
            if getattr(ind, "positive", False):
                count["meetings"] += ciw.random.random() < 0.5
                number = -1
            else:
                number = self.touched(ind)
        else:
            number = self.replied(ind)
        return nodes[number]

    def touched(self, ind: Any) -> int:
        channel = CHANNELS[ind.step]
        count[channel] += 1
        if ind.step == 0 and ciw.random.random() < 0.03:
            count["bounced"] += 1
            return -1
        if channel == "email" and ciw.random.random() < 0.003:
            count["unsubscribed"] += 1
            return -1
        return REPLY if ciw.random.random() < 0.02 else self.onwards(ind)

    def replied(self, ind: Any) -> int:
        count["replies"] += 1
        kind = ciw.random.random()
        if kind < 0.3:
            count["positive"] += 1
            ind.positive = True
            return REPS
        return -1 if kind < 0.7 else self.onwards(ind)

    def onwards(self, ind: Any) -> int:
        return ind.step + 2 if ind.step + 1 < STEPS else -1


people = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
scale = max(1, people // 10_000)
a_day, reps = 250 * scale, 2 * scale
shift = [on for day in range(7) for on in ((0, reps, 0) if day < 5 else (0, 0, 0))]
ends = [day * DAY + end for day in range(7) for end in (NINE, FIVE, DAY)]
begin = time.process_time()
ciw.seed(1)
nodes = STEPS + 2
network = ciw.create_network(
    arrival_distributions=[Arrivals(), *(None for _ in range(nodes - 1))],
    service_distributions=[*(Wait(step) for step in range(STEPS)), Work(), ciw.dists.Lognormal(6.2916, 1.0)],
    number_of_servers=[*(float("inf") for _ in range(STEPS)), ciw.Schedule(numbers_of_servers=shift, shift_end_dates=ends), float("inf")],
    routing=ciw.routing.NetworkRouting(routers=[Route(node) for node in range(1, nodes + 1)]),
)
simulation = ciw.Simulation(network)
simulation.simulate_until_max_time(40 * 7 * DAY)
print(time.process_time() - begin)
print(dict(count))
