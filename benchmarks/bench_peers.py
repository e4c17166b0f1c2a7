"""Workload W on other people's engines, side by side in one run: each in a process of its own, several times in turn, medians of CPU seconds
(the two longest once).

    python -m venv /tmp/peers && /tmp/peers/bin/pip install ciw salabim prosimos
    python benchmarks/bench_peers.py --python /tmp/peers/bin/python [--repeats 3] [--write]

The models are in `peers/`, written for this; each says at its head what its engine cannot express of W. Ciw and Prosimos therefore solve an easier
problem (no mailbox caps, no reply on its way while the cadence goes on). Ciw runs a tenth of the people, where that is still quick, and is
compared with the others at that size. `--write` puts the table into the manual, `docs/explanation/other-engines.md`.
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
PAGE = """\
# Beside other engines

Written by `python benchmarks/bench_peers.py --write`, in one run, on a machine with two cores and many times as much to do: CPU seconds,
of which only the ratios count.

Workload W is 10,000 people, eight touches on three channels, mailboxes that are asked for 4.6 times what they may send, and two reps. For cadenza it
is a playbook that goes through the whole compiler (`benchmarks/w`); for the others a model that was written for them (`benchmarks/peers`), as
somebody who knows the engine would write it. What an engine cannot express of W is left out, which makes its task easier; it is named in the last
column. With 1,000 people the mailboxes and reps are those of 10,000.

{table}

What a network of queues or a process model cannot say, a playbook has to: a reply that is on its way while the next mail is already due, and a
person who leaves a queue because of it. [salabim](https://www.salabim.org) and [SimPy](https://simpy.readthedocs.io) can say all of W, because their
models are programs.
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
        (ROOT / "docs" / "explanation" / "other-engines.md").write_text(PAGE.format(table=found), "utf-8")


if __name__ == "__main__":
    main()
