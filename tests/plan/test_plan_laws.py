"""What holds for every plan: the order of rows is nothing, planning again changes nothing, nobody is touched outside their window."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadenza.calendars import Calendar, day, instant, iso, utc, zone
from cadenza.language import schema_folder
from cadenza.language.values import Flow, Window
from cadenza.plan import Schedule
from cadenza.plan.emitters import emitter, names
from cadenza.plan.emitters.csv import COLUMNS, harmless, original
from cadenza.plan.enrol import enrolments
from cadenza.plan.identity import touch_id, weighted

PLACES = (
    ("GB", "Europe/London"),
    ("IE", "Europe/Dublin"),
    ("US", "America/New_York"),
    ("NZ", "Pacific/Auckland"),
    ("DE", "Europe/Berlin"),
    ("US", ""),
)
SCHEMA = json.loads((schema_folder() / "plan.schema.json").read_text("utf-8"))


@st.composite
def lists(draw: st.DrawFn) -> list[tuple[int, str, str, int]]:
    """(number, country, zone, company) of a few people, some of them colleagues."""
    numbers = draw(st.lists(st.integers(1, 99), min_size=1, max_size=8, unique=True))
    return [(n, *draw(st.sampled_from(PLACES)), draw(st.integers(1, 5))) for n in numbers]


def rows_of(house: Any, people: list[tuple[int, str, str, int]]) -> list[dict[str, str]]:
    return [house.person(n, country=country, timezone=where, domain=f"c{company}.example") for n, country, where, company in people]


def lively(house: Any) -> None:
    """Caps and a slow pace, so that people stand in each other's way."""
    house.edit("small.yaml", "50 per business day", "2 per business day")
    house.edit("small.yaml", 'linkedin: {window: "mon-fri 09:00-18:00"}', 'linkedin: {window: "mon-fri 09:00-18:00", weekly_cap: 3}')
    house.edit("cadenza.yaml", "daily_cap: 50}", "daily_cap: 2}")
    house.edit("small.yaml", "mon-fri 09:00-17:00", "mon-fri 09:00-20:00")
    house.edit("small.yaml", "mon-fri 10:00-12:00", "mon-fri 10:00-19:00")


@given(lists(), st.randoms(use_true_random=False), st.sampled_from(["2027-01-04", "2027-03-25", "2027-10-29", "2027-12-23"]))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_is_nothing(houses: Callable[[], Any], people: list[tuple[int, str, str, int]], random: Any, start: str) -> None:
    house = houses()
    lively(house)
    rows = rows_of(house, people)
    shuffled = random.sample(rows, len(rows))
    one, two = house.plan(rows, start=start), house.plan(shuffled, start=start)
    for name in ("jsonl", "csv"):
        assert emitter(name).write(one) == emitter(name).write(two)
    assert [(left.prospect, left.reason) for left in one.left_out] == [(left.prospect, left.reason) for left in two.left_out]


def windows_of(house: Any) -> dict[str, Window]:
    from cadenza.language import load_playbook

    return {str(name): use.window for name, use in load_playbook(house.root / "small.yaml").channels.items()}


@given(lists(), st.sampled_from(["2027-01-04", "2027-03-25", "2027-10-29", "2027-12-23"]))
@settings(max_examples=20, deadline=None)
def test_every_touch_is_inside_the_window_of_its_person_and_ids_are_unique(
    houses: Callable[[], Any], people: list[tuple[int, str, str, int]], start: str
) -> None:
    house = houses()
    lively(house)
    schedule = house.plan(rows_of(house, people), start=start)
    windows, countries = windows_of(house), {f"p-{n:03d}": country for n, country, _, _ in people}
    assert len({touch.id for touch in schedule.touches}) == len(schedule.touches)
    for touch in schedule.touches:
        calendar = Calendar((touch.zone,), (countries[touch.prospect],))
        assert touch.not_before < touch.not_after
        assert calendar.is_open(touch.not_before, windows[touch.channel]) and calendar.is_open(touch.not_after - 1, windows[touch.channel])
    everybody = {touch.prospect for touch in schedule.touches} | {one.prospect for one in schedule.left_out}
    assert everybody == set(countries)


def done(schedule: Schedule, before: int) -> str:
    """The log of an executor who does each touch at its first second."""
    made = [touch for touch in schedule.touches if touch.not_before < before and not touch.conditional]
    lines = [{"at": utc(at), "prospect": key, "event": "enrolled"} for key, at in sorted({touch.prospect: touch.enrolled for touch in made}.items())]
    lines += [{"at": utc(touch.not_before), "prospect": touch.prospect, "event": "done", "step": touch.step} for touch in made]
    return "".join(json.dumps(line) + "\n" for line in lines)


