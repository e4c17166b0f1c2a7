"""How fast the kernel is, in one process, in turn: workload W as a playbook through the compiler, beside straightforward SimPy code of W
(straightforward.py), a hand-written C loop of W (w_loop.c) and the reference engine; a long list; the first use; the example's forecast.

    python benchmarks/bench_kernel.py [--repeats 5] [--people 1000000] [--write]

Times of engines are CPU seconds of the thread that works, medians: on a busy machine wall clocks tell more about the neighbours. What a user waits
for is told in both. `--write` puts the tables into `benchmarks/kernel.md`. How it grows: bench_scale.py.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))

import straightforward  # noqa: E402

from cadenza.engines import kernel_engine, run  # noqa: E402
from cadenza.engines.kernel import build as kernel_build  # noqa: E402
from cadenza.forecast import forecast  # noqa: E402
from cadenza.language import load_playbook, load_simulation  # noqa: E402
from cadenza.language.values import Duration  # noqa: E402
from cadenza.world import Program, build  # noqa: E402


@contextmanager
def workspace(people: int, weeks: int = 0) -> Iterator[Path]:
    """The workspace of W for so many people: mailboxes, reps and enrolment grow with them. With `weeks`, they come evenly over these instead, and
    there are mailboxes and reps enough."""
    scale = max(1, people // 10_000)
    daily, boxes, reps = 250 * scale, 5 * scale, 2 * scale
    if weeks:
        daily = -(-people // (5 * weeks - 5))
        boxes, reps = 1 + daily * 40 // 250, 1 + daily * 4 // 250
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "w"
        shutil.copytree(ROOT / "benchmarks" / "w", home)
        for name, changes in {
            "cadenza.yaml": {"mailboxes: 5,": f"mailboxes: {boxes},", "{people: 2,": f"{{people: {reps},"},
            "playbooks/w.yaml": {"size: 10000, enroll: 250 per": f"size: {people}, enroll: {daily} per"},
        }.items():
            text = (home / name).read_text("utf-8")
            for old, new in changes.items():
                assert old in text, old
                text = text.replace(old, new)
            (home / name).write_text(text, "utf-8")
        yield home


def workload(people: int, weeks: int = 0) -> Program:
    """W for so many people; see `workspace`."""
    with workspace(people, weeks) as home:
        return build((load_playbook(home / "playbooks" / "w.yaml"),), "2027-01-04", Duration(weeks or 40, "week"), 65969257)


def loop(people: int, repeats: int) -> list[float]:
    """Seconds of the hand-written loop, compiled with the same compiler."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "w_loop"
        subprocess.run([kernel_build.compiler() or "cc", "-O3", "-o", str(program), str(ROOT / "benchmarks" / "w_loop.c"), "-lm"], check=True)
        said = subprocess.run([str(program), str(people), str(repeats)], check=True, capture_output=True, text=True).stdout
    return [float(line.split()[0]) for line in said.splitlines()]


SIMULATION = """\
cadenza: 1
name: w
playbooks: [../playbooks/w.yaml]
start: 2027-01-04
horizon: 40 weeks
seed: 65969257
scenarios: {base: {}}
"""


def seconds(work: Callable[[int], Any], repeats: int) -> list[float]:
    found = []
    for repeat in range(repeats):
        gc.collect()
        begin = time.thread_time()
        work(repeat)
        found.append(time.thread_time() - begin)
    return found


