"""The door: files are written aside, colours and width follow the environment, options read what they should."""

from __future__ import annotations

import errno
import io
import os
import sys
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cadenza.cli import door, failures


def test_write_replaces_the_whole_file_and_keeps_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old and longer than the new")
    target.chmod(0o640)
    door.write(target, "new\n")
    assert target.read_text() == "new\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_write_gives_a_new_file_the_mode_that_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        door.write(tmp_path / "new", b"\x00\xff")
    finally:
        os.umask(before)
    assert (tmp_path / "new").read_bytes() == b"\x00\xff"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_write_goes_through_a_link_and_leaves_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    door.write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    real = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 4:
            return real(handle, data[:4])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(door.os, "write", full)
    with pytest.raises(OSError) as caught:
        door.write(target, "12345678")
    monkeypatch.undo()
    assert failures._about_file(caught.value) == f"error: cannot write {target}: No space left on device"
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_an_interrupted_write_leaves_nothing_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(door.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        door.write(tmp_path / "out", "text")
    assert list(tmp_path.iterdir()) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colour_follows_the_environment_and_the_terminal(
    environment: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert door.colour(Terminal() if terminal else io.StringIO()) is expected


@pytest.mark.parametrize(("columns", "expected"), [("72", 72), ("8", 40), ("wide", 100), ("", 100)])
def test_width_is_what_columns_says_within_reason(columns: str, expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert door.width() == expected


@click.command()
@door.as_of_option()
@door.format_option("terminal", "json")
@door.output_option()
def probe(as_of: date, format: str, output: Path | None) -> None:
    print(as_of.isoformat(), format, output)


def test_the_shared_options_give_a_date_a_format_and_a_path() -> None:
    assert CliRunner().invoke(probe, ["--as-of", "2027-01-04", "-f", "json", "-o", "x/y"]).output == f"2027-01-04 json {Path('x/y')}\n"


def test_as_of_defaults_to_the_day_on_which_the_command_runs() -> None:
    before = date.today()
    shown = CliRunner().invoke(probe, []).output
    assert shown in {f"{day.isoformat()} terminal None\n" for day in (before, date.today())}


def test_a_date_that_is_none_is_refused_with_a_good_one() -> None:
    result = CliRunner().invoke(probe, ["--as-of", "4 Jan"])
    assert result.exit_code == 2
    assert result.output.endswith("Error: Invalid value for '--as-of': '4 Jan' is no date; a good one is 2027-01-04.\n")


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "3000-01-01", "9999-12-31"])
def test_a_date_at_the_edge_of_calendars_is_refused(day: str) -> None:
    result = CliRunner().invoke(probe, ["--as-of", day])
    assert result.exit_code == 2
    assert result.output.endswith(f"Error: Invalid value for '--as-of': {day} is not in the years 1970 to 2999; a good one is 2027-01-04.\n")
