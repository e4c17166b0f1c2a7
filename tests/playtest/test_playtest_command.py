"""`cadenza test`: which files it runs, what it prints and writes, and the code it leaves with."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cadenza.cli.group import run
from cadenza.language import schema_folder
from cadenza.playtest import check
from cadenza.render import cases_json, cases_junit, cases_terminal

GOLDEN = Path(__file__).parent / "golden"
GOOD = "  - name: silence\n    expect:\n      touches: [intro at 2027-01-04 09:00, call at day 3, connect at day 4, bye at day 9]\n"
BAD = """\
  - name: a no ends it
    events:
      - {at: day 3 10:00, opened: call}
    expect: {outcome: none}
  - name: too early, and too loud
    made: {call: 2 hours after due}
    events:
      - {at: 1 hour after call, replied: out_of_office, until: day 12}
      - {at: 2 business hours after bye, unsubscribed: true}
    expect:
      touches: [intro at 2027-01-04 08:30, call at day 3, connect at day 11, bye]
      silent_until: day 15
      suppressed: [email]
      handoff: ae
      at: {day 8: hold not_now}
"""


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "COLUMNS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def spoiled(bench: Any) -> Any:
    """Two cases that fail (one because its events cannot be) after one that holds."""
    bench.write(GOOD + BAD.replace("opened: call", "connected: call"))
    return bench


@pytest.mark.parametrize("how", ["plain", "colour", "narrow", "verbose"])
def test_what_a_person_reads(spoiled: Any, how: str, golden: Callable[[str, Path], None]) -> None:
    report = check([spoiled.file])
    options: dict[str, dict[str, Any]] = {
        "plain": {"coverage": True, "least": 0.9},
        "colour": {"colour": True},
        "narrow": {"width": 60},
        "verbose": {"verbose": True},
    }
    golden(cases_terminal.render(report, **options[how]), GOLDEN / f"{how}.txt")


def test_junit(spoiled: Any, golden: Callable[[str, Path], None]) -> None:
    text = cases_junit.render(check([spoiled.file]), least=0.9)
    golden(text, GOLDEN / "junit.xml")
    root = ElementTree.fromstring(text)
    assert (root.get("tests"), root.get("failures")) == ("4", "3")
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is not None] == [
        "a no ends it",
        "too early, and too loud",
        "coverage",
    ]


def test_json(spoiled: Any, golden: Callable[[str, Path], None]) -> None:
    report = check([spoiled.file])
    text = cases_json.render(report, coverage=True)
    golden(text, GOLDEN / "report.json")
    schema = json.loads((schema_folder() / "test-report.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(text), schema)
    jsonschema.validate(json.loads(cases_json.render(report)), schema)


def test_the_schema_of_tests_takes_the_shipped_ones(EXAMPLES: Path) -> None:
    import yaml

    schema = json.loads((schema_folder() / "test.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    text = (EXAMPLES / "playbooks" / "platform-cold.test.yaml").read_text("utf-8")
    jsonschema.validate(yaml.load(text, yaml.BaseLoader) | {"cadenza": 1}, _lenient(schema))


def _lenient(schema: Any) -> Any:
    """Words are texts for a loader that knows no other kind."""
    return json.loads(json.dumps(schema).replace('"const": true', '"const": "true"'))


def test_the_example_keeps_to_its_tests(EXAMPLES: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    assert run(["test", "--min-coverage", "60%"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "8 cases in 1 file: all as expected",
        "platform-cold: the cases try 31 of 42 ways (73%), 41 of 3,904 transitions; --coverage lists the rest",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        ((), 0, ""),
        (("playbooks/tried.test.yaml",), 0, ""),
        (("playbooks/tried.yaml",), 0, ""),
        (("playbooks",), 0, ""),
        (("--min-coverage", "5%"), 0, ""),
        (("--min-coverage", "95"), 1, "tried: 30% is less than the 95% that --min-coverage asks for"),
    ],
)
def test_what_is_run(
    bench: Any, arguments: tuple[str, ...], code: int, last: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write(GOOD)
    monkeypatch.chdir(bench.root)
    assert run(["test", *arguments]) == code
    said = capsys.readouterr()
    assert said.out.splitlines()[:2] == ["playbooks/tried.test.yaml", "  ok    silence"] and said.err == ""
    if code:
        assert said.out.splitlines()[-1] == last


def test_from_a_folder_below_all_of_the_workspace_is_run(bench: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write(GOOD)
    monkeypatch.chdir(bench.root / "playbooks" / "messages")
    assert run(["test"]) == 0
    assert "1 case in 1 file: all as expected" in capsys.readouterr().out


def test_failing_cases_leave_with_one_and_bad_files_with_two(
    spoiled: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spoiled.root)
    assert run(["test", "--output", "out.xml", "--format", "junit"]) == 1
    assert (capsys.readouterr().out, (spoiled.root / "out.xml").read_text("utf-8")) == ("", cases_junit.render(check([spoiled.file])))
    spoiled.write("  - name: it\n    expect: {outcom: none}\n")
    assert run(["test", "--format", "json"]) == 2
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["code"], finding["place"]["line"], finding["place"]["column"]) == ("Y003", 5, 14)


def test_nothing_to_run_is_said(bench: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bench.root)
    assert run(["test", "playbooks/tried.yaml"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == ("Error: no tests for playbooks/tried.yaml: write them beside the playbook, as NAME.test.yaml")
    assert run(["test", "nowhere"]) == 2
    assert capsys.readouterr().err == "error: cannot read nowhere: No such file or directory\n"
    assert run(["test", "--min-coverage", "most"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "Error: Invalid value for '--min-coverage': 'most' is no share; a good one is 60%."


def test_colours_follow_the_door(spoiled: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spoiled.root)
    run(["test"])
    assert "\x1b" not in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(["test"])
    assert "\x1b[31;1mFAIL\x1b[0m" in capsys.readouterr().out
    run(["test", "-o", "out.txt"])
    assert "\x1b" not in (spoiled.root / "out.txt").read_text("utf-8")
