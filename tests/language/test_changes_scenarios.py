"""Scenarios: where a path leads, and what a change makes of the value there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadenza.language import Playbook, Refused, Simulation, load_simulation, playbooks_of
from cadenza.language.nodes import Map, Scalar, at, plain
from cadenza.language.values import Change, Rate

WORKSPACE = """\
cadenza: 1
organization: {name: Acme}
team: {sdr: {people: 2}, ae: {}}
work: {email.personalised: {role: sdr, takes: 4 minutes}}
"""
PLAYBOOK = """\
cadenza: 1
name: {NAME}
audience: {size: 100, enroll: 10 per business day}
channels: {email: {}}
cadence:
  - {id: intro, channel: email}
  - {id: {STEP}, channel: email, after: 2 business days}
replies: {not_now: {pause: 90 days}}
assumptions:
  email: {reply: {positive: {value: 71/12168, source: our log}, negative: 1%..3%}, reply_delay: {median: 4 hours, p90: 3 days}, each_next_touch: 0.8x}
  opportunity: {value: {value: {median: 100 EUR, p90: 300 EUR}, source: our books}}
"""


@pytest.fixture
def simulation(tmp_path: Path) -> Simulation:
    (tmp_path / "cadenza.yaml").write_text(WORKSPACE)
    for name, step in (("one", "second"), ("two", "last")):
        (tmp_path / f"{name}.yaml").write_text(PLAYBOOK.replace("{NAME}", name).replace("{STEP}", step))
    (tmp_path / "s.yaml").write_text("cadenza: 1\nplaybooks: [one.yaml, two.yaml]\nstart: 2027-01-04\nhorizon: 13 weeks\n")
    return load_simulation(tmp_path / "s.yaml")


def play(simulation: Simulation, changes: dict[str, object]) -> tuple[Playbook, ...]:
    return playbooks_of(simulation, {path: Change.parse(value) for path, value in changes.items()})


def figure(playbook: Playbook, *way: str) -> object:
    assert playbook.assumptions is not None
    node = at(playbook.assumptions, way)
    return node.value if isinstance(node, Scalar) else plain(node) if node is not None else None


def test_no_changes_change_nothing(simulation: Simulation) -> None:
    one, two = play(simulation, {})
    assert (one.name, two.name, one.workspace is simulation.workspace, one.workspace is two.workspace) == ("one", "two", True, True)


def test_a_key_of_the_workspace_changes_it_for_all(simulation: Simulation) -> None:
    one, two = play(simulation, {"team.sdr.people": "+1", "work.email.personalised.takes": "0.5x", "team.ae.people": 3})
    assert one.workspace is two.workspace
    assert (one.workspace.team["sdr"].people, str(one.workspace.work["email.personalised"].takes), one.workspace.team["ae"].people) == (
        3,
        "2 minutes",
        3,
    )
    assert simulation.workspace.team["sdr"].people == 2


def test_a_default_can_be_multiplied(simulation: Simulation) -> None:
    assert play(simulation, {"team.ae.people": "4x"})[0].workspace.team["ae"].people == 4


def test_a_path_changes_every_playbook_that_has_it(simulation: Simulation) -> None:
    one, two = play(simulation, {"cadence.intro.after": "1 day", "cadence.last.after": "2x", "two.audience.size": "0.5x"})
    assert [(step.id, str(step.after)) for step in one.cadence] == [("intro", "1 day"), ("second", "2 business days")]
    assert [(step.id, str(step.after)) for step in two.cadence] == [("intro", "1 day"), ("last", "4 business days")]
    assert (one.audience.size, two.audience.size) == (100, 50)


def test_a_changed_figure_keeps_its_uncertainty_and_loses_its_source(simulation: Simulation) -> None:
    one = play(
        simulation,
        {
            "assumptions.email.reply.positive": "0.5x",
            "assumptions.email.reply.negative": "2x",
            "assumptions.email.reply_delay": "2x",
            "assumptions.opportunity.value": "2x",
        },
    )[0]
    assert figure(one, "email", "reply", "positive") == Rate("seen", 71 / 12168, hits=71, trials=12168, scale=0.5)
    assert figure(one, "email", "reply", "negative") == Rate("believed", 0.01, 0.03, scale=2.0)
    delay, value = figure(one, "email", "reply_delay"), figure(one, "opportunity", "value")
    assert {key: str(item) for key, item in delay.items()} == {"median": "8 hours", "p90": "6 days"}  # type: ignore[attr-defined]
    assert {key: str(item) for key, item in value.items()} == {"median": "200 EUR", "p90": "600 EUR"}  # type: ignore[attr-defined]


def test_another_table_lies_under_the_same_figures(simulation: Simulation) -> None:
    one = play(simulation, {"assumptions.email.reply.negative": "5%", "one.assumptions.use": "warm-b2b-2025"})[0]
    assert (figure(one, "use"), figure(one, "email", "reply", "negative")) == ("warm-b2b-2025", "5%")
    assert figure(one, "meeting", "booked", "source") is not None


def test_one_point_of_a_figure_can_be_set(simulation: Simulation) -> None:
    one = play(simulation, {"assumptions.opportunity.value.p90": "900 EUR"})[0]
    assert figure(one, "opportunity", "value") == {"value": {"median": "100 EUR", "p90": "900 EUR"}, "source": "our books"}


def test_what_the_schema_knows_can_be_set_where_it_is_not_written(simulation: Simulation) -> None:
    one, two = play(simulation, {"assumptions.steps.intro.reply.positive": "3%"})
    assert figure(one, "steps", "intro", "reply", "positive") == figure(two, "steps", "intro", "reply", "positive") == "3%"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("team.sdr.poeple", 3, "Y004 the path `team.sdr.poeple` leads nowhere | did you mean `team.sdr.people`?"),
        ("cadence.secnd.after", "1 day", "Y004 the path `cadence.secnd.after` leads nowhere | did you mean `cadence.second.after`?"),
        ("one.audience.sise", 3, "Y004 the path `one.audience.sise` leads nowhere | did you mean `one.audience.size`?"),
        ("cadenza", 1, "Y004 a scenario cannot change `cadenza` | write a second playbook, and list it in another simulation"),
        ("team.sdr.people", "0.3x", "Y005 `team.sdr.people`: 0.3x of 2 is 0.6, which is no whole number | write `1`"),
        ("team.sdr.people", "many", "Y003 `people` takes a whole number, not a text | such as `1`"),
        ("team.sdr.hours", "2x", "Y005 `team.sdr.hours`: 2x changes a number, and `mon-fri 09:00-17:00` is none"),
        ("assumptions.use", "cold-b2b-2024", "Y004 there is no table of assumptions `cold-b2b-2024` | did you mean `cold-b2b-2025`?"),
        ("audience.enroll", "-20", "Y005 `audience.enroll`: -20 on `10 per business day` goes below zero"),
        ("circle", "2x", "Y004 `circle` has no value that `2x` could change | write the new value itself"),
        ("cadence.intro", "2x", "Y004 `cadence.intro` has no value that `2x` could change | write the new value itself"),
        ("replies.not_now.resume", "nowhere", "Y004 there is no step `nowhere` in the cadence"),
        ("assumptions.steps.intor.reply.positive", "3%", "Y004 there is no step `intor` in the cadence | did you mean `intro`?"),
        ("two.priority", "high", "Y003 `priority` takes a whole number, not a text"),
    ],
)
def test_a_bad_change_is_told(simulation: Simulation, path: str, value: object, said: str) -> None:
    with pytest.raises(Refused) as refused:
        play(simulation, {path: value})
    found = refused.value.findings[0]
    assert f"{found.code} {found.message} | {found.help}".startswith(said)


def test_a_change_stands_where_the_simulation_wrote_it(simulation: Simulation) -> None:
    path = simulation.workspace.root / "s.yaml"
    path.write_text(path.read_text() + "scenarios:\n  late: {audience.enroll: 1 per fortnight}\nsweep:\n  team.sdr.people: [3, none]\n")
    loaded = load_simulation(path)
    assert [scenario.name for scenario in loaded.scenarios] == ["base", "late"]
    for changes, place in ((loaded.scenarios[1].changes, "s.yaml:6:27"), ({"team.sdr.people": loaded.sweep["team.sdr.people"][1]}, "s.yaml:8:24")):
        with pytest.raises(Refused) as refused:
            playbooks_of(loaded, changes)  # type: ignore[arg-type]
        assert {str(found.span) for found in refused.value.findings} == {place}
    playbooks = playbooks_of(loaded, {"team.sdr.people": loaded.sweep["team.sdr.people"][0]})  # type: ignore[dict-item]
    assert isinstance(playbooks[0].workspace.team["sdr"].node, Map) and str(playbooks[0].workspace.team["sdr"].place("people")) == "s.yaml:8:21"
