"""What the horizon cuts off: the longer run is the same until the horizon, lets nobody new in, and what it has more of came later."""

from __future__ import annotations

import json
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import POINTS, FakeJob, FakeOutcome, frame, prepared
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sensitivity_world import PLAYBOOK, SIMULATION, loaded
from support.playbooks import playbooks as generated

from cadenza.engines import run
from cadenza.forecast import forecast
from cadenza.forecast.after import longer
from cadenza.forecast.run import Plan, simulate
from cadenza.language import Simulation, playbooks_of
from cadenza.render.forecast_json import render as render_json
from cadenza.render.forecast_terminal import render
from cadenza.world import Program, build

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "forecast.schema.json").read_text("utf-8"))


def both(simulation: Simulation) -> tuple[Program, Program]:
    """The program of base, and the one that goes on."""
    found = playbooks_of(simulation, {})
    program = build(found, simulation.start, simulation.horizon, simulation.seed)
    return program, longer(simulation, found, program)


def told(program: Program, replication: int = 0) -> list[tuple[object, ...]]:
    log: list[tuple[object, ...]] = []
    run(program, replication, "simpy", lambda *event: log.append(event))
    return log


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=generated(), start=st.sampled_from(["2027-01-04", "2027-03-15", "2027-10-18"]))
def test_until_the_horizon_the_longer_run_is_the_same_and_nobody_new_comes_after(tmp_path: Path, document: dict[str, object], start: str) -> None:
    simulation = loaded(tmp_path, json.dumps(document, indent=1), SIMULATION.replace("2027-01-04", start))
    program, beyond = both(simulation)
    short, long = told(program), told(beyond)
    assert long[: len(short)] == short
    after = long[len(short) :]
    assert all(event[0] >= program.end for event in after)  # type: ignore[operator]
    known = {event[1] for event in short}
    assert {event[1] for event in after if event[3] == "enrolled"} <= known  # nobody new; only who came back before the horizon


def test_who_is_in_flight_is_counted_with_what_they_still_bring(tmp_path: Path) -> None:
    """People enrolled up to the last day, meetings days later: the horizon cuts some of them off, and a year later all have ended."""
    simulation = loaded(tmp_path, PLAYBOOK, SIMULATION.replace("2 weeks", "1 week"))
    found = forecast(simulation, replications=30, workers=1, engine="simpy")
    after = found.after
    assert after is not None
    assert (after.weeks, after.n, after.left) == (52.0, 30, 0.0)
    program, beyond = both(simulation)
    assert after.in_flight == pytest.approx(sum(run(program, r).counts["in_flight"] for r in range(30)) / 30)
    assert after.in_flight > 3
    more = [run(beyond, r).counts["meetings"] - run(program, r).counts["meetings"] for r in range(30)]
    assert after.more["meetings"].mean == pytest.approx(sum(more) / 30)
    assert min(more) >= 0 < max(more)
    assert "After the horizon: " in render(found, width=100)
    document = json.loads(render_json(found))
    Draft202012Validator(SCHEMA).validate(document)
    assert document["after"]["more"]["meetings"]["mean"] == pytest.approx(sum(more) / 30, rel=1e-8)


def test_who_would_come_after_the_horizon_on_its_last_day_never_comes(tmp_path: Path) -> None:
    """The horizon ends at 01:00 of a Monday (the clocks went forward in it), eight hours before that day's people: in tuples as in arrays."""
    simulation = loaded(tmp_path, PLAYBOOK.replace("size: 24", "size: 96"), SIMULATION.replace("2027-01-04", "2027-03-22"))
    program, beyond = both(simulation)
    late = [person for person, at in enumerate(program.people.arrive) if at >= program.end]
    assert len(late) == 8
    assert {beyond.people.arrive[person] for person in late} == {beyond.end}
    enrolled = [sum(run(each, 0, engine).counts["enrolled"] for each in (program,)) for engine in ("simpy", "kernel")]
    assert enrolled == [run(beyond, 0, engine).counts["enrolled"] for engine in ("simpy", "kernel")]
    people = replace(program.people, arrive=array("q", program.people.arrive), arrive_day=array("i", program.people.arrive_day))  # type: ignore[arg-type]
    again = longer(simulation, playbooks_of(simulation, {}), replace(program, people=people))
    assert isinstance(again.people.arrive, array)
    assert (tuple(again.people.arrive), tuple(again.people.arrive_day)) == (tuple(beyond.people.arrive), tuple(beyond.people.arrive_day))


class Goes(FakeJob):
    """Run 2 is base and seven meetings more."""

    def __call__(self, point: int, replication: int) -> FakeOutcome:
        found = super().__call__(0, replication)
        return FakeOutcome(
            {**found.counts, "in_flight": 0.0 if point == 2 else 50.0, "meetings": found.counts["meetings"] + 7 * (point == 2)}, found.weekly
        )


@pytest.mark.parametrize(("n", "seconds", "ran"), [(60, None, 40), (12, None, 12), (9, None, 0), (60, 1e9, 0)])
def test_forty_replications_go_on_unless_there_are_fewer_or_the_time_decides(n: int, seconds: float | None, ran: int) -> None:
    ready = replace(prepared(Goes(), POINTS[:1], chance=1), after=2)
    found = simulate(frame(n), ready, Plan(n, n, (), seconds, None if seconds is None else lambda: 0.0), 1, lambda _: None, 91)
    assert found.run == n
    if not ran:
        assert found.after is None
    else:
        assert found.after is not None
        assert (found.after.n, found.after.in_flight, found.after.left) == (ran, 50.0, 0.0)
        assert (found.after.more["meetings"].mean, found.after.more["won"].mean) == (7.0, 0.0)
