"""A log of several playbooks: whose line it is, what a person's word to one means for the others, and what cannot be told apart."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from support.playbooks import write_playbook

from cadenza.cli.forecast import command
from cadenza.engines import run
from cadenza.engines.warm import opening
from cadenza.forecast.load import load
from cadenza.forecast.warm import NotWarm, warm
from cadenza.language import Refused, playbooks_of
from cadenza.world import Program, build, draw_rates

SCHEMA = Path(__file__).parents[2] / "schema" / "forecast.schema.json"
BOOK = """\
cadenza: 1
name: {name}
motion: {motion}
audience: {{size: 1000, enroll: 2 per business day, fields: [email, phone, first_name], source: {{kind: crm{list}}}}}
channels: {{email: {{senders: pool, window: mon-fri 09:00-17:00}}, phone: {{window: mon-fri 09:00-12:00}}}}
cadence:
  - {{id: {first}, channel: email, message: messages/hello.md}}
  - {{id: call, channel: phone, after: 3 business days, script: messages/hello.md}}
replies:
  positive: {{handoff: ae, then: meeting}}
  negative: {{stop: said_no, cooldown: 365 days}}
opt_out: {{ways: [reply], channels: all}}
"""
SIMULATION = (
    "cadenza: 1\nname: both\nplaybooks: [../playbooks/cold.yaml, ../playbooks/asks.yaml]\nstart: 2027-01-04\nhorizon: 3 weeks\nreplications: 2\n"
)


def line(at: str, prospect: str, event: str, **more: str) -> str:
    return json.dumps({"at": f"{at}Z", "prospect": prospect, "event": event, **more}) + "\n"


LOG = (
    line("2026-12-30T10:00:00", "p-0", "done", step="intro")
    + line("2026-12-30T11:00:00", "p-1", "done", step="call", playbook="asks")
    + line("2026-12-30T12:00:00", "p-1", "done", step="intro")
    + line("2026-12-31T10:00:00", "p-1", "replied.negative", playbook="cold", step="intro")
)


def house(folder: Path, log: str, second: str = ", list: ../list.csv") -> Path:
    """Two playbooks, of one list or (`second`) of one with and one without; the simulation."""
    rows = [f"p-{n},p{n}@c{n}.example,+4420794600{n:02d},GB,Europe/London\n" for n in range(20)]
    (folder / "list.csv").write_text("id,email,phone,country,timezone\n" + "".join(rows), "utf-8")
    write_playbook(folder, BOOK.format(name="cold", motion="cold", first="intro", list=", list: ../list.csv"), name="cold")
    write_playbook(folder, BOOK.format(name="asks", motion="inbound", first="hello", list=second), name="asks")
    (folder / "simulations").mkdir()
    (folder / "simulations" / "both.yaml").write_text(SIMULATION, "utf-8")
    (folder / "log.jsonl").write_text(log, "utf-8")
    return folder / "simulations" / "both.yaml"


def warm_program(folder: Path, path: Path) -> Program:
    simulation, _ = load(path, date(2027, 1, 1))
    log = warm(simulation, folder / "log.jsonl")
    return build(log.playbooks(playbooks_of(simulation, {})), simulation.start, simulation.horizon, simulation.seed, log=log.log)


def refused(folder: Path, log: str, second: str = ", list: ../list.csv") -> list[str]:
    with pytest.raises(Refused) as error:
        warm_program(folder, house(folder, log, second))
    return [f"{f.code} {f.span.line}:{f.span.column} {f.message} | {f.help}" for f in error.value.findings]


def test_each_line_is_of_its_playbook_and_a_no_is_heard_by_both(tmp_path: Path) -> None:
    program = warm_program(tmp_path, house(tmp_path, LOG))
    flight, people = program.people.flight, program.people
    assert flight is not None
    found = [(program.cohorts.name[people.cohort[who]], program.states.name[state]) for who, state in zip(flight.person, flight.state, strict=True)]
    assert sorted(found) == [("asks", "end said_no for 365 days"), ("asks", "start"), ("cold", "end said_no for 365 days"), ("cold", "wait call")]
    no = [people.key[who] for who, state in zip(flight.person, flight.state, strict=True) if program.states.name[state].startswith("end")]
    assert no[0] == no[1]
    told: dict[str, list[object]] = {"simpy": [], "kernel": []}
    for engine, events in told.items():
        run(program, 0, engine, trace=lambda *event, events=events: events.append(event))
    assert told["kernel"] == told["simpy"]
    assert not [event for event in told["simpy"] if event[1] == no[0]]  # type: ignore[index]


def test_a_person_has_one_luck_in_all_playbooks(tmp_path: Path) -> None:
    """Whose mail of one playbook bounced has a bad address in the other, which has not begun with them."""
    log = line("2026-12-30T10:00:00", "p-0", "done", step="intro") + line("2026-12-30T10:01:00", "p-0", "bounced", step="intro")
    program = warm_program(tmp_path, house(tmp_path, log))
    flight, keys = program.people.flight, program.people.key
    assert flight is not None
    key = keys[flight.person[0]]
    assert [keys[who] for who in flight.person] == [key, key]
    for engine in ("simpy", "kernel"):
        for replication in range(5):
            told: list[str] = []
            run(
                program,
                replication,
                engine,
                trace=lambda _at, who, state, event, *_, told=told: told.append(f"{event} {state}") if who == key else None,
            )
            assert not [each for each in told if each.startswith("replied") and ("intro" in each or "hello" in each)]
    bases = [opening(program, replication, draw_rates(program, replication)).base for replication in range(5)]
    assert all(first == second for first, second in bases)
    assert len({first for first, _ in bases}) == 5


def test_a_line_that_may_be_of_two_says_so(tmp_path: Path) -> None:
    log = line("2026-12-30T10:00:00", "p-0", "enrolled") + line("2026-12-30T11:00:00", "p-0", "done", step="call")
    log += line("2026-12-30T12:00:00", "p-0", "done", step="cal") + line("2026-12-30T12:00:00", "p-0", "enrolled", playbook="clod")
    log += line("2026-12-30T12:00:00", "p-0", "done", step="hello", playbook="cold") + line(
        "2026-12-30T12:00:00", "nobody", "enrolled", playbook="cold"
    )
    assert refused(tmp_path, log) == [
        'Y014 1:1 this may be of `cold` or `asks` | say whose it is: "playbook": "cold"',
        'Y014 2:1 this may be of `cold` or `asks` | say whose it is: "playbook": "cold"',
        "Y014 3:1 no playbook has a step `cal` | did you mean `call`?",
        "Y014 4:1 this is of the playbook `clod`, which is not in play | did you mean `cold`?",
        "Y014 5:1 the playbook has no step `hello` | write one of call, intro",
        "Y014 6:1 the list has no prospect `nobody` | add the person to the list, or take the line out of the log",
    ]


def test_a_playbook_without_a_list_begins_with_nobody(tmp_path: Path) -> None:
    """Nothing can be ambiguous then; and no line can be of that playbook."""
    program = warm_program(tmp_path, house(tmp_path, line("2026-12-30T11:00:00", "p-0", "done", step="call"), ""))
    flight = program.people.flight
    assert flight is not None
    assert [program.cohorts.name[program.people.cohort[who]] for who in flight.person] == ["cold"]
    assert run(program, 0).counts["asks:enrolled"] > 0


def test_of_a_playbook_without_a_list_no_line_can_be(tmp_path: Path) -> None:
    assert refused(tmp_path, line("2026-12-30T11:00:00", "p-0", "done", step="hello", playbook="asks"), "") == [
        "Y014 1:1 this is of the playbook `asks`, which is not in play | take the line out: this is about `cold`"
    ]


def test_without_any_list_there_is_nobody_to_be_under_way(tmp_path: Path) -> None:
    path = house(tmp_path, LOG, "")
    write_playbook(tmp_path, BOOK.format(name="cold", motion="cold", first="intro", list=""), name="cold")
    with pytest.raises(NotWarm, match="a log is about people of a list"):
        warm_program(tmp_path, path)


def test_what_a_run_leaves_is_what_the_next_one_begins_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a user would: a forecast writes a log; it is cut at a date; a forecast that starts there takes it."""
    path = house(tmp_path, LOG)
    monkeypatch.chdir(tmp_path)
    wrote = CliRunner().invoke(command, [str(path), "--engine", "simpy", "-n", "2", "--prospect-log", "kept.jsonl", "-f", "json"])
    assert wrote.exit_code == 0, wrote.output
    lines = [json.loads(each) for each in (tmp_path / "kept.jsonl").read_text("utf-8").splitlines()]
    assert {"enrolled", "done"} <= {each["event"] for each in lines}
    assert {each["playbook"] for each in lines} == {"cold", "asks"}
    assert set(lines[0]) == {"at", "prospect", "playbook", "event"}
    early = [json.dumps(each) + "\n" for each in lines if each["at"] < "2027-01-13"]
    (tmp_path / "cut.jsonl").write_text("".join(early), "utf-8")
    path.write_text(SIMULATION.replace("2027-01-04", "2027-01-13"), "utf-8")
    found = CliRunner().invoke(command, [str(path), "--engine", "simpy", "--events", "cut.jsonl", "-f", "json"])
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert document["begun"]["events"] == len(early) > 10
    assert document["begun"]["in_flight"] + document["begun"]["ended"] > 5
    wrong = CliRunner().invoke(command, [str(path), "--prospect-log", "kept.csv"])
    assert (wrong.exit_code, "a log of prospects ends in .jsonl" in wrong.output) == (2, True)
