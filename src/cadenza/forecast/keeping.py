"""Questions that find out on the way what they have to run, and a file that keeps what they ran: nothing in it is run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from .checkpoint import Store
from .pool import Collect, Hands, Outcome, Task

if TYPE_CHECKING:
    from types import TracebackType


class Memory:
    """What a store knows, by content hash and replication, for questions that find out on the way what they have to run."""

    def __init__(self, store: Store, tell: Callable[[str], None] | None = None) -> None:
        self._store = store
        self._known: dict[str, dict[int, Outcome]] = {}
        for run, first, outcomes in store.kept():
            self._known.setdefault(run, {}).update(enumerate(outcomes, first))
        count = sum(map(len, self._known.values()))
        if count and tell is not None:
            tell(f"Going on from {store.path}: it has {count:,} finished runs, and what is in it is not run again.")

    def known(self, run: str) -> Mapping[int, Outcome]:
        """What is known of a run, by replication."""
        return self._known.get(run, {})

    def keep(self, run: str, first: int, outcomes: Sequence[Outcome]) -> None:
        """Remember, and write down."""
        self._known.setdefault(run, {}).update(enumerate(outcomes, first))
        self._store.keep(run, first, outcomes)


class Keeping:
    """Hands that run only what the memory does not know, and keep in it what they run. `run` gives the content hash of a point."""

    def __init__(self, crew: Hands, memory: Memory, run: Callable[[int], str]) -> None:
        self._crew, self._memory, self._run = crew, memory, cache(run)

    def __enter__(self) -> Keeping:
        self._crew.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._crew.__exit__(kind, error, trace)

    def chunk(self, start: int) -> int:
        return self._crew.chunk(start)

    def run(self, tasks: Iterable[Task], collect: Collect) -> None:
        """As `pool.Crew.run`; what is known is collected when its turn comes."""

        def take(task: Task, outcomes: list[Outcome]) -> None:
            self._memory.keep(self._run(task.point), task.first, outcomes)
            collect(task, outcomes)

        self._crew.run(self._missing(tasks, collect), take)

    def _missing(self, tasks: Iterable[Task], collect: Collect) -> Iterator[Task]:
        """Of each task what is not known, as tasks without a gap."""
        for task in tasks:
            known = self._memory.known(self._run(task.point))
            for is_known, group in groupby(range(task.first, task.first + task.count), known.__contains__):
                numbers = list(group)
                part = Task(task.point, numbers[0], len(numbers))
                if is_known:
                    collect(part, [known[number] for number in numbers])
                else:
                    yield part
