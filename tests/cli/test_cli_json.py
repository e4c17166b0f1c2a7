"""What `--format json` writes is what its schema in `schema/` says, and the same document says the same twice."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from cadenza.cli.group import group
from cadenza.language import schema_folder

SCHEMAS = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(schema_folder().glob("*.schema.json"))}
REGISTRY: Any = Registry().with_resources(
    [(f"https://cadenza.example/schema/{name}", Resource.from_contents(schema)) for name, schema in SCHEMAS.items()]
)


def said(*arguments: str) -> Any:
    result = CliRunner().invoke(group, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def check(document: Any, schema: str) -> None:
    Draft202012Validator(SCHEMAS[schema], registry=REGISTRY).validate(document)


@pytest.mark.parametrize("what", ["R001", "", "playbooks/platform-cold.yaml:{negative}", "playbooks/platform-cold.yaml:1"])
def test_explanations(what: str, EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    text = Path("playbooks/platform-cold.yaml").read_text("utf-8")
    negative = text[: re.search(r"^  negative:", text, re.M).start()].count("\n") + 1  # type: ignore[union-attr]
    document = said("explain", *([what.format(negative=negative)] if what else []), "--format", "json")
    check(document, "explain.schema.json")
    if "negative" in what:
        assert {move["event"] for move in document["transitions"]} == {"replied.negative", "cooled"}


def test_a_new_workspace(tmp_path: Path) -> None:
    document = said("init", str(tmp_path / "sales"), "--format", "json", "--as-of", "2026-11-21")
    check(document, "init.schema.json")
    there = sorted(path.relative_to(tmp_path / "sales").as_posix() for path in (tmp_path / "sales").rglob("*") if path.is_file())
    assert document["files"] == there
