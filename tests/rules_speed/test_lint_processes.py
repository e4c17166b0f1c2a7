"""How many processes judge decides nothing but how long it takes."""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from cadenza.language.findings import Finding, Level
from cadenza.language.nodes import Span
from cadenza.render import findings_json, findings_terminal
from cadenza.rules import run
from cadenza.rules.crew import FEWEST, Crew
from cadenza.rules.files import Kind
from cadenza.rules.portable import packed, unpacked

TODAY = date(2027, 1, 4)

COUNT = 2 * FEWEST


def many(home: Path) -> Path:
    """Playbooks that differ: clean ones, ones that ignore a no, one that is no YAML, one whose base is missing."""
    base = (home / "playbooks" / "base.yaml").read_text("utf-8")
    (home / "playbooks" / "deaf.yaml").write_text(base.replace("  negative: {stop: said_no, cooldown: 365 days}\n", ""), "utf-8")
    for number in range(COUNT):
        more = ["extends: base.yaml\n", "extends: deaf.yaml\n", "cadence: [\n", "extends: nowhere.yaml\n"][number % 4]
        (home / "playbooks" / f"p{number:02}.yaml").write_text(f"cadenza: 1\nname: p{number:02}\n{more}", "utf-8")
    return home


@pytest.mark.parametrize("kept", [False, True], ids=["anew", "kept"])
def test_several_processes_say_what_one_says_byte_for_byte(home: Path, store: Path, kept: bool) -> None:
    many(home)
    cache = store if kept else None
    reports = [run.lint([home], as_of=TODAY, base=home, jobs=jobs, cache=cache) for jobs in (1, 2, 3, None)]
    texts = [findings_json.render(report.findings, waived=report.waived, files=report.files) for report in reports]
    assert len(set(texts)) == 1
    assert {"R001", "Y001", "Y004"} <= {finding.code for finding in reports[0].findings}
    shown = [findings_terminal.render(report.findings, colour=False, width=100, base=home, files=report.files) for report in reports]
    assert len(set(shown)) == 1
    assert [file for file in reports[1].files if "/p" in file] == [f"playbooks/p{number:02}.yaml" for number in range(COUNT)]


def test_what_several_processes_kept_serves_one(home: Path, store: Path, request: pytest.FixtureRequest) -> None:
    many(home)
    first = run.lint([home], as_of=TODAY, base=home, jobs=2, cache=store)
    judged: list[str] = request.getfixturevalue("judged")  # from here on: what watches them cannot be sent to another process
    assert run.lint([home], as_of=TODAY, base=home, cache=store) == first
    assert judged == []


def test_a_worker_that_is_killed_costs_time_and_nothing_else(home: Path) -> None:
    many(home)
    files: list[tuple[Path, Kind]] = [(file, "playbook") for file in sorted((home / "playbooks").glob("p*.yaml"))]
    crew = Crew(partial(_judge_or_die, parent=os.getpid()), None, 2)
    assert [found for _, found in crew.judged(files)] == [[_named(file.name)] for file, _ in files]


def _judge_or_die(path: Path, _: Kind, parent: int) -> list[Finding]:
    if path.name == "p20.yaml" and os.getpid() != parent:
        os._exit(9)
    return [_named(path.name)]


def _named(name: str) -> Finding:
    return Finding("X000", "named", Level.advice, name, Span(name))


def test_a_fault_in_a_process_is_the_same_fault(home: Path) -> None:
    many(home)
    files: list[tuple[Path, Kind]] = [(file, "playbook") for file in sorted((home / "playbooks").glob("p*.yaml"))]
    with pytest.raises(ZeroDivisionError):
        Crew(_at_fault, None, 2).judged(files)


def _at_fault(path: Path, _: Kind) -> list[Finding]:
    raise ZeroDivisionError(path.name)


def test_facts_leave_as_plain_data() -> None:
    facts: dict[str, object] = {"a": (1, 2.5), "b": {"c": None, 3: True}, "d": Path("x")}
    finding = Finding("X000", "named", Level.advice, "text", Span("a", 1, 2, 3, 4), facts=facts)
    (back,) = unpacked(packed([finding]))
    assert back.facts == {"a": [1, 2.5], "b": {"c": None, "3": True}, "d": "x"}
    assert unpacked(packed([back])) == [back]
