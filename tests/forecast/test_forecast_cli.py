"""The command, through its own door: what it accepts, what it writes, how it leaves. The engine behind it is the fake one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_engine import FakeJob, prepared

from cadenza.cli.group import run
from cadenza.forecast import run as run_room


@pytest.fixture
def workspace(EXAMPLES: Path, tmp_path: Path) -> Path:
    """A copy of the example workspace."""
    shutil.copy(EXAMPLES / "cadenza.yaml", tmp_path)
    for folder in ("playbooks", "lists", "simulations"):
        shutil.copytree(EXAMPLES / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeJob], None]:
    """Forecasts run the given job instead of an engine."""

    def install(job: FakeJob) -> None:
        def prepare(__: object, points: list[object], engine: str, split: bool, *_: object) -> object:
            assert engine == "auto" and isinstance(split, bool)
            return prepared(job, tuple(points)), "fake"  # type: ignore[arg-type]

        monkeypatch.setattr(run_room, "prepare", prepare)

    return install


MANY = FakeJob(means=(100.0, 104.0, 52.0, 80.0, 50.0, 75.0, 100.0, 112.0))
FORECAST = ["forecast", "simulations/2027-q1.yaml", "-n", "5", "-j", "1"]


@pytest.fixture
def here(workspace: Path, monkeypatch: pytest.MonkeyPatch, fake: Callable[[FakeJob], None]) -> Path:
    monkeypatch.chdir(workspace)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    fake(MANY)
    return workspace


@pytest.mark.usefixtures("here")
def test_the_example_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(FORECAST) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("2027-q1: platform-cold, 13 weeks from Mon 4 Jan 2027\n\nBase: ")
    heads = [line.split("  ")[0] for line in out.splitlines() if line and not line.startswith(" ")]
    assert [name for name in ("base", "one-more-sdr", "halve-the-replies", "gives-up-after-two") if name not in heads] == []
    assert "If audience.enroll were" in heads


def test_json_holds_every_point_and_is_the_same_twice(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "--format", "json"]) == 0
    first = capsys.readouterr().out
    assert run([*FORECAST, "--format", "json", "-j", "2", "--output", "q1.json"]) == 0
    assert (here / "q1.json").read_text("utf-8") == first
    assert [point["name"] for point in json.loads(first)["points"]] == [
        "base",
        "one-more-sdr",
        "halve-the-replies",
        "gives-up-after-two",
        *(f"audience.enroll = {rate} per business day" for rate in (60, 90, 120, 150)),
    ]


@pytest.mark.usefixtures("here")
def test_one_scenario_without_the_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "--scenario", "halve-the-replies", "--no-sweep", "-f", "json"]) == 0
    assert [point["name"] for point in json.loads(capsys.readouterr().out)["points"]] == ["base", "halve-the-replies"]


@pytest.mark.usefixtures("here")
def test_an_unknown_scenario_is_a_usage_error_with_the_near_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "--scenario", "one-more-sdrs"]) == 2
    assert "the simulation has no scenario 'one-more-sdrs': did you mean 'one-more-sdr'?" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_missed_targets_fail_only_when_asked(fake: Callable[[FakeJob], None]) -> None:
    fake(FakeJob(means=tuple(mean - 20 for mean in MANY.means)))
    assert run(FORECAST) == 0
    assert run([*FORECAST, "--require-targets"]) == 1
    fake(FakeJob(means=tuple(mean + 50 for mean in MANY.means)))
    assert run([*FORECAST, "--require-targets"]) == 0


@pytest.mark.usefixtures("here")
def test_a_playbook_by_itself_is_forecast_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forecast", "playbooks/platform-cold.yaml", "--as-of", "2027-01-01", "-n", "3", "-j", "1", "-f", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["simulation"] == {
        "name": "platform-cold",
        "file": "playbooks/platform-cold.yaml",
        "playbooks": ["playbooks/platform-cold.yaml"],
        "start": "2027-01-04",
        "horizon": "13 weeks",
        "weeks": 13,
        "seed": 1,
    }
    when = "13 weeks from 2027-01-04, the Monday after 2027-01-01, with seed 1"
    assert document["notes"] == [f"playbooks/platform-cold.yaml is a playbook, not a simulation: forecast for {when}"]
    assert run(["forecast", "playbooks/platform-cold.yaml", "--as-of", "2027-01-04", "-n", "3", "-j", "1", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["simulation"]["start"] == "2027-01-11"


def test_ctrl_c_shows_what_is_done_and_writes_it_whole(here: Path, fake: Callable[[FakeJob], None], capsys: pytest.CaptureFixture[str]) -> None:
    class Stops(FakeJob):
        def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
            if replication == 3:
                raise KeyboardInterrupt
            return super().__call__(point, replication)

    fake(Stops(means=MANY.means))
    assert run([*FORECAST, "--output", "q1.json", "-f", "json"]) == 130
    document = json.loads((here / "q1.json").read_text("utf-8"))
    assert document["replications"] == {"asked": 5, "precision": None, "run": 3, "stopped": "interrupted"}
    assert sorted(path.name for path in here.iterdir()) == ["cadenza.yaml", "lists", "playbooks", "q1.json", "simulations"]
    assert run(FORECAST) == 130
    assert "Stopped after 3 of 5 replications; this is what they say." in capsys.readouterr().out


def test_ctrl_c_before_anything_is_done_shows_nothing(here: Path, fake: Callable[[FakeJob], None], capsys: pytest.CaptureFixture[str]) -> None:
    class Stops(FakeJob):
        def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    fake(Stops())
    assert run([*FORECAST, "--output", "q1.json"]) == 130
    assert capsys.readouterr() == (
        "",
        "Stopped too early: there is nothing to show.\nWith --checkpoint FILE the same command would go on from where it stopped.\n",
    )
    assert not (here / "q1.json").exists()


def test_an_output_that_cannot_be_written_is_said_and_the_old_file_stands(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "--output", "missing/q1.json"]) == 2
    assert capsys.readouterr().err == "error: cannot write missing/q1.json: No such file or directory\n"
    (here / "folder").mkdir()
    assert run([*FORECAST, "--output", "folder"]) == 2
    assert capsys.readouterr().err.startswith("error: cannot write folder: ")


def test_a_precision_about_nothing_is_refused_with_its_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = here / "simulations" / "2027-q1.yaml"
    text = file.read_text("utf-8")
    broken = text.replace("replications: 200  ", "precision: {meeting: 5%}  ")
    assert broken != text
    file.write_text(broken, "utf-8")
    assert run(["forecast", "simulations/2027-q1.yaml"]) == 2
    err = capsys.readouterr().err
    line = next(number for number, written in enumerate(broken.splitlines(), 1) if "precision: {meeting" in written)
    assert f"simulations/2027-q1.yaml:{line}:13" in err
    assert "no forecast has a metric `meeting`" in " ".join(err.split())
    assert "did you mean `meetings`?" in err.lower()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("arguments", [["-n", "0"], ["-j", "0"], ["--for-seconds", "-1"], ["--as-of", "tomorrow"], ["--format", "xml"]])
def test_options_out_of_their_range_are_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["forecast", "simulations/2027-q1.yaml", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_progress_is_silent_in_a_pipe_and_says_lines_in_ci(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from cadenza.cli import forecast_progress

    monkeypatch.setattr(forecast_progress, "EVERY", 0.0)
    monkeypatch.setenv("CI", "")
    assert run(FORECAST) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("CI", "true")
    assert run([*FORECAST, "--no-sweep", "--scenario", "one-more-sdr"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "2027-q1: running, 1 of 10 runs over 2 points"
    assert lines[-1] == "2027-q1: summing up, 10 of 10 runs over 2 points"
