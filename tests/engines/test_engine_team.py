"""People who come, go and are away, as a cadence of calls feels it: the calls that are made on each day, by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.playbooks import WORKSPACE

from cadenza.language import load_simulation, playbooks_of
from cadenza.language.scenario import Change

World = Callable[..., Any]
CALL = """
cadenza: 1
name: tried
audience: {size: 300, enroll: %d per business day, fields: [phone]}
channels: {phone: {window: mon-sun 00:00-24:00}}
cadence:
  - {id: call, channel: phone, script: messages/hello.md}
"""
SDR = "sdr: {people: 2, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 60%}"


def team(keys: str) -> str:
    """A workspace whose calls take an hour each, of whoever `keys` says."""
    assert SDR in WORKSPACE
    plain = WORKSPACE.replace("phone.attempt: {role: sdr, takes: 2 minutes}", "phone.attempt: {role: sdr, takes: 60 minutes}")
    return plain.replace(SDR, f"sdr: {{hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, {keys}}}")


def calls(made: Any) -> list[int]:
    """Touches by day, from the first one on."""
    start = made.program.start
    by_day = Counter((at - start) // 86400 for at, _, _, event, _, _ in made.told() if event == "done")
    return [by_day[day] for day in range(max(by_day) + 1)]


@pytest.mark.parametrize(
    ("keys", "each_day"),
    [
        ("people: 1", [8, 8, 8, 8, 8, 0, 0, 8]),
        ("people: 1, hires: [{id: new, starts: 2027-03-03}]", [8, 8, 16, 16, 16, 0, 0, 16]),
        # a quarter of the speed: a call of an hour takes four; on the next day a little less, and a third begins before five and runs to its end
        ("people: 0, hires: [{id: new, starts: 2027-03-01}], ramp: {over: 9 weeks, from: 25%}", [2, 3, 3, 3, 3, 0, 0, 3]),
        ("people: 2, leave: {periods: [{id: one, from: 2027-03-02, until: 2027-03-03, people: 1}]}", [16, 8, 8, 16, 16, 0, 0, 16]),
        ("people: 2, leave: {periods: [{id: all, from: 2027-03-02, until: 2027-03-03}]}", [16, 0, 0, 16, 16, 0, 0, 16]),
    ],
)
def test_calls_by_day(world: World, keys: str, each_day: list[int]) -> None:
    made = world(CALL % 300, {}, people=300, days=8, workspace=team(keys))
    assert calls(made) == each_day


def test_load_is_of_the_hours_that_were_there(world: World) -> None:
    """One of the two is away for a week: the other one is busy all the time, and that is a load of 1."""
    keys = "people: 2, leave: {periods: [{id: one, from: 2027-03-01, until: 2027-03-07, people: 1}]}"
    text = CALL % 56
    made = world(text, {}, people=56, days=14, workspace=team(keys)).run()
    assert made.weekly["load.sdr"] == (1.0, 16 / 80)
    assert made.counts["load.sdr"] == 56 / 120
    assert made.counts["minutes.sdr"] == 56 * 60


def test_work_goes_to_who_has_been_free_the_longest(world: World) -> None:
    """An old one and a new one at half the speed, four calls at nine. At eleven both are free again, and the old one's seat comes first."""
    keys = "people: 1, hires: [{id: new, starts: 2027-03-01}], ramp: {over: 52 weeks, from: 50%}"
    text = CALL % 4
    made = world(text, {}, people=4, days=2, workspace=team(keys))
    starts = [(at - made.program.start) // 3600 for at, _, _, event, _, _ in made.told() if event == "done"]
    assert starts == [9, 9, 10, 11]


SIMULATION = """\
cadenza: 1
name: tried
playbooks: [../playbooks/tried.yaml]
start: 2027-03-01
horizon: 8 days
seed: 1
scenarios:
  faster: {team.sdr.ramp.over: 0.5x, team.sdr.hires.new.people: +1, team.sdr.leave.days: 10, team.sdr.attrition.each_year: 2x}
"""


def test_scenarios_reach_the_team(world: World, tmp_path: Path) -> None:
    """Every key of a role that changes over time has a path."""
    keys = "people: 1, hires: [{id: new, starts: 2027-03-01}], ramp: {over: 8 weeks, from: 25%}, leave: {days: 25}, attrition: {each_year: 20%}"
    world(CALL % 1, {}, workspace=team(keys))
    (tmp_path / "simulations").mkdir()
    (tmp_path / "simulations" / "tried.yaml").write_text(SIMULATION, "utf-8")
    simulation = load_simulation(tmp_path / "simulations" / "tried.yaml")
    changes: dict[str, Change] = dict(simulation.scenarios[1].changes)  # type: ignore[arg-type]
    (playbook,) = playbooks_of(simulation, changes)
    sdr = playbook.workspace.team["sdr"]
    assert sdr.ramp is not None and sdr.leave is not None and sdr.attrition is not None
    assert (str(sdr.ramp.over), sdr.hires[0].people, sdr.leave.days, sdr.attrition.each_year.scale) == ("4 weeks", 2, 10, 2.0)
