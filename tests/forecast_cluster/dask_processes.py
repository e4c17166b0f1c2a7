"""Processes of Dask for tests: a scheduler on a free port of this machine, workers that can import the fake engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

FAKES = Path(__file__).parent.parent / "forecast"
HERE = Path(__file__).parent


@dataclass
class Cluster:
    """A scheduler and workers of one thread each in processes of their own; no nanny starts a worker anew."""

    address: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def fill(self, count: int = 3) -> None:
        """Start as many workers as are missing, and wait until all are there."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        missing = count - len(self.workers)
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder), "--host", "127.0.0.1")
        self.workers += [start("dask_worker", self.address, *options) for _ in range(missing)]
        if missing:
            from distributed import Client

            with Client(self.address, timeout=60, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=60)


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
