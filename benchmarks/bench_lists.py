"""How long lists take: people of a CSV file, the same list in two playbooks, and a market that two playbooks share, each in a process of its own.

    python benchmarks/bench_lists.py [--most 1000000] [--write]

CPU seconds from the file to the program, with the kernel compiled before, and the most memory that the process had. `--write` puts the table into
`benchmarks/lists.md`.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ZONES = (("IE", "Europe/Dublin"), ("GB", "Europe/London"), ("US", "America/New_York"), ("US", "America/Chicago"), ("DE", "Europe/Berlin"), ("US", ""))
WORKSPACE = """\
cadenza: 1
organization: {name: Acme, postal_address: "1 Way, Dublin", timezone: Europe/Dublin, holidays: [IE]}
team: {sdr: {people: 5, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 100%}}
work: {reply.positive: {role: sdr, takes: 15 minutes}}
senders: {pool: {mailboxes: 20, domain: mail.acme.example, daily_cap: 1000}}
suppression: {lists: [lists/no.csv]}
"""
PLAYBOOK = """\
cadenza: 1
name: %s
icp: {accounts: {countries: [IE, GB, US, DE]}}
audience: {%s, enroll: %d per business day, fields: [email, phone]}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}}
cadence: [{id: one, channel: email, message: hello.md}, {id: two, channel: email, after: 3 days, message: hello.md}]
replies: {positive: {handoff: sdr}}
assumptions: {segments: {dull: {share: 30%%}, keen: {share: 20%%}}}
"""
KINDS = {"a list": ("list", 1), "a list, in two playbooks": ("list", 2), "a market that two share": ("market", 2)}


def measure(kind: str, people: int) -> dict[str, float]:
    """One case, in this process."""
    from cadenza.engines import kernel_engine, run
    from cadenza.language import load_playbook
    from cadenza.language.values import Duration
    from cadenza.world import build

    def memory() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    of, count = KINDS[kind]
    kernel_engine.ready()
    with tempfile.TemporaryDirectory() as folder:
        paths = written(Path(folder), of, count, people)
        playbooks = [load_playbook(path) for path in paths]
        begin = time.process_time()
        program = build(playbooks, "2027-01-04", Duration(13, "week"), 7)
        built, most = time.process_time() - begin, memory()
        begin = time.process_time()
        run(program, 0, "kernel")
    return {"people": len(program.people.key), "built": built, "built MB": most, "ran": time.process_time() - begin, "ran MB": memory()}


def written(folder: Path, of: str, playbooks: int, people: int) -> list[Path]:
    """A workspace; everybody is let in within forty days."""
    for name in ("lists", "playbooks"):
        (folder / name).mkdir()
    (folder / "cadenza.yaml").write_text(WORKSPACE, "utf-8")
    (folder / "lists" / "no.csv").write_text("email,domain\nu7@c3.example,\n,c5.example\n", "utf-8")
    (folder / "playbooks" / "hello.md").write_text("---\nsubject: Hello\n---\nHello.\n{{ unsubscribe_link }}\n", "utf-8")
    if of == "list":
        dice = random.Random(1)
        with (folder / "lists" / "people.csv").open("w", encoding="utf-8") as file:
            file.write("id,email,phone,company,country,timezone,segment\n")
            for n in range(people):
                (country, zone), account = dice.choice(ZONES), dice.randrange(people // 3 + 1)
                file.write(f"p{n},u{n}@c{account}.example,,Company {account},{country},{zone},{dice.choice(('keen', 'dull', ''))}\n")
    audience = "source: {kind: crm, list: ../lists/people.csv}" if of == "list" else f"market: one, size: {people}"
    paths = [folder / "playbooks" / f"{name}.yaml" for name in ("first", "second")[:playbooks]]
    for path in paths:
        path.write_text(PLAYBOOK % (path.stem, audience, max(1, people // 40)), "utf-8")
    return paths


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--most", type=int, default=1_000_000)
    options.add_argument("--write", action="store_true")
    options.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        print(json.dumps(measure(given.one[0], int(given.one[1]))))
        return
    lines = ["| people of | rows | CPU s to the program | MB | one run, CPU s | MB |", "|---|---|---|---|---|---|"]
    for size in (size for size in (10_000, 100_000, 1_000_000) if size <= given.most):
        for kind in KINDS:
            done = subprocess.run([sys.executable, __file__, "--one", kind, str(size)], capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            lines.append(f"| {kind} | {size:,} | {found['built']:.2f} | {found['built MB']:.0f} | {found['ran']:.2f} | {found['ran MB']:.0f} |")
            print(lines[-1], flush=True)
    if given.write:
        page = ROOT / "benchmarks" / "lists.md"
        head = page.read_text("utf-8").partition("| people of |")[0]
        page.write_text(head + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
