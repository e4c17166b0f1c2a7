"""The `expected` engine: the same program in the mean, without a draw and without a queue.

A person under a playbook is a semi-Markov chain: the machine says which state follows on which answer, the world says how likely each answer is and
how long it takes. Nobody waits for anybody here, so people do not meet, and instead of one person after the other the engine moves *shares of
people that have one history* from instant to instant (`expected.solve`): forward dynamic programming over (state, calendar, instant, what is still to
be heard). What comes out are means.

**Exact**, but for the width of the stretches below: the machine with all its registers (it is moved by the reference engine's own `Walk`), business
time, hours and windows, daylight saving; one answer a touch, cut from one draw; delays of different touches as the independent tables they are;
the first answer of several; decay, pressure, speed, bad addresses, segments, variants; the person's propensity, which all touches of a person
share, by a Gauss rule; opt-outs on their way; replies that wait to be read; booked, held, won and lost; the horizon's end.

**Approximate**, and how:

- *Stretches.* Answers that come within a stretch of hours count as one, at its middle; histories that differ by less (ages of old answers, days of
  touches, of very few people all instants of half a day) are averaged. `fineness` is the share of all people below which nothing is cut; what it
  costs is seen by cutting more roughly.
- *Uncertain figures* are held at their means (`expected.means`). What is not linear in them is off by about their own variance.
- *What people do to one another* is a mean field: how often a colleague has news is the mean over everybody, a sender's reputation is judged by the
  expected mail with Poisson counts of complaints and bounces, and room for people who come back is filled by expected numbers.
- *How long somebody is away*, how far off a meeting is and when somebody asks to come back are taken at up to 24 equally likely points. Who opts out
  again within a round of the cadence is asked anew whether they ask to come back.
- *People in several playbooks* (`market`) are in each of them by themselves here.

**Left out**: capacity. Everybody is served at once, within working hours. `Expected.scarce` says where that cannot be, and by how much;
there all numbers are upper bounds. How late things are (`late.*`) is about queues, so there is no such number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..world.program import Program
from .expected.means import rates_of
from .expected.scarce import Scarce, scarce
from .expected.solve import FINENESS, Solver
from .expected.tally import Tally
from .outcome import Outcome
from .totals import LATE, outcome


class UnderWay(ValueError):
    """The program starts with people under way. `str(error)` says so."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The means, in the names of an outcome, and what is asked of people and mailboxes."""

    outcome: Outcome
    scarce: tuple[Scarce, ...]

    @property
    def bound(self) -> bool:
        """Whether something is scarce, so that the means are upper bounds."""
        return any(each.binds for each in self.scarce)


def expect(
    program: Program, fixed_rates: bool = False, fineness: float = FINENESS, *, reference: bool = False, tell: Callable[[str], None] | None = None
) -> Expected:
    """The means of a program. `fixed_rates` holds what is uncertain at its medians and not at its means, as `run` does; `fineness` is the share of
    all people below which the answers of a stretch of time are not cut further: smaller is slower and nearer. `reference` walks in Python in any
    case, and not in the compiled solver. Raises UnderWay for a program that starts with people under way."""
    if program.people.flight is not None:
        raise UnderWay("the engine of means begins with nobody under way: take another engine, or a start without a log")
    tally = _solved(Solver(program, rates_of(program, fixed_rates), fineness), reference, tell)
    found = outcome(program, tally.totals())
    counts = {key: value for key, value in found.counts.items() if key.rpartition(":")[2] not in LATE}
    return Expected(replace(found, counts=counts), scarce(program, tally))


def _solved(solver: Solver, reference: bool, tell: Callable[[str], None] | None) -> Tally:
    from .expected.compiled import solve
    from .expected.library import library

    compiled = None if reference else library(tell)
    if compiled is not None and solve(solver, compiled):
        return solver.tally
    return solver.run()


def run(program: Program, replication: int, trace: Callable[..., None] | None, fixed_rates: bool) -> Outcome:
    """The means as an outcome. Every replication is the same, and there are no events to trace."""
    del replication, trace
    return expect(program, fixed_rates).outcome
