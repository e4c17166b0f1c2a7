"""The rules of respect and pressure against a judge that lives lives one by one (`brute.py`): the same verdict, in both directions.

Where a rule is silent no life breaks it; where it speaks, the life that it tells breaks it, as that judge sees it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from rules_truth.brute import DAY, Judge, Record, Seen, replayed
from rules_truth.strategies import clocks, every_clock, starts, timed_playbooks
from support.playbooks import load_document

from cadenza.calendars import RecipientClock
from cadenza.language import Playbook, Refused
from cadenza.language.findings import Finding, Witness
from cadenza.language.values import Duration
from cadenza.machine import Machine, lower
from cadenza.rules.context import Context, Subject
from cadenza.rules.proof.graph import TooDear
from cadenza.rules.registry import named

pytestmark = pytest.mark.slow

TODAY = date(2027, 1, 4)
RESPECT = ("R001", "R003", "R007", "R008", "R009", "R010", "R014", "P004")
BUDGET = 1500
law = settings(suppress_health_check=list(HealthCheck), max_examples=40, phases=[Phase.explicit, Phase.generate])  # small as they are


def findings(code: str, subject: Subject) -> list[Finding]:
    rule = named(code)
    assert rule is not None and rule.check is not None
    return list(rule.check(Context(rule, subject)))


def judged(document: dict[str, Any], folder: Path) -> tuple[Playbook, Subject, Machine] | None:
    """None where the playbook is too large to be proved, which lint says."""
    try:
        playbook = load_document(folder, document)
        return playbook, Subject(playbook.node, TODAY, playbook), lower(playbook)
    except Refused:
        return None


def lived(playbook: Playbook, machine: Machine, budget: int = BUDGET) -> list[Record]:
    return [Judge(machine, clock).live(starts(clock), budget) for clock in clocks(playbook)]


def shows(machine: Machine, playbook: Playbook, witness: Witness) -> tuple[Seen, RecipientClock]:
    """What the life that a witness tells shows, in the first calendar of the market that can follow it."""
    problems = []
    for clock in every_clock(playbook):
        try:
            return replayed(machine, clock, witness.events)[0], clock
        except AssertionError as problem:
            problems.append(str(problem))
    raise AssertionError(problems)


def judges(playbook: Playbook, code: str) -> bool:
    """Whether a rule looks at such a playbook at all."""
    if code in ("R003", "R009"):
        return playbook.opt_out is not None  # else R002 speaks
    if code == "P004":
        return not any(rule.touches is not None or rule.elapsed is not None for rule in playbook.stop_rules)
    return code != "R008" or any(step.channel == "email" for step in playbook.cadence)


def broken(records: list[Record], playbook: Playbook) -> set[str]:
    """The rules that some life breaks. A colleague's opt-out is this person's only where the scope says so."""
    own = playbook.opt_out is None or playbook.opt_out.scope == "person"
    return {name.partition(" ")[0] for record in records for name in record.broken if not (own and name == "R003 colleague")}


def respected(document: dict[str, Any], folder: Path) -> None:
    found = judged(document, folder)
    if found is None:
        return
    playbook, subject, machine = found
    bad = broken(lived(playbook, machine), playbook)
    for code in RESPECT:
        try:
            said = findings(code, subject)
        except TooDear:
            continue
        if not judges(playbook, code):
            assert not said
            continue
        assert said or code not in bad, f"a life breaks {code}, and the rule is silent"
        for finding in said:
            assert finding.witness is not None and finding.witness.events, f"{code} tells no dates"
            seen, _ = shows(machine, playbook, finding.witness)
            assert code in {name.partition(" ")[0] for name in seen.broken}, f"the life that {code} tells does not break it"


@law
@given(document=timed_playbooks())
def test_respect(document: dict[str, Any], tmp_path: Path) -> None:
    respected(document, tmp_path)


@pytest.mark.slow
@settings(law, max_examples=300)
@given(document=timed_playbooks(most=5))
def test_respect_at_length(document: dict[str, Any], tmp_path: Path) -> None:
    respected(document, tmp_path)


# ---------------------------------------------------------------- pressure

P001 = {1: 2, 7: 4, 30: 12}
HOUR = Duration(1, "hour")


def too_soon(first: int, last: int, limit: Duration, clock: RecipientClock) -> bool:
    return last < clock.add(first, limit, None)


def limit_of(channel: str) -> Duration:
    return Duration(2 if channel == "email" else 1, "business day")


def crowded(seen: Seen) -> set[int]:
    """The windows in which the last touches of a life are too many."""
    ends = [at for at, _ in seen.touches]
    return {days for days, most in P001.items() if any(sum(1 for at in ends if end - days * DAY < at <= end) > most for end in ends)}


def pressed(document: dict[str, Any], folder: Path) -> None:
    found = judged(document, folder)
    if found is None:
        return
    playbook, subject, machine = found
    try:
        said = {code: findings(code, subject) for code in ("P001", "P002", "P003")}
    except TooDear:
        return
    for record in lived(playbook, machine):
        for days, most in P001.items():
            told = any(finding.facts["days"] == days for finding in said["P001"])
            assert told or record.most.get(("any", days), 0) <= most, f"{days} days are too full, and P001 is silent"
        assert said["P002"] or record.apart is None or record.apart >= 3600, "two channels at once, and P002 is silent"
        for channel in record.near:
            assert any(finding.message.count(f"by {channel}") for finding in said["P003"]), f"{channel} comes too close, and P003 is silent"
    for code, ones in said.items():
        for finding in ones:
            if finding.facts.get("exact", True):
                assert finding.witness is not None
                seen, clock = shows(machine, playbook, finding.witness)
                holds(code, finding, seen, clock)


def holds(code: str, finding: Finding, seen: Seen, clock: RecipientClock) -> None:
    """The life that a finding tells shows what it says."""
    last, channel = seen.touches[-1]
    if code == "P001":
        assert finding.facts["days"] in crowded(seen)
    elif code == "P002":
        before, other = seen.touches[-2]
        assert (last - before, other != channel) == (finding.facts["gap_seconds"], True) and too_soon(before, last, HOUR, clock)
    else:
        before = next(at for at, name in reversed(seen.touches[:-1]) if name == channel)
        assert last - before == finding.facts["gap_seconds"] and too_soon(before, last, limit_of(channel), clock)


@law
@given(document=timed_playbooks())
def test_pressure(document: dict[str, Any], tmp_path: Path) -> None:
    pressed(document, tmp_path)


@pytest.mark.slow
@settings(law, max_examples=300)
@given(document=timed_playbooks(most=5))
def test_pressure_at_length(document: dict[str, Any], tmp_path: Path) -> None:
    pressed(document, tmp_path)
