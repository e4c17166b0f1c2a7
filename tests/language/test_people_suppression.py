"""Suppression: who must not be contacted, however they are written, and what happens where a list cannot be read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language import load_workspace
from cadenza.language.findings import Refused
from cadenza.language.nodes import Span
from cadenza.language.people import Person, Suppressed, read_lists, read_people, read_suppression
from cadenza.language.suppression import same_domain, same_email, same_name, same_phone


def person(**fields: str) -> Person:
    return Person("x", fields, 1)


def lists(tmp_path: Path, text: str, customers: str | None = None) -> Suppressed:
    (tmp_path / "no.csv").write_text(text)
    if customers is not None:
        (tmp_path / "customers.csv").write_text(customers)
    return read_lists(tmp_path, ["no.csv"], None if customers is None else "customers.csv")


def test_the_example_lists(EXAMPLES: Path) -> None:
    found = read_lists(EXAMPLES, ["lists/do-not-contact.csv"], "lists/customers.csv")
    assert {one.key: found.reason(one) for one in read_people("lists/prospects.csv", root=EXAMPLES)} == {
        "p-0001": None,
        "p-0002": None,
        "p-0003": None,
        "p-0004": "on a list of people not to contact, by e-mail address (lists/do-not-contact.csv:2: replied no; since 2026-05-04)",
    }
    assert found.reason(person(email="cfo@competitor.example")) == (
        "on a list of people not to contact, by domain (lists/do-not-contact.csv:3: competitor; since 2025-11-30)"
    )
    assert found.reason(person(email="a@northwind.example")) == "a customer, by domain (lists/customers.csv:2)"
    assert found.reason(person(company="Northwind Ltd.")) == "a customer, by account (lists/customers.csv:2)"


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ("Ada@X.example,,,,", {"email": "ada@x.EXAMPLE"}),
        ("ada@x.example,,,,", {"email": "ada+news@x.example"}),
        ("ada+news@x.example,,,,", {"email": "ada@x.example"}),
        ("ada.b@gmail.com,,,,", {"email": "AdaB@googlemail.com"}),
        ("*@x.example,,,,", {"email": "anyone@mail.x.example"}),
        ("@x.example,,,,", {"email": "anyone@x.example"}),
        (",,x.example,,", {"email": "anyone@x.example"}),
        (",,https://www.X.example/contact,,", {"email": "anyone@mail.x.example"}),
        (",,x.example,,", {"domain": "www.x.example", "email": "ada@private.example"}),
        (",,bücher.example,,", {"email": "a@xn--bcher-kva.example"}),
        (",,,Bletchley,", {"company": "The Bletchley Ltd."}),
        (",,,Müller & Söhne GmbH & Co. KG,", {"account": "muller and sohne"}),
        (",,,O'Neill Inc,", {"company": "ONEILL"}),
        (",+44 20 7946 0001,,,", {"phone": "+442079460001"}),
        (",+44 (0)20 7946 0001,,,", {"phone": "+442079460001"}),
        (",0044 20 7946 0001,,,", {"phone": "+442079460001"}),
        (",020 7946 0001,,,GB", {"phone": "+442079460001"}),
        (",+442079460001,,,", {"phone": "020 7946 0001", "country": "gb"}),
        (",020 7946 0001,,,", {"phone": "+442079460001"}),
        (",+442079460001,,,", {"phone": "020 7946 0001"}),
        (",020 7946 0001,,,", {"phone": "(020) 7946-0001"}),
    ],
)
def test_the_same_person_is_known_however_they_are_written(tmp_path: Path, row: str, fields: dict[str, str]) -> None:
    found = lists(tmp_path, f"email,phone,domain,account,country\n{row}\n").reason(person(**fields))
    assert found is not None
    assert found.startswith("on a list of people not to contact, by ")
    assert found.endswith(" (no.csv:2)")


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ("ada@x.example,,,,", {"email": "ada@y.example"}),
        ("ada.b@x.example,,,,", {"email": "adab@x.example"}),
        (",,x.example,,", {"email": "a@notx.example", "domain": "example"}),
        (",,mail.x.example,,", {"email": "a@x.example"}),
        (",,,Bletchley,", {"company": "Bletchley Park"}),
        (",,,Co,", {"company": "Inc"}),
        (",+442079460001,,,", {"phone": "+12079460001"}),
        (",+442079460001,,,", {"phone": "60001"}),
        (",+442079460001,,,", {"phone": "", "email": "", "company": "", "domain": ""}),
        (",+442079460001,,,", {"phone": "ask reception"}),
    ],
)
def test_others_are_not_taken_for_them(tmp_path: Path, row: str, fields: dict[str, str]) -> None:
    assert lists(tmp_path, f"email,phone,domain,account,country\n{row}\n").reason(person(**fields)) is None


def test_a_list_that_cannot_be_read_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "ok.csv").write_text("email\na@x.example\n")
    (tmp_path / "empty.csv").write_text("")
    places = tuple(Span("cadenza.yaml", line, 5, line, 9) for line in (1, 2, 3, 4))
    with pytest.raises(Refused) as caught:
        read_lists(tmp_path, ["ok.csv", "gone.csv", "../outside.csv"], "empty.csv", referred=places)
    assert [(str(found.span), found.code, found.message, found.help) for found in caught.value.findings] == [
        ("cadenza.yaml:2:5", "Y004", "there is no suppression list `gone.csv`", "paths count from the folder of this file (`.`)"),
        ("cadenza.yaml:3:5", "Y007", "the path `../outside.csv` leads out of the workspace", "keep every file below the folder of `cadenza.yaml`"),
        ("empty.csv:1:1", "Y014", "the file is empty", "begin it with a row of column names, such as `email,phone,domain`"),
    ]


def test_a_workspace_s_lists_are_refused_where_it_names_them(tmp_path: Path, EXAMPLES: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "cadenza.yaml").write_text((EXAMPLES / "cadenza.yaml").read_text("utf-8"), "utf-8")
    for name in ("do-not-contact.csv", "customers.csv"):
        (tmp_path / "lists" / name).write_bytes((EXAMPLES / "lists" / name).read_bytes())
    workspace = load_workspace(tmp_path)
    assert read_suppression(workspace).reason(person(email="a@competitor.example")) is not None
    for name in ("do-not-contact.csv", "customers.csv"):
        (tmp_path / "lists" / name).unlink()
    lines = (tmp_path / "cadenza.yaml").read_text("utf-8").split("\n")
    with pytest.raises(Refused) as caught:
        read_suppression(workspace)
    assert [(found.span.file, lines[found.span.line - 1][found.span.column - 1 : found.span.end_column - 1]) for found in caught.value.findings] == [
        ("cadenza.yaml", "lists/do-not-contact.csv"),
        ("cadenza.yaml", "lists/customers.csv"),
    ]


def test_a_row_that_names_nobody_surely_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        lists(tmp_path, "email,phone,domain,company,reason\nada at x,,,,\n,12,,,\n,,com,,\n,,,...,\n,,,,said no\n", "name\nNorthwind\n")
    assert [f"{found.span} {found.code} {found.message} | {found.help}" for found in caught.value.findings] == [
        "customers.csv:1:1 Y014 no column says who is meant; the header has `name` | add a column `email`, `phone`, `domain`, `account` or `company`",
        "no.csv:2:1 Y014 `ada at x` is no e-mail address | write `name@domain`, or put a domain into a column `domain`",
        "no.csv:3:2 Y014 `12` is no phone number | write it with its country: `+442079460001`",
        "no.csv:4:3 Y014 `com` is no domain | write it as in an e-mail address, after the `@`: `competitor.example`",
        "no.csv:5:4 Y014 `...` is no name | write the company's name",
        "no.csv:6:1 Y014 this row names nobody | fill in an address, a number, a domain or an account, or remove the row",
    ]


def test_no_lists_suppress_nobody(tmp_path: Path) -> None:
    assert read_lists(tmp_path, []).reason(person(email="a@x.example", phone="+442079460001", company="X")) is None


LOCALS = st.text("abz09._-", min_size=1, max_size=6).filter(lambda text: text.strip("._-") != "")
DOMAINS = st.sampled_from(("x.example", "mail.x.example", "gmail.com", "googlemail.com", "bücher.example"))


@given(LOCALS, DOMAINS, st.booleans(), st.sampled_from(("", "+a", "+a+b")))
def test_folding_an_address_is_a_projection(local: str, domain: str, upper: bool, tag: str) -> None:
    written = f"{local}{tag}@{domain}"
    folded = same_email(written.upper() if upper and written.isascii() else written)
    assert same_email(folded) == folded == same_email(f"{local}@{domain}")


@given(st.text(max_size=30))
def test_folding_anything_is_a_projection_and_never_fails(text: str) -> None:
    assert same_name(same_name(text)) == same_name(text)
    assert same_phone(same_phone(text)) == same_phone(text)
    assert isinstance(same_domain(text), str)
    assert isinstance(same_email(text), str)


@given(DOMAINS, st.sampled_from(("", "https://", "HTTP://www.", "www.", "*.", "@", " ", "a@")), st.sampled_from(("", ".", "/a?b", ":443", "  ")))
def test_a_domain_is_the_same_however_it_is_dressed(domain: str, before: str, after: str) -> None:
    assert same_domain(f"{before}{domain}{after}") == same_domain(domain) == same_domain(same_domain(domain))


@given(st.lists(st.tuples(LOCALS, DOMAINS), min_size=1, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_whoever_is_on_a_list_has_a_reason_whatever_the_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("lists")
    shuffled = chance.sample(rows, len(rows))
    one, other = (lists(folder, "email\n" + "".join(f"{local}@{domain}\n" for local, domain in order)) for order in (rows, shuffled))
    for local, domain in [*rows, ("somebody", "else.example")]:
        someone = person(email=f"{local}+tag@{domain}")
        assert (one.reason(someone) is None) == (other.reason(someone) is None) == ((local, domain) not in rows)
