"""A forecast that begins with people under way: who is where, what is still to come, and what cannot be begun from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from support.playbooks import write_playbook

from cadenza.cli.forecast import command
from cadenza.engines import run
from cadenza.engines.warm import opening
from cadenza.forecast.load import load
from cadenza.forecast.warm import begun, warm
from cadenza.language import Refused
from cadenza.world import Program, build, draw_rates

SCHEMA = Path(__file__).parents[2] / "schema" / "forecast.schema.json"
TEXT = """\
cadenza: 1
name: tried
audience: {size: 1000, enroll: 2 per business day, fields: [email, phone, first_name]}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}, phone: {window: mon-fri 09:00-12:00}}
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, after: 3 business days, script: messages/hello.md}
  - {id: three, channel: email, after: 5 business days, message: messages/hello.md}
replies:
  positive: {handoff: ae, then: meeting}
  negative: {stop: said_no, cooldown: 365 days}
  not_now: {pause: 90 days, resume: three}
stop_rules:
  - {id: colleague, when: {event: account.meeting_booked}, stop: engaged}
opt_out: {ways: [reply]}
"""
SILENT = "assumptions: {email: {reply: {positive: %s}, inbox: 100%%, bounced: 0%%, unsubscribed: 0%%, complained: 0%%, reply_delay: %s}}\n"
LOG = """\
{"at": "2026-12-28T09:00:00Z", "prospect": "p-0", "event": "enrolled"}
{"at": "2026-12-28T09:00:00Z", "prospect": "p-1", "event": "enrolled"}
{"at": "2026-12-28T09:30:00Z", "prospect": "p-1", "event": "done", "step": "one"}
{"at": "2026-12-30T10:00:00Z", "prospect": "p-2", "event": "done", "step": "one"}
{"at": "2026-12-30T11:00:00Z", "prospect": "p-2", "event": "replied.negative", "step": "one"}
{"at": "2026-12-30T10:00:00Z", "prospect": "p-4", "event": "done", "step": "one"}
{"at": "2026-12-30T12:00:00Z", "prospect": "p-4", "event": "replied.not_now", "step": "one"}
{"at": "2026-12-21T10:00:00Z", "prospect": "p-6", "event": "done", "step": "one"}
{"at": "2026-12-30T10:00:00Z", "prospect": "p-6", "event": "replied.positive", "step": "one"}
{"at": "2026-12-30T10:10:00Z", "prospect": "p-6", "event": "done"}
{"at": "2026-12-30T10:20:00Z", "prospect": "p-6", "event": "meeting.booked"}
"""


def house(folder: Path, text: str = TEXT, log: str = LOG, people: int = 12) -> Path:
    """A workspace with a list of people (two in a company) and a log; the playbook."""
    path = write_playbook(folder, text)
    rows = [f"p-{n},p{n}@c{n // 2}.example,+4420794600{n % 100:02d},GB,Europe/London,c{n // 2}.example\n" for n in range(people)]
    (folder / "list.csv").write_text("id,email,phone,country,timezone,domain\n" + "".join(rows), "utf-8")
    (folder / "log.jsonl").write_text(log, "utf-8")
    return path


def warm_program(folder: Path, path: Path) -> tuple[Program, Any]:
    from datetime import date

    from cadenza.language import playbooks_of

    simulation, _ = load(path, date(2027, 1, 1))
    log = warm(simulation, folder / "log.jsonl", folder / "list.csv")
    playbooks = log.playbooks(playbooks_of(simulation, {}))
    return build(playbooks, simulation.start, simulation.horizon, simulation.seed, log=log.log), log


def test_everybody_is_where_the_log_has_brought_them(tmp_path: Path) -> None:
    program, log = warm_program(tmp_path, house(tmp_path))
    flight = program.people.flight
    assert flight is not None
    assert sorted(program.states.name[state] for state in flight.state) == [
        "end engaged",  # p-7, whose colleague is going to meet us
        "end said_no for 365 days",
        "hold not_now to three",
        "meeting ae",
        "touch one",
        "touch two",
    ]
    assert sorted((kind, count) for kind, count in begun(program, log).states.items()) == [("hold", 1), ("task", 1), ("touch", 2), ("wait", 0)]
    assert (begun(program, log).events, begun(program, log).ended, begun(program, log).in_flight) == (11, 1, 4)


def test_they_go_on_and_are_not_enrolled_again(tmp_path: Path) -> None:
    program, _ = warm_program(tmp_path, house(tmp_path))
    flight, told = program.people.flight, []
    assert flight is not None
    outcome = run(program, 0, trace=lambda at, person, state, event, *_: told.append((at, person, state, event)))
    number = {program.states.name[state]: person for person, state in zip(flight.person, flight.state, strict=True)}
    keys = {name: program.people.key[person] for name, person in number.items()}
    assert not [event for _, key, _, event in told if event == "enrolled" and key in keys.values()]
    assert not [event for _, key, _, event in told if key in (keys["end said_no for 365 days"], keys["end engaged"])]
    first = {key: (at - program.start, event) for at, key, _, event in reversed(told)}
    assert first[keys["touch one"]] == (9 * 3600, "done")  # the first thing on Monday morning
    assert first[keys["touch two"]][1] == "done"
    assert first[keys["meeting ae"]][1] in ("meeting.held", "meeting.missed")
    assert outcome.counts["enrolled"] + 5 == outcome.counts["ended"] + outcome.counts["in_flight"] + outcome.counts["in_pool"]


def test_who_has_been_silent_answers_less_often(tmp_path: Path) -> None:
    """Half of all people answer, half of those within two days. Of those who have not for two days, a third still will: 1/4 of 3/4."""
    text = TEXT.replace("audience", SILENT % ("50%", "{median: 2 days, p90: 9 days}") + "audience")
    text = text.replace("assumptions: {", "assumptions: {propensity: {spread: 0}, ")
    log = "".join(f'{{"at": "2027-01-02T00:00:00Z", "prospect": "p-{n}", "event": "done", "step": "one"}}\n' for n in range(500))
    program, _ = warm_program(tmp_path, house(tmp_path, text, log, people=500))
    counts = [len(opening(program, replication, draw_rates(program, replication, True)).later) for replication in range(8)]
    assert sum(counts) / 4000 == pytest.approx(1 / 3, abs=0.03)
    assert len(set(counts)) > 1


def test_the_same_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = house(tmp_path)
    monkeypatch.chdir(tmp_path)
    common = [str(path), "--as-of", "2027-01-01", "--events", "log.jsonl", "--prospects", "list.csv", "-n", "3"]
    found = CliRunner().invoke(command, [*common, "--engine", "simpy", "-f", "json"])
    assert found.exit_code == 0, found.output
    document = json.loads(found.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    assert document["begun"] == {"events": 11, "in_flight": 4, "states": {"wait": 0, "touch": 2, "hold": 1, "task": 1}, "ended": 1, "pool": 0}
    page = " ".join(CliRunner().invoke(command, [*common, "--engine", "simpy"]).stdout.split())
    assert (
        "At the start 4 people are under way after 11 events of the log: 2 with a touch due, 1 paused, 1 with a human; "
        "for 1 it is over, 0 may begin again." in page
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "expected"], "--engine expected begins with nobody under way"),
        (["--shards", "2", "-n", "2"], "cannot be cut into shards"),
    ],
)
def test_what_cannot_begin_warm_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str) -> None:
    path = house(tmp_path)
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(
        command, [str(path), "--as-of", "2027-01-01", "--events", "log.jsonl", "--prospects", "list.csv", *options], standalone_mode=True
    )
    assert (found.exit_code, said in found.output) == (2, True), found.output


def test_a_log_that_is_wrong_is_told_line_by_line(tmp_path: Path) -> None:
    log = LOG + LOG.splitlines()[0].replace("2026-12-28", "2027-01-04") + "\n" + LOG.splitlines()[0].replace("p-0", "nobody") + "\n"
    with pytest.raises(Refused) as error:
        warm_program(tmp_path, house(tmp_path, log=log))
    assert [f"{f.code} {f.span.line}:{f.span.column} {f.message} | {f.help}" for f in error.value.findings] == [
        "Y014 12:1 this is not before the start of the forecast, 2027-01-04 | take the line out of the log, or let the forecast start later",
        "Y014 13:1 the list has no prospect `nobody` | add the person to the list, or take the line out of the log",
    ]
    with pytest.raises(Refused) as error:
        warm_program(tmp_path, house(tmp_path, log="at;prospect;event\n2026-12-28T09:00:00Z;p-0;enrolled\n"))
    assert [(f.span.line, f.message) for f in error.value.findings] == [(1, "this is a table, not JSON Lines")]
