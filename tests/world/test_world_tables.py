"""The shipped tables: every figure says where it comes from, how old it is, how much stands behind it and what it is a share of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cadenza.language import schema_folder
from cadenza.language.nodes import Map, Node, plain
from cadenza.language.values import Factor, Rate
from cadenza.world.assumptions import TABLE_OF, TABLES, Assumptions, bare, shipped, uncertain

NAMES = sorted(TABLE_OF.values())
GRADES = {"primary", "vendor", "second-hand", "remembered", "assumption"}
POINTS = {("propensity", "spread"), ("accounts", "people"), ("speed_to_lead", "half_life")}
"""What has the shape of a number or a duration, which has no range; marked as what they are all the same."""


def figures(node: Node, route: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Map]]:
    if isinstance(node, Map):
        if "source" in node or "grade" in node or not any(isinstance(child, Map) for child in node.entries.values()):
            yield route, node
        else:
            for key, child in node.entries.items():
                yield from figures(child, (*route, key))


def test_there_is_a_table_for_each_motion() -> None:
    assert sorted(path.stem for path in TABLES.glob("*.yaml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_what_the_schema_says(name: str) -> None:
    schema = json.loads((Path(schema_folder()) / "assumptions.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load((TABLES / f"{name}.yaml").read_text("utf-8")))


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_its_provenance(name: str) -> None:
    found = list(figures(shipped(name)))
    assert len(found) > 50
    for route, node in found:
        told: dict[str, Any] = plain(node)
        assert set(told) - {"note"} == {"value", "source", "year", "n", "per", "grade"}, route
        assert told["grade"] in GRADES, route
        assert (told["source"] == "cadenza, an assumption") <= (told["grade"] == "assumption"), route
        assert "note" in told or told["grade"] != "assumption", route


@pytest.mark.parametrize("name", NAMES)
def test_rates_and_factors_are_ranges_and_never_points(name: str) -> None:
    for route, node in figures(shipped(name)):
        value = None if route in POINTS else uncertain(bare(node))
        if isinstance(value, Rate):
            assert value.kind == "believed" and 0 < value.low < value.high <= 1, route
        elif isinstance(value, Factor):
            assert value.high is not None and value.low < value.high, route
        else:
            assert route in POINTS or Assumptions(shipped(name)).points(*route) is not None, route


@pytest.mark.parametrize("name", NAMES)
def test_the_default_reply_delay_lies_between_the_two_sources(name: str) -> None:
    """Between 70% and 90% of replies within a day (the check of the latency benchmark)."""
    from cadenza.world.quantiles import POINTS as COUNT
    from cadenza.world.quantiles import lognormal_table

    points = Assumptions(shipped(name)).points("email", "reply_delay")
    assert points is not None
    within = sum(value <= 86400 for value in lognormal_table(*points)) / COUNT
    assert 0.70 < within < 0.90