def side_by_side(repeats: int) -> list[tuple[str, float]]:
    """W and the example, by each engine in turn."""
    w = workload(10_000)
    example = build((load_playbook(ROOT / "playbooks" / "platform-cold.yaml"),), "2027-01-04", Duration(13, "week"), 65969257)
    few, many = max(1, repeats // 2), 4 * repeats
    run(w, 0, "kernel")
    run(example, 0, "kernel")
    return [
        ("W, 10,000 people: straightforward SimPy", median(seconds(lambda n: straightforward.run(seed=n), few))),
        ("W, 10,000 people: engine `simpy`", median(seconds(lambda n: run(w, n), few))),
        ("W, 10,000 people: engine `kernel`, rates and names in Python included", median(seconds(lambda n: run(w, n, "kernel"), many))),
        ("W, 10,000 people: hand-written C loop", median(loop(10_000, many))),
        ("the example, 13 weeks: engine `simpy`", median(seconds(lambda n: run(example, n), few))),
        ("the example, 13 weeks: engine `kernel`", median(seconds(lambda n: run(example, n, "kernel"), many))),
    ]


def long_list(people: int) -> list[tuple[str, float]]:
    """One size in a process of its own: from YAML to the program, the replication, and the loop; the process's memory comes along."""
    said = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "bench_scale.py"), "--one", str(people)], check=True, capture_output=True, text=True
    ).stdout
    found = json.loads(said)
    return [
        (f"W, {people:,} people: from YAML to the program, laid out", found["drawn"]),
        (f"W, {people:,} people: engine `kernel`", found["alone"]),
        (f"W, {people:,} people: hand-written C loop", median(loop(people, 3))),
        (f"W, {people:,} people: peak memory of the process, MB", found["one"]),
    ]


def waited(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the wall and CPU seconds of all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def first_use() -> tuple[float, float]:
    """Compiling into an empty cache; the compiler's CPU seconds are the children's."""
    before = os.times()
    with tempfile.TemporaryDirectory() as folder:
        wall, own = waited(lambda: kernel_build.make(Path(folder) / "cache" / "kernel", print))
    after = os.times()
    return wall, own + after.children_user + after.children_system - before.children_user - before.children_system


def what_a_user_waits_for(repeats: int) -> list[tuple[str, float, float]]:
    """First use, and forecasts with 200 replications on two threads, warm: of the example and of W."""
    simulation = load_simulation(next((ROOT / "simulations").glob("*.yaml")))
    rows = [("first use: the kernel is compiled", *first_use())]
    with workspace(10_000) as home:
        (home / "simulations").mkdir()
        (home / "simulations" / "w.yaml").write_text(SIMULATION, "utf-8")
        w = load_simulation(home / "simulations" / "w.yaml")
        jobs = {
            "the example: base alone": lambda: forecast(simulation, replications=200, workers=2, engine="kernel", scenarios=[], sweep=False),
            "the example: all scenarios and sweep points": lambda: forecast(simulation, replications=200, workers=2, engine="kernel"),
            "W, 10,000 people": lambda: forecast(w, replications=200, workers=2, engine="kernel"),
        }
        for name, job in jobs.items():
            found = sorted(waited(job) for _ in range(max(1, repeats // 2)))
            rows.append((f"forecast, 200 replications, of {name}", *found[0]))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--people", type=int, default=1_000_000, help="the long list")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    kernel_engine.ready()
    rows = side_by_side(options.repeats)
    more = long_list(options.people)
    waits = what_a_user_waits_for(options.repeats)
    lines = ["| what | CPU seconds (median) |", "|---|---:|", *(f"| {name} | {each:.4f} |" for name, each in (*rows, *more[:-1]))]
    lines += [
        "",
        f"On W the kernel is {rows[0][1] / rows[2][1]:.0f} times as fast as straightforward SimPy and takes {rows[2][1] / rows[3][1]:.1f} times as "
        f"long as the hand-written loop. {options.people:,} people: {more[0][1] + more[1][1]:.2f} s from YAML to the outcome, in "
        f"{more[3][1]:.0f} MB, {more[1][1] / more[2][1]:.1f} times as long as the loop.",
        "",
        "| what a user waits for | seconds, least | CPU seconds |",
        "|---|---:|---:|",
        *(f"| {name} | {wall:.2f} | {cpu:.2f} |" for name, wall, cpu in waits),
        "",
        f"Load of the machine when this was done: {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} processors.",
    ]
    print("\n".join(lines))
    if options.write:
        head = "# The kernel\n\nWritten by `python benchmarks/bench_kernel.py --write`. Ratios within one run count.\n\n"
        (ROOT / "benchmarks" / "kernel.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
