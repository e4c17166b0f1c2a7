"""The schema is the source of every default: a model built without a key equals one built with the schema's default written out."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from language.strategies_schema import documents

from cadenza.language import Refused
from cadenza.language.build import collect_tree, workspace_from
from cadenza.language.build_simulation import build_simulation
from cadenza.language.model import Workspace
from cadenza.language.nodes import Map, Node, Span
from cadenza.language.scenario import grow
from cadenza.language.schemas import Schema, alternatives, schema
from cadenza.language.trees import Tree
from cadenza.language.validate import validate

WORKSPACE: dict[str, Any] = {
    "cadenza": 1,
    "organization": {"name": "Acme"},
    "team": {"sdr": {}, "ae": {"hires": [{"id": "new", "starts": "2027-02-01"}], "ramp": {"over": "12 weeks"}, "leave": {}}},
    "senders": {"pool": {"domain": "mail.acme.example", "warm_up": {"add": "5 per business day"}}},
    "suppression": {},
    "house": [{"id": "one", "require": "true"}],
    "lint": {},
}
PLAYBOOK: dict[str, Any] = {
    "cadenza": 1,
    "name": "tried",
    "icp": {"accounts": {}, "personas": [{"id": "lead"}]},
    "audience": {"enroll": "10 per business day", "source": {"kind": "crm"}, "fields": [{"name": "email"}]},
    "channels": {"email": {}, "phone": {}, "linkedin": {}, "sms": {}, "direct_mail": {}},
    "cadence": [{"id": "intro", "channel": "email", "variants": [{"id": "a"}], "on": {"clicked": {"stop": "x"}}}],
    "replies": {"negative": {"stop": "said_no"}},
    "stop_rules": [{"id": "enough", "when": {"touches": 3}, "stop": "exhausted"}],
    "opt_out": {"page": {}, "reaches": {}},
    "qualification": {"framework": "BANT"},
    "experiments": [{"id": "e", "step": "intro", "metric": "reply.positive", "detect": "1%"}],
}
SIMULATION: dict[str, Any] = {"cadenza": 1, "name": "s", "playbooks": ["playbooks/x.yaml"], "start": "2027-01-04", "horizon": "13 weeks"}


def values_of(thing: Any) -> Any:
    """A model without its nodes: only what was read."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        own = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
        return {name: values_of(value) for name, value in own.items() if name not in ("node", "workspace", "root", "span")}
    if isinstance(thing, dict):
        return {name: values_of(value) for name, value in thing.items()}
    return [values_of(item) for item in thing] if isinstance(thing, tuple | list) else thing


def tree(document: Any, file: str) -> Map:
    node: Node = grow(document, Span(file))
    assert isinstance(node, Map)
    return node


def workspace(document: dict[str, Any] = WORKSPACE) -> Workspace:
    return workspace_from(Path("/nowhere"), tree(document, "cadenza.yaml"))


def built(name: str, document: dict[str, Any]) -> Any:
    if name == "workspace":
        return values_of(workspace(document))
    if name == "simulation":
        node = tree(document, "simulations/s.yaml")
        assert validate(node, "simulation") == []
        return values_of(build_simulation(workspace(), "simulations/s.yaml", node, ("playbooks/x.yaml",)))
    playbook, findings = collect_tree(workspace(), "playbooks/x.yaml", Tree(tree(document, "playbooks/x.yaml"), ("playbooks/x.yaml",), ()))
    assert playbook is not None, findings
    return values_of(playbook)


