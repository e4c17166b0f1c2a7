"""Worlds in which nothing is scarce, and the comparison of means with replications.

`plenty()` draws a world of `support.worlds` and gives it so many people, mailboxes and accounts that nobody waits, so that the closed form must
hold; in `returning()` people also come back.

`scores(program, runs)` runs the simulation and gives, for each metric, the mean of the closed form, the mean of the simulation and the standard
error of that.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from hypothesis import strategies as st
from support.worlds import worlds

from cadenza.engines import Outcome, run
from cadenza.engines.expected_engine import expect
from cadenza.world import Program

KEYS = (
    "enrolled",
    "reenrolled",
    "touches",
    "touches.email",
    "touches.phone",
    "touches.linkedin",
    "replies",
    "replies.positive",
    "replies.negative",
    "replies.not_now",
    "replies.out_of_office",
    "replies.wrong_person",
    "unsubscribed",
    "complained",
    "bounced",
    "connected",
    "accepted",
    "unclassified",
    "contacts_after_no",
    "handoffs",
    "meetings.booked",
    "meetings",
    "opportunities",
    "pipeline",
    "won",
    "ended",
    "in_flight",
    "people_without_answer",
    "minutes.sdr",
    "minutes.ae",
)


_ONE = {"pipeline": 2e6, "minutes.sdr": 15.0, "minutes.ae": 45.0}
"""How much one of them is. What was met with fewer than ten times in all runs has the error of a Poisson count, as its own deviation says little;
one in all runs is the least error."""


class Score(NamedTuple):
    key: str
    mean: float
    simulated: float
    error: float

    @property
    def z(self) -> float:
        """Standard errors between the two. Less than three in ten thousand (of minutes: one in a hundred) is the width of the stretches."""
        off, width = self.mean - self.simulated, 1e-2 if self.key.startswith("minutes") else 3e-4
        return 0.0 if abs(off) <= width * abs(self.simulated) else off / self.error


@st.composite
def returning(draw: st.DrawFn) -> dict[str, Any]:
    """One playbook of `worlds()`, with more hands and mailboxes than anybody could use, and people who do not know each other. They may come back."""
    world = draw(worlds())
    world["playbooks"] = [draw(st.sampled_from(world["playbooks"]))]
    team, pool = world["workspace"]["team"], world["workspace"]["senders"]["pool"]
    for role in team.values():
        for key in ("hires", "leave", "attrition", "ramp"):
            role.pop(key, None)
        role["people"] = 2000
    pool.pop("warm_up", None)
    pool |= {"mailboxes": 100, "daily_cap": 500}
    for document in world["playbooks"]:
        document["name"] = "generated"
        document.pop("market", None)
        document["assumptions"]["accounts"] = {"people": 1}
        document["assumptions"]["reputation"] = {"complaints": "1x", "bounces": "1x"}
        for use in document["channels"].values():
            use.pop("weekly_cap", None)
            use.pop("daily_cap", None)
    world["days"] = draw(st.sampled_from((9, 45, 100)))
    return world


@st.composite
def plenty(draw: st.DrawFn) -> dict[str, Any]:
    """The same, and nobody comes back: room for those who do is a mean field."""
    world = draw(returning())
    for document in world["playbooks"]:
        document["audience"].pop("reenroll", None)
        document.get("opt_out", {})["undo"] = "never"
        _forever(document)
    return world


def _forever(node: Any) -> None:
    """No cooldown ends."""
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _forever(value)
    if isinstance(node, dict) and "cooldown" in node:
        node["cooldown"] = "forever"


def scores(program: Program, runs: int, fineness: float = 1e-5, engine: str = "auto") -> list[Score]:
    """The closed form against so many replications, all with the uncertain figures at their medians."""
    told = expect(program, True, fineness).outcome.counts
    outcomes = [run(program, n, engine, fixed_rates=True) for n in range(runs)]
    return [_score(key, told[key], outcomes) for key in KEYS if key in told]


def _score(key: str, mean: float, outcomes: list[Outcome]) -> Score:
    values = [each.counts.get(key, 0.0) for each in outcomes]
    centre = math.fsum(values) / len(values)
    square = math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1)
    one = _ONE.get(key, 1.0)
    rare = max(abs(mean), abs(centre)) * one if centre * len(values) < 10 * one else 0.0
    least = one * one / len(values)
    return Score(key, mean, centre, math.sqrt(max(square, rare, least) / len(values)))


def runs_away(program: Program) -> bool:
    """Whether somebody goes round and round: a loop without a limit (M003), in which every touch is the same second. Nothing is said about those."""
    return run(program, 0, "auto", fixed_rates=True).counts["touches"] > 30 * len(program.people.key)
