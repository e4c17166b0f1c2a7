"""A narrow terminal: a line is broken where a word ends, and a table for which there is no room is a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cadenza.cli.group import group
from cadenza.render.ansi import columns
from cadenza.render.tables import Cell, table

PLAN = ("plan", "playbooks/platform-cold.yaml", "--prospects", "lists/prospects.csv", "--start", "2027-01-04")
MEANS = ("forecast", "simulations/2027-q1.yaml", "--engine", "expected", "--no-sweep")
COMMANDS = (PLAN, MEANS, ("facts", "playbooks/platform-cold.yaml"), ("lint", "playbooks/platform-cold.yaml", "--scorecard", "--as-of", "2027-01-04"))


@pytest.mark.parametrize("width", [40, 60])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_line_is_longer_than_the_page_but_for_one_word(
    command: tuple[str, ...], width: int, EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLES)
    said = CliRunner().invoke(group, list(command), env={"COLUMNS": str(width), "NO_COLOR": "1"}).output.splitlines()
    assert len(said) > 20
    assert [line for line in said if columns(line) > width and " " in line.strip()] == []


ROWS = [
    [Cell("", "dim"), Cell("P10", "dim"), Cell("P50", "dim"), Cell("against base", "dim")],
    [Cell("meetings held in the quarter"), Cell("56"), Cell("60"), Cell("noise", "bold")],
    [],
    [Cell("opt-outs"), Cell("0.2%"), Cell(""), Cell("lower than in the base, by two for each thousand")],
]


def test_a_table_gives_way_and_becomes_a_list_where_it_has_no_room() -> None:
    assert table([row[:3] for row in ROWS[:2]], "<>>", 30) == ["                      P10  P50", "  meetings held in …   56   60"]
    assert table(ROWS, "<>>>", 40) == [
        "  meetings held in the quarter",
        "    P10  56",
        "    P50  60",
        "    against base  noise",
        "",
        "  opt-outs",
        "    P10  0.2%",
        "    against base  lower than in the",
        "      base, by two for each thousand",
    ]
