"""What a long forecast has finished, kept in a file as it comes, so that it can go on where it was stopped: by Ctrl-C, by a crash, by a reboot.

The file is JSON Lines. The first line says what it belongs to; a line `names` says in which order the figures of later lines stand; every other
line is some finished replications of one run, under the run's content hash. So a file can only ever be continued by the same runs of the same
cadenza, whatever has happened to the files around it; more replications, or more scenarios, may join.

Lines are only ever added, each with its own checksum, in one write. What a crash leaves of the last line is recognized and cut off. Every two
seconds the file is flushed to the disk: a killed process loses nothing that was written, a lost machine at most those seconds.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self
from zlib import crc32

from .checkpoint_lines import Head, Kept, Names, head_of, names_of, parsed, run_of
from .errand import Edition, edition
from .identity import digest
from .pool import Outcome, Task

if TYPE_CHECKING:
    from types import TracebackType

    from .points import Prepared
    from .samples import Samples

FORMAT = 1
SYNC = 2.0
"""Seconds between two flushes to the disk."""
LONGEST = 1 << 28
"""Bytes of a line; nothing that is written here comes near."""
_OPENING = b'{"cadenza":"'
"""How every file of ours begins: what else is in a file without a whole line is somebody's, and stays."""


class CheckpointError(Exception):
    """The file cannot be used for this forecast. `str(error)` says which file, why, and what to do."""


def identities(prepared: Prepared) -> dict[int, str]:
    """The content hash of each run, by its number."""
    job = prepared.job
    runs = {loaded.run for loaded in prepared.points} | ({prepared.chance, prepared.after} - {None})
    identity = getattr(job, "identity", None)
    if identity is None:
        return {run: digest(repr(job), run) for run in runs if run is not None}
    return {run: identity(run) for run in runs if run is not None}


class Store:
    """The file at `path`, for a question about `name`, as a `with` block. `points`: names of what is asked, with their content hashes, where they are
    known beforehand. `clock` (seconds, such as `time.monotonic`) paces the flushes."""

    def __init__(self, path: Path, name: str, points: Mapping[str, str], clock: Callable[[], float]) -> None:
        self.path, self.name, self._clock = path, name, clock
        self._points = points
        self._file: IO[bytes] | None = None
        self._names: list[Names] = []
        self._synced = clock()

    # ------------------------------------------------------------ coming and going

    def __enter__(self) -> Self:
        try:
            file = self._file = self.path.open("a+b", buffering=0)
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise self._error("is no ordinary file", "name another one")
            _lock(file, self.path)
            self._begin(file)
        except OSError as error:
            self.__exit__(None, None, None)
            error.filename = error.filename or str(self.path)
            raise
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                os.fsync(file.fileno())
            file.close()

    def _begin(self, file: IO[bytes]) -> None:
        """Check whose file it is, or say so in an empty one; cut off what a crash left of the last line."""
        whole, first = 0, None
        for number, line in enumerate(self._each(file), 1):
            if not line.endswith(b"\n"):
                if number == 1 and not line.startswith(_OPENING[: len(line)]):
                    raise self._error("is no checkpoint of a forecast", "name another file")
                break
            if number == 1:
                first = self._head(line)
            whole += len(line)
        if file.seek(0, os.SEEK_END) > whole:
            file.truncate(whole)
        if first is None:
            ours = {"cadenza": edition().version, "sources": edition().sources}
            self._write({**ours, "checkpoint": FORMAT, "forecast": self.name, "points": self._points})
        else:
            self._check(first)

    def _head(self, line: bytes) -> Head:
        try:
            return head_of(_body(line), FORMAT)
        except ValueError:
            raise self._error("is no checkpoint of a forecast", "name another file") from None

    def _check(self, head: Head) -> None:
        """Raises CheckpointError where the file belongs to something else."""
        begun = Edition(head.cadenza, head.sources)
        if begun != edition():
            raise self._error(f"was begun by cadenza {_cut(str(begun))}, and this is {edition()}", _ANEW)
        theirs = head.points
        if not (theirs and self._points):
            if head.forecast != self.name:
                raise self._error(f"belongs to {_cut(head.forecast)}, and this is about {self.name}", _ANEW)
            return
        shared = [name for name in self._points if name in theirs]
        changed = [name for name in shared if theirs[name] != self._points[name]]
        if changed or not shared:
            what = f"in which {_listed(changed)} came to something else" if changed else f"of other scenarios ({_listed(list(theirs))})"
            raise self._error(f"belongs to a forecast of {_cut(head.forecast)} {what}: a file, the seed or a date has changed", _ANEW)

    def _error(self, what: str, way_out: str) -> CheckpointError:
        return CheckpointError(f"{self.path} {what}; {way_out}")

    # ------------------------------------------------------------ going on

    def kept(self) -> Iterator[tuple[str, int, list[Kept]]]:
        """What is in the file: the content hash of a run, the first replication, and what it and those after it gave."""
        assert self._file is not None
        return self._lines(self._file)

    def _lines(self, file: IO[bytes]) -> Iterator[tuple[str, int, list[Kept]]]:
        for number, line in enumerate(self._each(file), 1):
            try:
                found = _body(line)
                names, run = names_of(found), run_of(found, self._names)
            except ValueError:
                raise self._error(f"is damaged in line {number}", f"cut it off before that line, or {_ANEW}") from None
            if names is not None:
                self._names.append(names)
            elif run is not None:
                yield run

    def _each(self, file: IO[bytes]) -> Iterator[bytes]:
        """The lines from the beginning. They are read through a buffer of their own, which leaves the file, and its lock, as they are."""
        file.seek(0)
        with open(file.fileno(), "rb", closefd=False) as stream:
            while line := stream.readline(LONGEST):
                if len(line) == LONGEST:
                    raise self._error("is no checkpoint of a forecast", "name another file")
                yield line

    # ------------------------------------------------------------ adding

    def keep(self, run: str, first: int, outcomes: Sequence[Outcome]) -> None:
        """Add replications of the run with this content hash, from `first` on."""
        start = 0
        while start < len(outcomes):
            names = _order_of(outcomes[start])
            end = next((i for i in range(start, len(outcomes)) if _order_of(outcomes[i]) != names), len(outcomes))
            self._add(run, first + start, names, outcomes[start:end])
            start = end
        if self._clock() - self._synced >= SYNC and self._file is not None:
            os.fsync(self._file.fileno())
            self._synced = self._clock()

    def _add(self, run: str, first: int, names: Names, outcomes: Sequence[Outcome]) -> None:
        if names not in self._names:
            self._names.append(names)
            self._write({"names": {"counts": names.counts, "weekly": names.weekly}})
        figures = [[[each.counts[key] for key in names.counts], [each.weekly[key] for key in names.weekly]] for each in outcomes]
        self._write({"run": run, "first": first, "as": self._names.index(names), "replications": figures})

    def _write(self, line: Mapping[str, Any]) -> None:
        assert self._file is not None
        body = json.dumps(line, separators=(",", ":")).encode()[:-1]
        self._file.write(body + b',"crc":"%08x"}\n' % crc32(body))


