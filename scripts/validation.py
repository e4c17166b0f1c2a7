"""Write docs/explanation/validation.md: what theory, other people's code and published tables say, beside what cadenza gives.

    python scripts/validation.py            # print the page
    python scripts/validation.py --write    # write it

Everything on the page is computed here, from playbooks that are made for it; the tests keep the page as it is computed.
"""

from __future__ import annotations

import itertools
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

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


class Check(NamedTuple):
    table: str
    says: str
    scenario: str
    here: str
    verdict: str


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


# ---------------------------------------------------------------- published tables


def published() -> list[Check]:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        return [*belkins_steps(at), *growbots(at), *belkins_lengths(at), *imisofts(at), *first_share(at), *latency()]


def belkins_steps(folder: Path) -> list[Check]:
    """T1. A reply rate that falls by 0.86 from mail to mail, in cadences of one to six mails, each 0.71 as frequent as the next shorter."""
    longer, totals = 0.706, {f"{what}-{n}": 0.0 for what in ("sent", "said") for n in range(1, 7)}
    for length in range(1, 7):
        size = round(100_000 * longer ** (length - 1) * ((1 - longer) if length < 6 else 1.0))
        rates = {
            "email": {
                "reply": {"positive": "0.2%", "negative": "0.39%"},
                "each_next_touch": "0.86x",
                "reply_delay": {"median": "3 hours", "p90": "2 days"},
            }
        }
        counts = theory.means(theory.mails(folder, length, rates, size=size, name=f"length-{length}"))
        for n in range(1, length + 1):
            totals[f"sent-{n}"] += counts[f"touches.step.mail-{n}"]
            totals[f"said-{n}"] += sum(counts[f"replies.step.mail-{n}.{name}"] for name in ("positive", "negative"))
    said = [totals[f"said-{n}"] for n in range(1, 7)]
    rates_by_step = [totals[f"said-{n}"] / totals[f"sent-{n}"] for n in range(1, 7)]
    later = sum(said[1:]) / sum(said)
    from_third = sum(said[2:]) / sum(said)
    scenario = "six mails, 0.86x from one to the next, cadences of different lengths"
    fall = rates_by_step[5] / rates_by_step[0]
    return [
        Check(
            "T1 Belkins 2025",
            "per mail sent 0.59% at step 1, 0.28% at step 6: 0.47 of it",
            scenario,
            f"{100 * rates_by_step[0]:.2f}% and {100 * rates_by_step[5]:.2f}%: {fall:.2f}",
            _near(fall, 0.28 / 0.59, 0.03),
        ),
        Check("T1", "follow-ups have 58.6% of the replies", scenario, f"{100 * later:.1f}%", _near(later, 0.586, 0.015)),
        Check(
            "T1",
            "53% and more of the meetings from step 3 on",
            scenario,
            f"{100 * from_third:.0f}% of the replies",
            "does not come out: it takes replies that are worth more the later they come",
        ),
    ]


def growbots(folder: Path) -> list[Check]:
    """T7, over the table that ships: propensity wears out among those who are left, negatives do not."""
    counts = theory.means(theory.mails(folder, 6, {}, name="growbots", quiet=False))
    rate = {
        name: [counts[f"replies.step.mail-{n}.{name}"] / counts[f"touches.step.mail-{n}"] for n in range(1, 7)] for name in ("positive", "negative")
    }
    ratios = [b / a for a, b in zip(rate["positive"], rate["negative"], strict=True)]
    fall = (rate["positive"][5] / rate["positive"][1]) ** 0.25
    rises = all(b > a for a, b in itertools.pairwise(ratios))
    much = ratios[-1] / ratios[0] - 1
    verdict = "does not come out" if not rises else "comes out" if much > 0.1 else f"comes out, but hardly: {100 * much:.1f}% in all"
    return [
        Check(
            "T7 Growbots 2018",
            "negatives per positive rise with every step",
            "six mails, the shipped cold table",
            " ".join(f"{r:.3f}" for r in ratios),
            verdict,
        ),
        Check(
            "T7",
            "warm answers fall from 1.28% at follow-up 1 to 0.62% at follow-up 5: 0.83 a step",
            "the same",
            f"{fall:.2f} a step",
            _near(fall, (0.62 / 1.28) ** 0.25, 0.05),
        ),
    ]


