"""Jobs that a worker cannot do."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from fake_engine import FakeJob, FakeOutcome

from cadenza.engines.kernel.build import NoKernel


class NoCompiler(FakeJob):
    def __call__(self, point: int, replication: int) -> FakeOutcome:
        raise NoKernel("there is no C compiler (cc)")


class TooLarge(FakeJob):
    def __call__(self, point: int, replication: int) -> FakeOutcome:
        raise MemoryError


@dataclass(frozen=True)
class Deadly(FakeJob):
    """Whoever first comes to the end of replication 25 of run 1 is killed there, once; the file `grave` then holds its process's id."""

    grave: str = ""

    def __call__(self, point: int, replication: int) -> FakeOutcome:
        found = super().__call__(point, replication)
        if (point, replication) == (1, 25) and not Path(self.grave).exists():
            Path(self.grave).write_text(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
        return found