@given(lists(), st.integers(0, 30))
@settings(max_examples=25, deadline=None)
def test_who_did_what_was_planned_and_plans_again_gets_the_rest_of_the_same_plan(
    houses: Callable[[], Any], people: list[tuple[int, str, str, int]], later: int
) -> None:
    house = houses()
    house.edit("small.yaml", "50 per business day", "2 per business day")
    house.edit("small.yaml", "mon-fri 09:00-17:00", "mon-fri 09:00-20:00")
    house.edit("small.yaml", "mon-fri 10:00-12:00", "mon-fri 10:00-19:00")
    rows = rows_of(house, people)
    first = house.plan(rows)
    as_of = iso(day("2027-01-04") + later)
    now = instant(as_of, zone("Europe/Dublin"))
    again = house.plan(rows, done(first, now), as_of)
    rest = {touch.id: touch for touch in first.touches if touch.not_before >= now}
    assert {touch.id: (touch.not_before, touch.step, touch.prospect) for touch in again.touches} == {
        key: (touch.not_before, touch.step, touch.prospect) for key, touch in rest.items()
    }
    assert not {touch.id for touch in first.touches if touch.not_before < now and not touch.conditional} & {touch.id for touch in again.touches}


@pytest.mark.parametrize("name", ["json", "jsonl", "csv"])
def test_every_output_has_the_shape_that_the_schema_says(house: Any, name: str) -> None:
    assert name in names()
    schedule = house.plan([house.person(1), house.person(2, email="")])
    written = emitter(name).write(schedule).decode("utf-8")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    one = {"$ref": "#/$defs/touch", "$defs": SCHEMA["$defs"]}
    if name == "json":
        jsonschema.validate(json.loads(written), SCHEMA)
    elif name == "jsonl":
        lines = [json.loads(line) for line in written.splitlines()]
        assert [line["step"] for line in lines] == [touch.step for touch in schedule.touches]
        for line in lines:
            jsonschema.validate(line, one)
    else:
        assert tuple(csv.DictReader(io.StringIO(written)).fieldnames or ()) == COLUMNS == tuple(SCHEMA["$defs"]["touch"]["properties"])


@given(st.text())
def test_no_cell_is_a_formula_and_every_cell_has_a_way_back(text: str) -> None:
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert original(cell) == text


@given(st.sampled_from(["=", "+", "-", "@", "\t=", "'="]), st.text(alphabet='abc,;"|!\n ', max_size=12))
@settings(max_examples=20, deadline=None)
def test_a_name_that_is_a_formula_stays_text_in_the_csv_and_itself_in_json(houses: Callable[[], Any], sign: str, rest: str) -> None:
    house = houses()
    name = f"{sign}cmd{rest}".strip()
    house.edit("intro.md", "One line for you.", "{{ first_name | default: 'x' }} is first.")
    schedule = house.plan([house.person(1, first_name=name)])
    table = list(csv.DictReader(io.StringIO(emitter("csv").write(schedule).decode("utf-8"), newline="")))
    assert not [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    bodies = [json.loads(line)["body"] for line in emitter("jsonl").write(schedule).decode("utf-8").splitlines()]
    assert [original(row["body"]) for row in table] == [body or "" for body in bodies]
    assert bodies[0].startswith(f"{name} is first.")


def test_ids_follow_from_four_names_and_keep_them_apart() -> None:
    assert touch_id("platform-cold", "p-0001", "intro", 1) == "bc776c3918faea843617fe1a874cf093"
    assert touch_id("a", "bc", "d", 1) != touch_id("ab", "c", "d", 1) != touch_id("ab", "c", "d", 2)


def test_variants_come_as_often_as_their_weights_say() -> None:
    chosen = [weighted([80, 0, 20], "evidence", key) for key in range(5000)]
    assert 0.78 < chosen.count(0) / 5000 < 0.82 and chosen.count(1) == 0
    assert weighted([0, 0], "x") == 0


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (Flow(2, "business day"), ["01-04", "01-04", "01-05", "01-05", "01-06"]),
        (Flow(0.5, "business day"), ["01-05", "01-07", "01-11", "01-13", "01-15"]),
        (Flow(1, "day"), ["01-04", "01-05", "01-06", "01-07", "01-08"]),
        (Flow(2, "week"), ["01-04", "01-06", "01-11", "01-13", "01-18"]),
        (Flow(4, "month"), ["01-04", "01-11", "01-19", "01-26", "02-04"]),
        (Flow(1, "quarter"), ["01-04", "04-05", "07-05", "10-04", "01-04"]),
        (Flow(48, "hour"), ["01-04"] * 5),
    ],
)
def test_people_enter_at_the_pace_of_the_playbook(flow: Flow, expected: list[str]) -> None:
    calendar = Calendar(("Europe/Dublin",), ("IE",))
    pace = enrolments(flow, calendar, day("2027-01-02"))  # a Saturday
    if flow.per in ("day", "week", "month", "quarter", "hour"):
        pace = enrolments(flow, calendar, day("2027-01-04"))
    assert [calendar.local(next(pace))[5:10] for _ in range(5)] == expected


def test_a_pace_of_nothing_lets_nobody_in() -> None:
    assert list(enrolments(Flow(0, "day"), Calendar(("UTC",)), day("2027-01-04"))) == []


def test_emitters_are_found_and_not_listed() -> None:
    assert {"csv", "json", "jsonl"} <= set(names())
    assert [emitter(name).name for name in names()] == list(names())
    assert Path(emitter("csv").suffix).name == ".csv"
    with pytest.raises(KeyError):
        emitter("_rows")
