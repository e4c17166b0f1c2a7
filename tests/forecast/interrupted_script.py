"""Run a slow forecast on the fake engine, print what Ctrl-C left of it. Arguments: workers, start method, log file."""

from __future__ import annotations

import sys

from fake_engine import FakeJob, frame, prepared

from cadenza.forecast.pool import Progress
from cadenza.forecast.run import Interrupted, Plan, simulate


def main() -> int:
    def report(progress: Progress) -> None:
        print(progress.done, flush=True)

    try:
        job = FakeJob(wait=0.02, log=sys.argv[3])
        simulate(frame(200), prepared(job), Plan(5000, 5000), int(sys.argv[1]), report, 91, sys.argv[2])
    except Interrupted as stop:
        partial = stop.partial
        print(f"stopped {partial.stopped} {len(partial.points)} {partial.run}" if partial else "nothing", flush=True)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
