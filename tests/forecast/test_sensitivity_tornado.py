"""Which lines are moved and how far, what a tornado says of a small world, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from sensitivity_world import PLAYBOOK, loaded, small

import cadenza.forecast.tornado as tornado_room
from cadenza.cli.group import run
from cadenza.forecast.lines import lines_of
from cadenza.forecast.sobol import sobol
from cadenza.forecast.tornado import base_of, tornado
from cadenza.forecast.trials import Bench
from cadenza.language import load_simulation
from cadenza.render.sensitivity_json import render as render_json
from cadenza.render.sensitivity_terminal import render

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "sensitivity.schema.json").read_text("utf-8"))
GOLDEN = Path(__file__).parent / "golden"


def test_every_line_that_a_program_reads_has_a_place_and_two_sides(tmp_path: Path) -> None:
    _, playbooks, program = base_of(loaded(tmp_path))
    found = [
        (line.path, f"{line.span.file}:{line.span.line}", line.text, *(side.text if side else None for side in (line.low, line.high)))
        for line in lines_of(playbooks, program)
        if "tables" not in line.span.file
    ]
    assert found == [
        ("assumptions.email.reply.positive", "playbooks/tried.yaml:13", "20%..60%", "20%", "60%"),
        ("assumptions.meeting.booked", "playbooks/tried.yaml:16", "50%", "45%", "55%"),
        ("assumptions.meeting.held", "playbooks/tried.yaml:16", "100%", "90%", "100%"),
        ("team.sdr.selling_time", "cadenza.yaml:4", "60%", "54%", "66%"),
        ("team.ae.selling_time", "cadenza.yaml:5", "40%", "36%", "44%"),
        ("audience.size", "playbooks/tried.yaml:4", "24", "22", "26"),
        ("audience.enroll", "playbooks/tried.yaml:4", "8 per business day", "7.2 per business day", "8.8 per business day"),
        ("cadence.again.after", "playbooks/tried.yaml:8", "2 business days", "1 business day", "3 business days"),
        ("assumptions.email.reply_delay", "playbooks/tried.yaml:15", "{median: 1 hour, p90: 4 hours}", "0.9x", "1.1x"),
        ("team.sdr.people", "cadenza.yaml:4", "2", "1", "3"),
        ("team.ae.people", "cadenza.yaml:5", "1", "0", "2"),
        ("work.phone.attempt.takes", "cadenza.yaml:8", "2 minutes", "1 minute", "3 minutes"),
        ("work.linkedin.action.takes", "cadenza.yaml:9", "3 minutes", "2 minutes", "4 minutes"),
        ("work.reply.positive.takes", "cadenza.yaml:10", "15 minutes", "13 minutes", "17 minutes"),
        ("work.reply.other.takes", "cadenza.yaml:11", "2 minutes", "1 minute", "3 minutes"),
        ("work.meeting.takes", "cadenza.yaml:12", "45 minutes", "41 minutes", "49 minutes"),
        ("senders.pool.mailboxes", "cadenza.yaml:14", "2", "1", "3"),
        ("senders.pool.daily_cap", "cadenza.yaml:14", "50", "45", "55"),
    ]


def test_lines_stand_where_they_were_written_also_in_what_is_extended(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "under.yaml").write_text(PLAYBOOK.replace("name: tried", "name: under"), "utf-8")
    own = "cadenza: 1\nname: tried\nextends: under.yaml\ncadence:\n  - {id: again, after: 20 business days}\n"
    _, playbooks, program = base_of(loaded(tmp_path, own))
    places = {line.path: f"{line.span.file}:{line.span.line} {line.text}" for line in lines_of(playbooks, program)}
    assert places["cadence.again.after"] == "playbooks/tried.yaml:5 20 business days"
    assert places["assumptions.email.reply.positive"] == "playbooks/under.yaml:13 20%..60%"
    assert places["team.ae.people"] == "cadenza.yaml:5 1"


def test_of_two_playbooks_each_line_names_its_own(tmp_path: Path) -> None:
    path = small(tmp_path)
    other = PLAYBOOK.replace("name: tried", "name: other").replace("20%..60%", "1%..2%")
    (tmp_path / "playbooks" / "other.yaml").write_text(other, "utf-8")
    path.write_text(path.read_text("utf-8").replace("tried.yaml]", "tried.yaml, ../playbooks/other.yaml]"), "utf-8")
    _, playbooks, program = base_of(load_simulation(path))
    found = {line.path: f"{line.span.file} {line.text}" for line in lines_of(playbooks, program)}
    assert found["tried.assumptions.email.reply.positive"] == "playbooks/tried.yaml 20%..60%"
    assert found["other.assumptions.email.reply.positive"] == "playbooks/other.yaml 1%..2%"
    assert (found["tried.cadence.again.after"], found["other.cadence.again.after"]) == (
        "playbooks/tried.yaml 2 business days",
        "playbooks/other.yaml 2 business days",
    )
    assert "team.ae.people" in found


def test_the_tornado_of_a_small_world(tmp_path: Path, golden: Callable[[str, Path], None]) -> None:
    """Without an account executive there is no meeting; then come the rates. The same bytes with two workers."""
    simulation = loaded(tmp_path)
    found = tornado(simulation, replications=10, bench=Bench("simpy", 1))
    golden(render(found, width=80), GOLDEN / "tornado-80.out")
    golden(render(found, width=120, plain=True), GOLDEN / "tornado-plain.out")
    document = render_json(found)
    Draft202012Validator(SCHEMA).validate(json.loads(document))
    assert render_json(tornado(simulation, replications=10, bench=Bench("simpy", 2))) == document


def test_the_indices_of_a_small_world(tmp_path: Path, golden: Callable[[str, Path], None]) -> None:
    simulation = loaded(tmp_path)
    found = sobol(simulation, points=12, bench=Bench("simpy", 1))
    golden(render(found, width=80), GOLDEN / "sobol-80.out")
    Draft202012Validator(SCHEMA).validate(json.loads(render_json(found)))


def test_where_nothing_varies_there_are_no_indices(tmp_path: Path) -> None:
    found = sobol(loaded(tmp_path), metric="bounced", points=4, bench=Bench("simpy", 1))
    assert (found.parts, found.deviation) == ((), 0.0)
    assert "Nothing varies: no run differs from any other." in render(found)


NOTHING_ELSE = (
    "{email: {unsubscribed: 0%, complained: 0%, opened: 0%, clicked: 0%, each_next_touch: 1x, bounced: 0%,"
    " reply: {positive: RATE, negative: 0%, not_now: 0%, out_of_office: 0%, wrong_person: 0%}}, replies: {unclassified: 0%}, propensity: {spread: 0}}"
)


@pytest.mark.slow
def test_of_an_additive_playbook_the_indices_are_those_of_its_laws(tmp_path: Path) -> None:
    """2,000 people answer an e-mail with 10% to 30%, 2,000 others with 10% to 14%, and nothing else is uncertain. Replies are a sum of both, so each
    has its own variance, known from its law, and luck has that of the binomials."""
    from cadenza.world.quantiles import logit_normal

    path = small(tmp_path)
    beliefs = {"tried": (0.1, 0.3), "other": (0.1, 0.14)}
    for name, (low, high) in beliefs.items():
        text = (
            PLAYBOOK[: PLAYBOOK.index("assumptions:")]
            .replace("name: tried", f"name: {name}")
            .replace("size: 24, enroll: 8 per", "size: 2000, enroll: 2000 per")
        )
        text = "\n".join(line for line in text.splitlines() if "id: again" not in line)
        (tmp_path / "playbooks" / f"{name}.yaml").write_text(
            f"{text}\nassumptions: {NOTHING_ELSE.replace('RATE', f'{low:.0%}..{high:.0%}')}\n", "utf-8"
        )
    (tmp_path / "cadenza.yaml").write_text((tmp_path / "cadenza.yaml").read_text("utf-8").replace("daily_cap: 50", "daily_cap: 5000"), "utf-8")
    path.write_text(path.read_text("utf-8").replace("tried.yaml]", "tried.yaml, ../playbooks/other.yaml]"), "utf-8")
    found = sobol(load_simulation(path), metric="replies", points=256)
    known, luck = {}, 0.0
    for name, (low, high) in beliefs.items():
        rates = [logit_normal((i + 0.5) / 1000, low, high) for i in range(1000)]
        middle = sum(rates) / 1000
        known[f"{name}.assumptions.email.reply.positive"] = 2000**2 * (sum(rate * rate for rate in rates) / 1000 - middle**2)
        luck += sum(2000 * rate * (1 - rate) for rate in rates) / 1000
    known["luck"] = luck
    whole = sum(known.values())
    shares = {part.line.path if part.line else "luck": part.index for part in found.parts}
    for name, variance in known.items():
        assert shares[name].total == pytest.approx(variance / whole, abs=0.08), name
        assert shares[name].first == pytest.approx(variance / whole, abs=0.15), name
    assert all(index.total == 0 for name, index in shares.items() if name not in known)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--metric", "meeting"], "the simulation counts no 'meeting': did you mean 'meetings'?"),
        (["--points", "8"], "--points is about --sobol, which was not asked for."),
        (["--sobol", "-n", "20"], "--sobol runs as many replications as its --points ask for; leave --replications out."),
        (["--engine", "fast"], "there is no engine 'fast': there is auto, "),
    ],
)
def test_what_is_asked_for_in_vain_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert run(["sensitivity", str(small(tmp_path)), "-j", "1", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in " ".join(err.split())


def test_programs_share_what_a_line_does_not_change(tmp_path: Path) -> None:
    """Dozens of programs in memory, and one crowd: only another size or pace of the audience makes another."""
    programs, tries = tornado_room._prepare(loaded(tmp_path), Bench())
    crowds = {id(program.people) for program in programs}
    assert len(programs) > 30
    assert len(crowds) <= 5
    assert [each.line.path for each in tries if each.low > 0 and programs[each.low].people is not programs[0].people] == [
        "audience.size",
        "audience.enroll",
    ]


def test_ctrl_c_ends_it_quietly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tornado_room, "_run", stop)
    assert run(["sensitivity", str(small(tmp_path)), "-j", "1", "--engine", "simpy"]) == 130
    said = "Stopped too early: there is nothing to show.\nWith --checkpoint FILE the same command would go on from where it stopped.\n"
    assert capsys.readouterr() == ("", said)


def test_the_command_writes_a_page_and_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path = small(tmp_path)
    monkeypatch.chdir(tmp_path)
    wanted = ["sensitivity", str(path), "-n", "2", "-j", "1", "--engine", "simpy"]
    assert run([*wanted, "--metric", "touches"]) == 0
    assert capsys.readouterr().out.startswith("small: what moves touches made (P50 ")
    assert run([*wanted, "--metric", "pipeline", "-f", "json", "-o", "lines.json"]) == 0
    document = json.loads((tmp_path / "lines.json").read_text("utf-8"))
    Draft202012Validator(SCHEMA).validate(document)
    assert (document["kind"], document["metric"]["unit"], document["currency"]) == ("tornado", "money", "EUR")
