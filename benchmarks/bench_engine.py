"""How fast the reference engine is: on the example, and on workload W beside straightforward SimPy code, in one process, in turn.

    python benchmarks/bench_engine.py [--repeats 3] [--write]

Ratios within one run count; absolute figures depend on the machine. `--write` puts the table into `benchmarks/engine.md`.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))

import straightforward  # noqa: E402

from cadenza.engines import run  # noqa: E402
from cadenza.language import load_playbook  # noqa: E402
from cadenza.language.values import Duration  # noqa: E402
from cadenza.world import Program, build  # noqa: E402


def program(path: str, weeks: int, people: int | None = None) -> Program:
    return build((load_playbook(ROOT / path),), "2027-01-04", Duration(weeks, "week"), 65969257, people)


def events(made: Program) -> int:
    """Events of the machine in one replication, as a trace tells them."""
    told = [0]

    def count(*_: object) -> None:
        told[0] += 1

    run(made, 0, trace=count)
    return told[0]


def seconds(work: Callable[[int], Any]) -> Callable[[int], float]:
    def timed(repeat: int) -> float:
        gc.collect()
        begin = time.perf_counter()
        work(repeat)
        return time.perf_counter() - begin

    return timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    example, w = program("playbooks/platform-cold.yaml", 13), program("benchmarks/w/playbooks/w.yaml", 40)
    jobs = {
        "the example, 13 weeks": seconds(lambda n: run(example, n)),
        "workload W, 10,000 people, 40 weeks": seconds(lambda n: run(w, n)),
        "workload W, straightforward SimPy": seconds(lambda n: straightforward.run(seed=n)),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for repeat in range(options.repeats):
        for name, job in jobs.items():
            times[name].append(job(repeat))
    known = {"the example, 13 weeks": events(example), "workload W, 10,000 people, 40 weeks": events(w)}
    people = {"the example, 13 weeks": len(example.people.key)}
    yardstick = median(times["workload W, straightforward SimPy"])
    lines = ["| what | people | seconds (median) | events | events/s | straightforward SimPy takes, times as long |", "|---|---|---|---|---|---|"]
    for name, each in times.items():
        middle, count = median(each), known.get(name)
        rate = f"{count:,} | {count / middle:,.0f}" if count else "|"
        ratio = f"{yardstick / middle:.1f}" if "W" in name else ""
        lines.append(f"| {name} | {people.get(name, 10_000):,} | {middle:.2f} | {rate} | {ratio} |")
    counts = run(w, 0).counts
    plain = straightforward.run(seed=0)
    lines += [
        "",
        f"W, touches: {counts['touches']:,.0f} here, {plain['email'] + plain['phone'] + plain['linkedin']:,} there; "
        f"replies {counts['replies']:,.0f} and {plain['replies']:,}; positive {counts['replies.positive']:,.0f} and {plain['positive']:,}; "
        f"load of the reps {counts['load.rep']:.3f}.",
    ]
    print("\n".join(lines))
    if options.write:
        head = "# The reference engine\n\nWritten by `python benchmarks/bench_engine.py --write`. Ratios within one run count.\n\n"
        (ROOT / "benchmarks" / "engine.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
