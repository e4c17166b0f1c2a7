"""The rules of pressure against a judge that lives lives one by one (`brute.py`): the same verdict, in both directions.

Compared, since they are about what happens in a life:
    P001 too-many-touches (each of its three windows), P002 pile-up, P003 too-close (each channel), P004 no-limit, P009 quiet-hours (each channel),
    P010 fake-thread (the part that asks whether a mail came before).
Not compared, since no life shows them:
    P005 untargeted, P006 no-consent-basis, P007 purchased-list, P013 automated-personal (what is written of the market, the list, the channel), P008
    blast (how many are enrolled against a warm-up, over all people and not one), P012 nag and the rest of P010 (texts), P011 complaint-risk and P014
    reply-rate-below-harm (over a forecast).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from rules_truth.brute import quiet
from rules_truth.judging import LONG, SHORT, Case, TooDear, Verdicts, case, counted, law
from rules_truth.strategies import starts, timed_playbooks
from rules_truth.watched import DAY, Seen

from cadenza.calendars import RecipientClock
from cadenza.language.findings import Finding
from cadenza.language.values import Duration

CODES = ("P001", "P002", "P003", "P004", "P009", "P010")
MOST = {1: 2, 7: 4, 30: 12}


def limit_of(channel: str) -> Duration:
    return Duration(2 if channel == "email" else 1, "business day")


def silent(case: Case, code: str, said: list[Finding]) -> None:
    """What a rule does not say, no life shows."""
    for record in case.lives:
        if code == "P001":
            for days, most in MOST.items():
                told = any(finding.facts["days"] == days for finding in said)
                assert told or record.most.get(days, 0) <= most, f"{days} days are too full, and P001 is silent"
        elif code == "P002":
            assert said or record.apart is None or record.apart >= 3600, "two channels at once, and P002 is silent"
        elif code == "P003":
            for channel in record.near:
                assert any(f"by {channel}" in finding.message for finding in said), f"{channel} comes too close, and P003 is silent"
        elif code == "P009":
            for channel in record.rang:
                assert any(finding.message.startswith(channel) for finding in said), f"{channel} comes in quiet hours, and P009 is silent"
        else:
            assert said or code not in record.broken, f"a life breaks {code}, and the rule is silent"


def crowded(seen: Seen) -> set[int]:
    """The windows in which the touches of a life are too many."""
    ends = [at for at, _ in seen.touches]
    return {days for days, most in MOST.items() if any(sum(1 for at in ends if end - days * DAY < at <= end) > most for end in ends)}


def shown(case: Case, finding: Finding) -> None:
    """The life that a finding tells shows what it says."""
    seen, clock = case.shows(finding.witness)
    if finding.code in ("P004", "P010"):
        assert finding.code in seen.codes, f"the life that {finding.code} tells does not break it"
        return
    last, channel = seen.touches[-1]
    if finding.code == "P001":
        assert finding.facts["days"] in crowded(seen)
    elif finding.code == "P002":
        gap = finding.facts["gap_seconds"]
        assert gap < 3600 and any((last - at, name != channel) == (gap, True) for at, name in seen.touches[:-1])
    elif finding.code == "P003":
        before = next(at for at, name in reversed(seen.touches[:-1]) if name == channel)
        assert last - before == finding.facts["gap_seconds"] and last < clock.add(before, limit_of(channel), None)
    else:
        assert finding.message.startswith(channel) and may_ring(channel, clock), "nobody is reached in quiet hours"


def may_ring(channel: str, clock: RecipientClock) -> bool:
    """Whether the channel is open at some quiet minute of a week."""
    monday = starts(clock)[0]
    return any(quiet(at, clock) and clock.forward(at, channel) == at for at in range(monday, monday + 7 * DAY, 60))


def limited(case: Case) -> bool:
    """Whether a stop rule counts touches or looks at the clock: then P004 has nothing to say."""
    return any(rule.touches is not None or rule.elapsed is not None for rule in case.playbook.stop_rules)


def compared(document: dict[str, Any], folder: Path, budget: int) -> Verdicts:
    """What each rule says, after the judge has said the same."""
    tried = case(document, folder, budget)
    verdicts: Verdicts = {}
    if tried is None:
        return verdicts
    for code in CODES:
        try:
            said = tried.said(code)
        except TooDear:
            continue
        if code == "P010":
            said = [finding for finding in said if "answers nothing" in finding.message]  # the others are about texts
        if code == "P004" and limited(tried):
            assert not said
            continue
        silent(tried, code, said)
        for finding in said:
            if finding.facts.get("exact", True):
                shown(tried, finding)
        verdicts[code] = bool(said)
    return verdicts


@law
@given(document=timed_playbooks(most=3))
def test_pressure(document: dict[str, Any], tmp_path: Path) -> None:
    compared(document, tmp_path, SHORT)


@pytest.mark.slow
def test_pressure_at_length(tmp_path: Path) -> None:
    count = counted(timed_playbooks(most=5), 320, lambda document: compared(document, tmp_path, LONG))
    for code in CODES:
        assert count[code, True] + count[code, False] >= 150 and min(count[code, True], count[code, False]) >= 10, f"too few for {code}"
