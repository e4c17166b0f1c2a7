"""Lists are read in columns where nothing is odd, and row by row where something is: with the same people and the same findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.playbooks import WORKSPACE, make_playbook

from cadenza.language import Playbook, Refused, read_people, read_suppression
from cadenza.language.people import KEYS
from cadenza.language.rows import Odd, read_columns
from cadenza.language.suppression import same_email, same_emails
from cadenza.world import lists

TEXT = """\
cadenza: 1
name: tried
audience: {source: {kind: crm, list: ../lists/people.csv}, enroll: 5 per business day, fields: [email, phone]}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}}
cadence: [{id: one, channel: email, message: messages/hello.md}]
"""
SUPPRESSED = """\
email,phone,domain,account
ann@one.example,,,
,+442079460001,,
,2079460002,,
,,two.example,
,,,Three Ltd.
,,googlemail.com,
bob@gmail.com,,,
"""
ADDRESSES = st.sampled_from(
    (
        "ann@one.example",
        "Ann+x@one.example",
        "cy@mail.two.example",
        "cy@nottwo.example",
        "b.o.b@googlemail.com",
        "dan@gmail.com",
        "é@one.example",
        "odd",
        "",
    )
)
NUMBERS = st.sampled_from(("+44 20 7946 0001", "02079460001", "020 7946 0002", "2079460009", "+44 (20) 7946-0001 ext. 7", "0800 FLOWERS", "12", ""))
NAMES = st.sampled_from(("three", "The Three, Ltd", "Thrée", "Four", ""))
CELLS = st.tuples(
    ADDRESSES, NUMBERS, NAMES, NAMES, st.sampled_from(("GB", "IE", "")), st.sampled_from(("two.example", "www.two.example", "x.example", ""))
)


def workspace(folder: Path, text: str) -> Playbook:
    (folder / "lists").mkdir(exist_ok=True)
    (folder / "lists" / "people.csv").write_bytes(text.encode())
    (folder / "lists" / "no.csv").write_text(SUPPRESSED, "utf-8")
    return make_playbook(folder, TEXT, workspace=WORKSPACE + "suppression: {lists: [lists/no.csv]}\n", name="tried")


def csv_of(rows: list[tuple[str, ...]]) -> str:
    lines = [f"p{n}," + ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for n, row in enumerate(rows)]
    return "id,email,phone,account,company,country,domain\n" + "\n".join(lines) + "\n"


@given(st.lists(CELLS, min_size=1, max_size=12, unique_by=lambda row: row[0] and same_email(row[0])))
@settings(max_examples=60)
def test_columns_say_what_rows_say(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    """Who is suppressed, by any list and in any way of writing, and whose colleague everybody is."""
    folder = tmp_path_factory.mktemp("lists")
    playbook = workspace(folder, csv_of(rows))
    listed = lists.read_list(playbook, "lists/people.csv")
    suppressed, root = read_suppression(playbook.workspace), playbook.workspace.root
    people = {person.key: person for person in read_people(root / "lists/people.csv", root=root) if suppressed.reason(person) is None}
    assert {listed.names[row] for row in listed.order} == set(people)
    accounts: dict[int, set[str]] = {}
    for row in listed.order:
        accounts.setdefault(listed.account[row], set()).add(lists.account_of(people[listed.names[row]]))
    assert sorted(accounts) == list(range(len(accounts))) and {len(names) for names in accounts.values()} <= {1}
    assert len({name for names in accounts.values() for name in names}) == len(accounts)


@given(st.lists(ADDRESSES | st.from_regex(r"[a-zA-Z+. :/*]{1,3}@[a-z.*@]{1,4}", fullmatch=True).filter(str.strip).map(str.strip), max_size=4))
def test_addresses_are_compared_together_as_one_by_one(texts: list[str]) -> None:
    assert list(same_emails(texts)) == [text and same_email(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "id,email\na,a@x.example\nb,b@x.example,more\n",
        "id,email\na,a@x.example\n\nb\n",
        'id,email\na,"a@x.example\n',
        "id,email\na,a@x.example\na,b@x.example\n",
        "id,email\na,a@x.example\nb,A+1@x.example\n",
        "id,email\n,\n,a@x.example\nb,\n",
        "id,email\na,a\0@x.example\n",
        "id,email\na," + "x" * 10_001 + "\n",
    ],
)
def test_what_is_odd_is_looked_at_row_by_row(tmp_path: Path, text: str) -> None:
    playbook = workspace(tmp_path, text)
    root = playbook.workspace.root
    try:
        read_people(root / "lists/people.csv", root=root)
    except Refused as refused:
        with pytest.raises(Refused) as here:
            lists.read_list(playbook, "lists/people.csv")
        assert [str(finding) for finding in here.value.findings] == [str(finding) for finding in refused.findings]
    else:
        assert text.startswith("id,email\n,\n")
        assert {lists.read_list(playbook, "lists/people.csv").names[row] for row in (0, 1)} == {"a@x.example", "b"}


def test_plain_files_are_read_in_columns(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes('\ufeffId; First Name;email\r\n 1 ;Ada;a@x.example\r\n\r\n2;"B;b";\r\n'.encode())
    assert list(read_columns(path, None, KEYS)) == [{"id": ["1", "2"], "first_name": ["Ada", "B;b"], "email": ["a@x.example", ""]}]
    path.write_bytes("id\n1\n".encode("utf-16"))
    with pytest.raises(Odd):
        list(read_columns(path, None, KEYS))


def test_a_list_is_read_once_for_all_scenarios_and_again_where_a_file_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(lists, "_read_list", lambda playbook, path, own=lists._read_list: asked.append(path) or own(playbook, path))
    playbook = workspace(tmp_path, csv_of([("a@one.example", "", "", "", "", ""), ("b@one.example", "", "", "", "", "")]))
    people = [[found.names[row] for row in found.order] for found in (lists.read_list(playbook, "lists/people.csv") for _ in range(3))]
    assert len(asked) == 1 and sorted(people[0]) == ["p0", "p1"] and people[0] == people[1] == people[2]
    (tmp_path / "lists" / "no.csv").write_text(SUPPRESSED + "b@one.example,,,\n", "utf-8")
    found = lists.read_list(playbook, "lists/people.csv")
    assert len(asked) == 2 and [found.names[row] for row in found.order] == ["p0"]
