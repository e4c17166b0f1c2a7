"""How fast the kernel is, in one process, in turn: workload W as a playbook through the compiler, beside straightforward SimPy code of W
(straightforward.py), a hand-written C loop of W (w_loop.c) and the reference engine; and how it grows.

    python benchmarks/bench_kernel.py [--repeats 5] [--people 100000] [--write]

All times are CPU seconds of the thread that works, medians: on a busy machine wall clocks tell more about the neighbours. `--write` puts the
table into `benchmarks/kernel.md`.
"""

from __future__ import annotations

import argparse
import gc
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))

import straightforward  # noqa: E402

from cadenza.engines import kernel_engine, run  # noqa: E402
from cadenza.engines.kernel import build as kernel_build  # noqa: E402
from cadenza.language import load_playbook  # noqa: E402
from cadenza.language.values import Duration  # noqa: E402
from cadenza.world import Program, build  # noqa: E402


def workload(people: int) -> Program:
    """W for so many people: mailboxes, reps and enrolment grow with them."""
    scale = max(1, people // 10_000)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "w"
        shutil.copytree(ROOT / "benchmarks" / "w", home)
        for name, changes in {
            "cadenza.yaml": {"mailboxes: 5,": f"mailboxes: {5 * scale},", "{people: 2,": f"{{people: {2 * scale},"},
            "playbooks/w.yaml": {"size: 10000, enroll: 250 per": f"size: {people}, enroll: {250 * scale} per"},
        }.items():
            text = (home / name).read_text("utf-8")
            for old, new in changes.items():
                assert old in text, old
                text = text.replace(old, new)
            (home / name).write_text(text, "utf-8")
        return build((load_playbook(home / "playbooks" / "w.yaml"),), "2027-01-04", Duration(40, "week"), 65969257)


def loop(people: int, repeats: int) -> list[float]:
    """Seconds of the hand-written loop, compiled with the same compiler."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "w_loop"
        subprocess.run([kernel_build.compiler() or "cc", "-O3", "-o", str(program), str(ROOT / "benchmarks" / "w_loop.c"), "-lm"], check=True)
        said = subprocess.run([str(program), str(people), str(repeats)], check=True, capture_output=True, text=True).stdout
    return [float(line.split()[0]) for line in said.splitlines()]


def seconds(work: Callable[[int], Any], repeats: int) -> list[float]:
    found = []
    for repeat in range(repeats):
        gc.collect()
        begin = time.thread_time()
        work(repeat)
        found.append(time.thread_time() - begin)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--people", type=int, default=100_000, help="the larger W")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    kernel_engine.ready()
    w = workload(10_000)
    example = build((load_playbook(ROOT / "playbooks" / "platform-cold.yaml"),), "2027-01-04", Duration(13, "week"), 65969257)
    run(w, 0, "kernel")
    run(example, 0, "kernel")
    rows: list[tuple[str, float]] = [
        ("W, 10,000 people: straightforward SimPy", median(seconds(lambda n: straightforward.run(seed=n), max(1, options.repeats // 2)))),
        ("W, 10,000 people: engine `simpy`", median(seconds(lambda n: run(w, n), max(1, options.repeats // 2)))),
        (
            "W, 10,000 people: engine `kernel`, rates and names in Python included",
            median(seconds(lambda n: run(w, n, "kernel"), 4 * options.repeats)),
        ),
        ("W, 10,000 people: hand-written C loop", median(loop(10_000, 4 * options.repeats))),
        ("the example, 13 weeks: engine `simpy`", median(seconds(lambda n: run(example, n), max(1, options.repeats // 2)))),
        ("the example, 13 weeks: engine `kernel`", median(seconds(lambda n: run(example, n, "kernel"), 4 * options.repeats))),
    ]
    begin = time.thread_time()
    large = workload(options.people)
    rows.append((f"W, {options.people:,} people: from YAML to the program, in Python", time.thread_time() - begin))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run(large, 0, "kernel")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows.append((f"W, {options.people:,} people: engine `kernel`", median(seconds(lambda n: run(large, n, "kernel"), 3))))
    rows.append((f"W, {options.people:,} people: hand-written C loop", median(loop(options.people, 3))))
    lines = ["| what | CPU seconds (median) |", "|---|---|", *(f"| {name} | {each:.4f} |" for name, each in rows)]
    lines += [
        "",
        f"On W the kernel is {rows[0][1] / rows[2][1]:.0f} times as fast as straightforward SimPy and takes {rows[2][1] / rows[3][1]:.1f} times as "
        f"long as the hand-written loop. Peak memory of the process with {options.people:,} people: {after / 1024:.0f} MB, of which "
        f"{before / 1024:.0f} MB stood before the kernel ran (Python's own lists of people).",
    ]
    print("\n".join(lines))
    if options.write:
        head = "# The kernel\n\nWritten by `python benchmarks/bench_kernel.py --write`. Ratios within one run count.\n\n"
        (ROOT / "benchmarks" / "kernel.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
