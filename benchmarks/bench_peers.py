"""Workload W on other people's engines, side by side in one run: each in a process of its own, several times in turn, medians of CPU seconds
(the two longest once).

    python -m venv /tmp/peers && /tmp/peers/bin/pip install ciw salabim prosimos
    python benchmarks/bench_peers.py --python /tmp/peers/bin/python [--repeats 3] [--write]

The models are in `peers/`, written for this; each says at its head what its engine cannot express of W. Ciw and Prosimos therefore solve an easier
problem (no mailbox caps, no reply on its way while the cadence goes on). Ciw runs a tenth of the people, where that is still quick, and is
compared with the others at that size. `--write` puts the table into `benchmarks/peers.md`.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
OURS = """
import sys, time
sys.path.insert(0, {here!r})
from bench_kernel import workload
from cadenza.engines import kernel_engine, run
kernel_engine.ready()
program = workload({people})
run(program, 99, {engine!r}) if {engine!r} == "kernel" else None
found = []
for n in range({times}):
    begin = time.thread_time()
    counts = run(program, n, {engine!r}).counts
    found.append(time.thread_time() - begin)
print(sorted(found)[len(found) // 2])
names = {{"touches.email": "email", "touches.phone": "phone", "touches.linkedin": "linkedin", "replies.positive": "positive"}}
print({{short: int(counts[name]) for name, short in names.items()}})
"""
SIMPY = """
import sys, time
sys.path.insert(0, {here!r})
import straightforward
begin = time.process_time()
counts = straightforward.run({people})
print(time.process_time() - begin)
print({{name: counts[name] for name in ("email", "phone", "linkedin", "positive")}})
"""
LONG = (("salabim", 10_000), ("Prosimos", 10_000))
"""These are run once."""
LEFT_OUT = {
    "Ciw": "mailbox caps; a reply on its way while the cadence goes on",
    "Prosimos": "mailbox caps; a reply on its way while the cadence goes on; gaps in working days; calls of two lengths",
}


def once(command: list[str]) -> tuple[float, Mapping[str, int]]:
    """CPU seconds and counts, as the script says them in its last two lines."""
    said = subprocess.run(["nice", "-n", "5", *command], check=True, capture_output=True, text=True).stdout.splitlines()
    return float(said[-2]), ast.literal_eval(said[-1])


def commands(python: str) -> dict[tuple[str, int], list[str]]:
    def ours(people: int, engine: str, times: int) -> list[str]:
        return [sys.executable, "-c", OURS.format(here=str(HERE), people=people, engine=engine, times=times)]

    def theirs(name: str, people: int) -> list[str]:
        return [python, str(HERE / "peers" / f"w_{name}.py"), str(people)]

    return {
        ("SimPy, straightforward", 1_000): [sys.executable, "-c", SIMPY.format(here=str(HERE), people=1_000)],
        ("salabim", 1_000): theirs("salabim", 1_000),
        ("Prosimos", 1_000): theirs("prosimos", 1_000),
        ("Ciw", 1_000): theirs("ciw", 1_000),
        ("cadenza, engine `kernel`", 10_000): ours(10_000, "kernel", 9),
        ("cadenza, engine `simpy`", 10_000): ours(10_000, "simpy", 1),
        ("SimPy, straightforward", 10_000): [sys.executable, "-c", SIMPY.format(here=str(HERE), people=10_000)],
        ("salabim", 10_000): theirs("salabim", 10_000),
        ("Prosimos", 10_000): theirs("prosimos", 10_000),
    }


def versions(python: str) -> str:
    code = "from importlib.metadata import version as v; print(', '.join(f'{n} {v(n)}' for n in ('ciw', 'salabim', 'prosimos')))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def table(python: str, repeats: int) -> str:
    todo = commands(python)
    seconds: dict[tuple[str, int], list[float]] = {key: [] for key in todo}
    counts: dict[tuple[str, int], Mapping[str, int]] = {}
    for repeat in range(repeats):
        for key, command in todo.items():
            if repeat == 0 or key not in LONG:
                found, counts[key] = once(command)
                seconds[key].append(found)
                print(f"{key[0]}, {key[1]:,} people: {found:.4g} s", file=sys.stderr, flush=True)
    lines = ["| engine | people | CPU seconds (median) | times SimPy | touches | left out |", "|---|---|---|---|---|---|"]
    for (name, people), each in seconds.items():
        own, simpy = median(each), median(seconds["SimPy, straightforward", people])
        touches = sum(counts[name, people][channel] for channel in ("email", "phone", "linkedin"))
        times = f"{own / simpy:.1f}" if own >= simpy else f"1/{simpy / own:.0f}" if simpy / own >= 2 else f"{own / simpy:.2f}"
        lines.append(f"| {name} | {people:,} | {own:.4g} | {times} | {touches:,} | {LEFT_OUT.get(name, '')} |")
    kernel = median(seconds["cadenza, engine `kernel`", 10_000])
    others = (("salabim", 10_000), ("Prosimos", 10_000))
    told = "; ".join(f"{name} {median(seconds[name, people]) / kernel:,.0f}" for name, people in others)
    ciw = median(seconds["Ciw", 1_000]) / kernel
    lines += ["", f"Times the kernel's CPU time for 10,000 people: {told}; Ciw for a tenth of the people {ciw:,.0f}. With {versions(python)}."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", required=True, help="an interpreter that has ciw, salabim and prosimos")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = table(options.python, options.repeats)
    print(found)
    if options.write:
        head = "# Workload W on other engines\n\nWritten by `python benchmarks/bench_peers.py --write`. Ratios within one run count.\n\n"
        (HERE / "peers.md").write_text(f"{head}{found}\n", "utf-8")


if __name__ == "__main__":
    main()
