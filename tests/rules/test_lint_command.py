"""The command: exit codes, where its output goes, and what it does not import."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cadenza.cli.group import group
from cadenza.cli.group import run as main

HEAVY = (
    "numpy",
    "scipy",
    "pandas",
    "networkx",
    "simpy",
    "rich",
    "holidays",
    "liquid",
    "phonenumbers",
    "attr",
    "jsonschema",
    "cadenza.calendars",
    "cadenza.engines",
)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(group, [*map(str, words), "--as-of", "2027-01-04"], env={"COLUMNS": "120", "NO_COLOR": None, "FORCE_COLOR": None})


def test_exit_codes(base: Callable[..., Path]) -> None:
    clean = base()
    assert (run("lint", clean).exit_code, run("lint", clean).output) == (0, "Clean: 1 file.\n")
    warned = base("audience:\n  source: {verified: 2026-08-01}\n")
    assert [run("lint", warned, *more).exit_code for more in ((), ("--strict",), ("--profile", "strict"), ("--strict", "--exit-zero"))] == [
        0,
        1,
        1,
        0,
    ]
    bad = base("audience:\n  consent: none\n")
    assert [run("lint", bad, *more).exit_code for more in ((), ("--exit-zero",), ("--ignore", "P006"), ("--select", "D"))] == [1, 0, 0, 0]


def test_usage_is_2(base: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = base()
    assert main(["lint", str(tmp_path / "nothing.yaml")]) == 2
    assert capsys.readouterr().err == f"error: cannot read {tmp_path}/nothing.yaml: No such file or directory\n"
    unknown = run("lint", file, "--select", "R001,ignore-no")
    assert unknown.exit_code == 2 and "there is no rule 'ignore-no'; did you mean 'ignores-no'?" in unknown.output
    (tmp_path / "empty").mkdir()
    empty = run("lint", tmp_path / "empty")
    assert empty.exit_code == 2 and "no playbook, simulation or workspace below" in empty.output


def test_output_goes_to_a_file_without_colours(base: Callable[..., Path], tmp_path: Path) -> None:
    file, out = base("audience:\n  consent: none\n"), tmp_path / "findings.txt"
    result = CliRunner().invoke(group, ["lint", str(file), "-o", str(out), "--as-of", "2027-01-04"], env={"FORCE_COLOR": "1"})
    assert (result.exit_code, result.output) == (1, "")
    assert "\x1b" not in out.read_text("utf-8") and "P006 no-consent-basis" in out.read_text("utf-8")


def test_colour_follows_the_environment(base: Callable[..., Path]) -> None:
    file = str(base("audience:\n  consent: none\n"))
    words = ["lint", file, "--as-of", "2027-01-04"]
    assert "\x1b" not in CliRunner().invoke(group, words).output
    assert "\x1b[1;31m" in CliRunner().invoke(group, words, env={"FORCE_COLOR": "1"}, color=True).output
    assert "\x1b" not in CliRunner().invoke(group, words, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}, color=True).output


def imported(*words: str, cwd: Path) -> set[str]:
    code = "import sys; from cadenza.cli.group import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=cwd, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_a_clean_file_costs_no_heavy_import(form: str, example: Path) -> None:
    modules = imported("lint", "playbooks/platform-cold.yaml", "--no-cache", "--format", form, "--as-of", "2026-11-21", cwd=example)
    assert "cadenza.rules.respect.ignores_no" in modules
    assert [name for name in HEAVY if name in modules] == []


def test_explain_a_rule_a_line_and_all(example: Path, golden: Callable[[str, Path], None]) -> None:
    folder = Path(__file__).parent / "golden"
    page = run("explain", "ignores-no")
    assert page.exit_code == 0 and page.output.startswith("R001 ignores-no\nerror · profile minimal")
    assert page.output == run("explain", "R001").output

    def of_line(number: int, *more: str) -> str:
        return run("explain", f"{example}/playbooks/platform-cold.yaml:{number}", "--as-of", "2027-01-04", *more).output

    golden(of_line(51), folder / "explain-line.out")
    golden(of_line(26), folder / "explain-line-without-states.out")
    facts = {fact["name"]: fact["values"] for fact in json.loads(of_line(86, "--format", "json"))["facts"]}
    assert facts["after_no.cooldown"][0]["place"]["line"] == 86
    assert [value["keys"] for value in facts["after_refusal_min"]] == [["email"], ["phone"], ["linkedin"]], "stories that a no is part of"
    every = json.loads(run("explain", "--format", "json").output)
    assert every["kind"] == "rules" and every["format_version"] == 1
    assert [rule["code"] for rule in every["rules"]] == sorted(rule["code"] for rule in every["rules"])
    assert all(rule["summary"] for rule in every["rules"])


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("ignore-no", "There is no rule 'ignore-no'. Did you mean 'ignores-no'?"),
        ("playbooks", "For a line of a playbook, write FILE:LINE."),
        ("playbooks/platform-cold.yaml:9999", "platform-cold.yaml has 147 lines; there is no line 9999"),
        ("playbooks/platform-cold.yaml:0", "there is no line 0"),
    ],
)
def test_explain_says_what_it_cannot_explain(word: str, said: str, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example)
    result = run("explain", word)
    assert result.exit_code == 2 and said in result.output


@pytest.mark.parametrize(("file", "kind"), [("lists/customers.csv", "a list"), ("playbooks/messages/intro.md", "a message")])
def test_a_list_and_a_message_are_judged_with_their_playbook(file: str, kind: str, example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example)
    result = run("lint", file)
    said = f"Error: '{file}' is {kind}: name the playbook or the folder that uses it, and it is judged with that."
    assert (result.exit_code, result.output.splitlines()[-1]) == (2, said)


def test_a_number_of_too_many_digits_is_called_one(example: Path) -> None:
    playbook = example / "playbooks" / "platform-cold.yaml"
    playbook.write_text(re.sub(r"(?m)^  size: .*", "  size: 123456789012345678901234567890", playbook.read_text("utf-8")), "utf-8")
    assert "`size` takes a whole number, not a number of 30 digits" in " ".join(run("lint", str(playbook)).output.split())
