"""Write docs/explanation/validation.md: what theory, other people's code and published tables say, beside what cadenza gives.

    python scripts/validation.py            # print the page
    python scripts/validation.py --write    # write it

Everything on the page is computed here, from playbooks that are made for it; the tests keep the page as it is computed.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from published_tables import published  # noqa: E402
from support import theory  # noqa: E402

from cadenza.engines import run  # noqa: E402
from cadenza.engines.expected_engine import expect  # noqa: E402
from cadenza.language import load_playbook  # noqa: E402
from cadenza.language.values import Duration  # noqa: E402
from cadenza.world import Program, build  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "validation.md"
W_RUNS = 60
OTHER_RUNS = 200


class Wait(NamedTuple):
    queue: str
    load: float
    theory: float
    here: float
    error: float

    @property
    def z(self) -> float:
        return (self.here - self.theory) / self.error


def queues(days: int = 90) -> Iterator[Wait]:
    """Waiting times of degenerate playbooks."""
    for name, kinds, reps in (
        ("M/D/1", (theory.Kind(60, 1008),), 1),
        ("M/D/1", (theory.Kind(60, 1224),), 1),
        ("M/G/1, three kinds of work", (theory.Kind(20, 900), theory.Kind(90, 300), theory.Kind(300, 60)), 1),
        ("M/M/1", theory.exponential(60, 864), 1),
        ("M/M/2", theory.exponential(60, 2016), 2),
        ("M/M/4", theory.exponential(60, 4608), 4),
    ):
        with tempfile.TemporaryDirectory() as folder:
            program = theory.queue(Path(folder), kinds, reps, days)
        known = theory.erlang_c(kinds, reps) if name.startswith("M/M") else theory.pollaczek_khinchine(kinds)
        here, error = theory.mean_of_days(theory.waits(program))
        yield Wait(name, sum(kind.per_day * kind.seconds for kind in kinds) / 86400 / reps, known, here, error)


def workload_w(runs: int = W_RUNS) -> dict[str, tuple[float, float, float, float, float]]:
    """By count: other people's mean, the mean here and its standard error, standard errors between the two, the closed form."""
    program = w_program()
    outcomes = [run(program, n, "auto").counts for n in range(runs)]
    told = expect(program).outcome.counts
    found = {}
    for key, (known, deviation) in theory.W_KNOWN.items():
        values = [counts[key] for counts in outcomes]
        here = math.fsum(values) / runs
        error = math.sqrt(math.fsum((v - here) ** 2 for v in values) / (runs - 1) / runs)
        found[key] = (float(known), here, error, (here - known) / math.hypot(error, deviation / math.sqrt(OTHER_RUNS)), told[key])
    return found


def w_program() -> Program:
    playbook = load_playbook(ROOT / "benchmarks" / "w" / "playbooks" / "w.yaml")
    return build((playbook,), "2027-01-04", Duration(40, "week"), 1)


def last_working_day(runs: int = 5) -> float:
    """The working day of W on which the last touch is made; the first one, on which people are enrolled, is 0."""
    program, last = w_program(), []
    days = [at for at, business in zip(program.days.at, program.days.business, strict=False) if business]
    for n in range(runs):
        latest = 0

        def told(at: int, _key: int, _state: str, event: str, resource: str, _draw: int) -> None:
            nonlocal latest
            if event == "done" and resource:
                latest = max(latest, at)

        run(program, n, "auto", told)
        last.append(sum(at <= latest for at in days) - 1)
    return sum(last) / runs


# ---------------------------------------------------------------- the page


def page() -> str:
    lines = [
        INTRO,
        *_table(
            ("queue", "load", "theory, s", "here, s", "standard errors"),
            queues(),
            lambda w: (w.queue, f"{w.load:.2f}", f"{w.theory:.1f}", f"{w.here:.1f} ± {w.error:.1f}", f"{w.z:+.1f}"),
        ),
    ]
    lines += [
        WORKLOAD,
        *_table(("count", "straightforward SimPy", f"here, {W_RUNS} runs", "standard errors", "expected"), workload_w().items(), _w_row),
    ]
    last = f"The last touch of W is made on working day {last_working_day():.1f} in the mean of five runs, where the first is day 0"
    lines += [f"{last}; straightforward SimPy says 184.7 (0.7).\n"]
    lines += [TABLES, *_table(("table", "says", "scenario", "here", "verdict"), published(), lambda c: tuple(c))]
    return "\n".join(lines) + CLOSING


def _w_row(item: tuple[str, tuple[float, float, float, float, float]]) -> tuple[str, ...]:
    key, (known, here, error, z, told) = item
    return key, f"{known:,.0f}", f"{here:,.1f} ± {error:.1f}", f"{z:+.1f}", f"{told:,.1f}"


def _table(head: tuple[str, ...], rows: object, cells: Callable[..., tuple[str, ...]]) -> list[str]:
    lines = ["", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cells(row))} |" for row in rows]  # type: ignore[attr-defined]
    return [*lines, ""]


INTRO = """# Validation: against theory, other code and published tables

Written by `python scripts/validation.py --write`; a test holds the page to what is computed.

## Waiting times

Degenerate playbooks: inbound people who come at any second, one touch each, reps who work around the clock. Theory is Pollaczek and Khinchine's
formula for one rep and Erlang's C for several. Constant work is what a playbook knows; an exponential service time is made of three kinds of work
whose seconds and shares are Gauss-Laguerre nodes, which gives it the first five moments of the exponential distribution. Standard errors are over
days."""
WORKLOAD = """## Workload W

10,000 people, eight touches, mailboxes that are asked for 4.6 times what they may send. The other numbers are means of 200 runs of straightforward
SimPy code that knows nothing of cadenza. The last column is the closed form (`--engine expected`), which lets nobody wait: with 40 weeks there is
time for all."""
TABLES = """## Published tables

Each is a vendor's study of its own data; sources are in the tables that ship (`cadenza/world/tables`). A scenario is a playbook that is as like
theirs as what they say of it allows, worked out by `--engine expected` (`scripts/published_tables.py`). *Comes out*: with nothing but published
figures or the tables that ship. *One figure chosen for it*: it can be said in the language, and one number was fitted, so that it tests nothing by
itself. What does not come out is said with the reason: no model should reproduce all of it, as they contradict each other by a factor of ten."""
CLOSING = """
**How many get the next mail** explains most of what looks contradictory. In the studies later mails reach fewer people: with five mails to everybody
the first has 31% of the positive replies, and studies say 41% to 68%. T4's 58% comes out where each next mail is sent to 0.55 of those who may get
the last; with this one figure T9 comes out, too, and T5's and T6's first follow-up. A cadence does not say who stops early, so a mixture of cadences
of different lengths stands for it.

**What no model of one population can give** are sequences that are longer and have fewer replies (T2, T3, T6): the same people cannot answer less
often because they were asked again. Who gets five mails has not answered four, or was on a worse list. Segments with rates of their own would say
that, one figure for each figure of the table.

**T1's meetings** are at odds with T1's replies: the first mail has 41.4% of the replies, and mails from the third on have more than half of the
meetings. It takes positives that become more frequent among later replies, where T7 has them become rarer.
"""


def main() -> None:
    text = page()
    if "--write" in sys.argv[1:]:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
