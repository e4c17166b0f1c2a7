"""How long `cadenza lint` takes on one file, beside the bare interpreter and `check-jsonschema` on the same file.

    python benchmarks/startup.py [--rounds 21]

Whole processes, run in turn (one of each, then again), medians; so a noisy machine slows all three alike and the ratios hold. What is cached as
byte code is cached before the first round. `check-jsonschema` is taken from the PATH, else installed into a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAYBOOK = "playbooks/platform-cold.yaml"
AIM = 0.6  # of check-jsonschema's time
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # pip caches byte code when it installs


def peer(folder: Path) -> str:
    """The path of a `check-jsonschema` that runs."""
    found = shutil.which("check-jsonschema")
    if found:
        return found
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "check-jsonschema"], check=True)
    return str(folder / "bin" / "check-jsonschema")


def seconds(command: list[str]) -> float:
    """Wall time of one process; it must succeed."""
    start = time.perf_counter()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT)
    elapsed = time.perf_counter() - start
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with {result.returncode}:\n{result.stdout}{result.stderr}")
    return elapsed


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each command over `rounds` rounds, run in turn."""
    for command in commands.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(seconds(command))
    return {name: statistics.median(values) for name, values in times.items()}


def table(medians: dict[str, float]) -> str:
    """The medians as Markdown, each as a ratio to the first and to the last."""
    names = list(medians)
    first, last = names[0], names[-1]
    rows = [f"| whole process, median | ms | to `{first}` | to `{last}` |", "|---|---:|---:|---:|"]
    rows += [f"| `{name}` | {value * 1000:.0f} | {value / medians[first]:.1f} | {value / medians[last]:.2f} |" for name, value in medians.items()]
    return "\n".join(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        medians = measure(
            {
                "python -c pass": [sys.executable, "-c", "pass"],
                "cadenza --version": [str(Path(sys.executable).parent / "cadenza"), "--version"],
                "cadenza lint": [str(Path(sys.executable).parent / "cadenza"), "lint", "--no-cache", PLAYBOOK],
                "cadenza lint, unchanged": [
                    str(Path(sys.executable).parent / "cadenza"),
                    "lint",
                    "--cache-dir",
                    str(Path(folder) / "store"),
                    PLAYBOOK,
                ],
                "check-jsonschema": [peer(Path(folder)), "--schemafile", "schema/playbook.schema.json", PLAYBOOK],
            },
            arguments.rounds,
        )
    print(f"{PLAYBOOK}, {arguments.rounds} rounds\n\n{table(medians)}\n")
    ratio = medians["cadenza lint"] / medians["check-jsonschema"]
    print(f"aim: under {AIM} of check-jsonschema; {'held' if ratio < AIM else 'missed'} at {ratio:.2f}")
    return 0 if ratio < AIM else 1


if __name__ == "__main__":
    sys.exit(main())
