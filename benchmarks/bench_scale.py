"""How the kernel grows: workload W for 10^3 to 10^7 people, one replication on one thread and two side by side on two, each size in a process of
its own.

    python benchmarks/bench_scale.py [--most 7] [--write]

CPU seconds are those of the thread that works; seconds are by the clock on the wall, and on a busy machine tell about the neighbours too. Memory is
the most that the process ever had. `--write` puts the table into `benchmarks/scale.md`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))


def measure(people: int) -> dict[str, float]:
    """One size, in this process."""
    from bench_kernel import workload

    from cadenza.engines import kernel_engine, run

    def memory() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def replicate(replication: int) -> float:
        begin = time.thread_time()
        touches.append(run(program, replication, "kernel").counts["touches"])
        return time.thread_time() - begin

    kernel_engine.ready()
    touches: list[float] = []
    begin = time.thread_time()
    program = workload(people)
    kernel_engine.prepare((program,))
    drawn = time.thread_time() - begin
    times = 5 if people <= 100_000 else 1
    replicate(9)
    begin = time.perf_counter()
    alone = sorted(replicate(n) for n in range(times))[times // 2]
    wall = (time.perf_counter() - begin) / times
    one = memory()
    begin = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(replicate, range(2 * times)))
    return {
        "people": people,
        "drawn": drawn,
        "alone": alone,
        "wall": wall,
        "both": (time.perf_counter() - begin) / times,
        "touches": touches[0],
        "one": one,
        "two": memory(),
    }


COLUMNS = "people,touches,drawn and laid out (CPU s),a replication (CPU s),ns a touch,one (s),two on two threads (s),memory (MB),with two (MB)"


def row(each: dict[str, float]) -> str:
    cells = [
        *(f"{each[name]:,.0f}" for name in ("people", "touches")),
        f"{each['drawn']:.3f}",
        f"{each['alone']:.4f}",
        f"{each['alone'] / each['touches'] * 1e9:.0f}",
        *(f"{each[name]:.4f}" for name in ("wall", "both")),
        *(f"{each[name]:,.0f}" for name in ("one", "two")),
    ]
    return f"| {' | '.join(cells)} |"


def table(found: list[dict[str, float]]) -> list[str]:
    names = COLUMNS.split(",")
    return [f"| {' | '.join(names)} |", f"|{'---:|' * len(names)}", *map(row, found)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=7, help="up to 10 to the power of this")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    found = []
    for power in range(3, options.most + 1):
        said = subprocess.run([sys.executable, __file__, "--one", str(10**power)], check=True, capture_output=True, text=True).stdout
        found.append(json.loads(said))
        print(row(found[-1]), flush=True)
    if options.write:
        head = "# How the kernel grows\n\nWritten by `python benchmarks/bench_scale.py --write`: W, mailboxes and reps growing with its people.\n\n"
        (ROOT / "benchmarks" / "scale.md").write_text(head + "\n".join(table(found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
