"""Policies in lint: which are in force, whom they are for, since when, and how one lives with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.language import trees
from cadenza.language.model import Comment
from cadenza.language.nodes import Map
from cadenza.language.trees import read_map
from cadenza.rules import lint
from cadenza.rules.legal.pack import FOLDER, shipped

Change = Callable[[Path, str, str], None]
Said = Callable[..., list[str]]


def policies(root: Path, text: str, more: str = "") -> None:
    """Put these policies into a workspace, instead of those it has."""
    file = root / "cadenza.yaml"
    kept = [line for line in file.read_text("utf-8").split("\n") if not line.startswith("policies:")]
    file.write_text("\n".join([f"policies: {text}", *more.splitlines(), *kept]), "utf-8")


# ---------------------------------------------------------------- which are in force


def test_an_unknown_pack_is_located_and_guessed(best: Path, said: Said) -> None:
    policies(best, "[can-spamm, packs/none.yaml, nonsense, ../out.yaml, house]")
    (best / "packs").mkdir()
    assert said(best) == [
        "cadenza.yaml:1:12 error unknown-reference: there is no policy pack `can-spamm`",
        "cadenza.yaml:1:23 error unknown-reference: there is no policy pack `packs/none.yaml`",
        "cadenza.yaml:1:40 error unknown-reference: there is no policy pack `nonsense`",
        "cadenza.yaml:1:50 error outside-workspace: the path `../out.yaml` leads out of the workspace",
        "cadenza.yaml:1:63 error unknown-reference: `policies` names `house`, and there is no `house:`",
    ]
    helps = [finding.help for finding in lint([best], as_of=date(2027, 3, 1), base=best, select=("Y",)).findings]
    assert helps[0] == "did you mean `can-spam`?"
    assert helps[2].startswith("there is `au-spam`, `can-spam`")


@pytest.mark.parametrize(("named", "read"), [("[]", []), ("[house]", []), ("[gdpr]", ["gdpr"]), ("[gdpr, can-spam]", ["can-spam", "gdpr"])])
def test_only_packs_that_are_switched_on_are_read(named: str, read: list[str], best: Path, today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading them all takes longer than judging the playbook."""
    opened: list[Path] = []

    def noted(path: Path, file: str, what: str) -> tuple[Map, tuple[Comment, ...]]:
        opened.append(path)
        return read_map(path, file, what)

    monkeypatch.setattr(trees, "read_map", noted)
    shipped.cache_clear()
    policies(best, named, HOUSE if "house" in named else "")
    lint([best], as_of=today, base=best)
    assert sorted(path.stem for path in opened if path.parent == FOLDER) == read


HOUSE = """house:
  - id: five
    require: facts.touches_max <= 3
    because: Council, 2026-03
  - id: mail-first
    require: facts.first_channel == "email"
"""


def test_house_rules_say_which_fact_and_where(best: Path, today: date) -> None:
    policies(best, "[house]", HOUSE)
    (found,) = lint([best], as_of=today, base=best, select=("L",)).findings
    assert (found.code, found.name, found.source) == ("L001", "five", "Council, 2026-03")
    assert found.message == "`touches_max` is 4 touches; the house requires `facts.touches_max <= 3`"
    assert str(found.span) == "playbooks/best.yaml:23:5"
    assert [(str(related.span), related.note) for related in found.related] == [("cadenza.yaml:4:5", "the condition of `five`")]
    assert found.witness is not None and [beat.what for beat in found.witness.beats] == ["first", "call", "text", "connect"]
    assert found.facts == {"touches_max": 4}


def test_house_rules_that_nobody_switched_on_are_advice(best: Path, said: Said) -> None:
    policies(best, "[respect]", HOUSE)
    assert said(best) == ["cadenza.yaml:2:1 advice house-idle: 2 house rules are not in force: `policies` does not list `house`"]


PACK = """cadenza: 1
pack: ours
title: Ours
checks:
  - id: ours.calm
    applies_to: {channels: [phone], countries: [IE]}
    require: facts.gap_min_before["phone"] >= days(10)
    message: "a call comes {gap_min_before[phone]} after another touch; the council asks for 10 days"
    source: Council
    level: warning
"""


def test_a_pack_of_ones_own(best: Path, said: Said, change: Change) -> None:
    policies(best, "[packs/ours.yaml]")
    (best / "packs").mkdir()
    (best / "packs/ours.yaml").write_text(PACK, "utf-8")
    (line,) = said(best)
    assert line == "playbooks/best.yaml:21:5 warning ours.calm: a call comes 3 days after another touch; the council asks for 10 days"
    change(best / "playbooks/best.yaml", "industries: [software]", "industries: [software], countries: [FR]")
    assert said(best) == []


