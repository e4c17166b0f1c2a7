"""How long a population takes, whole and in shards, and how much memory a person is: mail that machines send, four mails each, twenty mailboxes for
every 10,000 people, nobody's working hours. (With reps' time in it people cannot be cut apart; `bench_kernel.py` measures that.)

    python benchmarks/bench_shards.py [--people 1000000] [--shards 4]

CPU seconds of the thread that works. Each memory figure is the peak of a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cadenza.engines import Outcome, kernel_engine, run
from cadenza.forecast.points import Runs
from cadenza.forecast.shards import merge, split
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build

WORKSPACE = """\
cadenza: 1
organization: {{name: M, postal_address: "1 Example Way, Dublin", timezone: Europe/Dublin, holidays: []}}
team:
  rep: {{people: 2, hours: mon-fri 09:00-17:00, timezone: Europe/Dublin, selling_time: 100%}}
work: {{}}
senders:
  boxes: {{mailboxes: {mailboxes}, domain: mail.m.example, daily_cap: 50}}
"""
PLAYBOOK = """\
cadenza: 1
name: m
audience: {{size: {people}, enroll: {enroll} per business day, fields: [email]}}
channels: {{email: {{senders: boxes, window: mon-fri 09:00-17:00}}}}
cadence:
  - {{id: a, channel: email, message: messages/m.md}}
  - {{id: b, channel: email, after: 3 business days, message: messages/m.md}}
  - {{id: c, channel: email, after: 4 business days, message: messages/m.md}}
  - {{id: d, channel: email, after: 5 business days, message: messages/m.md}}
replies:
  positive: {{handoff: rep}}
  negative: {{stop: said_no}}
stop_rules:
  - {{id: bad-address, when: {{event: bounced}}, stop: invalid_address}}
opt_out: {{ways: [reply], channels: all}}
assumptions:
  email:
    bounced: 3%
    unsubscribed: 0.3%
    reply: {{positive: 0.6%, negative: 0.8%, not_now: 0.6%}}
    reply_delay: {{median: 540 minutes, p90: 1945 minutes}}
  accounts: {{people: 1}}
  reputation: {{complaints: 1x, bounces: 1x}}
"""


def world(people: int) -> Program:
    with tempfile.TemporaryDirectory() as folder:
        home, scale = Path(folder), max(1, people // 10_000)
        (home / "playbooks" / "messages").mkdir(parents=True)
        (home / "cadenza.yaml").write_text(WORKSPACE.format(mailboxes=20 * scale), "utf-8")
        (home / "playbooks" / "m.yaml").write_text(PLAYBOOK.format(people=people, enroll=250 * scale), "utf-8")
        message = "---\nsubject: M\n---\nM {{ unsubscribe_link }}\n{{ organization.postal_address }}\n"
        (home / "playbooks" / "messages" / "m.md").write_text(message, "utf-8")
        return build((load_playbook(home / "playbooks" / "m.yaml"),), "2027-01-04", Duration(13, "week"), 7)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.thread_time()
    found = work()
    return found, time.thread_time() - begin


def peak() -> float:
    """MB. Of this process alone: what `getrusage` says begins with the parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10 if sys.platform == "linux" else 1 << 20)


def worker(payload: bytes, answers: Any) -> None:
    """What a worker of a cluster does with a part; its memory comes along."""
    before = peak()
    part: Runs = pickle.loads(payload)
    outcome, seconds = timed(lambda: run(part.programs[0], 0, "kernel", lateness=part.parts))
    answers.put((outcome, seconds, before, peak()))


def carried_out(job: Runs) -> tuple[Outcome, float, float, float, int]:
    """(outcome, CPU seconds, memory before, peak, bytes sent) of the job in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    payload = pickle.dumps(job.part(0), protocol=5)
    process = context.Process(target=worker, args=(payload, answers))
    process.start()
    found = answers.get()
    process.join()
    return (*found, len(payload))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=4)
    options = parser.parse_args()
    kernel_engine.ready()
    program, building = timed(lambda: world(options.people))
    after_building = peak()
    parts, cutting = timed(lambda: split(program, options.shards, "m"))
    whole = carried_out(Runs((program,), (False,), "kernel"))
    pieces = [carried_out(Runs((part,), (False,), "kernel", parts=True)) for part in parts]
    added, adding = timed(lambda: merge(program, [piece[0] for piece in pieces]))
    same = added == whole[0]
    people = len(program.people.key)
    print(f"{people:,} people, {whole[0].counts['touches']:,.0f} touches, {options.shards} shards; the sum is the whole: {same}")
    print(f"building {building:.2f} s, peak {after_building:.0f} MB; cutting {cutting:.2f} s; adding up {adding * 1000:.1f} ms")
    for name, (_, seconds, before, top, size) in (("whole", whole), *((f"shard {n}", piece) for n, piece in enumerate(pieces))):
        print(f"{name}: {seconds:.3f} s, sent {size / 1e6:.1f} MB, memory {before:.0f} MB before and {top:.0f} MB at the peak")


if __name__ == "__main__":
    main()
