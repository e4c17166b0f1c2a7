"""Fixes keep comments, order and style, leave strictly fewer findings, change nothing the second time, and never break a file."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cadenza.cli.group import group
from cadenza.language.findings import Edit, Finding, Fix, Level
from cadenza.language.nodes import Span
from cadenza.rules.fixes import edited, mend
from cadenza.rules.run import Report, lint

AS_OF = date(2027, 1, 4)
SPOILT = {
    "motion: cold  ": "moton: cold  ",
    "  positive:      {handoff": "  positve:      {handoff",
    "    weekly_cap: 80": "    weekly_cpa: 80",
    "    after: 2 business days\n    script: messages/first-call.md": "    after: 2 bussiness days\n    script: messages/first-call.md",
}


@pytest.fixture
def workspace(tmp_path: Path, EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("playbooks", "simulations", "lists"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    shutil.copy(EXAMPLES / "cadenza.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(group, ["lint", "--as-of", AS_OF.isoformat(), *arguments], catch_exceptions=False)
    return result.exit_code, result.output


def spoil(path: Path, changes: dict[str, str]) -> str:
    text = path.read_text("utf-8")
    for good, bad in changes.items():
        assert good in text, good
        text = text.replace(good, bad, 1)
    path.write_text(text, "utf-8")
    return text


def test_mending_gives_the_file_back_to_the_letter(workspace: Path) -> None:
    path = workspace / "playbooks" / "platform-cold.yaml"
    good = path.read_text("utf-8")
    bad = spoil(path, SPOILT)
    code, said = run("--fix")
    assert path.read_text("utf-8") == bad.replace("moton", "motion").replace("positve", "positive").replace("weekly_cpa", "weekly_cap")
    assert code == 1 and "1 more could be mended with --unsafe-fixes." in said  # the unit: it is the author's to say
    code, said = run("--unsafe-fixes")
    assert path.read_text("utf-8") == good
    assert (code, said.splitlines()[-1]) == (0, "Clean: 4 files.")
    assert "playbooks/platform-cold.yaml:49:12 mended Y005 bad-unit: write `2 business days`" in said


def test_mending_twice_changes_nothing(workspace: Path) -> None:
    path = workspace / "playbooks" / "platform-cold.yaml"
    spoil(path, {**SPOILT, "  negative:      {stop: said_no, cooldown: 365 days}\n": ""})
    run("--unsafe-fixes")
    once = path.read_text("utf-8")
    code, said = run("--unsafe-fixes")
    assert path.read_text("utf-8") == once
    assert (code, said) == (0, "Clean: 4 files.\n")
    assert "replies:\n  negative: {stop: said_no, cooldown: 365 days}\n  positive:" in once


def test_a_waiver_that_waives_nothing_goes_with_its_line(workspace: Path) -> None:
    path = workspace / "playbooks" / "platform-cold.yaml"
    good = path.read_text("utf-8")
    spoil(path, {"replies:\n": "# cadenza: ignore[ignores-no]: it used to\nreplies:  # cadenza: ignore[talks-over-reply]: so did this\n"})
    assert run("--fix")[0] == 0
    assert path.read_text("utf-8") == good


def test_json_tells_what_was_mended(workspace: Path) -> None:
    spoil(workspace / "playbooks" / "platform-cold.yaml", {"motion: cold  ": "moton: cold  "})
    document = json.loads(run("--fix", "--format", "json")[1])
    assert [(item["code"], item["fix"]["title"], item["place"]["line"]) for item in document["mended"]] == [("Y003", "write `motion`", 6)]
    assert document["findings"] == []


def _finding(name: str, *edits: Edit, safe: bool = True) -> Finding:
    return Finding("R001", name, Level.error, name, edits[0].span, fix=Fix(name, edits, safe=safe))


def _at(file: str, line: int, start: int, end: int) -> Span:
    return Span(file, line, start, line, end)


def test_a_fix_that_makes_nothing_better_is_taken_back(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"one: 1\r\ntwo: 2\r\n")
    useless, good = _finding("useless", Edit(_at("a.yaml", 1, 1, 4), "uno")), _finding("good", Edit(_at("a.yaml", 2, 1, 4), "due"))

    def judge() -> Report:
        text = (tmp_path / "a.yaml").read_text("utf-8")
        return Report(tuple(f for f in (useless, good) if f is useless or "two" in text), (), ("a.yaml",))

    mended = mend(judge, tmp_path)
    assert mended.done == (useless, good)  # together they left fewer: both stand
    (tmp_path / "a.yaml").write_bytes(b"one: 1\r\ndue: 2\r\n")
    assert mend(judge, tmp_path).done == ()
    assert (tmp_path / "a.yaml").read_bytes() == b"one: 1\r\ndue: 2\r\n"


def test_an_interrupted_mending_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("one: 1\n", "utf-8")
    calls = iter([Report((_finding("good", Edit(_at("a.yaml", 1, 1, 4), "uno")),), (), ("a.yaml",))])

    def judge() -> Report:
        try:
            return next(calls)
        except StopIteration:
            raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt):
        mend(judge, tmp_path)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {"a.yaml": "one: 1\n"}


def test_edits_that_touch_wait_for_the_next_round(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("abcdef\n", "utf-8")
    first, second = _finding("first", Edit(_at("a.yaml", 1, 1, 4), "X")), _finding("second", Edit(_at("a.yaml", 1, 3, 5), "Y"))

    def judge() -> Report:
        text = (tmp_path / "a.yaml").read_text("utf-8")
        return Report((first, second) if text == "abcdef\n" else (), (), ("a.yaml",))

    assert mend(judge, tmp_path).done == (first,)
    assert (tmp_path / "a.yaml").read_text("utf-8") == "Xdef\n"


@given(st.text(alphabet="ab é\n", max_size=60), st.data())
def test_an_edit_changes_its_own_stretch_and_nothing_else(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    line = data.draw(st.integers(1, len(lines)))
    start = data.draw(st.integers(1, len(lines[line - 1]) + 1))
    end = data.draw(st.integers(start, len(lines[line - 1]) + 1))
    new = data.draw(st.text(alphabet="xyz", min_size=1, max_size=5))
    lines[line - 1] = lines[line - 1][: start - 1] + new + lines[line - 1][end - 1 :]
    assert edited("\ufeff" + text, [Edit(_at("a", line, start, end), new)]) == "\ufeff" + "\n".join(lines)


@pytest.mark.parametrize("key", ["name", "audience", "channels", "cadence", "replies", "opt_out", "stop_rules", "description"])
def test_every_misspelt_key_is_mended_to_fewer_findings(key: str, workspace: Path) -> None:
    path = workspace / "playbooks" / "platform-cold.yaml"
    good = path.read_text("utf-8")
    path.write_text(good.replace(f"\n{key}:", f"\n{key[0]}{key[2]}{key[1]}{key[3:]}:", 1), "utf-8")
    before = lint([path], as_of=AS_OF, base=workspace)
    assert run("--fix", str(path))[0] == 0
    assert len(before.findings) > 0 and path.read_text("utf-8") == good
