"""How long `cadenza lint` takes on many playbooks, beside cfn-lint and sqlfluff on as many lines of theirs.

    python benchmarks/bench_lint.py [--files 1000] [--peer-files 50] [--rounds 3]

Whole processes, run in turn, medians, with the seconds that processors worked. The playbooks are the example's, each with its own name, numbers and
messages; in a second workspace each has delays of its own, too, so that nothing that was proved of one holds for another. The templates and
queries are generated to the same number of lines a file, and clean for their linters. Peers are slow, so they get fewer files, and the table says
milliseconds of work for each thousand lines. They are taken from the PATH, else installed into a folder that is thrown away. Asserted: what is said
is the same with one process, with several, and from the cache.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # pip caches byte code when it installs
CADENZA = [sys.executable, "-m", "cadenza", "lint", "--as-of", "2027-01-04", "--exit-zero"]  # so many share too few people, and lint says so


@dataclass
class Work:
    """One command and how many lines it judges; the folder `forget` is removed before it runs."""

    name: str
    command: list[str]
    folder: Path
    files: int
    lines: int
    forget: Path | None = None


def playbooks(folder: Path, count: int, *, own_times: bool = False) -> int:
    """A workspace with `count` playbooks like the example, each with messages of its own; `own_times`: and with delays of its own. Gives the lines of
    a playbook with its messages."""
    source = ROOT / "playbooks"
    text = (source / "platform-cold.yaml").read_text("utf-8")
    for name in ("cadenza.yaml", "lists"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    for number in range(count):
        home = folder / "playbooks" / f"p{number:04}"
        shutil.copytree(source / "messages", home / "messages")
        made = text.replace("name: platform-cold", f"name: p{number:04}").replace("size: 10000", f"size: {10_000 + number}")
        if own_times:
            made = made.replace("assume: 7 days", f"assume: {7 * 24 + number} hours").replace("pause: 90 days", f"pause: {90 + number} days")
        (home / "playbook.yaml").write_text(made.replace("../lists/", "../../lists/"), "utf-8")
    return text.count("\n") + sum(file.read_text("utf-8").count("\n") for file in (source / "messages").glob("*.md"))


def templates(folder: Path, count: int, lines: int) -> None:
    """CloudFormation: buckets with tags, seven lines each."""
    bucket = "  Bucket{0}:\n    Type: AWS::S3::Bucket\n    Properties:\n      VersioningConfiguration:\n        Status: Enabled\n      Tags:\n"
    bucket += "        - {{Key: number, Value: '{0}'}}\n"
    body = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n" + "".join(bucket.format(number) for number in range((lines - 2) // 7))
    for number in range(count):
        (folder / f"t{number:04}.yaml").write_text(f"# {number}\n{body}", "utf-8")


def queries(folder: Path, count: int, lines: int) -> None:
    """SQL: one query of eight lines after another."""
    query = "SELECT\n    a.id,\n    a.name,\n    COUNT(b.id) AS touches\nFROM accounts_{0} AS a\nINNER JOIN touches_{0} AS b ON a.id = b.account_id\n"
    query += "WHERE a.country = 'IE'\nGROUP BY a.id, a.name;\n"
    for number in range(count):
        (folder / f"q{number:04}.sql").write_text("\n".join(query.format(n) for n in range(number, number + lines // 9)), "utf-8")


def peer(name: str, folder: Path) -> str:
    """The path of a peer that runs."""
    found = shutil.which(name)
    if found:
        return found
    if not (folder / "bin").exists():
        venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", name], check=True)
    return str(folder / "bin" / name)


def run(work: Work) -> tuple[float, float, str]:
    """Seconds of one whole process, the seconds that it and its processes worked, and what it said; it must find nothing wrong."""
    if work.forget is not None:
        shutil.rmtree(work.forget, ignore_errors=True)
    start, worked = time.perf_counter(), _worked()
    result = subprocess.run(work.command, cwd=work.folder, capture_output=True, text=True, env=ENVIRONMENT)
    elapsed, worked = time.perf_counter() - start, _worked() - worked
    if result.returncode != 0:
        sys.exit(f"{' '.join(work.command)} failed with {result.returncode}:\n{result.stdout[-2000:]}{result.stderr[-2000:]}")
    return elapsed, worked, result.stdout


def _worked() -> float:
    """Seconds of processor time of all processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def works(home: Path, files: int, peer_files: int) -> list[Work]:
    """What is measured, in the order in which it runs: the cache is filled by the one before the one that uses it."""
    folders = {name: home / name for name in ("playbooks", "times", "templates", "queries")}
    for folder in folders.values():
        folder.mkdir()
    lines = playbooks(folders["playbooks"], files)
    playbooks(folders["times"], files, own_times=True)
    templates(folders["templates"], peer_files, lines)
    queries(folders["queries"], peer_files, lines)
    store = home / "store"
    ours, total = folders["playbooks"], files * lines
    kept = [*CADENZA, "--cache-dir", str(store)]
    return [
        Work("cadenza lint, one process, nothing kept", [*CADENZA, "--no-cache", "--jobs", "1"], ours, files, total),
        Work("cadenza lint, a process for each processor", kept, ours, files, total, forget=store),
        Work("cadenza lint, nothing changed since", kept, ours, files, total),
        Work("cadenza lint, each with delays of its own, a process for each processor", [*CADENZA, "--no-cache"], folders["times"], files, total),
        Work("cfn-lint", [peer("cfn-lint", home / "peers"), "*.yaml"], folders["templates"], peer_files, peer_files * lines),
        Work(
            "sqlfluff lint",
            [peer("sqlfluff", home / "peers"), "lint", "--dialect", "ansi", "--disable-progress-bar", "."],
            folders["queries"],
            peer_files,
            peer_files * lines,
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--peer-files", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = works(Path(folder), arguments.files, arguments.peer_files)
        times: dict[str, list[tuple[float, float]]] = {work.name: [] for work in measured}
        for _ in range(arguments.rounds):
            said = set()
            for work in measured:
                elapsed, worked, output = run(work)
                times[work.name].append((elapsed, worked))
                said |= {output} if work.folder.name == "playbooks" else set()
            assert len(said) == 1, "processes or the cache changed what lint says"
    print("| whole process, median | files | lines | seconds | seconds of work | work for 1,000 lines, ms |\n|---|---:|---:|---:|---:|---:|")
    for work in measured:
        elapsed, worked = (statistics.median(each) for each in zip(*times[work.name], strict=True))
        print(f"| {work.name} | {work.files:,} | {work.lines:,} | {elapsed:.2f} | {worked:.2f} | {worked * 1e6 / work.lines:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