def test_everything_wrong_with_a_pack_is_told_at_once(best: Path, said: Said) -> None:
    policies(best, "[packs/ours.yaml]")
    (best / "packs").mkdir()
    bad = PACK.replace("facts.gap_min_before", "facts.gap_min_befor").replace("{gap_min_before[phone]}", "{gap_min_before} {nothing}")
    (best / "packs/ours.yaml").write_text(bad, "utf-8")
    expected = [
        "packs/ours.yaml:7:20 error unknown-reference: there is no fact `gap_min_befor` (in `ours.calm`)",
        "packs/ours.yaml:8:28 error unknown-reference: `{gap_min_before}` is no value of the fact `gap_min_before`",
        "packs/ours.yaml:8:45 error unknown-reference: there is no fact `nothing`",
    ]
    assert said(best) == expected
    assert [f"{f.span} {f.message}" for f in lint([best / "packs" / "ours.yaml"], as_of=date(2027, 3, 1), base=best).findings] == [
        line.replace(" error unknown-reference:", "") for line in expected
    ]
    (best / "packs/ours.yaml").write_text(PACK.replace("    source: Council\n", "    sourse: Council\n"), "utf-8")
    assert said(best)[0].startswith("packs/ours.yaml:9:5 error schema: unknown key `sourse`")


def test_two_checks_of_one_name_are_refused(best: Path, said: Said) -> None:
    policies(best, "[can-spam, packs/ours.yaml, house]", "house:\n  - {id: twice, require: facts.touches_max <= 9}\n")
    (best / "packs").mkdir()
    (best / "packs/ours.yaml").write_text(PACK.replace("ours.calm", "us.canspam.honour"), "utf-8")
    assert said(best, "Y") == ["packs/ours.yaml:5:5 error duplicate-key: the id `us.canspam.honour` is taken by the pack `can-spam`"]


def test_a_condition_that_cannot_be_computed_is_located(best: Path, said: Said) -> None:
    policies(best, "[house]", "house:\n  - id: odd\n    require: 4 / (facts.touches_max - facts.touches_max) > 1\n")
    assert said(best) == ["cadenza.yaml:4:14 error bad-condition: it cannot be computed here: division by zero in CEL expression (in `odd`)"]


def test_a_condition_that_would_go_round_for_ever_is_not_run(best: Path, said: Said) -> None:
    many = ", ".join(f"{a}{b}" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    file = best / "playbooks/best.yaml"
    file.write_text(file.read_text("utf-8").replace("industries: [software]", f"industries: [software], countries: [{many}]"), "utf-8")
    policies(best, "[house]", "house:\n  - id: odd\n    require: facts.countries.all(a, facts.countries.all(b, a + b != 'x'))\n")
    (line,) = said(best, "L", "Y015")
    assert line == "cadenza.yaml:4:14 error bad-condition: it would go round 456,976 times; at most 200,000 are run (in `odd`)"


# ---------------------------------------------------------------- whom they are for


def test_who_is_unknown_gets_the_strictest(best: Path, said: Said, change: Change) -> None:
    file = best / "playbooks/best.yaml"
    policies(best, "[uk-pecr, fr]")
    change(file, "consent: express", "consent: legitimate_interest")
    assert {line.split()[2].rstrip(":") for line in said(best)} == {"fr.optin", "uk.pecr.email_individual"}
    change(file, "industries: [software]", "industries: [software], countries: [IE]")
    assert said(best) == []
    change(file, "countries: [IE]", "countries: [GB]")
    assert [line.split()[2].rstrip(":") for line in said(best)] == ["uk.pecr.email_individual"]
    change(file, "countries: [GB]", "countries: [GB], employees: 50..200")
    assert said(best) == []
    change(file, "employees: 50..200", "employees: 49..200")
    assert len(said(best)) == 1
    change(file, "  size: 500", "  size: 500\n  subscriber_types: [corporate]")
    assert said(best) == []


def test_without_a_ground_nothing_is_consented_to(best: Path, said: Said, change: Change) -> None:
    policies(best, "[gdpr]")
    change(best / "playbooks/best.yaml", "  consent: express\n", "")
    assert said(best, "eu.gdpr.basis") == [
        "playbooks/best.yaml:7:1 warning eu.gdpr.basis: no ground is given for contacting these people; each processing needs one "
        "(remembered, not read: look it up)"
    ]


def test_bulk_rules_are_milder_for_small_senders(best: Path, said: Said, change: Change) -> None:
    policies(best, "[gmail-bulk]")
    change(best / "cadenza.yaml", "one_click_unsubscribe: true", "one_click_unsubscribe: false")
    (line,) = said(best)
    assert line.startswith("cadenza.yaml:9:101 warning gmail.oneclick:")
    change(best / "cadenza.yaml", "mailboxes: 2", "mailboxes: 200")
    (line,) = said(best)
    assert line.startswith("cadenza.yaml:9:103 error gmail.oneclick:")


def test_only_channels_that_are_used_count(best: Path, said: Said, change: Change) -> None:
    policies(best, "[uk-pecr, linkedin]")
    file = best / "playbooks/best.yaml"
    change(file, "TPS, CTPS, ", "")
    assert said(best) == []  # who consented may be called
    change(file, "consent: express", "consent: existing_customer")
    assert [line.split()[2] for line in said(best)] == ["uk.tps:"]
    change(file, "  - {id: call, channel: phone, after: 3 business days, script: messages/call.md}\n", "")
    assert said(best) == []


# ---------------------------------------------------------------- since when


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 1, 30), "advice us.tcpa.revoke_all: from 2027-01-31: an opt-out leaves phone open; one revocation"),
        (date(2027, 1, 31), "error us.tcpa.revoke_all: an opt-out leaves phone open; one revocation"),
    ],
)
def test_a_law_with_a_date_is_advice_until_then(best: Path, said: Said, change: Change, day: date, expected: str) -> None:
    policies(best, "[tcpa-tsr]")
    change(best / "playbooks/best.yaml", "  channels: all", "  channels: [email, sms, linkedin]")
    (line,) = said(best, as_of=day)
    assert line.startswith(f"playbooks/best.yaml:31:3 {expected}")


