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

from dask_processes import Cluster, end, scheduler  # noqa: E402


@pytest.fixture(scope="session")
def running_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real scheduler; its workers start when a test asks for them."""
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    folder = tmp_path_factory.mktemp("cluster")
    begun, address = scheduler(folder)
    found = Cluster(address, folder)
    try:
        yield found
    finally:
        end([*found.workers, begun])


@pytest.fixture
def cluster(running_cluster: Cluster) -> Cluster:
    """The same for one test, with a worker again for each that an earlier test killed."""
    running_cluster.fill()
    return running_cluster
