"""Parts of a population give, added up, what the whole gives, to the last bit; where people share something that can run out, nobody is cut off."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from cluster_worlds import world, write
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.worlds import build_world, worlds

from cadenza.cli.group import run as cadenza
from cadenza.engines import run
from cadenza.engines.totals import Totals
from cadenza.forecast import shards
from cadenza.forecast.couplings import components, couplings
from cadenza.forecast.shards import NotSeparable, light, merge, split
from cadenza.world import Program
from cadenza.world.program import START

SEPARABLE: dict[str, dict[str, Any]] = {
    "by mailbox": {"people": "1"},
    "by account": {"sends": "nobody"},
    "by territory": {"territories": 3},
    "by mailbox, with a cap that binds": {"people": "1", "boxes": "6", "cap": "2"},
    "by account, where no mailbox can be full": {"cap": "240"},
    "by mailbox, where nobody comes back in time": {"people": "1", "cooldown": ", cooldown: 40 days"},
}
JOINED: dict[str, tuple[dict[str, Any], str]] = {
    "a role": (
        {"takes": "20 minutes", "people": "1"},
        "the time of role t0, 2 of them (team.t0, work); way out: a role like t0 for each playbook, or work that takes no time",
    ),
    "a reputation": (
        {"complaints": "0.8x", "people": "1"},
        "the reputation of sender t0 (assumptions.reputation); way out: reputation: {complaints: 1x, bounces: 1x}, "
        "or a sender like t0 for each playbook",
    ),
    "a pool": (
        {"cooldown": ", cooldown: 10 days", "people": "1"},
        "the places of a day, which people who come back take in t0 (from said_no after 10 days); "
        "way out: nobody back before 26 days: for so long people are let in",
    ),
    "a market": (
        {"territories": 2, "size": "120", "market": "market: one, "},
        "people whom several playbooks have in common (audience.market, audience.source.list); way out: a market or a list for each playbook",
    ),
    "accounts": (
        {"cap": "239"},
        "accounts, which have people in several mailboxes (assumptions.accounts); way out: accounts: {people: 1}, "
        "or senders.t0.daily_cap of 240 (it is 239), which can never be full",
    ),
}


def same_in_parts(program: Program, parts: list[Program], engine: str, replication: int) -> None:
    assert merge(program, [run(part, replication, engine, lateness=True) for part in parts]) == run(program, replication, engine)


@pytest.mark.parametrize("name", SEPARABLE)
def test_parts_add_up_to_the_whole(name: str, tmp_path: Path) -> None:
    program = world(tmp_path, weeks=6, **SEPARABLE[name])
    parts = split(program, 3, "base")
    sizes = [len(part.people.key) for part in parts]
    assert sum(sizes) == len(program.people.key)
    assert max(sizes) < 1.3 * min(sizes) + 3, sizes
    assert sorted(key for part in parts for key in part.people.key) == list(program.people.key)
    assert run(program, 0, "simpy").counts["opportunities"] > 0, "a world in which nothing happens would prove nothing"
    same_in_parts(program, parts, "simpy", 0)
    same_in_parts(program, parts, "kernel", 1)


@pytest.mark.parametrize("name", JOINED)
def test_people_who_share_what_can_run_out_are_not_cut_apart(name: str, tmp_path: Path) -> None:
    changes, why = JOINED[name]
    with pytest.raises(NotSeparable) as refused:
        split(world(tmp_path, **changes), 2, "base")
    assert str(refused.value) == (
        f"the 240 people of base cannot be cut into shards: they share what can run out\n  {why}\n"
        "Without --shards the replications run side by side all the same."
    )


def test_more_shards_than_there_are_is_refused_with_how_many_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotSeparable) as refused:
        split(world(tmp_path, people="1"), 4, "base")
    assert str(refused.value) == (
        "the 240 people of base can be cut into 3 shards at most, not into 4: they share what can run out\n"
        "  3 mailboxes or reps, whose caps hold for all their people; way out: a mailbox or a rep for each shard, "
        "or senders.t0.daily_cap of 240 (it is 6), which can never be full\nWithout --shards the replications run side by side all the same."
    )


def loosened(program: Program, alone: bool) -> Program:
    """The same world without what would join everybody: work that takes time, reputations, ways back to the start, colleagues (`alone`)."""
    steps, cohorts, senders, states, figures = program.steps, program.cohorts, program.senders, program.states, program.figures
    one, everybody = len(figures.chain) - 1, range(len(program.people.key))  # a chain of nothing: always 1
    strangers = {"account": everybody, "colleague": everybody, "colleagues": (*everybody, len(everybody))} if alone else {}
    back = {move for move, target in enumerate(states.target) if states.kind[target] == START}
    return replace(
        program,
        figures=replace(figures, chain=(*figures.chain, figures.chain[-1]), is_rate=(*figures.is_rate, 0)),
        steps=replace(steps, seconds=(0,) * len(steps.seconds), talk=(0,) * len(steps.talk)),
        cohorts=replace(cohorts, task_seconds=(0,) * len(cohorts.task_seconds)),
        senders=replace(senders, complaints=(one,) * len(senders.name), bounces=(one,) * len(senders.name)),
        people=replace(program.people, **{name: tuple(values) for name, values in strangers.items()}),
        states=replace(states, go=tuple(-1 if move in back else move for move in states.go)),
    )


def adds_up(folder: Path, data: st.DataObject) -> None:
    """Worlds in which a lot happens; most are joined as they are."""
    program = build_world(folder, data.draw(worlds()))
    for each in (program, loosened(program, False), loosened(program, True)):
        count = len(components(each, couplings(each)).sizes)
        if count > 1:
            same_in_parts(each, split(each, min(count, 3), "base"), "kernel", 0)


@given(st.data())
@settings(max_examples=4, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_whatever_can_be_cut_adds_up(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    adds_up(tmp_path_factory.mktemp("w"), data)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=100, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_whatever_can_be_cut_adds_up_in_many_worlds(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    adds_up(tmp_path_factory.mktemp("w"), data)


def test_a_part_is_small_and_the_same_people(tmp_path: Path) -> None:
    program = world(tmp_path, people="1")
    whole = replace(program, people=light(program.people))
    columns = [field.name for field in fields(whole.people) if field.name != "flight"]
    assert [tuple(getattr(whole.people, name)) for name in columns] == [tuple(getattr(program.people, name)) for name in columns]
    assert whole.people.flight is None
    for engine in ("simpy", "kernel"):
        assert run(whole, 0, engine) == run(program, 0, engine)


def test_every_total_is_added_the_same_or_left_out() -> None:
    """A total that is new has to be thought about here."""
    assert {field.name for field in fields(Totals)} == {*shards._ADDED, *shards._SAME, "late", "lateness"}


@pytest.mark.parametrize("engine", ["simpy", "kernel"])
def test_how_late_things_were_is_counted_by_all_engines_alike(engine: str, tmp_path: Path) -> None:
    program = world(tmp_path, territories=2, cap="2")
    found = run(program, 3, engine, lateness=True)
    assert found == run(program, 3, engine)
    assert found.totals is not None
    late = found.totals.lateness
    assert late == run(program, 3, "simpy", lateness=True).totals.lateness  # type: ignore[union-attr]
    assert [sum(touches.values()) for touches, _ in late] == [found.counts[f"{name}:touches"] for name in ("t0", "t1")]
    assert max(late[0][0]) > 86400, "a cap of two mails a day makes them wait"
    assert shards._late([found.totals]) == [list(row) for row in found.totals.late]


# ---------------------------------------------------------------- the whole way

SIMULATION = """\
cadenza: 1
name: s
playbooks: [{playbooks}]
start: 2027-01-04
horizon: 5 weeks
replications: 4
seed: 7
scenarios:
  base: {{}}
  loud: {{assumptions.email.reply.positive: 12%}}
"""


def simulation(folder: Path, **changes: Any) -> Path:
    paths = write(folder, **changes)
    (folder / "s.yaml").write_text(SIMULATION.format(playbooks=", ".join(f"playbooks/{path.name}" for path in paths)), "utf-8")
    return folder / "s.yaml"


def test_a_forecast_in_shards_is_the_forecast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["forecast", str(simulation(tmp_path / "w", territories=3)), "-f", "json", "--as-of", "2027-01-04"]
    assert cadenza([*command, "-j", "1"]) == 0
    whole = capsys.readouterr()
    assert cadenza([*command, "--shards", "3", "-j", "2"]) == 0
    assert capsys.readouterr() == whole


def test_the_command_says_what_joins_the_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cadenza(["forecast", str(simulation(tmp_path / "w", takes="5 minutes")), "--shards", "2", "--as-of", "2027-01-04"]) == 2
    err = capsys.readouterr().err
    assert (
        "Error: Invalid value for --shards: the 240 people of base cannot be cut into shards: they share what can run out\n  the time of role t0"
        in err
    )