def defaults(rules: Schema, home: str, document: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """(way to a key, its default) for every default that the schema gives in a map of the document."""
    for one, place in alternatives(rules, home):
        if isinstance(document, dict) and set(one.get("required", ())) <= document.keys() and document.keys() <= set(_known(one, document)):
            for key in _known(one, document):
                inner = one.get("properties", {}).get(key, one.get("additionalProperties"))
                if isinstance(inner, dict) and "default" in inner and key not in document:
                    yield (*way, key), inner["default"]
                if key in document and isinstance(inner, dict):
                    yield from defaults(inner, place, document[key], (*way, key))
        if isinstance(document, list) and "items" in one:
            for number, item in enumerate(document):
                yield from defaults(one["items"], place, item, (*way, number))


def _known(rules: Schema, document: dict[str, Any]) -> list[str]:
    known = list(rules.get("properties", {}))
    return known + [key for key in document if key not in known] if isinstance(rules.get("additionalProperties"), dict) else known


DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("workspace", WORKSPACE),
    ("workspace", {"cadenza": 1, "organization": {"name": "Acme"}}),
    ("playbook", PLAYBOOK),
    ("playbook", {**PLAYBOOK, "icp": {}, "audience": {"enroll": "1 per day"}, "stop_rules": [], "experiments": [], "opt_out": {}}),
    ("playbook", {key: value for key, value in PLAYBOOK.items() if key not in ("icp", "stop_rules", "experiments", "opt_out")}),
    ("simulation", SIMULATION),
]
CASES = [(name, way, default, document) for name, document in DOCUMENTS for way, default in defaults(schema(name), name, document)]
NAMES = ["workspace", "playbook", "simulation"]


@pytest.mark.parametrize(("name", "way", "default", "whole"), CASES, ids=[f"{case[0]}-{'.'.join(map(str, case[1]))}" for case in CASES])
def test_a_default_is_what_the_model_has(name: str, way: tuple[str | int, ...], default: Any, whole: dict[str, Any]) -> None:
    document = copy.deepcopy(whole)
    here = document
    for key in way[:-1]:
        here = here[key]  # type: ignore[index]
    here[way[-1]] = default  # type: ignore[index]
    assert built(name, document) == built(name, whole)


@pytest.mark.parametrize("name", NAMES)
def test_no_default_is_left_out_of_these_tests(name: str) -> None:
    """Every default of the schema is met by at least one case (a `$ref` may be met more than once)."""
    met = {str(way[-1]) for one, way, *_ in CASES if one == name}
    missing = {key for key, rules in _properties(schema(name)) if "default" in rules} - met
    assert missing == set()


def _properties(rules: Any) -> Iterator[tuple[str, Schema]]:
    items = rules.items() if isinstance(rules, dict) else enumerate(rules) if isinstance(rules, list) else ()
    for key, item in items:
        if key == "properties":
            yield from item.items()
        yield from _properties(item)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(documents("workspace"))
def test_every_workspace_that_the_schema_makes_is_built_or_refused(document: Any) -> None:
    try:
        workspace_from(Path("/nowhere"), tree(document, "cadenza.yaml"))
    except Refused as refused:
        assert {found.code for found in refused.findings} <= {"Y002", "Y004", "Y007"}


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(documents("playbook"))
def test_every_playbook_that_the_schema_makes_is_built_or_refused(document: Any) -> None:
    space = workspace()
    playbook, findings = collect_tree(space, "playbooks/x.yaml", Tree(tree(document, "playbooks/x.yaml"), ("playbooks/x.yaml",), ()))
    if playbook is None:
        assert {found.code for found in findings} <= {"Y002", "Y003", "Y004", "Y007"}
    else:
        assert [step.id for step in playbook.cadence] == [step["id"] for step in document["cadence"]]


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(documents("simulation"))
def test_every_simulation_that_the_schema_makes_is_built(document: Any) -> None:
    simulation = build_simulation(workspace(), "simulations/s.yaml", tree(document, "simulations/s.yaml"), tuple(document["playbooks"]))
    assert simulation.scenarios[0].name == "base"
    assert {one.name for one in simulation.scenarios} == {"base", *document.get("scenarios", {})}
    assert {path: len(points) for path, points in simulation.sweep.items()} == {
        path: len(points) for path, points in document.get("sweep", {}).items()
    }
