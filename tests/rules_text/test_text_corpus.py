"""Precision and recall of the text rules, over mails that say themselves what they are guilty of."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from rules_text.conftest import JUDGED, MAILS, Mail, corpus, guilty

from cadenza.cli.group import run
from cadenza.rules import lint

PRECISION, RECALL = 0.9, 0.8
ROOT = MAILS.parent.parent.parent


@cache
def found(mail: Mail) -> frozenset[str]:
    with tempfile.TemporaryDirectory() as name:
        return frozenset(finding.code for finding in guilty(mail, Path(name)))


@cache
def table() -> dict[str, tuple[int, int, int]]:
    """Rule -> rightly found, wrongly found, missed."""
    counts: Counter[tuple[str, str]] = Counter()
    for mail in corpus():
        counts.update((code, "hit" if code in mail.expect else "false") for code in found(mail))
        counts.update((code, "missed") for code in mail.expect - found(mail))
    return {code: (counts[code, "hit"], counts[code, "false"], counts[code, "missed"]) for code in JUDGED}


@pytest.mark.parametrize("code", JUDGED)
def test_a_rule_is_right_when_it_speaks_and_seldom_silent_when_it_should_not_be(code: str) -> None:
    hits, false, missed = table()[code]
    assert hits >= 2, "too few mails to say anything"
    assert hits / (hits + false) >= PRECISION, f"{code}: {false} of {hits + false} are false"
    assert hits / (hits + missed) >= RECALL, f"{code}: {missed} of {hits + missed} are missed"


@pytest.mark.parametrize("mail", [mail for mail in corpus() if mail.name.startswith("good/")], ids=lambda mail: mail.name)
def test_a_good_mail_is_left_in_peace(mail: Mail) -> None:
    assert found(mail) == mail.expect
    assert mail.expect <= {"E015"}


def test_the_corpus_is_large_and_mixed_enough() -> None:
    mails = corpus()
    assert len(mails) >= 60
    assert sum(mail.name.startswith("bad/") for mail in mails) >= 30
    assert {"E015"} == {code for mail in mails if mail.name.startswith("good/") for code in mail.expect}


def test_another_language_gets_one_advice_and_no_english_judgement() -> None:
    others = [mail for mail in corpus() if "E015" in mail.expect]
    assert len(others) >= 8
    for mail in others:
        assert not found(mail) & {"P012", "E003", "E006", "E007"}, mail.name


def test_the_shipped_messages_are_left_in_peace() -> None:
    report = lint([ROOT], as_of=date(2026, 11, 21), select=(*JUDGED, "D"), ignore=("D002",))
    assert [str(finding.span) + " " + finding.message for finding in (*report.findings, *report.waived) if finding.code in (*JUDGED, "D005")] == []


@pytest.mark.parametrize("motion", ["cold", "warm", "inbound"])
def test_what_init_writes_is_left_in_peace(motion: str, tmp_path: Path) -> None:
    assert run(["init", "--motion", motion, "--as-of", "2027-01-04", str(tmp_path / "shop")]) == 0
    report = lint([tmp_path / "shop" / "playbooks"], as_of=date(2027, 1, 4), select=(*JUDGED, "D"), ignore=("D002",))
    assert [str(finding.span) + " " + finding.message for finding in report.findings] == []


def test_the_same_mail_gives_the_same_findings_whatever_its_line_breaks() -> None:
    mail = next(mail for mail in corpus() if mail.name == "bad/did-you-see.md")
    broken = Mail(mail.name, mail.text.replace("chance to look", "chance\nto   look"), mail.expect, mail.place, mail.after, mail.channel)
    assert found(broken) == found(mail) == {"P012"}


def report_table() -> str:
    """The table as text: `python -m rules_text.test_text_corpus` prints it."""
    lines = [f"{'rule':<6}{'right':>6}{'false':>6}{'missed':>7}  precision  recall"]
    for code, (hits, false, missed) in table().items():
        lines.append(f"{code:<6}{hits:>6}{false:>6}{missed:>7}  {hits / max(1, hits + false):>9.2f}  {hits / max(1, hits + missed):>6.2f}")
    return "\n".join([*lines, json.dumps({"mails": len(corpus())})])


if __name__ == "__main__":
    print(report_table())
