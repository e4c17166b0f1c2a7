"""How the kernel grows: workload W for 10^3 to 10^7 people, one replication on one thread and two side by side on two, each size in a process of
its own; and what it remembers, where the same people come over two or three years with mailboxes and reps that are enough, so that few are under
way at a time.

    python benchmarks/bench_scale.py [--most 7] [--long] [--write]

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
from collections.abc import Callable
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


def since_now() -> float:
    """Forget the most memory that the process ever had; gives what it has, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def remember(people: int, weeks: int) -> dict[str, float]:
    """What a replication adds to the memory of this process when people come evenly over so many weeks. Linux only."""
    from bench_kernel import workload

    from cadenza.engines import kernel_engine, run

    kernel_engine.ready()
    program = workload(people, weeks)
    kernel_engine.prepare((program,))
    drawn, before = status("VmHWM"), since_now()
    begin = time.thread_time()
    outcome = run(program, 0, "kernel")
    seconds, most = time.thread_time() - begin, status("VmHWM")
    return {
        "people": outcome.counts["enrolled"],
        "weeks": weeks,
        "touches": outcome.counts["touches"],
        "seconds": seconds,
        "under_way": kernel_engine.crew(program, 0),
        "drawn": drawn,
        "program": before,
        "added": most - before,
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


REMEMBERED = (
    "people,weeks,touches,a replication (CPU s),most under way at a time,drawing people (MB),the program (MB),a replication adds (MB),"
    "bytes for each person enrolled"
)


def remembered(each: dict[str, float]) -> str:
    cells = [
        *(f"{each[name]:,.0f}" for name in ("people", "weeks", "touches")),
        f"{each['seconds']:.2f}",
        *(f"{each[name]:,.0f}" for name in ("under_way", "drawn", "program", "added")),
        f"{each['added'] * 2**20 / each['people']:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def one_by_one(flag: str, sizes: list[list[int]], tell: Callable[[dict[str, float]], str]) -> list[dict[str, float]]:
    """Each size in a process of its own."""
    found = []
    for size in sizes:
        said = subprocess.run([sys.executable, __file__, flag, *map(str, size)], check=True, capture_output=True, text=True).stdout
        found.append(json.loads(said))
        print(tell(found[-1]), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=7, help="up to 10 to the power of this")
    parser.add_argument("--long", action="store_true", help="only what is remembered over years")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--remember", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.one or options.remember:
        print(json.dumps(measure(options.one) if options.one else remember(*options.remember)))
        return
    powers = range(3, options.most + 1)
    found = [] if options.long else one_by_one("--one", [[10**power] for power in powers], row)
    names = REMEMBERED.split(",")
    years = [f"| {' | '.join(names)} |", f"|{'---:|' * len(names)}"]
    years += map(remembered, one_by_one("--remember", [[10**power, 156 if power > 6 else 104] for power in powers if power > 4], remembered))
    if options.write and not options.long:
        head = "# How the kernel grows\n\nWritten by `python benchmarks/bench_scale.py --write`: W, mailboxes and reps growing with its people.\n\n"
        between = "\n\nWhat it remembers: the same people, coming evenly over years, with mailboxes and reps that are enough.\n\n"
        (ROOT / "benchmarks" / "scale.md").write_text(head + "\n".join(table(found)) + between + "\n".join(years) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
