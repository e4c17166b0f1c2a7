"""What people and programs read: whole pages beside this file, JSON by its schema, numbers as they are said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import POINTS, FakeJob, frame, prepared, two_playbooks
from hypothesis import given
from hypothesis import strategies as st

from cadenza.forecast.points import Point
from cadenza.forecast.results import Forecast, Interval, Split
from cadenza.forecast.run import Plan, simulate
from cadenza.render.forecast_json import render as render_json
from cadenza.render.forecast_numbers import Numbers
from cadenza.render.forecast_terminal import render

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parents[2] / "schema" / "forecast.schema.json"
SWEEP = tuple(
    Point(f"audience.enroll = {rate} per business day", "sweep", {"audience.enroll": f"{rate} per business day"}) for rate in (60, 90, 120, 150)
)


@pytest.fixture(scope="module")
def whole() -> Forecast:
    job = FakeJob(means=(100.0, 104.0, 52.0, 50.0, 75.0, 100.0, 112.0))
    found = simulate(frame(), prepared(job, POINTS + SWEEP), Plan(40, 40), 1, lambda _: None, 91)
    return replace(found, split=(Split("meetings", 0.62, 0.38, Interval(0.43, 0.75), 60), Split("pipeline", 0.35, 0.65, Interval(0.11, 0.55), 60)))


def small(n: int = 3) -> Forecast:
    return simulate(frame(200), prepared(points=POINTS[:2]), Plan(n, n), 1, lambda _: None, 91)


PAGES: dict[str, dict[str, object]] = {
    "wide": {"width": 140},
    "narrow": {"width": 80},
    "ascii": {"width": 80, "plain": True},
    "colour": {"width": 100, "colour": True},
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page(whole: Forecast, name: str, golden: Callable[[str, Path], None]) -> None:
    golden(render(whole, **PAGES[name]), GOLDEN / f"{name}.txt")  # type: ignore[arg-type]


def test_several_playbooks_are_shown_together_and_each(golden: Callable[[str, Path], None]) -> None:
    golden(render(simulate(frame(), two_playbooks(), Plan(40, 40), 1, lambda _: None, 91), width=80), GOLDEN / "two-playbooks.txt")


STOPS = {
    "time": replace(small(), stopped="time"),
    "interrupted": replace(small(1), stopped="interrupted", notes=("stopped before the other scenarios had one replication: this is base alone",)),
    "precision": replace(small(), asked=None, precision=(("meetings", 0.05),), stopped="precision"),
    "maximum": replace(small(), asked=None, precision=(("meetings", 0.001),), stopped="maximum"),
}


@pytest.mark.parametrize("stopped", STOPS)
def test_why_it_stopped_is_said(stopped: str, golden: Callable[[str, Path], None]) -> None:
    golden(render(STOPS[stopped], width=100).rpartition("\n\n")[2], GOLDEN / f"stopped-{stopped}.txt")


@pytest.mark.parametrize("width", [60, 72, 80, 100, 104, 139, 140, 200])
def test_no_line_is_wider_than_the_page(whole: Forecast, width: int) -> None:
    assert [line for line in render(whole, width=width).splitlines() if len(line) > max(80, width)] == []


def test_a_pipe_gets_no_escape_codes_and_ascii_is_ascii(whole: Forecast) -> None:
    assert "\x1b" not in render(whole, width=80)
    assert render(whole, width=80, plain=True).isascii()
    assert re.sub(r"\x1b\[\d+m", "", render(whole, width=100, colour=True)) == render(whole, width=100)


def test_names_from_a_file_cannot_move_the_cursor() -> None:
    evil = Point("audience.enroll = \x1b[2J90", "sweep", {"audience.enroll": "\x1b[2J90\n"})
    found = simulate(frame(), prepared(points=(POINTS[0], evil)), Plan(3, 3), 1, lambda _: None, 91)
    assert "\x1b" not in render(replace(found, name="a\x1b[31m"), width=80)
    assert "\\x1b[2J90" in render(found, width=80)


def test_nothing_counted_is_said_not_a_traceback() -> None:
    class Empty(FakeJob):
        def __call__(self, point: int, replication: int) -> object:  # type: ignore[override]
            return replace(super().__call__(point, replication), counts={"touches": 0.0}, weekly={})

    found = simulate(frame(), prepared(Empty(), POINTS[:2]), Plan(2, 2), 1, lambda _: None, 91)
    assert render(found, width=80).splitlines()[2] == "Base: this forecast counted no meetings held."


# ---------------------------------------------------------------- JSON


def validator() -> object:
    from jsonschema import Draft202012Validator

    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_json_is_what_its_schema_says(whole: Forecast) -> None:
    check = validator()
    for forecast in (whole, small(1), *STOPS.values()):
        document = json.loads(render_json(forecast))
        assert [error.message for error in check.iter_errors(document)] == []  # type: ignore[attr-defined]


def test_the_schema_refuses_what_the_document_is_not(whole: Forecast) -> None:
    check = validator()
    document = json.loads(render_json(whole))
    for break_it in (lambda d: d.pop("engine"), lambda d: d.update(now="12:00"), lambda d: d["points"][0]["metrics"]["meetings"].pop("mean")):
        broken = json.loads(json.dumps(document))
        break_it(broken)
        assert len(list(check.iter_errors(broken))) == 1  # type: ignore[attr-defined]


def test_every_key_of_the_schema_is_described() -> None:
    bare: list[str] = []

    def walk(node: object, where: str) -> None:
        if isinstance(node, dict):
            for key, value in node.get("properties", {}).items():
                if "description" not in value and "$ref" not in value:
                    bare.append(f"{where}.{key}")
            for key, value in node.items():
                walk(value, f"{where}.{key}")

    walk(json.loads(SCHEMA.read_text("utf-8")), "")
    assert bare == []


def test_the_json_page(golden: Callable[[str, Path], None]) -> None:
    golden(render_json(small()), GOLDEN / "small.json")


def test_json_has_every_metric_of_every_point(whole: Forecast) -> None:
    document = json.loads(render_json(whole))
    assert [point["name"] for point in document["points"]] == [point.name for point in whole.points]
    for point, result in zip(document["points"], whole.points, strict=True):
        assert list(point["metrics"]) == list(result.measures)
        assert list(point["differences"]) == list(result.differences)
        assert point["metrics"]["pipeline"]["mean"] == pytest.approx(result.measures["pipeline"].mean, rel=1e-8)
    assert set(document["metrics"]) == {key for point in whole.points for key in point.measures}


# ---------------------------------------------------------------- numbers

RICH, PLAIN = Numbers(), Numbers(plain=True)


@pytest.mark.parametrize(
    ("value", "unit", "rich", "plain"),
    [
        (0, "count", "0", "0"),
        (3.5, "count", "3.5", "3.5"),
        (95.5, "count", "96", "96"),
        (7800, "count", "7800", "7800"),
        (41869, "count", "41\u202f869", "41,869"),
        (124_831_799, "money", "1\u202f250\u202f000", "1,250,000"),
        (74_800, "money", "748", "748"),
        (0, "money", "0", "0"),
        (0.0003, "share", "0.03%", "0.03%"),
        (0.025, "share", "2.5%", "2.5%"),
        (0.71, "share", "71%", "71%"),
        (40, "seconds", "40 s", "40 s"),
        (5400, "seconds", "1.5 h", "1.5 h"),
        (-12, "count", "−12", "-12"),
    ],
)
def test_amounts(value: float, unit: str, rich: str, plain: str) -> None:
    assert (RICH.amount(value, unit), PLAIN.amount(value, unit)) == (rich, plain)


@pytest.mark.parametrize(
    ("value", "half", "unit", "text"),
    [
        (4.21, 0.83, "count", "+4.2 ±0.8"),
        (-47.9, 0.5, "count", "−47.9 ±0.5"),
        (-31_240_000, 1_431_000, "money", "−312k ±14k"),
        (124_831_799, 9_950_000, "money", "+1.25M ±100k"),
        (0.0123, 0.004, "share", "+1.2% ±0.40%"),
        (-0.04, 0.5, "count", "0.0 ±0.5"),
        (-0.04, 0.03, "count", "−0.04 ±0.03"),
        (0.0003, 0.0, "count", "+0.0003 ±0.0000"),
        (0.00003, 0.00001, "share", "+0.003% ±0.001%"),
        (0.5, 0.1, "seconds", "+0.5 s ±0.1 s"),
    ],
)
def test_differences(value: float, half: float, unit: str, text: str) -> None:
    assert RICH.difference(value, half, unit) == text


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_is_as_long_as_its_share(share: float, width: int) -> None:
    assert abs(len(RICH.bar(share, width)) - share * width) <= 1
    assert abs(len(PLAIN.bar(share, width)) - share * width) <= 0.5


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_a_sparkline_has_a_column_for_each_value_and_reaches_the_top(values: list[float]) -> None:
    line = RICH.sparkline(tuple(values))
    assert len(line) == len(values)
    assert not any(values) or "█" in line