def belkins_lengths(folder: Path) -> list[Check]:
    """T2: opt-outs and complaints of a sequence of four mails against one of one."""
    short, long = (theory.means(theory.mails(folder, n, {}, name=f"lengths-{n}", quiet=False)) for n in (1, 4))
    times = {key: long[key] / short[key] for key in ("unsubscribed", "complained")}
    here = f"{times['unsubscribed']:.1f} and {times['complained']:.1f} times"
    return [
        Check(
            "T2 Belkins 2024",
            "four mails: opt-outs and complaints more than 3 times those of one",
            "one and four mails, the shipped cold table, per person",
            here,
            "comes out" if min(times.values()) > 3 else "does not come out",
        )
    ]


def imisofts(folder: Path) -> list[Check]:
    """T8: rates by step, and what they come to over a sequence."""
    steps = {f"mail-{n + 1}": {"reply": {"negative": f"{rate}%"}} for n, rate in enumerate((1.2, 0.8, 0.6, 0.4, 0.2))}
    found = []
    for length, says in ((3, 2.6), (5, 3.2)):
        counts = theory.means(theory.mails(folder, length, {"steps": dict(list(steps.items())[:length])}, name=f"imisofts-{length}"))
        share = counts["replies"] / counts["enrolled"]
        found.append(
            Check(
                "T8 imisofts",
                f"{length} mails at 1.2, 0.8, 0.6, 0.4, 0.2%: {says}% answer",
                f"{length} mails with these rates",
                f"{100 * share:.2f}%",
                _near(share, says / 100, 0.001),
            )
        )
    return found


def first_share(folder: Path) -> list[Check]:
    """T10 and T4: how much of it comes with the first mail."""
    counts = theory.means(theory.mails(folder, 5, {}, name="first", quiet=False))
    positive = [counts[f"replies.step.mail-{n}.positive"] for n in range(1, 6)]
    later = 1 - positive[0] / sum(positive)
    text = "does not come out where everybody gets all five: who counts campaigns that stopped earlier finds less in later mails"
    return [
        Check(
            "T10 LeadGenius 2015",
            "32% of the positive replies on mails 2 to 5",
            "five mails to everybody, the shipped cold table",
            f"{100 * later:.0f}%",
            text if later > 0.35 else "comes out",
        )
    ]


def latency() -> list[Check]:
    """B4: how many replies come within a day, in the tables that ship."""
    from cadenza.world.assumptions import TABLE_OF, Assumptions, shipped
    from cadenza.world.quantiles import lognormal_table

    found = []
    for motion, name in TABLE_OF.items():
        points = Assumptions(shipped(name)).points("email", "reply_delay")
        assert points is not None
        table = lognormal_table(*points)
        share = sum(value <= 86400 for value in table) / len(table)
        found.append(
            Check(
                "B4 latency",
                "70% to 90% of the replies within 24 hours",
                f"e-mail, the shipped {motion} table",
                f"{100 * share:.0f}%",
                "comes out" if 0.7 <= share <= 0.9 else "does not come out",
            )
        )
    return found


def _near(value: float, says: float, tolerance: float) -> str:
    return "comes out" if abs(value - says) <= tolerance else "does not come out"


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
theirs as what they say of it allows, worked out by `--engine expected`. What does not come out is said, too: no model should reproduce all of it,
as they contradict each other by a factor of ten."""
CLOSING = """
In T1 the share of follow-ups and the fall from step to step come out together only where later mails reach fewer people: with six mails to
everybody the first would have 24% of the replies. How much rarer each longer cadence is (0.71) was chosen so that the share comes out; the fall
is not touched by it.
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
