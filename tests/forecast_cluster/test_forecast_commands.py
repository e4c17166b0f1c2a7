"""The command as people run it: killed and run again, on a cluster, on a terminal, in a pipe and in CI."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cluster_worlds import write
from dask_processes import Cluster

from cadenza.cli.group import run

SIMULATION = """\
cadenza: 1
name: small
playbooks: [playbooks/t0.yaml]
start: 2027-01-04
horizon: 3 weeks
replications: 120
seed: 7
scenarios: {loud: {assumptions.email.reply.positive: 12%}}
"""
CADENZA = [sys.executable, "-m", "cadenza"]
FORECAST = ["forecast", "s.yaml", "--as-of", "2027-01-04", "--engine", "simpy"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, its simulation; commands run there."""
    write(tmp_path, size="60", enroll="6")
    (tmp_path / "s.yaml").write_text(SIMULATION, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_forecast_that_was_killed_is_run_again_and_ends_in_the_same_bytes(here: Path) -> None:
    command = [*CADENZA, *FORECAST, "-n", "60", "-j", "2", "-f", "json", "--checkpoint", "s.checkpoint"]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    file = here / "s.checkpoint"
    while not file.is_file() or file.read_bytes().count(b"\n") < 20:
        assert first.poll() is None, first.communicate()
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    out, _ = first.communicate()
    assert (first.returncode, out) == (-signal.SIGKILL, b"")

    second = subprocess.run(command, capture_output=True, text=True)
    told = re.fullmatch(r"Going on from s\.checkpoint: (\d+) runs are finished already\.\n", second.stderr)
    assert second.returncode == 0 and told is not None, second.stderr
    assert 15 <= int(told[1]) < 180
    plain = subprocess.run([*command[:-2], "--output", "plain.json"], capture_output=True, text=True)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert (here / "plain.json").read_text("utf-8") == second.stdout


def test_a_checkpoint_of_other_inputs_is_a_usage_error_that_names_what_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*FORECAST, "-n", "2", "-j", "1", "--checkpoint", "s.checkpoint"]
    assert run(command) == 0
    kept = (here / "s.checkpoint").read_bytes()
    (here / "s.yaml").write_text(SIMULATION.replace("12%", "13%"), "utf-8")
    capsys.readouterr()
    assert run(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == (
        "Error: Invalid value for --checkpoint: s.checkpoint belongs to a forecast of small in which `loud` came to something else: "
        "a file, the seed or a date has changed; name another file, or remove this one to begin anew"
    )
    assert (here / "s.checkpoint").read_bytes() == kept


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_on_a_cluster_the_command_writes_the_same_bytes(cluster: Cluster) -> None:
    command = [*CADENZA, *FORECAST, "-n", "6", "-f", "json"]
    alone = subprocess.run([*command, "-j", "1"], capture_output=True, text=True)
    together = subprocess.run([*command, "--cluster", cluster.address, "--checkpoint", "c"], capture_output=True, text=True)
    assert (together.returncode, together.stderr, together.stdout) == (0, "", alone.stdout)
    again = subprocess.run([*command, "--checkpoint", "c"], capture_output=True, text=True)
    assert (again.returncode, again.stderr, again.stdout) == (0, "Going on from c: 12 runs are finished already.\n", alone.stdout)


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_a_cluster_of_its_own_writes_the_same_bytes() -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    command = [*CADENZA, *FORECAST, "-n", "6", "-f", "json"]
    alone = subprocess.run([*command, "-j", "1"], capture_output=True, text=True)
    together = subprocess.run([*command, "--cluster", "local", "-j", "2"], capture_output=True, text=True)
    assert (together.returncode, together.stderr, together.stdout) == (0, "", alone.stdout)


def test_a_cluster_that_is_not_there_is_one_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    assert run([*FORECAST, "--cluster", "tcp:127.0.0.1"]) == 2
    assert capsys.readouterr() == (
        "",
        "Error: 'tcp:127.0.0.1' is no address of a scheduler: a good one is tcp://scheduler.example:8786, or `local`\n",
    )
    assert sorted(path.name for path in here.iterdir()) == ["cadenza.yaml", "playbooks", "s.yaml"]


# ---------------------------------------------------------------- progress


@pytest.mark.usefixtures("here")
def test_in_a_pipe_nothing_is_said_of_progress() -> None:
    known = {key: value for key, value in os.environ.items() if key != "CI"}
    found = subprocess.run([*CADENZA, *FORECAST, "-n", "3", "-j", "1"], capture_output=True, text=True, env=known)
    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.usefixtures("here")
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_bar_moves_and_is_gone_at_the_end() -> None:
    import pty

    main, side = pty.openpty()
    command = [*CADENZA, *FORECAST, "-n", "6", "-j", "1", "-o", "s.txt"]
    process = subprocess.Popen(command, stdout=side, stderr=side, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"})
    os.close(side)
    seen = b""
    while True:
        try:
            data = os.read(main, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not data:
            break
        seen += data
    os.close(main)
    assert process.wait(timeout=30) == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    for count in ("1 of 12 runs over 2 points", "11 of 12 runs over 2 points"):
        assert re.search(rf"small: running [━╸╺ ]+ *{count} 0:00:", plain), plain[-500:]
    assert plain.splitlines()[-1].strip() == "", "the bar leaves nothing"
