"""What the tests of this folder share: modules that workers can import, too, and a real cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (HERE.parent / "forecast", HERE):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from dask_processes import Cluster, end, scheduler, start  # noqa: E402


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real scheduler with three workers of one thread each."""
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    folder = tmp_path_factory.mktemp("cluster")
    begun, address = scheduler(folder)
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder), "--host", "127.0.0.1")
    workers = [start("dask_worker", address, *options) for _ in range(3)]
    try:
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(len(workers), timeout=60)
        yield Cluster(address, workers)
    finally:
        end([*workers, begun])
