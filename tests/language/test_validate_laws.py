"""Our validator against the one that everybody uses, on documents made from the schemas and on spoiled ones."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from language.strategies_schema import documents, spoiled
from referencing import Registry, Resource

from cadenza.language.nodes import Span
from cadenza.language.scenario import grow
from cadenza.language.schemas import schema_folder
from cadenza.language.validate import _Walk, validate
from cadenza.language.yaml import read

NAMES = ["workspace", "playbook", "simulation", "assumptions", "message"]


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((schema_folder() / f"{name}.schema.json").read_text("utf-8")))


def _loose(rules: Any) -> Any:
    """The schema without what only our parsers decide: patterns beside `x-unit`."""
    if isinstance(rules, list):
        return [_loose(item) for item in rules]
    if not isinstance(rules, dict):
        return rules
    return {key: _loose(item) for key, item in rules.items() if not (key == "pattern" and "x-unit" in rules)}


@cache
def judge(name: str) -> Draft202012Validator:
    loaded = {one: _loose(json.loads((schema_folder() / f"{one}.schema.json").read_text("utf-8"))) for one in NAMES}
    registry: Any = Registry().with_resources([(f"{one}.schema.json", Resource.from_contents(rules)) for one, rules in loaded.items()])
    return Draft202012Validator(loaded[name], registry=registry)


def accepted(name: str, document: Any) -> bool:
    """Whether our validator has nothing to say, units aside."""
    return not [found for found in validate(grow(document, Span("x.yaml")), name) if found.code != "Y005"]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_schema_makes_is_accepted(name: str) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(documents(name))
    def check(document: Any) -> None:
        assert list(judge(name).iter_errors(document)) == []
        assert validate(grow(document, Span("x.yaml")), name) == []

    check()


@pytest.mark.parametrize("name", NAMES)
def test_both_validators_agree_on_what_is_spoiled(name: str) -> None:
    @settings(max_examples=100, suppress_health_check=list(HealthCheck))
    @given(spoiled(name))
    def check(document: Any) -> None:
        assert accepted(name, document) == judge(name).is_valid(document), list(judge(name).iter_errors(document))

    check()


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NAMES).flatmap(lambda name: st.tuples(st.just(name), spoiled(name))))
def test_reading_a_document_changes_nothing_about_it(pair: tuple[str, Any]) -> None:
    """JSON is YAML: a document written as JSON and read again has the same findings, at places inside the file."""
    name, document = pair
    text = json.dumps(document, indent=1)
    node, _ = read(text, "x.yaml")
    told, grown = validate(node, name), validate(grow(document, Span("x.yaml")), name)
    assert sorted((found.code, found.message) for found in told) == sorted((found.code, found.message) for found in grown)
    lines = text.split("\n")
    for found in told:
        assert 1 <= found.span.line <= found.span.end_line <= len(lines)
        assert found.span.column <= len(lines[found.span.line - 1]) + 1


def _every(rules: Any, way: str = "") -> list[tuple[str, dict[str, Any]]]:
    found = [(way, rules)] if isinstance(rules, dict) and ("type" in rules or "oneOf" in rules or "const" in rules) else []
    items = rules.items() if isinstance(rules, dict) else enumerate(rules) if isinstance(rules, list) else ()
    for key, item in items:
        if key not in ("examples", "default", "enum", "x-refused"):
            found += _every(item, f"{way}/{key}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_explained(name: str) -> None:
    """What an editor shows: each property has a description in sentences, and each value that is written an example or a choice."""
    loaded = json.loads((schema_folder() / f"{name}.schema.json").read_text("utf-8"))
    silent = [
        f"{way}/{key}"
        for way, rules in _every(loaded)
        for key, item in rules.get("properties", {}).items()
        if not item.get("description", "").endswith((".", ")", "}}"))
    ]
    assert silent == []
    bare = [way for way, rules in _every(loaded) if rules.get("type") == "string" and not {"examples", "enum"} & rules.keys()]
    assert bare == []


@pytest.mark.parametrize("name", NAMES)
def test_examples_and_defaults_are_right(name: str) -> None:
    """What a schema shows as good passes its own rules, units included."""
    loaded = json.loads((schema_folder() / f"{name}.schema.json").read_text("utf-8"))
    for way, rules in _every(loaded):
        for value in [*rules.get("examples", []), *([rules["default"]] if "default" in rules and rules["default"] != "" else [])]:
            findings = _check_against(rules, name, value)
            assert findings == [], (way, value, findings)


def _check_against(rules: dict[str, Any], home: str, value: Any) -> list[Any]:
    walk = _Walk("value")
    walk.check(grow(value, Span("x.yaml")), rules, home, ("value",))
    return walk.findings


def test_the_example_names_its_schema(EXAMPLES: Path) -> None:
    """Editors find the schema through the first line of each example; it must lead there."""
    for path in sorted((EXAMPLES / "playbooks").glob("*.yaml")):
        first = path.read_text("utf-8").split("\n", 1)[0]
        assert first.startswith("# yaml-language-server: $schema=")
        wanted = "test" if path.name.endswith(".test.yaml") else "playbook"
        assert (path.parent / first.partition("=")[2]).resolve() == (EXAMPLES / "schema" / f"{wanted}.schema.json").resolve()