class Checkpoint(Store):
    """The store of a forecast, whose runs are known beforehand."""

    def __init__(self, path: Path, name: str, prepared: Prepared, clock: Callable[[], float], tell: Callable[[str], None] | None = None) -> None:
        self._runs, self._tell = identities(prepared), tell
        self.restored = 0
        super().__init__(path, name, {loaded.point.name: self._runs[loaded.run] for loaded in prepared.points}, clock)

    def restore(self, samples: Samples, limit: int) -> None:
        """File what an earlier run finished, of the first `limit` replications of each run."""
        numbers: dict[str, list[int]] = {}
        for run, identity in self._runs.items():
            numbers.setdefault(identity, []).append(run)
        for identity, first, outcomes in self.kept():
            wanted = outcomes[: max(0, limit - first)]
            for run in numbers.get(identity, ()):
                for index, outcome in enumerate(wanted):
                    samples.take(Task(run, first + index, 1), [outcome])
        self.restored = samples.done
        if self.restored and self._tell is not None:
            self._tell(f"Going on from {self.path}: {self.restored:,} runs are finished already.")

    def add(self, task: Task, outcomes: Sequence[Outcome]) -> None:
        """Keep what a task has given."""
        self.keep(self._runs[task.point], task.first, outcomes)


_ANEW = "name another file, or remove this one to begin anew"


def _order_of(outcome: Outcome) -> Names:
    return Names(tuple(outcome.counts), tuple(outcome.weekly))


def _body(line: bytes) -> Mapping[str, Any]:
    """The object on a line, if its checksum is right. Raises ValueError."""
    body, mark, check = line.rstrip(b"\n").rpartition(b',"crc":"')
    if not mark or check != b'%08x"}' % crc32(body):
        raise ValueError
    return parsed(body + b"}")


def _cut(text: str) -> str:
    """What a file says, in a message: a line of letters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:80]) + ("..." if len(text) > 80 else "")


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{_cut(name)}`" for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _lock(file: IO[bytes], path: Path) -> None:
    """Two forecasts must not write into one file. The lock is the process's: it ends with it, and workers do not inherit it."""
    try:
        import fcntl
    except ImportError:  # not a POSIX system: nobody stops a second one
        return
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CheckpointError(f"another forecast is writing to {path}; wait for it, or name another file") from None
