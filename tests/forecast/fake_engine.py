"""A fake engine: counts as pure functions of (run, replication), with common random numbers over runs as the real one has them."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import NormalDist

from cadenza.forecast.points import Loaded, Point, Prepared
from cadenza.forecast.results import Forecast
from cadenza.forecast.targets import Written
from cadenza.language.values import Target

NORMAL = NormalDist()
MASK = (1 << 64) - 1


@dataclass(frozen=True)
class FakeOutcome:
    counts: dict[str, float]
    weekly: dict[str, tuple[float, ...]]


def uniform(*key: int) -> float:
    """A number in (0, 1) that depends on the key and nothing else (splitmix64's finisher over the parts)."""
    state = 0x9E3779B97F4A7C15
    for part in key:
        state = (state ^ (part + 0x632BE59BD9B4E019)) & MASK
        state = (state * 0xBF58476D1CE4E5B9) & MASK
        state ^= state >> 27
        state = (state * 0x94D049BB133111EB) & MASK
        state ^= state >> 31
    return (state + 0.5) / 2**64


def normal(*key: int) -> float:
    return NORMAL.inv_cdf(uniform(*key))


@dataclass(frozen=True)
class FakeJob:
    """Run i has mean `means[i]`; what all runs share of a replication is `shared`, what each has of its own is `own` (standard deviations)."""

    means: tuple[float, ...] = (100.0, 104.0, 52.0)
    shared: float = 10.0
    own: float = 1.0
    wait: float = 0.0  # seconds a replication takes
    log: str = ""  # a file that gets the process's id for each replication

    def __call__(self, point: int, replication: int) -> FakeOutcome:
        if self.wait:
            time.sleep(self.wait)
        if self.log:
            with Path(self.log).open("a") as file:
                file.write(f"{os.getpid()}\n")
        meetings = self.means[point] + self.shared * normal(1, replication) + self.own * normal(2, point, replication)
        meetings = max(0.0, math.floor(meetings + 0.5))
        emails = 12000.0 + 100 * round(normal(3, replication))
        weeks = tuple(float(math.floor(meetings * (week + 1) ** 2 / 169) - math.floor(meetings * week**2 / 169)) for week in range(13))
        counts = {
            "enrolled": 7800.0,
            "touches": 41000.0 + 10 * meetings,
            "touches.email": emails,
            "touches.phone": 15000.0,
            "replies": 600.0 + meetings,
            "unsubscribed": 36.0 + round(3 * normal(4, replication)),
            "unsubscribed.email": 30.0 + round(3 * normal(4, replication)),
            "complained": 6.0,
            "complained.email": 4.0,
            "bounced": 300.0,
            "contacts_after_no": 0.0 if point == 0 else 11.0,
            "meetings.booked": meetings + 30,
            "meetings": meetings,
            "opportunities": math.floor(meetings * 0.41),
            "pipeline": math.floor(meetings * 0.41) * 2_400_000.0,
            "won": math.floor(meetings * 0.03),
            "won_value": math.floor(meetings * 0.03) * 2_400_000.0,
            "late.touch.p90": 5400.0 + 60 * meetings,
            "late.handoff.p90": 0.0,
            "load.sdr": 0.6 + meetings / 1000,
            "load.ae": 0.2 + meetings / 1000,
            "load.sender.outbound-pool": 0.5,
        }
        load = tuple(0.4 + 0.03 * week if week < 9 else 0.4 for week in range(13))
        return FakeOutcome(counts, {"meetings": weeks, "load.sdr": load, "load.ae": tuple(value / 3 for value in load)})


POINTS = (
    Point("base", "scenario"),
    Point("one-more-sdr", "scenario", {"team.sdr.people": 9}),
    Point("halve-the-replies", "scenario", {"assumptions.email.reply.positive": "0.5x"}),
)
TARGETS = (
    Written("platform-cold", "meetings", Target("at least", 35, "count", "month")),
    Written("platform-cold", "pipeline", Target("at least", 75_000_000, "money", "quarter", "EUR")),
    Written("platform-cold", "complained", Target("at most", 0.001, "share")),
    Written("platform-cold", "unsubscribed", Target("at most", 0.0025, "share")),
)


def prepared(job: FakeJob | None = None, points: tuple[Point, ...] = POINTS, chance: int | None = None) -> Prepared:
    job = job or FakeJob()
    loaded = tuple(Loaded(point, index, (("platform-cold", "ab" * 32),), TARGETS) for index, point in enumerate(points))
    return Prepared(loaded, job, chance, "EUR")


class Two(FakeJob):
    """Two playbooks side by side: `warm` has a fifth of everything."""

    def __call__(self, point: int, replication: int) -> FakeOutcome:
        found = super().__call__(point, replication)
        own = {f"{name}:{key}": value * share for name, share in (("cold", 0.8), ("warm", 0.2)) for key, value in found.counts.items()}
        return replace(found, counts={**found.counts, **own})


def two_playbooks() -> Prepared:
    """Base alone, of `cold` and `warm`, each with its targets."""
    meetings, complained = Target("at least", 5, "count", "month"), Target("at most", 0.0005, "share")
    wanted = (Written("cold", "meetings", TARGETS[0].target), Written("warm", "meetings", meetings), Written("warm", "complained", complained))
    machines = (("cold", "ab" * 32), ("warm", "cd" * 32))
    return Prepared((Loaded(POINTS[0], 0, machines, wanted),), Two(), None, "EUR")


def frame(asked: int | None = 40, precision: tuple[tuple[str, float], ...] = ()) -> Forecast:
    return Forecast(
        name="2027-q1",
        file="simulations/2027-q1.yaml",
        playbooks=("playbooks/platform-cold.yaml",),
        start="2027-01-04",
        horizon="13 weeks",
        weeks=13.0,
        seed=7,
        engine="simpy",
        version="0.1.0",
        currency="EUR",
        asked=asked,
        precision=precision,
        run=0,
        stopped="all",
        points=(),
        split=(),
        notes=(),
    )
