"""A list of real people is the population of a forecast."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.playbooks import WORKSPACE, make_playbook

from cadenza.engines import run
from cadenza.language import Playbook, Refused
from cadenza.language.values import Duration
from cadenza.world import Program, build
from cadenza.world.draws import text64

HEADER = "id,email,phone,first_name,company,domain,country,timezone,segment"
ROWS = [
    "p1,ada@one.example,,Ada,One,one.example,IE,Europe/Dublin,keen",
    "p2,bob@one.example,,Bob,One,,IE,Europe/Dublin,",
    "p3,cy@two.example,,Cy,Two,two.example,US,America/New_York,keen",
    "p4,di@three.example,,Di,Three,,US,,unheard",
    "p5,no@four.example,,No,Four,,IE,Europe/Dublin,keen",
    "p6,eve@five.example,,Eve,Five,,DE,Europe/Berlin,keen",
    ",fay@six.example,,Fay,Six,,,,keen",
]
SUPPRESSED = "email,domain\nNo+news@four.example,\n"
TEXT = """\
cadenza: 1
name: {name}
icp: {{accounts: {{countries: [IE, US]}}}}
audience:
  source: {{kind: crm, list: ../lists/people.csv}}
  enroll: 100 per business day
  fields: [email, phone, first_name]
  {more}
channels: {{email: {{senders: pool, window: mon-fri 09:00-17:00}}}}
cadence: [{{id: one, channel: email, message: messages/hello.md}}]
assumptions: {{segments: {{dull: {{share: 30%}}, keen: {{share: 20%}}}}}}
"""


def listed(folder: Path, rows: list[str], name: str = "tried", more: str = "", header: str = HEADER) -> Playbook:
    (folder / "lists").mkdir(exist_ok=True)
    (folder / "lists" / "people.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    (folder / "lists" / "no.csv").write_text(SUPPRESSED, "utf-8")
    text = TEXT.format(name=name, more=more)
    return make_playbook(folder, text, workspace=WORKSPACE + "suppression: {lists: [lists/no.csv]}\n", name=name)


def lowered(*playbooks: Playbook) -> Program:
    return build(playbooks, "2027-01-04", Duration(2, "week"), 7)


def by_id(program: Program) -> dict[str, int]:
    """Numbers of the people by their place in ROWS' keys."""
    names = {text64(f"lists/people.csv/{key}"): key for key in ("p1", "p2", "p3", "p4", "p5", "p6", "fay@six.example")}
    return {names[key]: number for number, key in enumerate(program.people.key)}


def test_who_they_are_is_read(tmp_path: Path) -> None:
    """Everybody but who is suppressed (p5) and who lives elsewhere (p6); who does not say where is taken at the organization's hours."""
    program = lowered(listed(tmp_path, ROWS))
    people, number = program.people, by_id(program)
    assert sorted(number) == ["fay@six.example", "p1", "p2", "p3", "p4"]
    assert program.cohorts.size == (5,)
    assert people.account[number["p1"]] == people.account[number["p2"]]
    assert len(set(people.account)) == 4
    assert {name: people.segment[n] for name, n in number.items()} == {"p1": 2, "p2": 0, "p3": 2, "p4": 0, "fay@six.example": 2}
    zones = {name: program.clocks.calendar_zone[people.calendar[n]] for name, n in number.items()}
    assert zones["p1"] == zones["p2"] == zones["fay@six.example"] != zones["p3"]
    assert people.calendar[number["p4"]] != people.calendar[number["p3"]]  # all zones of the country at once


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert lowered(listed(tmp_path / "a", ROWS)) == lowered(listed(tmp_path / "b", ROWS[::-1]))


def test_suppressed_people_are_never_touched(tmp_path: Path) -> None:
    program = lowered(listed(tmp_path, ROWS))
    told: list[int] = []
    assert run(program, 0, trace=lambda _, key, *__: told.append(key)).counts["enrolled"] == 5
    assert set(told) == set(program.people.key)
    assert text64("lists/people.csv/p5") not in told


def test_a_size_takes_the_first_so_many(tmp_path: Path) -> None:
    all_of, some = lowered(listed(tmp_path, ROWS)), lowered(listed(tmp_path, ROWS, more="size: 3"))
    assert some.cohorts.size == (3,)
    assert some.people.key == all_of.people.key[:3]


def test_segments_are_dealt_where_no_column_says_them(tmp_path: Path) -> None:
    rows = [f"q{n},q{n}@one.example,IE" for n in range(400)]
    segments = lowered(listed(tmp_path, rows, header="id,email,country")).people.segment
    assert abs(segments.count(1) - 120) < 30 and abs(segments.count(2) - 80) < 30


def test_two_playbooks_have_one_list(tmp_path: Path) -> None:
    """Each in an order of its own; a person is one person, and an account one account, in both."""
    program = lowered(listed(tmp_path, ROWS), listed(tmp_path, ROWS, name="other"))
    people = program.people
    assert program.shared and len(people.key) == 10
    assert people.key[::2] == people.key[1::2] and people.account[::2] == people.account[1::2]
    assert people.position[::2] != people.position[1::2]


def test_a_list_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        lowered(listed(tmp_path, [*ROWS, ROWS[0]]))
    assert [str(finding.span) for finding in refused.value.findings] == ["lists/people.csv:9:1"]
    with pytest.raises(Refused, match=r"people\.csv"):
        playbook = listed(tmp_path, ROWS)
        (tmp_path / "lists" / "people.csv").unlink()
        lowered(playbook)


def test_a_market_beside_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"`market` means nothing beside `source\.list`: playbooks that name the same list have its people in common"):
        listed(tmp_path, ROWS, more="market: one")
