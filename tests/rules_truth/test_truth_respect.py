"""The rules of respect against a judge that lives lives one by one (`brute.py`): the same verdict, in both directions.

Compared, since they are about what happens in a life:
    R001 ignores-no, R003 opt-out-leaks, R004 opt-out-too-slow (the part that asks whether a touch overtakes a refusal), R006 no-cooldown, R007
    talks-over-reply, R008 ignores-absence, R009 complaint-continues, R010 wrong-person-continues, R011 colleague-next, R012 no-way-back, R013
    not-now-too-soon, R014 unclassified-continues, R015 handover-gap.
Not compared, since no life shows them:
    R002 no-opt-out (which ways out are written down, and whether the mails have the link), R005 opt-out-friction (what the page after the link asks),
    and the part of R004 that holds `reaches` against `honour_within` (two figures of one file).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from rules_truth.judging import LONG, SHORT, Case, TooDear, Verdicts, case, counted, law
from rules_truth.strategies import timed_playbooks

from cadenza.language.findings import Finding

CODES = ("R001", "R003", "R004", "R006", "R007", "R008", "R009", "R010", "R011", "R012", "R013", "R014", "R015")


def applies(case: Case, code: str) -> bool:
    """Whether a rule looks at such a playbook at all."""
    opt_out = case.playbook.opt_out
    if code in ("R003", "R004", "R009"):
        return opt_out is not None  # else R002 speaks
    if code == "R012":
        return opt_out is not None and bool(opt_out.channels)
    return code != "R008" or any(step.channel == "email" for step in case.playbook.cadence)


def broken(case: Case) -> set[str]:
    """The rules that some life breaks. A colleague's opt-out is this person's only where the scope says so; a colleague's meeting concerns those
    only who book meetings."""
    opt_out = case.playbook.opt_out
    not_theirs = {
        "R003 colleague": opt_out is None or opt_out.scope == "person",
        "R015 colleague": not any(state.task == "booking" for state in case.machine.states),
    }
    found = {name.partition(" ")[0] for record in case.lives for name in record.broken if not not_theirs.get(name)}
    if any(record.overtaken for record in case.lives):
        found.add("R004")
    if not case.way_back:
        found.add("R012")
    return found


def shown(case: Case, finding: Finding) -> None:
    """The life that a finding tells shows what it says."""
    code = finding.code
    seen, clock = case.shows(finding.witness)
    if code == "R004":
        (first, _), (last, channel) = seen.touches[-2:]
        assert case.playbook.opt_out is not None
        knows = clock.add(first, case.playbook.opt_out.reaches[channel], None)
        assert last < knows and (last - first, knows - first) == (finding.facts["gap_seconds"], finding.facts["reaches_seconds"])
    else:
        assert code in seen.codes, f"the life that {code} tells does not break it"


def compared(document: dict[str, Any], folder: Path, budget: int) -> Verdicts:
    """What each rule says, after the judge has said the same."""
    tried = case(document, folder, budget)
    verdicts: Verdicts = {}
    if tried is None:
        return verdicts
    bad = broken(tried)
    for code in CODES:
        try:
            said = tried.said(code)
        except TooDear:
            continue
        if code == "R012" and tried.way_back is None:
            continue  # nobody is ever touched: there is nothing to come back from
        if not applies(tried, code):
            assert not said
            continue
        if code == "R004":
            said = [finding for finding in said if finding.witness is not None]  # the others hold one figure against another
        assert said or code not in bad, f"a life breaks {code}, and the rule is silent"
        if code == "R012":
            assert not said or code in bad, "somebody comes back, and R012 says that nobody can"
        else:
            for finding in said:
                shown(tried, finding)
        verdicts[code] = bool(said)
    return verdicts


@law
@given(document=timed_playbooks(most=3))
def test_respect(document: dict[str, Any], tmp_path: Path) -> None:
    compared(document, tmp_path, SHORT)


@pytest.mark.slow
def test_respect_at_length(tmp_path: Path) -> None:
    count = counted(timed_playbooks(most=5), 320, lambda document: compared(document, tmp_path, LONG))
    assert count["R014", True] == 0, "no playbook can break it: the rule holds the compiler to that"
    for code in set(CODES) - {"R014"}:
        assert count[code, True] + count[code, False] >= 150 and min(count[code, True], count[code, False]) >= 10, f"too few for {code}"
