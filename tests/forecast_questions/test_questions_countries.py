"""What each country is put through: counted from the event log, so that it adds up to what every engine counts."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from cadenza.cli.group import run
from cadenza.engines import run as run_engine
from cadenza.forecast.countries import Country, by_country
from cadenza.language import load_simulation, playbooks_of, schema_folder
from cadenza.language.model import Simulation
from cadenza.render.forecast_numbers import Numbers
from cadenza.world import build
from cadenza.world.countries import countries_of


@pytest.fixture
def simulation(simulation: Simulation) -> Simulation:
    """With people in a third country, which is far away."""
    playbook = simulation.workspace.root / simulation.playbooks[0]
    text = playbook.read_text("utf-8")
    assert "countries: [GB, IE]" in text
    playbook.write_text(text.replace("countries: [GB, IE]", "countries: [GB, JP, IE]"), "utf-8")
    return load_simulation(simulation.workspace.root / simulation.file)


def test_the_countries_add_up_to_what_the_engine_counts(simulation: Simulation) -> None:
    found = by_country(simulation, 3, "simpy")
    assert [each.country for each in found[:-1]] == sorted(("GB", "IE", "JP"), key=lambda name: next(-c.people for c in found if c.country == name))
    program = build(playbooks_of(simulation, {}), simulation.start, simulation.horizon, simulation.seed)
    counts = [run_engine(program, replication).counts for replication in range(3)]
    total = {key: sum(each[key] for each in counts) / 3 for key in ("enrolled", "touches", "meetings", "unsubscribed", "complained")}
    whole = found[-1]
    assert (whole.country, whole.people, whole.touches, whole.meetings) == ("all", total["enrolled"], total["touches"], total["meetings"])
    assert (whole.unsubscribed, whole.complained, whole.without_consent) == (total["unsubscribed"], total["complained"], total["touches"])
    for key in ("people", "touches", "meetings"):
        assert sum(getattr(each, key) for each in found[:-1]) == pytest.approx(getattr(whole, key))
    assert whole.meetings > 0 and whole.per_meeting(whole.touches) == whole.touches / whole.meetings


def test_the_engines_agree(simulation: Simulation) -> None:
    assert by_country(simulation, 2, "simpy") == by_country(simulation, 2, "kernel")


def test_people_live_where_their_calendar_says(simulation: Simulation) -> None:
    playbooks = playbooks_of(simulation, {})
    program = build(playbooks, simulation.start, simulation.horizon, simulation.seed)
    homes = countries_of(playbooks[0], simulation.seed, len(program.people.key))
    calendars: dict[str, set[int]] = {}
    accounts: dict[int, set[str]] = {}
    for key, calendar, account in zip(program.people.key, program.people.calendar, program.people.account, strict=True):
        calendars.setdefault(homes[key], set()).add(calendar)
        accounts.setdefault(account, set()).add(homes[key])
    assert {name: len(found) for name, found in calendars.items()} == {"GB": 1, "JP": 1, "IE": 1}
    assert len(set().union(*calendars.values())) == 3
    assert {len(found) for found in accounts.values()} == {1}


def test_nobody_is_bothered_who_asked(simulation: Simulation) -> None:
    playbook = simulation.workspace.root / "playbooks/platform-cold.yaml"
    playbook.write_text(playbook.read_text("utf-8").replace("consent: legitimate_interest", "consent: express"), "utf-8")
    assert [each.without_consent for each in by_country(simulation, 1, "simpy")] == [0, 0, 0, 0]


def test_no_meeting_has_no_price() -> None:
    assert Country("GB", 10, 20, 20, 0, 1, 0).per_meeting(20) is None


def test_at_the_door(simulation: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(simulation.workspace.root / simulation.file)
    assert run(["intrusion", file, "-n", "2", "--engine", "simpy", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads((schema_folder() / "intrusion.schema.json").read_text("utf-8"))).validate(document)
    assert run(["intrusion", file, "-n", "2", "--engine", "simpy"]) == 0
    page = capsys.readouterr().out
    assert page.startswith(
        "q: what it asks of people, 8 weeks from Mon 4 Jan 2027\n\n  for each meeting  people  touches  without consent  opt-outs  complaints\n"
    )
    row = [line.split() for line in page.splitlines() if line.startswith("  all")][-1]
    assert row[1] == Numbers().count(document["countries"][-1]["means"]["people"])
