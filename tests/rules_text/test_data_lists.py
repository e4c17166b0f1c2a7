"""Rules over the list of people: they count rows, name lines, and repeat nothing of anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rules_text.conftest import AFTER, Mail, build

from cadenza.language.findings import Finding
from cadenza.rules import lint
from cadenza.rules.data import _people
from cadenza.rules.data.bad_address import why_no_email, why_no_phone
from cadenza.rules.data.role_address import _of_a_role

Judge = Callable[..., list[Finding]]
HEAD = "id,email,phone,first_name,last_name,company,country,timezone\n"
NAMED = "the same name and company as in line 2"
ROLES = ("info", "Sales-UK", "press.office", "no-reply", "kontakt", "info2")
PERSONS = ("ann", "it.moore", "bill", "post.malone", "", "saleswoman")


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    def run(rows: str, code: str = "D00", lint_settings: str = "") -> list[Finding]:
        playbook = build(Mail("x", AFTER, frozenset(), "first", "", "email"), tmp_path)
        playbook.write_text(playbook.read_text("utf-8").replace("source: {", "source: {list: people.csv, "), "utf-8")
        (tmp_path / "people.csv").write_text(rows if rows.startswith("id,") else HEAD + rows, "utf-8")
        with (tmp_path / "cadenza.yaml").open("a", encoding="utf-8") as file:
            file.write("suppression: {lists: [no.csv]}\n" + lint_settings)
        (tmp_path / "no.csv").write_text("email,domain,reason\nno@x.example,,asked\n,rival.example,competitor\n", "utf-8")
        report = lint([playbook], as_of=date(2027, 1, 4), select=[code], ignore=["D001", "D002", "D003", "D004"])
        return [finding for finding in report.findings if finding.code.startswith(code) or finding.code[0] == "Y"]

    return run


def shown(findings: list[Finding]) -> list[tuple[str, str, str, list[str]]]:
    return [(f.code, f.level.name, f.message, [f"{related.span}: {related.note}" for related in f.related]) for f in findings]


def test_a_clean_list_is_clean(judge: Judge) -> None:
    assert judge("1,ann@harbour.example,+35316654321,Ann,Byrne,Harbour,IE,\n2,tom@harbour.example,,Tom,Daly,Harbour,,Europe/Dublin\n") == []


def test_one_finding_a_rule_with_the_lines_and_nothing_of_the_person(judge: Judge) -> None:
    rows = (
        "1,ann@harbour.example,,Ann,Byrne,Harbour,IE,\n"
        "2,Ann+x@Harbour.example,,Ann,Byrne,Harbour,IE,\n"
        "1,tom@oak.example,,Tom,Daly,Oak,GB,\n"
        "4,no@x.example,,Eve,Moss,X,,\n"
        "5,a.byrne@harbour.example,,ANN,BYRNE,Harbour Ltd.,IE,\n"
    )
    found = judge(rows)
    here = "people.csv"
    listed = "on a list of people not to contact, by e-mail address (no.csv:2: asked)"
    twice = [f"{here}:3:3: the same address as in line 2", f"{here}:4:1: the same id as in line 2"]
    assert sorted(shown(found)) == [
        ("D005", "error", "2 of 5 rows are people who are in the list already", twice),
        ("D005", "warning", "1 of 5 rows has a name that is in the list already, at the same company", [f"{here}:6:32: {NAMED}"]),
        ("D007", "warning", "1 of 5 rows does not say what time it is there", [f"{here}:5:29: neither zone nor country, and no number that tells"]),
        ("D008", "warning", "1 of 5 rows is somebody who must not be contacted", [f"{here}:5:3: {listed}"]),
    ]
    assert {str(finding.span) for finding in found} == {"playbook.yaml:8:18"}
    text = " ".join(" ".join((f.message, f.help, *(r.note for r in f.related))) for f in found).lower()
    assert not [name for name in ("ann", "byrne", "tom@", "harbour", "eve") if name in text.split()]


def test_the_places_of_the_first_rows_are_shown_and_the_rest_is_counted(judge: Judge) -> None:
    rows = "".join(f"{number},nobody{number},,A,B,C,IE,\n" for number in range(9))
    (found,) = judge(rows, "D006", "lint: {overrides: {bad-address: {show: 2}}}\n")
    assert shown([found]) == [
        ("D006", "warning", "9 of 9 rows have addresses that are none", ["people.csv:2:3: no `@`", "people.csv:3:3: no `@`; and 7 more rows"])
    ]
    assert found.facts == {"rows": 9}


def test_a_large_list_is_read_again_and_says_the_same(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "1,a@x.example,,A,B,C,IE,\n2,a@x.example,,A,B,C,IE,\n3,bad,,A,B,D,,\n"
    kept = shown(judge(rows))
    monkeypatch.setattr(_people, "KEPT", 0)
    assert len(kept) == 3 and shown(judge(rows)) == kept


def test_a_list_that_cannot_be_read_says_why_and_where(judge: Judge) -> None:
    found = judge("1,ann@harbour.example,,Ann\n2,tom@oak.example,,Tom,Daly,Oak,GB,\n", "Y014")
    assert [(f.code, str(f.span), f.message) for f in found] == [("Y014", "people.csv:2:1", "this row has 4 cells, and the header has 8")]
    found = judge("id,name\n", "D006")
    assert found == []
    assert judge(HEAD, "D00") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ann@harbour.example", ""),
        ("ann.o'byrne+x@mail.harbour.co.uk", ""),
        ("jürgen@müller.example", ""),
        ("ann", "no `@`"),
        ("@harbour.example", "nothing before the `@`"),
        ("a@b@c.example", "two `@`"),
        ("ann @harbour.example", "a blank, or a mark that no address has"),
        ("ann@harbour", "no domain after the `@`"),
        ("ann@harbour..example", "a dot too many"),
        ("ann@-harbour.example", "no domain after the `@`"),
        ("ann@10.0.0.1", "no domain after the `@`"),
        (".ann@harbour.example", "a dot too many"),
        ("a" * 65 + "@harbour.example", "longer than an address can be"),
    ],
)
def test_an_address_is_judged_by_its_form(text: str, why: str) -> None:
    assert why_no_email(text) == why


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("+442079460001", "", ""),
        ("020 7946 0001", "GB", ""),
        ("020 7946 0001", "", "no country: neither `+` and its code, nor the column `country`"),
        ("call me", "GB", "letters in it"),
        ("+4420", "", "too long or too short for its country"),
        ("+9990000000", "", "no number of any country"),
    ],
)
def test_a_number_is_judged_by_its_country(text: str, country: str, why: str) -> None:
    assert why_no_phone(text, country) == why


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_told_by_its_name(name: str) -> None:
    assert _of_a_role(f"{name}@x.example")


@pytest.mark.parametrize("name", PERSONS)
def test_a_person_is_no_role(name: str) -> None:
    assert not _of_a_role(f"{name}@x.example")


def test_a_few_role_addresses_do_not_matter(judge: Judge) -> None:
    rows = [f"{number},p{number}@x.example,,A{number},B,C{number},IE,\n" for number in range(10)]
    assert judge("".join([*rows, "10,info@x.example,,,,D,IE,\n"]), "D009") == []
    found = judge("".join([*rows, "10,info@x.example,,,,D,IE,\n", "11,sales@y.example,,,,E,IE,\n"]), "D009")
    assert [f.message for f in found] == ["2 of 12 rows are for nobody in particular, 17% of all addresses; the limit is 15%"]
