"""Which files lint judges, and in which order."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.rules import lint
from cadenza.rules.files import find, sniff


def test_a_folder_gives_all_that_is_ours_below_it_in_order(example: Path) -> None:
    for other in ("docker-compose.yaml", "playbooks/notes.yaml", "playbooks/messages/intro.yaml"):
        (example / other).write_text("version: 3\nservices: {}\n", "utf-8")
    (example / ".hidden").mkdir()
    shutil.copy(example / "playbooks" / "platform-cold.yaml", example / ".hidden" / "x.yaml")
    shutil.copy(example / "playbooks" / "platform-cold.yaml", example / "playbooks" / "another.yml")
    assert [(path.relative_to(example).as_posix(), kind) for path, kind in find([example])] == [
        ("cadenza.yaml", "workspace"),
        ("playbooks/another.yml", "playbook"),
        ("playbooks/platform-cold.test.yaml", "test"),
        ("playbooks/platform-cold.yaml", "playbook"),
        ("simulations/2027-q1.yaml", "simulation"),
    ]


def test_a_file_is_judged_once_and_a_named_one_always(example: Path, today: date) -> None:
    playbook = example / "playbooks" / "platform-cold.yaml"
    tests = playbook.with_name("platform-cold.test.yaml")
    assert [path for path, _ in find([playbook, example / "playbooks", playbook])] == [playbook, tests]
    odd = example / "playbooks" / "odd.yaml"
    odd.write_text("hello: there\n", "utf-8")
    assert sniff(odd) is None and find([odd]) == [(odd, "playbook")]
    assert "Y003" in {finding.code for finding in lint([odd], as_of=today).findings}


def test_a_workspace_inside_a_workspace_is_its_own(example: Path) -> None:
    inner = example / "examples" / "inner"
    shutil.copytree(example / "playbooks", inner / "playbooks")
    shutil.copy(example / "cadenza.yaml", inner)
    assert not [path for path, _ in find([example]) if inner in path.parents]
    assert [path.name for path, _ in find([inner])] == ["cadenza.yaml", "platform-cold.test.yaml", "platform-cold.yaml"]


def test_what_does_not_exist_is_said(example: Path, today: date) -> None:
    with pytest.raises(FileNotFoundError):
        lint([example / "nothing.yaml"], as_of=today)


def test_a_scenario_that_leads_nowhere_is_found(example: Path, today: date) -> None:
    simulation = example / "simulations" / "2027-q1.yaml"
    simulation.write_text(simulation.read_text("utf-8").replace("team.sdr.people", "team.sdr.poeple"), "utf-8")
    (finding,) = lint([simulation], as_of=today).findings
    assert (finding.code, finding.span.file, finding.span.line) == ("Y004", "simulations/2027-q1.yaml", 10)


def test_a_mistake_in_the_workspace_is_told_once(example: Path, today: date) -> None:
    workspace = example / "cadenza.yaml"
    workspace.write_text(workspace.read_text("utf-8").replace("people: 8", "people: eight"), "utf-8")
    report = lint([example], as_of=today)
    assert [(finding.code, finding.span.file, finding.span.line) for finding in report.findings] == [("Y003", "cadenza.yaml", 11)]


def test_places_are_relative_to_where_one_stands(base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  consent: none\nopt_out:\n  channels: [email]\n")
    here = lint([file], as_of=today, base=file.parent)
    assert {finding.span.file for finding in here.findings} == {"example.yaml"} and here.files == ("example.yaml",)
    above = lint([file], as_of=today, base=file.parent.parent.parent)
    name = file.parent.parent.name
    assert {finding.span.file for finding in above.findings} == {f"{name}/playbooks/example.yaml"}
    leak = next(finding for finding in above.findings if finding.code == "R003")
    assert {related.span.file for related in leak.related} == {f"{name}/playbooks/base.yaml"}
    assert leak.witness is not None
    assert {beat.span.file for beat in leak.witness.beats if beat.span} == {f"{name}/playbooks/base.yaml", f"{name}/playbooks/example.yaml"}


def test_the_order_does_not_depend_on_the_order_of_paths_given(example: Path, today: date) -> None:
    bad = example / "playbooks" / "bad.yaml"
    bad.write_text("cadenza: 1\nnmae: x\ncadence: []\n", "utf-8")
    paths = [example / "cadenza.yaml", bad, example / "simulations"]
    assert lint(paths, as_of=today).findings == lint(paths[::-1], as_of=today).findings


def test_files_of_tests_are_judged_by_their_own_schema(example: Path, today: date) -> None:
    tests = example / "playbooks" / "platform-cold.test.yaml"
    tests.write_text(tests.read_text("utf-8").replace("replied: negative", "replid: negative"), "utf-8")
    (finding,) = lint([example / "playbooks"], as_of=today).findings
    assert (finding.code, finding.span.file, finding.span.line) == ("Y003", "playbooks/platform-cold.test.yaml", 22)
    assert finding.message == "unknown key `replid`: did you mean `replied`?"
    foreign = example / "playbooks" / "chart.test.yaml"
    foreign.write_text("suite: another tool's\n", "utf-8")
    assert (sniff(foreign), find([foreign])) == (None, [(foreign, "test")])
