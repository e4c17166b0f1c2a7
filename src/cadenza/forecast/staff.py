"""Who carries replications out, for every question: processes or threads here or the workers of a cluster, and a file that keeps what they did.

It decides how long it takes, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from .pool import Crew, Hands, Job, usable_cpus

if TYPE_CHECKING:
    from types import TracebackType

    from .connection import Connection
    from .keeping import Memory
    from .points import Prepared, Runs


class Known(Job, Protocol):
    """A job whose runs have content hashes."""

    def identity(self, point: int, /) -> str: ...


class Place:
    """Where one question's replications are run, as a `with` block: `workers` here (default: as many as can run at once), or those of a `cluster` (an
    address, or "local" for so many processes).

    Entering connects to the cluster. Raises ClusterError. Without a cluster and a file nothing has to be entered.
    """

    def __init__(self, workers: int | None = None, cluster: str | None = None) -> None:
        self.workers, self.cluster = workers or usable_cpus(), cluster
        self._connection: Connection | None = None
        self._memory: Memory | None = None
        self._open = ExitStack()

    def __enter__(self) -> Place:
        if self.cluster is not None:
            from .connection import Connection

            self._connection = self._open.enter_context(Connection(self.cluster, self.workers))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection = self._memory = None
        self._open.close()

    def remember(self, path: Path, name: str, clock: Callable[[], float], tell: Callable[[str], None] | None = None) -> None:
        """Keep in the file what is finished, and run nothing that is in it. Raises CheckpointError, OSError."""
        from .checkpoint import Store
        from .keeping import Memory

        self._memory = Memory(self._open.enter_context(Store(path, name, {}, clock)), tell)

    @property
    def elsewhere(self) -> bool:
        """Whether whoever runs it has to find an engine there."""
        return self.cluster is not None

    def crew(self, job: Known, size: int) -> Hands:
        """Hands for a job of which `size` replications are asked for at a time."""
        crew = self.hands(job, size)
        if self._memory is None:
            return crew
        from .keeping import Keeping

        return Keeping(crew, self._memory, job.identity)

    def hands(self, job: Job, size: int) -> Hands:
        """The same without a memory."""
        if self._connection is None:
            return Crew(job, max(1, min(self.workers, size)))
        from .cluster import ClusterCrew

        return ClusterCrew(job, self._connection, size=size)

    def engine(self, engine: str, programs: Iterable[object], tell: Callable[[str], None] | None = None) -> str:
        """The engine that is to run these programs here, ready to run; its name, where they run elsewhere. Raises NoSuchEngine, NoKernel."""
        from .points import check_engine, choose_engine

        check_engine(engine)
        return engine if self.elsewhere else choose_engine(engine, tuple(programs), tell)


def crew_of(prepared: Prepared, place: Place, shards: int, size: int, tell: Callable[[str], None] | None) -> Hands:
    """The crew of a forecast. Raises NotSeparable, and what `Place.engine` raises."""
    if shards == 1:
        return place.hands(prepared.job, size)
    from .shards import Sharded, pieces

    job = cast("Runs", prepared.job)
    cut = pieces(job, shards, _names(prepared))
    cut = replace(cut, parts=replace(cut.parts, engine=place.engine(job.engine, cut.parts.programs, tell)))
    return Sharded(place.hands(cut.parts, size * shards), cut)


def _names(prepared: Prepared) -> list[str]:
    """By run, the point that it belongs to."""
    names = {loaded.run: loaded.point.name for loaded in reversed(prepared.points)}
    base = prepared.points[0].point.name
    return [names.get(run, base) for run in range(len(cast("Runs", prepared.job).programs))]
