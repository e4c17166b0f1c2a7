"""Processes of Dask for tests: a scheduler on a free port of this machine, workers that can import the fake engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FAKES = Path(__file__).parent.parent / "forecast"
HERE = Path(__file__).parent


@dataclass
class Cluster:
    """A scheduler and workers in processes of their own; no nanny starts a worker anew."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def start(module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """A process of Dask, with the fake engine on its path."""
    known = {**os.environ, "PYTHONPATH": os.pathsep.join((str(FAKES), str(HERE), os.environ.get("PYTHONPATH", ""))), **environment}
    command = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.{module}", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=known)


def scheduler(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A scheduler on a free port of this machine, and its address."""
    file = folder / "scheduler.json"
    process = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file))
    for _ in range(600):
        if file.is_file() and (text := file.read_text("utf-8")).endswith("}"):
            return process, str(json.loads(text)["address"])
        time.sleep(0.05)
    process.kill()
    raise AssertionError("the scheduler did not start within 30 seconds")


def end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.wait(timeout=30)
