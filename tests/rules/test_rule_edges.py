"""Where rules end: just inside their limits, just outside, and where there is nothing to judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import scipy.stats

from cadenza.rules import lint
from cadenza.rules.effect._sample import each_variant

CASES = [
    ("R012", "opt_out:\n  undo: self_service\n", []),
    ("R012", "opt_out:\n  channels: []\n  undo: never\n", []),
    ("R011", "stop_rules:\n  - {id: colleague-said-no, cooldown: 30 days}\n", []),
    (
        "R011",
        "stop_rules:\n  - {id: colleague-said-no, cooldown: 29 days}\n",
        ["after a colleague's no `intro` still reaches the person by email 29 days later; the account's quiet time is 30 days"],
    ),
    ("R015", "replies:\n  positive: {handoff: ae, within: 1 business hour}\n", []),
    ("M005", "stop_rules:\n  - {id: left, when: {event: account.opted_out}, stop: gone}\n", []),
    (
        "M009",
        "stop_rules:\n  - {id: net, when: {touches: 5}, stop: given_up}\n",
        ["`enough` never fires: `net` ends the cadence after 5 touches, and this one waits for 6"],
    ),
    ("M009", "stop_rules:\n  - {id: enough, when: {touches: 40}}\n", []),
    (
        "P007",
        "audience:\n  source: {kind: scraped}\n  size: 0\n",
        ["the people come from a list that was scraped: nobody on it knows of it, and much of it is out of date"],
    ),
    ("P007", "audience:\n  source: {kind: event}\n", []),
    ("P008", "audience:\n  enroll: 199 per business day\n  size: 199\n", []),
    ("P009", "channels:\n  phone: {window: mon-sat 08:00-20:00}\n", []),
    (
        "P009",
        "channels:\n  phone: {window: mon-fri 08:00-20:15}\n",
        ["phone may reach people until 20:15, on their own clock; quiet hours are before 08:00, from 20:00 on, and all sun"],
    ),
    ("P009", "channels:\n  sms: {window: mon-sun 00:00-24:00}\n", []),
    ("E008", "replies:\n  positive: {handoff: ae, within: 60 minutes, then: meeting}\n", []),
    (
        "E008",
        "replies:\n  positive: {within: 61 minutes}\n",
        ["who answers yes waits: it may take 61 minutes until somebody answers; the limit is 1 business hour"],
    ),
    ("E010", "replies:\n  positive: {handoff: ae, within: 1 business hour}\nqualification: {framework: BANT, criteria: {}}\n", []),
    ("E013", "circle: 3\nmotion: warm\n", []),
    ("E014", "cadence:\n  - {id: goodbye, after: 25 business days}\nstop_rules:\n  - {id: too-long, when: {elapsed: 40 days}}\n", []),
    ("C005", "audience:\n  size: 400\n", []),
    ("C005", "audience:\n  size: 0\n", []),
    ("C004", "audience:\n  enroll: 1 per business day\n", []),
]


@pytest.mark.parametrize(("code", "text", "messages"), CASES)
def test_a_rule_ends_where_its_limit_is(code: str, text: str, messages: list[str], base: Callable[..., Path], today: date) -> None:
    report = lint([base(text)], as_of=today, select=[code])
    assert [finding.message for finding in report.findings] == messages


@pytest.mark.parametrize(("p", "detect", "power", "alpha"), [(0.01, 0.006, 0.8, 0.05), (0.3, 0.1, 0.9, 0.01), (0.0, 0.02, 0.5, 0.1)])
def test_the_sample_has_the_power_that_was_asked_for(p: float, detect: float, power: float, alpha: float) -> None:
    """The power of n people in each group, computed the other way round, reaches what was asked; that of one person fewer does not."""
    n = each_variant(p, detect, power, alpha)

    def reached(n: int) -> float:
        q, mean = p + detect, p + detect / 2
        limit = scipy.stats.norm.ppf(1 - alpha / 2) * (2 * mean * (1 - mean) / n) ** 0.5
        return float(scipy.stats.norm.cdf((detect - limit) / ((p * (1 - p) + q * (1 - q)) / n) ** 0.5))

    assert reached(n) >= power > reached(n - 1)


def test_experiments_read_what_the_playbook_itself_assumes(broken: Callable[[str, str], Path], today: date) -> None:
    text = "detect: 0.6%", "detect: 0.3%"
    (finding,) = lint([broken(*text)], as_of=today, select=["E009"]).findings
    assert finding.message == (
        "`evidence-angle` cannot show a difference of 0.3%: `benchmark` gets 5,000 people at most, and from 0.58% it takes "
        f"{each_variant(71 / 12168, 0.003, 0.8, 0.05):,} in each variant (power 80%), which is {finding.facts['weeks']} weeks of enrolment"
    )
    assert finding.facts == {"needed": each_variant(71 / 12168, 0.003, 0.8, 0.05), "expected": 5000, "weeks": 43}


def test_invitations_are_spread_over_hires_as_hours_are(base: Callable[..., Path], today: date) -> None:
    text = (
        "channels:\n  linkedin: {window: mon-fri 09:00-17:00, weekly_cap: 40}\n"
        "cadence:\n  - {id: connect, channel: linkedin, action: invite}\naudience: {enroll: 20 per business day}\n"
    )
    playbook = base(text)
    (finding,) = lint([playbook], as_of=today, select=["C007"]).findings
    assert finding.message == "100 invitations a week (before a single answer), and 2 people of `sdr` may send 80"
    workspace = playbook.parent.parent / "cadenza.yaml"
    old = workspace.read_text("utf-8")
    new = old.replace("people: 2", "people: 2, hires: [{id: spring, people: 1, starts: 2027-03-01}]", 1)
    assert new != old
    workspace.write_text(new, "utf-8")
    assert lint([playbook], as_of=today, select=["C007"]).findings == ()
