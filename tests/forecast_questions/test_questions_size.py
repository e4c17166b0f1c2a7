"""Sizing: the least that does it, what holds it back, what is out of reach, and what each touch adds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cadenza.cli.group import run
from cadenza.forecast.sizing import Levers, NoTarget, Setting, wanted_of
from cadenza.forecast.sizing.mass import _from_week, _rate, critical_mass
from cadenza.forecast.sizing.need import _enrolment, need
from cadenza.forecast.sizing.search import least
from cadenza.forecast.sizing.touches import touch_curve
from cadenza.forecast.sizing.wanted import Wanted
from cadenza.forecast.trials import Bench
from cadenza.language import load_playbook, load_simulation, schema_folder
from cadenza.language.model import Simulation
from cadenza.render.size_terminal import render_curve


@given(answer=st.integers(1, 300), guess=st.integers(-5, 400), most=st.integers(1, 300))
def test_the_least_is_found_and_nothing_is_asked_twice(answer: int, guess: int, most: int) -> None:
    asked: list[int] = []

    def holds(value: int) -> bool:
        asked.append(value)
        return value >= answer

    assert least(holds, guess, most) == (answer if answer <= most else None)
    assert len(asked) == len(set(asked)) <= 40, "halving after stepping out, not one by one"
    assert all(1 <= value <= most for value in asked)


@pytest.mark.parametrize(
    ("text", "metric", "written", "needed"),
    [
        ("20 meetings per month", "meetings", "20 meetings held per month", 20 * 91 * 12 / 365),
        ("at least 20 per month", "meetings", "20 meetings held per month", 20 * 91 * 12 / 365),
        ("3 opportunities per week", "opportunities", "3 opportunities per week", 39.0),
        ("750000 EUR of pipeline per quarter", "pipeline", "750000 EUR pipeline created per quarter", 75_000_000 * 91 * 4 / 365),
        ("2 deals", "won", "2 deals won", 2.0),
        ("9000 EUR won", "won_value", "9000 EUR value won", 900_000.0),
        (None, "meetings", "35 meetings held per month", 35 * 91 * 12 / 365),
    ],
)
def test_targets_as_people_say_them(text: str | None, metric: str, written: str, needed: float, EXAMPLES: Path) -> None:
    found = wanted_of(text, [load_playbook(EXAMPLES / "playbooks/platform-cold.yaml")], 91)
    assert (found.metric, found.written) == (metric, written)
    assert found.needed == pytest.approx(needed)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("many meetings", "'many meetings' is no target; a good one is '20 meetings per month'"),
        ("20 meatings per month", "no target is about 'meatings': did you mean 'meetings'?"),
        ("20 meetings per fortnight", "unknown period"),
        ("20% meetings", "'20% meetings' is no target"),
        ("0 meetings per month", "'0 meetings per month' does not ask for more of something; a good one is '20 meetings per month'"),
    ],
)
def test_no_targets(text: str, reason: str) -> None:
    with pytest.raises(NoTarget) as error:
        wanted_of(text, [], 91)
    assert reason in str(error.value)


def test_a_setting_is_what_a_scenario_would_write(simulation: Simulation) -> None:
    levers = Levers(simulation, Bench("simpy", 1))
    assert levers.now == Setting(10.0, (("sdr", 8), ("ae", 2)), (("outbound-pool", 12),))
    assert levers.changes(levers.now) == {}
    more = levers.now.at(15.0).staffed("sdr", 9).boxed("outbound-pool", 3)
    changes = {path: str(change) for path, change in levers.changes(more).items()}
    assert changes == {"audience.enroll": "15 per business day", "team.sdr.people": "9", "senders.outbound-pool.mailboxes": "3"}
    assert levers.trial(more) is levers.trial(more)


def test_several_playbooks_are_set_together_each_by_its_name(simulation: Simulation) -> None:
    root = simulation.workspace.root
    cold = (root / "playbooks/platform-cold.yaml").read_text("utf-8")
    other = cold.replace("name: platform-cold", "name: other").replace("10 per business day", "100 per week")
    (root / "playbooks/other.yaml").write_text(other, "utf-8")
    text = (root / simulation.file).read_text("utf-8").replace("platform-cold.yaml]", "platform-cold.yaml, ../playbooks/other.yaml]")
    (root / simulation.file).write_text(text, "utf-8")
    levers = Levers(load_simulation(root / simulation.file), Bench("simpy", 1))
    assert levers.now.enroll == pytest.approx(10 + 20)
    changes = {path: str(change) for path, change in levers.changes(levers.now.at(60)).items()}
    assert changes == {"platform-cold.audience.enroll": "20 per business day", "other.audience.enroll": "200 per week"}
    assert len(levers.trial(levers.now.at(60)).program.cohorts.name) == 2


@pytest.mark.slow
def test_what_a_target_takes(simulation: Simulation) -> None:
    levers = Levers(simulation, Bench("simpy", 1))
    found = need(levers, wanted_of("6 meetings per month", levers.playbooks, levers.days), 0.75, 5)
    assert found.setting is not None and found.chance is not None and found.best is None
    assert found.chance.share >= 0.5
    assert found.setting.size > found.contacts > 0
    assert [people for _, people in found.setting.people] == [1, 1]
    assert [what.what for what in found.short] == ["", "sdr", "ae", "outbound-pool"]
    assert found.binds == ("" if found.short[0].chance.share >= 0.75 else found.binds)
    assert found.changes[0][0] == "audience.enroll"


class Lumpy:
    """Levers of a world in which fewer than nine people a day bring nothing in two of three runs."""

    now = Setting(120.0, (), ())

    def __init__(self, enroll: float = 0.0, runs: int = 0) -> None:
        self.enroll, self.runs = enroll, runs

    def plenty(self, enroll: float) -> float:
        return enroll

    def run(self, settings: list[float], runs: int) -> list[Lumpy]:
        return [Lumpy(enroll, runs) for enroll in settings]

    def of(self, _: str, runs: int) -> list[float]:
        return [3600.0 * self.enroll if self.enroll >= 9 or run % 3 == 0 else 0.0 for run in range(runs)]


def test_what_takes_next_to_nobody_is_not_out_of_reach() -> None:
    found = _enrolment(cast(Levers, Lumpy()), Wanted("pipeline", "200 EUR pipeline created", 200.0), 0.8, 20, 4800)
    assert found is not None and 9 <= found <= 12


def test_what_is_out_of_reach(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadenza.forecast.sizing.need.MOST", 2)
    levers = Levers(simulation, Bench("simpy", 1))
    found = need(levers, wanted_of("600 meetings per month", levers.playbooks, levers.days), 0.75, 4)
    assert (found.setting, found.chance, found.limit) == (None, None, 20)
    assert found.best is not None and found.best.share == 0


@pytest.mark.slow
def test_critical_mass(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadenza.forecast.sizing.mass.LEAST_WEEKS", 14)
    found = critical_mass(Levers(simulation, Bench("simpy", 1)), 0.5, 6)
    assert found.enroll is not None and found.row is not None
    assert found.row > found.enroll
    assert 0.25 <= found.share <= 0.75
    assert len(found.weekly) == 14


@given(share=st.floats(0.01, 0.99), row=st.integers(1, 6))
def test_a_rate_leaves_no_week_empty_in_its_share_of_cases(share: float, row: int) -> None:
    from math import exp

    assert (1 - exp(-_rate(share, row))) ** row == pytest.approx(share)


def test_from_which_week_on() -> None:
    assert _from_week([0.0, 0.0, 0.5, 0.9, 0.9, 0.9, 0.9, 0.9], 0.9, 10_000) == 4
    assert _from_week([0.9, 0.9, 0.9, 0.9, 0.0, 0.9, 0.9, 0.9], 0.9, 10_000) is None


def test_each_touch_adds_to_the_row_before(simulation: Simulation) -> None:
    curve = touch_curve(simulation, 4, Bench("simpy", 1))
    assert [point.touches for point in curve.points] == list(range(1, 9))
    for before, after in zip(curve.points, curve.points[1:], strict=False):
        assert after.means["touches"] >= before.means["touches"]
        for key, added in after.adds.items():
            assert added.mean == pytest.approx(after.means[key] - before.means[key])
    assert 50 < curve.points[0].means["touches"] <= 60
    assert curve.by == "meetings" and "cost" not in curve.points[0].means
    page = render_curve("q", curve).splitlines()
    assert page[2].split() == ["touches", "meetings", "opportunities", "opt-outs", "complaints", "hours", "adds", "meetings", "opt-outs"]
    assert [line.split()[0] for line in page[3:11]] == list("12345678") and max(map(len, page)) <= 100


OPTIONS = ["-j", "1", "--engine", "simpy", "--as-of", "2027-01-01", "--format", "json"]
VALIDATOR = Draft202012Validator(json.loads((schema_folder() / "sizing.schema.json").read_text("utf-8")))


def test_the_curve_as_json(simulation: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["size", str(simulation.workspace.root / simulation.file), "--touches", "-n", "2", *OPTIONS]) == 0
    VALIDATOR.validate(json.loads(capsys.readouterr().out))


@pytest.mark.slow
def test_sizes_as_json_and_as_a_page(simulation: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(simulation.workspace.root / simulation.file)
    options = ["-n", "4", *(option if option != "simpy" else "kernel" for option in OPTIONS)]
    assert run(["size", file, "--target", "6 meetings per month", *options]) == 0
    document = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(document)
    assert [each["weeks"] for each in document["rule"]] == [4, 5, 6]
    assert run(["size", file, "--target", "6 meetings per month", *options[:-1], "terminal"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("q: 6 meetings held per month (11 in 8 weeks) with a probability of 80%\n")
    assert run(["size", file, "--touches", "--target", "6 meetings", *options]) == 2
    assert "--target is about what a target takes, and --touches asks for none; leave one of them out." in capsys.readouterr().err
    assert run(["size", file, "--target", "6 meatings", *options]) == 2
    assert "did you mean 'meetings'?" in capsys.readouterr().err
