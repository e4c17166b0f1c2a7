"""The whole room on the real engine: two weeks of the example, small enough to be run again and again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cadenza.cli.group import run
from cadenza.forecast import Forecast, forecast
from cadenza.forecast.points import NoSuchEngine
from cadenza.language import load_simulation, playbooks_of
from cadenza.language.findings import Refused
from cadenza.machine import lower
from cadenza.render.forecast_json import render as render_json
from cadenza.render.forecast_terminal import render

SIMULATION = """\
cadenza: 1
name: small
playbooks: [../playbooks/platform-cold.yaml]
start: 2027-01-04
horizon: 3 weeks
replications: 4
seed: 7
scenarios:
  half: {assumptions.email.reply.positive: 0.5x, assumptions.phone.reply.positive: 0.5x}
  loud: {stop_rules.enough.when.touches: 2}
sweep:
  audience.enroll: [10 per business day, 20 per business day]
"""


@pytest.fixture(scope="module")
def small(EXAMPLES: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example workspace that enrols 20 people a day, and its simulation."""
    root = tmp_path_factory.mktemp("small")
    shutil.copy(EXAMPLES / "cadenza.yaml", root)
    for folder in ("playbooks", "lists"):
        shutil.copytree(EXAMPLES / folder, root / folder)
    book = root / "playbooks" / "platform-cold.yaml"
    text = book.read_text("utf-8")
    assert "enroll: 120 per business day" in text
    book.write_text(text.replace("enroll: 120 per business day", "enroll: 20 per business day"), "utf-8")
    (root / "simulations").mkdir()
    (root / "simulations" / "small.yaml").write_text(SIMULATION, "utf-8")
    return root / "simulations" / "small.yaml"


@pytest.fixture(scope="module")
def result(small: Path) -> Forecast:
    return forecast(load_simulation(small), workers=1)


def test_any_number_of_workers_gives_the_same_bytes(small: Path, result: Forecast) -> None:
    assert render_json(forecast(load_simulation(small), workers=2)) == render_json(result)


def test_the_points_and_where_they_come_from(small: Path, result: Forecast) -> None:
    simulation = load_simulation(small)
    sweep = [f"audience.enroll = {rate} per business day" for rate in (10, 20)]
    assert [point.name for point in result.points] == ["base", "half", "loud", *sweep]
    for point, changes in zip(result.points, ({}, simulation.scenarios[1].changes, simulation.scenarios[2].changes), strict=False):
        playbooks = playbooks_of(simulation, changes)  # type: ignore[arg-type]
        assert point.machines == tuple((book.name, lower(book).hash) for book in playbooks)
    assert (result.run, result.stopped, result.engine, result.currency) == (4, "all", "auto", "EUR")


def test_every_scenario_meets_the_same_people(result: Forecast) -> None:
    half, loud, fewer, as_it_is = result.points[1:]
    assert half.differences["enrolled"].verdict == "same"
    assert half.differences["replies.positive"].mean < 0
    assert loud.measures["touches"].mean < 0.8 * result.base.measures["touches"].mean
    assert fewer.measures["enrolled"].mean < 0.6 * result.base.measures["enrolled"].mean
    assert {difference.verdict for difference in as_it_is.differences.values()} == {"same"}
    assert as_it_is.measures == result.base.measures


def test_every_metric_on_the_page_is_counted_by_the_engine(result: Forecast) -> None:
    from cadenza.forecast.metrics import BY_KEY, METRICS, MONEY

    assert [metric.key for metric in METRICS if metric.key not in result.base.measures] == [key for key in BY_KEY if key in MONEY]
    assert [target.metric for target in result.base.targets] == ["meetings", "pipeline", "complained.share", "unsubscribed.share"]
    assert {"meetings", "load.sdr", "load.ae"} <= set(result.base.weekly)
    assert result.notes == ()
    assert "time and caps used" in render(result, width=80)


def test_the_document_is_what_its_schema_says(result: Forecast) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((Path(__file__).parents[2] / "schema" / "forecast.schema.json").read_text("utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(render_json(result)))] == []


def test_an_engine_that_is_not_there(small: Path) -> None:
    with pytest.raises(NoSuchEngine, match=r"there is no engine 'simpie': there is auto, .*simpy"):
        forecast(load_simulation(small), engine="simpie")


def test_a_path_that_leads_nowhere_is_refused_before_anything_runs(small: Path) -> None:
    wrong = small.with_name("wrong.yaml")
    wrong.write_text(SIMULATION.replace("stop_rules.enough.when.touches", "stop_rules.enough.when.touchs"), "utf-8")
    with pytest.raises(Refused) as caught:
        forecast(load_simulation(wrong), workers=1)
    assert [(finding.code, str(finding.span)) for finding in caught.value.findings] == [("Y004", "simulations/wrong.yaml:10:10")]


def test_a_playbook_by_itself(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = small.parent.parent / "playbooks" / "platform-cold.yaml"
    assert run(["forecast", str(book), "--as-of", "2027-01-01", "-n", "1", "-j", "1"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("platform-cold: platform-cold, 13 weeks from Mon 4 Jan 2027\n")
    assert "is a playbook, not a simulation" in out


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads children under /proc")
@pytest.mark.parametrize(("engine", "processes"), [("simpy", 2), ("auto", 0)])
def test_ctrl_c_at_the_command_line(small: Path, tmp_path: Path, engine: str, processes: int) -> None:
    """A terminal's Ctrl-C reaches the whole process group; what is done is written whole, and no process is left. (`auto` may have threads.)"""
    command = [sys.executable, "-c", "from cadenza.cli import main; main()", "forecast", str(small), "-n", "100000", "-j", "2", "--engine", engine]
    output, kept = tmp_path / "out.json", tmp_path / "kept.jsonl"
    more = ["--format", "json", "--output", str(output), "--checkpoint", str(kept)]
    process = subprocess.Popen([*command, *more], stderr=subprocess.PIPE, text=True, start_new_session=True)
    while len(workers := children(process.pid)) < processes:
        assert process.poll() is None
        time.sleep(0.1)
    while not kept.exists() or kept.read_bytes().count(b"\n") < 6:  # so much is done, however busy the machine
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (130, f"What is finished is in {kept}: the same command goes on from there.\n")
    document = json.loads(output.read_text("utf-8"))
    assert document["replications"]["stopped"] == "interrupted"
    assert document["replications"]["run"] >= 1
    end = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
        except OSError:
            continue
    return found
