"""The command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cadenza.plan.emitters import emitter


def run(house: Any, *arguments: str, width: int = 100) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": str(width)}
    command = [sys.executable, "-m", "cadenza", "plan", "small.yaml", "--prospects", "people.csv", "--start", "2027-01-04", *arguments]
    return subprocess.run(command, cwd=house.root, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_a_file_says_its_format_and_the_rest_goes_to_stderr(house: Any) -> None:
    schedule = house.plan([house.person(1), house.person(2, email="")])
    for suffix in ("jsonl", "csv", "json"):
        result = run(house, "-o", f"plan.{suffix}")
        assert (result.returncode, result.stdout) == (0, "")
        assert result.stderr == (
            "small: 5 touches (1 of them only if their condition comes true) for 1 person, "
            "Mon 4 Jan 2027 to Tue 12 Jan 2027; 1 of 2 people left out\n"
            "left out: 1 lacking a field (--format json names them)\n"
        )
        assert (house.root / f"plan.{suffix}").read_bytes() == emitter(suffix).write(schedule)
    assert run(house, "--format", "jsonl").stdout == emitter("jsonl").write(schedule).decode()


def test_the_table_fits_and_shows_what_could_drive_a_terminal(house: Any) -> None:
    house.list_of([house.person(1, first_name="\x1b[31mred"), house.person(2, email="")])
    result = run(house, width=80)
    assert result.returncode == 0
    assert result.stdout.splitlines()[:6] == [
        "small: 5 touches (1 of them only if their condition comes true) for 1 person,",
        "Mon 4 Jan 2027 to Tue 12 Jan 2027; 1 of 2 people left out",
        "",
        "Mon 4 Jan 2027",
        "from   until  zone           prospect  step       by      what",
        "09:00  17:00  Europe/London  p-001     intro      pool/2  Hello \\x1b[31mred",
    ]
    assert result.stdout.splitlines()[-3:] == [
        "Left out: 1 lacking a field",
        "prospect  line  reason",
        "p-002     3     `email` is empty, and step `intro` goes by email",
    ]
    assert "\x1b" not in result.stdout


def test_a_long_plan_is_told_by_day(house: Any) -> None:
    house.list_of([house.person(n) for n in range(1, 61)])
    lines = run(house).stdout.splitlines()
    assert "... and 260 more touches: --format jsonl has them all" in lines
    assert lines[lines.index("Touches a day") + 1 :][:3] == [
        "day              touches  email  linkedin  phone",
        "Mon 4 Jan 2027        50     50",
        "Tue 5 Jan 2027        60     10        50",
    ]


def test_a_log_is_replayed_and_as_of_is_today(house: Any) -> None:
    house.list_of([house.person(1)])
    house.write(**{"log.jsonl": '{"at": "2027-01-04T09:00:00Z", "prospect": "p-001", "event": "done", "step": "intro"}\n'})
    document = json.loads(run(house, "--events", "log.jsonl", "--as-of", "2027-01-08", "--format", "json").stdout)
    assert (document["as_of"], [(touch["step"], touch["not_before"]) for touch in document["touches"]][:2]) == (
        "2027-01-08",
        [("connect", "2027-01-08T09:00:00Z"), ("call", "2027-01-12T10:00:00Z")],
    )
    house.write(**{"log.jsonl": "no\n"})
    bad = run(house, "--events", "log.jsonl", "-o", "plan.csv")
    assert bad.returncode == 2 and "log.jsonl:1:1" in bad.stderr and "Traceback" not in bad.stderr
    assert not (house.root / "plan.csv").exists()


def test_what_cannot_be_written_leaves_nothing_behind(house: Any) -> None:
    house.list_of([house.person(1)])
    before = sorted(path.name for path in house.root.iterdir())
    result = run(house, "-o", "nowhere/plan.csv")
    assert (result.returncode, result.stderr) == (2, "error: cannot write nowhere/plan.csv: No such file or directory\n")
    (house.root / "folder.csv").mkdir()
    assert run(house, "-o", "folder.csv").returncode == 2
    (house.root / "folder.csv").rmdir()
    assert sorted(path.name for path in house.root.iterdir()) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(house: Any) -> None:
    house.list_of([house.person(1)])
    result = run(house, "-f", "csv", "-o", "/dev/full")
    assert (result.returncode, result.stderr) == (2, "error: cannot write /dev/full: No space left on device\n")


def test_bad_dates_and_missing_lists(house: Any) -> None:
    house.list_of([house.person(1)])
    assert "'2027-13-01' is no date; a good one is 2027-01-04." in run(house, "--start", "2027-13-01").stderr
    missing = run(house, "--prospects", "nobody.csv")
    assert missing.returncode == 2 and "nobody.csv" in missing.stderr and "Traceback" not in missing.stderr
    command = [sys.executable, "-m", "cadenza", "plan", "small.yaml"]
    alone = subprocess.run(command, cwd=house.root, capture_output=True, text=True, check=False, timeout=60)
    assert (alone.returncode, "There is no list of people" in alone.stderr) == (2, True)
