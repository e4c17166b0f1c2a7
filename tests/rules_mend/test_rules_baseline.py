"""A baseline hides what it holds and nothing else, and does not mind where lines have gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from cadenza.cli.group import group
from cadenza.language import schema_folder

NEGATIVE = "  negative:      {stop: said_no, cooldown: 365 days}\n"


@pytest.fixture
def playbook(tmp_path: Path, EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import shutil

    shutil.copytree(EXAMPLES / "playbooks", tmp_path / "playbooks")
    shutil.copytree(EXAMPLES / "lists", tmp_path / "lists")
    shutil.copy(EXAMPLES / "cadenza.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "playbooks" / "platform-cold.yaml"
    path.write_text(path.read_text("utf-8").replace(NEGATIVE, "", 1), "utf-8")
    return path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(group, ["lint", "--as-of", "2027-01-04", *arguments])
    return result.exit_code, result.output


def test_what_is_known_is_hidden_wherever_it_moves(playbook: Path) -> None:
    assert run("--write-baseline", "known.json") == (0, "wrote 2 findings into known.json\n")
    written = json.loads(Path("known.json").read_text("utf-8"))
    Draft202012Validator(json.loads((schema_folder() / "baseline.schema.json").read_text("utf-8"))).validate(written)
    assert [(row["code"], row["count"]) for row in written["findings"]] == [("M004", 1), ("R001", 1)]
    playbook.write_text("# a new first line\n\n" + playbook.read_text("utf-8"), "utf-8")
    code, said = run("--baseline", "known.json")
    assert (code, said.splitlines()[-1]) == (0, "2 known from the baseline.")


def test_what_is_new_is_shown_and_what_is_gone_is_said(playbook: Path) -> None:
    run("--write-baseline", "known.json")
    text = playbook.read_text("utf-8")
    playbook.write_text(text.replace("  wrong_person:  {stop: wrong_person}\n", NEGATIVE), "utf-8")
    code, said = run("--baseline", "known.json", "--format", "json")
    document = json.loads(said)
    assert code == 1
    assert "M004" in {finding["code"] for finding in document["findings"]}
    assert all("`negative` leads nowhere" not in finding["message"] for finding in document["findings"])
    assert document["baseline"] == {"known": 0, "gone": 2}


@pytest.mark.usefixtures("playbook")
def test_writing_it_again_gives_the_same_bytes() -> None:
    run("--write-baseline", "one.json")
    run("--write-baseline", "two.json")
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "there is no such file"),
        ("", "Expecting value"),
        ("[]", "list indices"),
        ('{"kind": "findings", "format_version": 1, "findings": []}', "it is no baseline of version 1"),
        ('{"kind": "baseline", "format_version": 1, "findings": [{"fingerprint": "x", "count": true}]}', "no fingerprint or no count"),
        ('{"kind": "baseline", "format_version": 1, "findings": [{"count": 1}]}', "a key is missing"),
        ("[" * 100_000, "cannot be read as a baseline"),
    ],
)
@pytest.mark.usefixtures("playbook")
def test_what_is_no_baseline_is_refused(content: str | None, why: str) -> None:
    if content is not None:
        Path("known.json").write_text(content, "utf-8")
    from cadenza.language.findings import Refused
    from cadenza.rules import baseline

    with pytest.raises(Refused) as refused:
        baseline.read(Path("known.json"), "known.json")
    assert why in refused.value.findings[0].message
    assert "--write-baseline" in refused.value.findings[0].help
