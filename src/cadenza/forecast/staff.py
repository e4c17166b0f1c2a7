"""Who carries a forecast out: processes or threads here, a cluster, whole populations or shards of them. It decides how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from .pool import Crew, Hands

if TYPE_CHECKING:
    from .points import Prepared, Runs

LEFT_OUT = "run in shards: how late touches and hand-offs were (late.*) cannot be added up, and is left out"


@dataclass(frozen=True, slots=True)
class Means:
    """`workers` here, or those of a `cluster` (an address, or "local"); `shards` parts of each population; `size` replications at a time."""

    workers: int
    cluster: str | None
    shards: int
    size: int
    tell: Callable[[str], None] | None = None


def crew_of(prepared: Prepared, means: Means) -> Hands | None:
    """The crew that the means ask for; None for the usual one. Raises NotSeparable, and what `points.choose_engine` raises."""
    if means.shards == 1 and means.cluster is None:
        return None
    if means.shards == 1:
        return _crew(prepared.job, means)
    from .points import choose_engine
    from .shards import Sharded, pieces

    job = cast("Runs", prepared.job)
    cut = pieces(job, means.shards, _names(prepared))
    if means.cluster is None:
        cut = replace(cut, parts=replace(cut.parts, engine=choose_engine(job.engine, cut.parts.programs, means.tell)))
    return Sharded(_crew(cut.parts, replace(means, size=means.size * means.shards)), cut)


def _crew(job: object, means: Means) -> Hands:
    from .pool import Job

    found = cast(Job, job)
    if means.cluster is None:
        return Crew(found, min(means.workers, means.size))
    from .cluster import ClusterCrew

    return ClusterCrew(found, means.cluster, size=means.size, workers=means.workers)


def _names(prepared: Prepared) -> list[str]:
    """By run, the point that it belongs to."""
    names = {loaded.run: loaded.point.name for loaded in reversed(prepared.points)}
    base = prepared.points[0].point.name
    return [names.get(run, base) for run in range(len(cast("Runs", prepared.job).programs))]
