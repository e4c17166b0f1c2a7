"""Ctrl-C for real: a forecast in its own process group, a SIGINT to all of it as a terminal sends it, and nobody left afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def start(workers: int, method: str, log: Path) -> subprocess.Popen[str]:
    arguments = [sys.executable, str(HERE / "interrupted_script.py"), str(workers), method, str(log)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def wait_for(process: subprocess.Popen[str], done: int, workers: int, log: Path) -> None:
    """Until so many replications are done and every worker has had a part in them."""
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= done and len(set(log.read_text().split())) == workers:
            return
    raise AssertionError(process.stderr.read() if process.stderr else "ended too early")


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie that its new parent has not collected yet does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: set[int], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while any(alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for its processes under /proc")
@pytest.mark.parametrize(("workers", "method"), [(1, "fork"), (2, "fork"), (2, "spawn")])
def test_ctrl_c_shows_what_is_done_and_ends_every_worker(workers: int, method: str, tmp_path: Path) -> None:
    process = start(workers, method, tmp_path / "log")
    wait_for(process, 200, workers, tmp_path / "log")
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    words = out.splitlines()[-1].split()
    assert words[:3] == ["stopped", "interrupted", "3"]
    assert 50 <= int(words[3]) < 5000
    pids = {int(line) for line in (tmp_path / "log").read_text().split()}
    assert len(pids) == workers
    assert gone(pids)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for its processes under /proc")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    process = start(2, "fork", tmp_path / "log")
    wait_for(process, 100, 2, tmp_path / "log")
    process.kill()
    process.wait(timeout=30)
    assert gone({int(line) for line in (tmp_path / "log").read_text().split()})
    process.communicate()
