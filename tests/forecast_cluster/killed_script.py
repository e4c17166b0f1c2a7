"""Run a slow forecast on the fake engine with a checkpoint. Arguments: the checkpoint, workers. Says how many runs are done, line by line."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from fake_engine import FakeJob, frame, prepared

from cadenza.forecast.checkpoint import Checkpoint
from cadenza.forecast.pool import Progress
from cadenza.forecast.run import Plan, simulate


def main() -> int:
    ready = prepared(FakeJob(wait=0.003))

    def report(progress: Progress) -> None:
        print(progress.done, flush=True)

    with Checkpoint(Path(sys.argv[1]), "2027-q1", ready, time.monotonic) as saved:
        simulate(frame(200), ready, Plan(200, 200), int(sys.argv[2]), report, 91, saved=saved)
    return 0


if __name__ == "__main__":
    sys.exit(main())
