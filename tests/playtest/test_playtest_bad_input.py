"""Files of tests with mistakes: all of them at once, each at its place, with the way out; nothing is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cadenza.cli.group import run
from cadenza.language import Refused
from cadenza.playtest import check
from cadenza.render.findings_terminal import render

HERE = Path(__file__).parent


def told(bench: Any, text: str) -> list[str]:
    bench.file.write_text(text, "utf-8")
    with pytest.raises(Refused) as caught:
        check([bench.file])
    return [f"{finding.span} {finding.code} {finding.message} | {finding.help}" for finding in caught.value.findings]


def test_every_mistake_is_told(bench: Any, golden: Callable[[str, Path], None]) -> None:
    bench.file.write_text((HERE / "bad.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(Refused) as caught:
        check([bench.file])
    golden(render(caught.value.findings, base=bench.root), HERE / "bad.out")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["playbooks/tried.test.yaml:1:1 Y001 the file is empty | `cadenza init` writes a workspace to start from"]),
        ("- a\n", ["playbooks/tried.test.yaml:1:1 Y003 a test is a map of keys; this file holds one value or a list | begin with `cadenza: 1`"]),
        (
            "cadenza: 2\ncases: []\n",
            [
                "playbooks/tried.test.yaml:1:10 Y003 this is version 2 of the language; this cadenza reads version 1 | write `cadenza: 1`",
                "playbooks/tried.test.yaml:2:8 Y003 `cases` is an empty list; it needs at least one item | add one, or remove the key",
            ],
        ),
        (
            "cadenza: 1\nplaybook: other.yaml\ncases: [{name: x, expect: {outcome: none}}]\n",
            ["playbooks/tried.test.yaml:2:11 Y004 there is no playbook `other.yaml` | paths count from the folder of this file (`playbooks`)"],
        ),
        (
            "cadenza: 1\nplaybook: ../../../etc/passwd\ncases: [{name: x, expect: {outcome: none}}]\n",
            [
                "playbooks/tried.test.yaml:2:11 Y007 the path `../../../etc/passwd` leads out of the workspace | "
                "keep every file below the folder of `cadenza.yaml`"
            ],
        ),
        (
            "cadenza: 1\ncases: [{name: x, person: {timezone: Mars/Olympus}, expect: {outcome: none}}]\n",
            ["playbooks/tried.test.yaml:2:38 Y004 no time zone is called `Mars/Olympus` | write one such as `Europe/Dublin`"],
        ),
        (
            "cadenza: 1\ncases: [{name: x, person: {country: QQ}, expect: {outcome: none}}]\n",
            ["playbooks/tried.test.yaml:2:37 Y004 no holidays are known for the country `QQ` | write an ISO 3166 code such as `GB`"],
        ),
        (
            "cadenza: 1\ncases:\n\t- name: x\n",
            ["playbooks/tried.test.yaml:3:1 Y001 YAML indents with blanks; this line begins with a tab | replace each tab by two blanks"],
        ),
        (
            "cadenza: 1\ncases: &a [*a]\n",
            ["playbooks/tried.test.yaml:2:12 Y006 the alias `*a` stands inside what it names, so it has no end | write the value out"],
        ),
    ],
)
def test_a_file_that_is_none(bench: Any, text: str, said: list[str]) -> None:
    assert told(bench, text) == said


def test_the_playbooks_own_mistakes_are_told_with_the_others(bench: Any) -> None:
    bench.edit("id: call, channel: phone", "id: call, chanel: phone")
    assert told(bench, "cadenza: 1\ncases: [{name: x, expekt: {}}]\n") == [
        "playbooks/tried.test.yaml:2:19 Y003 unknown key `expekt`: did you mean `expect`? | write `expect`",
        "playbooks/tried.yaml:14:16 Y003 unknown key `chanel`: did you mean `channel`? | write `channel`",
    ]


def test_without_a_playbook_beside_it(bench: Any) -> None:
    lost = bench.root / "playbooks" / "lost.test.yaml"
    lost.write_text("cadenza: 1\ncases: [{name: x, expect: {outcome: none}}]\n", "utf-8")
    with pytest.raises(Refused) as caught:
        check([lost, bench.write("  - name: it\n    expect: {outcom: none}\n")])
    assert [f"{finding.span} {finding.message} | {finding.help}" for finding in caught.value.findings] == [
        "playbooks/lost.test.yaml:1:1 there is no playbook `lost.yaml` beside this file | name the one that is tested: `playbook: FILE`",
        "playbooks/tried.test.yaml:5:14 unknown key `outcom`: did you mean `outcome`? | write `outcome`",
    ]


def test_hostile_names_drive_nothing(bench: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    name = '"\\e[31mred\\a ::error::x\\r\\n::set-output name=a::b ]]> </failure> &amp;"'
    bench.write(f"  - name: {name}\n    expect: {{outcome: {name}, state: {name}, handoff: none}}\n")
    monkeypatch.chdir(bench.root)
    for format in ("terminal", "junit", "json"):
        assert run(["test", "--format", format]) == 1
        said = capsys.readouterr().out
        assert not set(said) & {"\x1b", "\a", "\r"}
        assert not [line for line in said.splitlines() if line.strip().startswith("::")]


def test_any_text_is_run_or_refused(bench: Any) -> None:
    """Cut a good file anywhere: findings with places, or a report; never anything else."""
    bench.write(
        "  - name: it\n    made: {call: 2 hours after due}\n    events: [{at: day 3, replied: negative}]\n    expect: {touches: [intro at day 1]}\n"
    )
    whole = bench.file.read_text("utf-8")
    for end in range(0, len(whole), 3):
        bench.file.write_text(whole[:end], "utf-8")
        try:
            check([bench.file])
        except Refused as refused:
            assert all(finding.span.file.startswith("playbooks/") and finding.message for finding in refused.findings)
