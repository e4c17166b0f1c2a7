"""Payback: cost comes with the weeks and the work, value with the deals, and what never comes back within sight is said."""

from __future__ import annotations

import json
from math import inf

import pytest
from jsonschema import Draft202012Validator

from cadenza.cli.group import run
from cadenza.forecast.payback import NoPrices, Payback, _week, _whole, payback
from cadenza.forecast.trials import Bench
from cadenza.language import load_simulation, playbooks_of, schema_folder
from cadenza.language.model import Simulation

PRICES = (
    ("    people: 8\n", "    people: 8\n    cost: 70 EUR per day\n"),
    ("    people: 2\n", "    people: 2\n    cost: 500 EUR per day\n    charge: used\n"),
    ("links:  ", "tools:\n  data: {cost: 7 EUR per week}\nlinks:  "),
)


def priced(simulation: Simulation, *edits: tuple[str, str]) -> Simulation:
    """With prices, and deals that close in a fortnight."""
    root = simulation.workspace.root
    quick = ("cycle: {median: 62 days, p90: 150 days}", "cycle: {median: 14 days, p90: 14 days}")
    contacts = ("valid_emails: 97%}", "valid_emails: 97%, cost: 10 EUR per contact}")
    for file, wanted in (("cadenza.yaml", PRICES), (simulation.playbooks[0], (quick, contacts, *edits))):
        text = (root / file).read_text("utf-8")
        for old, new in wanted:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (root / file).write_text(text, "utf-8")
    return load_simulation(root / simulation.file)


def asked(simulation: Simulation, n: int = 4, engine: str = "simpy") -> Payback:
    return payback(simulation, replications=n, bench=Bench(engine, 1))


@pytest.mark.parametrize(
    ("spent", "back", "week"),
    [
        ([5, 10, 10, 10], [0, 0, 10, 12], 3.0),
        ([5, 10, 20, 20], [6, 6, 6, 30], 4.0),  # the first week was ahead of a cost that was still to come
        ([5, 10, 10, 10], [0, 0, 9, 9], inf),
        ([0, 0], [0, 0], 1.0),
    ],
)
def test_the_week_from_which_on_more_has_come_back(spent: list[float], back: list[float], week: float) -> None:
    assert _week(spent, back) == week


def test_a_quantile_that_lies_beyond_what_was_looked_at_is_none() -> None:
    ordered = [3.0, 4.0, 5.0, 9.0, 9.0, 9.0, 12.0, 40.0, inf, inf]
    assert [_whole(ordered, share) for share in (0.1, 0.5, 0.8, 0.9)] == [3, 9, 40, None]


def test_what_is_spent_and_what_comes_back_is_what_a_forecast_counts(simulation: Simulation) -> None:
    simulation = priced(simulation)
    found, bench = asked(simulation), Bench("simpy", 1)
    trial = bench.trial(simulation, playbooks_of(simulation, {}))
    bench.run([trial], 4)
    at = {each.week: each for each in found.moments}
    assert sorted(at) == [8, 13, 26, 39, 52, 60] and found.looked == 60
    used = sum(trial.of("cost.people.ae")) / 4
    assert at[8].spent == pytest.approx(8 * 70_00 * 56 + 8 * 700 + sum(trial.of("enrolled")) / 4 * 1000 + used, rel=0.02)
    assert at[8].back[1] == pytest.approx(sorted(trial.of("won_value"))[1] / 2 + sorted(trial.of("won_value"))[2] / 2)
    assert at[8].spent <= at[13].spent <= at[60].spent < at[8].spent + used, "after the horizon only those are paid who are charged as used"
    assert at[8].back[1] <= at[13].back[1] <= at[60].back[1]
    assert found.return_on_cost[0] <= found.return_on_cost[1] <= found.return_on_cost[2]


def test_the_engines_agree(simulation: Simulation) -> None:
    simulation = priced(simulation)
    one, other = asked(simulation), asked(simulation, engine="kernel")
    assert (one.weeks, one.moments, one.met) == (other.weeks, other.moments, other.met)


def test_a_margin_makes_it_later(simulation: Simulation) -> None:
    sure = ("won: 22%", "won: 100%")
    whole = asked(priced(simulation, sure))
    playbook = simulation.workspace.root / simulation.playbooks[0]
    playbook.write_text(playbook.read_text("utf-8").replace("won: 100%", "won: 100%\n    margin: 40%"), "utf-8")
    part = asked(load_simulation(simulation.workspace.root / simulation.file))
    assert whole.margin == (("platform-cold", 1.0),) and part.margin == (("platform-cold", 0.4),)
    assert [each.back[1] * 0.4 for each in whole.moments] == pytest.approx([each.back[1] for each in part.moments])
    assert part.return_on_cost[1] == pytest.approx(whole.return_on_cost[1] * 0.4)
    assert whole.met >= part.met and whole.met


def test_nothing_has_a_price(simulation: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoPrices):
        asked(simulation)
    assert run(["payback", str(simulation.workspace.root / simulation.file), "--engine", "simpy"]) == 2
    assert f"Error: {simulation.workspace.root / simulation.file}: nothing here has a price: write `cost:` of a role" in capsys.readouterr().err


def test_at_the_door(simulation: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    simulation = priced(simulation, ("won: 22%", "won: 100%\n    margin: 40%"))
    options = [str(simulation.workspace.root / simulation.file), "-n", "3", "-j", "1", "--engine", "simpy"]
    assert run(["payback", *options, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads((schema_folder() / "payback.schema.json").read_text("utf-8"))).validate(document)
    assert run(["payback", *options]) == 0
    page = capsys.readouterr().out
    assert page.startswith("q: when what 8 weeks cost comes back\n\n")
    assert "  by week  spent, EUR  margin won, P10" in page and "Gross margin: 40%." in page