# ---------------------------------------------------------------- how one lives with them


def test_a_check_is_waived_by_its_name(worst: Path, today: date, change: Change) -> None:
    policies(worst, "[uk-pecr]")
    file = worst / "playbooks/worst.yaml"
    change(file, "  phone: {automation: true}", "  phone: {automation: true}  # cadenza: ignore[uk.tps] until 2027-06-01: the list is on its way")
    report = lint([worst], as_of=today, base=worst, select=("L", "Y011", "Y012"))
    assert [(found.name, found.waived) for found in report.waived] == [("uk.tps", "the list is on its way")]
    assert "uk.tps" not in {found.name for found in report.findings}


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("uk.tps", "the waiver of `uk.tps` waives nothing here"),
        ("us.canspam.honour", "the waiver of `us.canspam.honour` waives nothing: `policies` does not name its pack"),
        ("uk-pecr", "`uk-pecr` is a pack: a waiver names the check that it waives"),
        ("uk.tpz", "the waiver names `uk.tpz`, which is no rule"),
    ],
)
def test_a_waiver_that_waives_no_check_is_stale(best: Path, today: date, change: Change, word: str, message: str) -> None:
    policies(best, "[uk-pecr]")
    change(best / "playbooks/best.yaml", "  consent: express", f"  consent: express  # cadenza: ignore[{word}]: for now")
    findings = lint([best / "playbooks/best.yaml"], as_of=today, base=best).findings
    assert [found.message for found in findings if found.code == "Y011"] == [message]


def test_levels_and_switches(worst: Path, said: Said) -> None:
    policies(
        worst,
        "[linkedin, uk-pecr]",
        "lint: {ignore: [uk-pecr], overrides: {linkedin.invites: {level: error}, linkedin.automation: {level: 'off'}}}\n",
    )
    assert [line.split()[1:3] for line in said(worst)] == [["error", "linkedin.invites:"]]


def test_what_cannot_be_set_is_told(best: Path, said: Said) -> None:
    policies(
        best,
        "[linkedin]",
        "lint: {ignore: [linkedin.invite], overrides: {linkedin.invites: {level: error, limit: 3}, house: {level: error}}}\n",
    )
    assert said(best, "Y") == [
        "cadenza.yaml:2:17 error unknown-reference: there is no rule `linkedin.invite`",
        "cadenza.yaml:2:80 error unknown-reference: there is no option of linkedin.invites `limit`",
    ]


def test_checks_and_packs_are_selected_and_ignored(worst: Path, said: Said) -> None:
    def names(*words: str, ignore: tuple[str, ...] = ()) -> set[str]:
        return {line.split()[2].rstrip(":") for line in said(worst, *words, ignore=ignore)}

    assert names("uk.tps") == {"uk.tps"}
    assert names("linkedin", "uk.tps") == {"linkedin.invites", "linkedin.automation", "uk.tps"}
    assert names("linkedin", ignore=("linkedin.invites",)) == {"linkedin.automation"}
    assert {"R003", "L001"} <= {f.code for f in lint([worst], as_of=date(2027, 3, 1), select=("R003", "uk.tps")).findings}
    assert names("L", ignore=("L",)) == set()


def test_another_profile_leaves_policies_out(worst: Path, today: date) -> None:
    assert [found for found in lint([worst], as_of=today, profile="minimal").findings if found.code == "L001"] == []
    assert [found for found in lint([worst], as_of=today, profile="standard").findings if found.code == "L001"] != []


def test_the_examples_own_policies_hold(EXAMPLES: Path) -> None:
    assert lint([EXAMPLES / "playbooks", EXAMPLES / "cadenza.yaml"], as_of=date(2027, 1, 4), select=("L", "Y")).findings == ()
