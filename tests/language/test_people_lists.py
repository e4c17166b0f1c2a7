"""Lists of people: who is read from them, and what is said about every kind of broken file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadenza.language.findings import Refused
from cadenza.language.people import Person, read_people
from cadenza.language.rows import LONGEST_CELL, LONGEST_LINE


def people(tmp_path: Path, data: bytes | str, **options: int) -> list[Person]:
    (tmp_path / "list.csv").write_bytes(data.encode() if isinstance(data, str) else data)
    return read_people("list.csv", root=tmp_path, **options)


def told(tmp_path: Path, data: bytes | str, **options: int) -> list[str]:
    """Every finding about a list, whole."""
    with pytest.raises(Refused) as caught:
        people(tmp_path, data, **options)
    return [f"{one.span.line}:{one.span.column}-{one.span.end_column} {one.code} {one.message} | {one.help}" for one in caught.value.findings]


def test_the_example_list(EXAMPLES: Path) -> None:
    found = read_people("lists/prospects.csv", root=EXAMPLES)
    assert [(person.key, person.line) for person in found] == [("p-0001", 2), ("p-0002", 3), ("p-0003", 4), ("p-0004", 5)]
    assert found[1].fields == {
        "id": "p-0002",
        "email": "alan@bletchley.example",
        "phone": "+442079460002",
        "first_name": "Alan",
        "title": "VP Engineering",
        "company": "Bletchley Ltd",
        "domain": "bletchley.example",
        "industry": "fintech",
        "employees": "320",
        "country": "GB",
        "timezone": "Europe/London",
        "consent": "legitimate_interest",
        "segment": "fit-a",
    }


@pytest.mark.parametrize(
    "data",
    [
        b"id,email\n1,a@x.example\n2,b@x.example\n",
        b"\xef\xbb\xbfid,email\r\n1,a@x.example\r\n2,b@x.example",
        b"id;email\n1;a@x.example\n2;b@x.example\n",
        b"id\temail\n1\ta@x.example\n2\tb@x.example\n",
        b'"id","email"\r1," a@x.example "\r2,b@x.example\r',
        b"\n\n Id , E-Mail \n2,b@x.example\n\n,\n1,a@x.example\n",
        "id,email\n1,a@x.example\n2,b@x.example\n".encode("utf-16"),
        "id;email\r\n1;a@x.example\r\n2;b@x.example\r\n".encode("utf-16-le").join((b"\xff\xfe", b"")),
        b"\xfe\xff" + "id,email\n1,a@x.example\n2,b@x.example\n".encode("utf-16-be"),
    ],
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, data: bytes) -> None:
    assert [(person.key, person.fields) for person in people(tmp_path, data)] == [
        ("1", {"id": "1", "email": "a@x.example"}),
        ("2", {"id": "2", "email": "b@x.example"}),
    ]


def test_a_person_is_named_by_id_else_address_else_number(tmp_path: Path) -> None:
    found = people(tmp_path, "id,email,phone\nx1,A@X.example,1\n,B@X.example,2\n,,+353 1\n")
    assert [(person.key, person.line) for person in found] == [("+353 1", 4), ("b@x.example", 3), ("x1", 2)]


def test_a_header_alone_is_an_empty_list(tmp_path: Path) -> None:
    assert people(tmp_path, "id,email\n") == []


def test_a_cell_may_hold_what_it_likes_within_quotes(tmp_path: Path) -> None:
    (found,) = people(tmp_path, 'id,note\n1,"a, ""b""\nc"\n')
    assert found == Person("1", {"id": "1", "note": 'a, "b"\nc'}, 2)


@pytest.mark.parametrize(
    ("data", "findings"),
    [
        ("", ["1:1-1 Y014 the file is empty | begin it with a row of column names, such as `email,phone,domain`"]),
        ("\n , \n", ["1:1-1 Y014 the file is empty | begin it with a row of column names, such as `email,phone,domain`"]),
        (
            "Ada,ada@x.example\n",
            [
                "1:5-18 Y014 the first row is data (`ada@x.example`), and a list begins with its column names | "
                "put a row such as `email,phone,domain` before it"
            ],
        ),
        (
            "name,town\nAda,London\n",
            ["1:1-1 Y014 no column says who is meant; the header has `name`, `town` | add a column `id`, `email` or `phone`"],
        ),
        (
            "id,,id\n1,2,3\n",
            [
                "1:4-4 Y014 column 2 has no name | name it, or remove the column",
                "1:5-7 Y014 two columns are called `id` | rename or remove one of them",
            ],
        ),
        (
            "id,email\n1,a@x.example\n2\n3,b@x.example,c,d\n4,d@x.example\n5\n",
            [
                "3:1-2 Y014 this row has 1 cell, and the header has 2 | add `,` for each empty cell",
                '4:15-16 Y014 this row has 4 cells, and the header has 2 | put a cell that holds `,` in quotes: "..."',
                "6:1-2 Y014 this row has 1 cell, and the header has 2 | add `,` for each empty cell",
            ],
        ),
        ('id,email\n1,"a\nb"\n2,c,d\n', ['4:5-6 Y014 this row has 3 cells, and the header has 2 | put a cell that holds `,` in quotes: "..."']),
        (
            'id,email\n1,a\n2,"b\n3,c\n',
            ['3:3-4 Y014 the quote that opens here is never closed, so the rest of the file is one cell | close it with "'],
        ),
        (
            'id,email\n1,"b\n' + "2,c\n" * 300_000,
            ['2:3-4 Y014 the quote that opens here is never closed, so the rest of the file is one cell | close it with "'],
        ),
        (
            'id,email\n1,"' + '""' * 400_000 + "\n",
            ['2:3-4 Y014 the quote that opens here is never closed, so the rest of the file is one cell | close it with "'],
        ),
        ('id,email\n1,"a"b"\n', ['2:3-8 Y014 a quote stands inside a cell in quotes | write two quotes ("") for one inside a cell']),
        ("id,email,name\n,,\n , ,\t\n,x@x.example,\n,,Ada\n", ["5:1-1 Y014 nothing in this row says who it is | fill in `id` or `email`"]),
        ("id,email\n1,a\0b\n", ["2:4-5 Y014 a NUL byte stands in the file | export the list again, as CSV in UTF-8"]),
        (
            "id,email\n1,café\n".encode("latin-1"),
            ["2:6-7 Y014 byte 0xe9 is no UTF-8 | save the list as CSV in UTF-8 (in Excel: `CSV UTF-8`)"],
        ),
        ("id,email\n1,x\n".encode("utf-16")[:-1], ["1:1-1 Y014 the file begins like UTF-16, and is not | save the list as CSV in UTF-8"]),
        (
            f"id,email\n1,{'x' * (LONGEST_CELL + 1)}\n",
            ["2:3-4 Y014 the cell `email` has 10001 characters, and at most 10000 are allowed | look for a quote that is not closed"],
        ),
        (f"id,email\n1,{'x' * LONGEST_LINE}\n", ["2:1-1 Y006 a line is longer than 1000000 characters | split the file into rows"]),
    ],
)
def test_a_broken_list_is_refused_with_all_its_places(tmp_path: Path, data: str | bytes, findings: list[str]) -> None:
    assert told(tmp_path, data) == findings


def test_nobody_is_in_a_list_twice(tmp_path: Path) -> None:
    data = "id,email\n1,a@x.example\n2,b@x.example\n1,c@x.example\n4,A+Work@X.example\n"
    assert told(tmp_path, data) == [
        "4:1-2 Y014 `1` is in the list twice, first in line 2 | remove one of the rows",
        "5:3-19 Y014 `A+Work@X.example` is in the list twice, first in line 2 as `a@x.example` | remove one of the rows",
    ]
    with pytest.raises(Refused) as caught:
        people(tmp_path, data)
    assert [[(str(note.span), note.note) for note in found.related] for found in caught.value.findings] == [
        [("list.csv:2:1", "first here")],
        [("list.csv:2:3", "first here")],
    ]


def test_only_so_many_findings_are_told(tmp_path: Path) -> None:
    assert len(told(tmp_path, "id,email\n" + "1\n" * 500)) == 100


@pytest.mark.parametrize("header", ["id" + "," * 100_000, ",".join(f"id{n}" for n in range(100_000)), "id," + "x" * 100_000, "id," * 100_000])
def test_a_header_too_wide_is_refused_at_once(tmp_path: Path, header: str) -> None:
    why = "the header has more than 1,000 columns, or 100,000 characters"
    assert told(tmp_path, f"{header}\n1\n") == [f"1:1-1 Y006 {why} | keep the columns that a playbook uses"]


def test_many_who_are_twice_are_no_flood(tmp_path: Path) -> None:
    assert len(told(tmp_path, "id\n" + "a\n" * 1000)) == 100


def test_a_list_too_large_is_not_read(tmp_path: Path) -> None:
    assert told(tmp_path, "id\n" + "1\n" * 2000, limit=3000) == [
        "1:1-1 Y006 `list.csv` is larger than 3 kB | a list of people is at most 3 kB; split it"
    ]


def test_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id\n1\n")
    (tmp_path / "folder").mkdir()
    said = []
    for name, root in (
        ("poeple.csv", tmp_path),
        ("folder", tmp_path),
        ("../x.csv", tmp_path),
        (tmp_path / "folder", None),
        (tmp_path / "none.csv", None),
    ):
        with pytest.raises(Refused) as caught:
            read_people(name, root=root)
        said += [f"{found.code} {found.message} | {found.help}".replace(f"{tmp_path.as_posix()}/", "") for found in caught.value.findings]
    assert said == [
        "Y004 there is no list of people `poeple.csv` | did you mean `people.csv`?",
        "Y004 `folder` is a folder; a list of people is wanted here | name the list of people itself",
        "Y007 the path `../x.csv` leads out of the workspace | keep every file below the folder of `cadenza.yaml`",
        "Y004 `folder` is a folder; a list of people is wanted here | name the list of people itself",
        "Y004 there is no list of people `none.csv` | check the path",
    ]
    assert read_people(tmp_path / "people.csv") == [Person("1", {"id": "1"}, 2)], "what somebody typed may lie anywhere"


@given(st.permutations([f"{number},p{number}@x.example,Name {number}" for number in range(8)]))
def test_the_order_of_rows_makes_no_difference(tmp_path_factory: pytest.TempPathFactory, rows: list[str]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    found = people(folder, "id,email,name\n" + "\n".join(rows))
    assert [(person.key, person.fields["name"]) for person in found] == [(str(number), f"Name {number}") for number in range(8)]


CELLS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=8)


@given(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from((",", ";", "\t")), st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
def test_what_a_writer_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, cells: list[str], delimiter: str, encoding: str) -> None:
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "cell"])
    writer.writerows([[str(index), cell] for index, cell in enumerate(cells)])
    found = people(tmp_path_factory.mktemp("written"), out.getvalue().encode(encoding))
    assert [person.fields["cell"] for person in found] == [cell.strip() for cell in cells]


@given(st.binary(max_size=60), st.sampled_from((b"", b"id,email\n", b"\xff\xfe", "id,email\n".encode("utf-16"))), st.randoms(use_true_random=False))
def test_any_bytes_are_a_list_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, begin: bytes, chance: random.Random) -> None:
    noise = bytes(chance.choice(b'",;\n\r\t a1@\0\xe9') for _ in range(chance.randrange(30)))
    try:
        people(tmp_path_factory.mktemp("bytes"), begin + noise + data)
    except Refused as refused:
        assert refused.findings
        assert all(found.span.line >= 1 and found.span.column >= 1 and found.help for found in refused.findings)
