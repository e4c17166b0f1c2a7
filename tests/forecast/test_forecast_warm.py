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


# ---------------------------------------------------------------- what the log carries over

CARRIED = TEXT.replace("opt_out: {ways: [reply]}", "opt_out: {ways: [reply], channels: all, reaches: {email: 3 days, phone: 3 days}}")
QUIET = "assumptions: {email: {inbox: 100%, bounced: 0%, unsubscribed: 0%, complained: 0%}, phone: {connected: 0%}}\naudience"


def carried(folder: Path, log: str, text: str = CARRIED, people: int = 12) -> Program:
    return warm_program(folder, house(folder, text.replace("audience", QUIET, 1) if "assumptions" not in text else text, log, people))[0]


def line(at: str, prospect: str, event: str, **more: str) -> str:
    return json.dumps({"at": f"{at}Z", "prospect": prospect, "event": event, **more}) + "\n"


def story(program: Program, replication: int = 0) -> list[tuple[int, str, str]]:
    """(hours after the start, event, state) of those under way."""
    flight, told = program.people.flight, []
    assert flight is not None
    keys = {program.people.key[person] for person in flight.person}
    run(program, replication, trace=lambda at, key, state, event, *_: told.append((at, key, state, event)))
    return [((at - program.start) // 3600, event, state) for at, key, state, event in told if key in keys]


def test_a_refusal_on_its_way_is_heard_of_when_it_has_arrived(tmp_path: Path) -> None:
    """Refused at noon on Saturday, known to everybody at noon on Tuesday: the call that is due on Tuesday at ten is made, after a no."""
    log = line("2026-12-30T10:00:00", "p-0", "done", step="one") + line("2027-01-02T12:00:00", "p-0", "unsubscribed", step="one")
    program = carried(tmp_path, log)
    assert [each for each in story(program) if each[1] != "due"] == [
        (34, "done", "wait three"),
        (36, "unsubscribed:one", "end opted_out"),
    ]
    assert run(program, 0).counts["contacts_after_no"] == 1
    arrived = carried(tmp_path, log.replace("2027-01-02T12", "2026-12-31T12"))
    assert (story(arrived), run(arrived, 0).counts["contacts_after_no"]) == ([], 0)


def test_a_yes_takes_back_a_no_that_is_on_its_way(tmp_path: Path) -> None:
    log = line("2026-12-30T10:00:00", "p-0", "done", step="one") + line("2027-01-02T12:00:00", "p-0", "unsubscribed", step="one")
    program = carried(tmp_path, log + line("2027-01-02T13:00:00", "p-0", "replied.positive", step="one"))
    assert next(event for _, event, _ in story(program)) == "done"
    assert not [event for _, event, _ in story(program) if event.startswith("unsubscribed")]
    assert run(program, 0).counts["contacts_after_no"] == 0


HELD = "".join(
    line(f"2026-12-{day:02d}T10:00:00", f"p-{n}", event, **more)
    for n in range(400)
    for day, event, more in (
        (7, "done", {"step": "one"}),
        (8, "replied.positive", {"step": "one"}),
        (9, "done", {}),
        (10, "meeting.booked", {}),
        (14, "meeting.held", {}),
    )
)
DEALS = QUIET.replace(
    "}}\n", "}, meeting: {opportunity: 50%}, opportunity: {won: 80%, cycle: {median: 21 days, p90: 60 days}, value: {median: 10 EUR, p90: 10 EUR}}}\n"
)


@pytest.mark.parametrize(("said", "share"), [("", 0.5 * 0.8 * 0.5), ("opportunity.created", 0.4 / 0.6), ("opportunity.lost", 0.0)])
def test_a_deal_under_way_is_won_later(tmp_path: Path, said: str, share: float) -> None:
    """Half of all cycles last longer than the three weeks since the meeting. Nobody knows which meeting brought a deal: 0.5 x 0.8 x 0.5 are won after
    the start. Where the log says that there is one, 0.4 of 1 are won before and would be in the log: 0.4 of the other 0.6."""
    log = HELD + "".join(line("2026-12-14T10:00:01", f"p-{n}", "opportunity.created") for n in range(400) if said)
    log += "".join(line("2026-12-20T10:00:00", f"p-{n}", said) for n in range(400) if said == "opportunity.lost")
    text = CARRIED.replace("audience", DEALS, 1).replace("size: 1000", "size: 400")
    program = carried(tmp_path, log, text, 400)
    found = [run(program, replication, engine).counts for replication in range(6) for engine in ("simpy", "kernel")]
    assert sum(each["won"] for each in found) / (400 * len(found)) == pytest.approx(share * _within(program), abs=0.03)
    assert all((each["opportunities"], each["won_value"]) == (0, 1000 * each["won"]) for each in found)


def _within(program: Program) -> float:
    """The share of cycles longer than three weeks that end within the horizon."""
    table = program.tables[program.cohorts.cycle[0]]
    start = program.start - 1797242400  # since 2026-12-14 10:00
    return sum(start < each < program.end - 1797242400 for each in table) / sum(start < each for each in table)


def test_a_standing_is_that_of_the_last_seven_days_and_a_warm_up_goes_on(tmp_path: Path) -> None:
    log = "".join(line("2026-12-30T10:00:00", f"p-{n}", "done", step="one") for n in range(9))
    log += line("2026-12-21T10:00:00", "p-9", "done", step="one") + line("2026-12-31T10:00:00", "p-1", "complained", step="one")
    log += line("2026-12-30T10:01:00", "p-2", "bounced", step="one") + line("2026-12-22T10:01:00", "p-9", "bounced", step="one")
    path = house(tmp_path, CARRIED, log)
    (tmp_path / "cadenza.yaml").write_text(
        (tmp_path / "cadenza.yaml").read_text("utf-8").replace("daily_cap: 50}", "daily_cap: 50, warm_up: {start: 1, add: 2 per business day}}"),
        "utf-8",
    )
    program, _ = warm_program(tmp_path, path)
    flight = program.people.flight
    assert flight is not None
    assert [list(each) for each in (flight.sent, flight.complained, flight.bounced)] == [
        [0, 0, 9, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 1, 0, 0, 0, 0],
    ]
    assert program.senders.cap[:3] == (17, 19, 21)  # eight business days after the first mail


def test_whose_mail_bounced_has_a_bad_address_and_who_said_not_now_is_keener(tmp_path: Path) -> None:
    rates = "assumptions: {propensity: {spread: 1}, email: {bounced: 10%, inbox: 100%}}\naudience"
    log = "".join(line("2026-12-30T10:00:00", f"p-{n}", "done", step="one") for n in range(200))
    log += "".join(line("2026-12-30T10:01:00", f"p-{n}", "bounced", step="one") for n in range(100))
    log += "".join(line("2026-12-30T11:00:00", f"p-{n}", "replied.not_now", step="one") for n in range(100, 200))
    program = carried(tmp_path, log, CARRIED.replace("audience", rates, 1).replace("size: 1000", "size: 200"), 200)
    flight = program.people.flight
    assert flight is not None
    bases = opening(program, 0, draw_rates(program, 0, True)).base
    from cadenza.world.draws import mix, text64

    bad = [(mix((base + text64("address/1")) & (1 << 64) - 1) >> 11) * 2.0**-53 < 0.1 for base in bases]
    keen = [program.cohorts.propensity[0][mix((base + text64("propensity/")) & (1 << 64) - 1) >> 52] for base in bases]
    bounced = [bool(flight.made_known[flight.made[place]] & 8) for place in range(200)]
    assert [each for each, known in zip(bad, bounced, strict=True) if known] == [True] * 100
    assert not any(each for each, known in zip(bad, bounced, strict=True) if not known)
    assert sum(each for each, known in zip(keen, bounced, strict=True) if not known) / 100 == pytest.approx(2.0, abs=0.6)  # 1 + spread squared


INVITES = """\
cadenza: 1
name: tried
audience: {size: 1000, enroll: 1 per business day, fields: [email]}
channels: {linkedin: {weekly_cap: 5}}
cadence:
  - {id: one, channel: linkedin, action: invite}
"""


@pytest.mark.parametrize("engine", ["simpy", "kernel"])
def test_a_rep_has_what_is_left_of_the_week(tmp_path: Path, engine: str) -> None:
    """Two reps, five invitations a week each. Nine were sent on Monday and Tuesday, so one is left on Wednesday; on Monday there are ten again."""
    log = "".join(line("2027-01-04T10:00:00", f"p-{n}", "done", step="one") for n in range(5))
    log += "".join(line("2027-01-05T10:00:00", f"p-{n}", "done", step="one") for n in range(5, 9))
    log += "".join(line("2027-01-05T12:00:00", f"p-{n}", "enrolled") for n in range(9, 30))
    path = house(tmp_path, INVITES, log.replace("p-", "q-"), 30)
    text = (tmp_path / "list.csv").read_text("utf-8").replace("\np-", "\nq-")
    (tmp_path / "list.csv").write_text(text, "utf-8")
    book = warm_playbook(path)
    from cadenza.language.values import Duration
    from cadenza.machine.log import read_log

    entries = read_log(tmp_path / "log.jsonl", {f"q-{n}" for n in range(30)}, {"one"}, playbook="tried")
    program = build((book,), "2027-01-06", Duration(9, "day"), 1, log=entries)
    flight, days = program.people.flight, dict[int, int]()
    assert flight is not None
    assert sorted(flight.capped[3::4]) in ([4, 5], [3, 6], [2, 7], [1, 8])
    told: list[int] = []
    run(program, 0, engine, trace=lambda at, _, __, event, *_rest: told.append((at - program.start) // 86400) if event == "done" else None)
    for day in told:
        days[day] = days.get(day, 0) + 1
    left = sum(max(0, 5 - made) for made in flight.capped[3::4])
    assert (sum(days.get(day, 0) for day in range(5)), sum(days.get(day, 0) for day in range(5, 9))) == (left, 10)


def warm_playbook(path: Path) -> Any:
    from cadenza.forecast.warm import _with_list
    from cadenza.language import load_playbook

    return _with_list(load_playbook(path), "list.csv")
