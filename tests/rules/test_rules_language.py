"""What the language room reports and the rules only explain: deprecated keys, messages and lists that cannot be read."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cadenza.language.schemas import schema
from cadenza.rules import lint

OLD = "owner: a@example.com\ndescription: What it is for.\n"


@pytest.fixture
def ageing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version of the language, in which `owner` and `audience.size`, a workspace's `links` and a simulation's `seed` are on their way out."""
    later: dict[str, dict[str, Any]] = {name: copy.deepcopy(schema(name)) for name in ("playbook", "workspace", "simulation")}
    later["playbook"]["properties"]["owner"] |= {"deprecated": True, "x-instead": "write `team: {owner: ...}`"}
    later["playbook"]["properties"]["audience"]["properties"]["size"] |= {"deprecated": True}
    later["playbook"]["properties"]["description"] |= {"deprecated": False}
    later["workspace"]["properties"]["links"] |= {"deprecated": True}
    later["simulation"]["properties"]["seed"] |= {"deprecated": True, "x-instead": "leave it to the command"}
    monkeypatch.setattr(importlib.import_module("cadenza.language.validate"), "schema", lambda name: later.get(name) or schema(name))


def said(file: Path, today: date) -> list[tuple[str, str, str, int, str, str]]:
    found = lint([file], as_of=today, select=["Y"]).findings
    return [(f.code, f.level.name, f.span.file, f.span.line, f.message, f.help) for f in found]


@pytest.mark.usefixtures("ageing")
def test_a_deprecated_key_works_and_is_said_to_be_going(base: Callable[..., Path], today: date) -> None:
    words = "is deprecated: it works as before, until a later version"
    assert said(base(OLD), today) == [
        ("Y010", "warning", "playbooks/base.yaml", 11, f"`size` {words}", "remove it: it will mean nothing one day"),
        ("Y010", "warning", "playbooks/example.yaml", 1, f"`owner` {words}", "write `team: {owner: ...}`"),
    ]


@pytest.mark.usefixtures("ageing")
def test_in_a_workspace_and_a_simulation_too(base: Callable[..., Path], today: date) -> None:
    words = "is deprecated: it works as before, until a later version"
    root = base(OLD).parent.parent
    workspace, simulation = root / "cadenza.yaml", root / "simulations" / "year.yaml"
    simulation.parent.mkdir()
    text = "cadenza: 1\nname: year\nplaybooks: [../playbooks/example.yaml]\nstart: 2027-01-04\nhorizon: 4 weeks\nreplications: 5\nseed: 3{}\n"
    simulation.write_text(text.format(""), "utf-8")
    assert said(workspace, today) == [("Y010", "warning", "cadenza.yaml", 18, f"`links` {words}", "remove it: it will mean nothing one day")]
    assert said(simulation, today) == [("Y010", "warning", "simulations/year.yaml", 7, f"`seed` {words}", "leave it to the command")]
    simulation.write_text(text.format("  # cadenza: ignore[deprecated] until 2027-06-30: with the next release"), "utf-8")
    assert said(simulation, today) == []


@pytest.mark.usefixtures("ageing")
def test_it_can_be_waived_until_a_day(base: Callable[..., Path], today: date) -> None:
    file = base("owner: a@example.com  # cadenza: ignore[deprecated] until 2027-06-30: with the next release\n")
    assert [line for *_, line, _, _ in said(file, today)] == [11]
    assert "Y010" not in {f.code for f in lint([file], as_of=today, select=["Y"]).findings if f.span.file.endswith("example.yaml")}


def test_nothing_is_deprecated_in_version_1(base: Callable[..., Path], today: date) -> None:
    assert said(base(OLD), today) == []


@pytest.mark.parametrize("word", ["bad-message", "Y013"])
def test_a_message_that_cannot_be_read_cannot_be_waived(word: str, base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  size: 400\n")
    workspace = file.parent.parent / "cadenza.yaml"
    waiver = f"lint: {{waivers: [{{path: '**', rules: [{word}], because: we know}}]}}\n"
    workspace.write_text(workspace.read_text("utf-8") + waiver, "utf-8")
    (file.parent / "messages" / "intro.md").write_text("---\nsubject: a\n", "utf-8")
    message = "the front matter that begins here is never closed"
    assert said(file, today) == [("Y013", "error", "playbooks/messages/intro.md", 1, message, "end it with a line `---`")]


@pytest.mark.parametrize("word", ["bad-list", "Y014"])
def test_a_list_that_cannot_be_read_cannot_be_waived(word: str, base: Callable[..., Path], today: date) -> None:
    file = base(f"audience:  # cadenza: ignore[{word}]: we know\n  source: {{kind: researched, list: people.csv}}\n")
    (file.parent / "people.csv").write_text("email,company\na@example.org,A,Ltd\n", "utf-8")
    found = [(code, line, message) for code, _, _, line, message, _ in said(file, today)]
    assert sorted(found, reverse=True) == [
        ("Y014", 2, "this row has 3 cells, and the header has 2"),
        ("Y011", 1, f"`{word}` cannot be waived: it keeps the file from being read"),
    ]


def test_a_list_that_cannot_be_read_is_an_error_of_the_list(base: Callable[..., Path], today: date) -> None:
    file = base("audience:\n  source: {kind: researched, list: people.csv}\n")
    (file.parent / "people.csv").write_text("email,company\na@example.org,A,Ltd\n", "utf-8")
    ((code, level, place, line, message, _),) = said(file, today)
    assert (code, level, place, line) == ("Y014", "error", "playbooks/people.csv", 2)
    assert "a@example.org" not in message
