"""What a forecast writes besides its page: every run as Parquet, one run's events as JSON Lines and XES; and that unknown endings are errors."""

from __future__ import annotations

import json
import tracemalloc
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cluster_worlds import write
from xes_rules import broken

from cadenza.cli.group import run
from cadenza.engines import run as run_engine
from cadenza.forecast.follow import Event, follow
from cadenza.language import load_simulation, playbooks_of
from cadenza.render import event_log
from cadenza.world import build

SIMULATION = """\
cadenza: 1
name: small
playbooks: [playbooks/t0.yaml, playbooks/t1.yaml]
start: 2027-01-04
horizon: 2 weeks
replications: 3
seed: 7
scenarios: {loud: {assumptions.email.reply.positive: 12%}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of two territories and its simulation; commands run there."""
    write(tmp_path, territories=2)
    (tmp_path / "s.yaml").write_text(SIMULATION, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


FORECAST = ["forecast", "s.yaml", "--as-of", "2027-01-04", "-j", "1"]


# ---------------------------------------------------------------- endings


@pytest.mark.usefixtures("here")
def test_the_ending_of_the_output_says_the_format(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "-f", "json"]) == 0
    wanted = capsys.readouterr().out
    assert run([*FORECAST, "--output", "s.JSON"]) == 0
    assert (here / "s.JSON").read_text("utf-8") == wanted
    assert run([*FORECAST, "--output", "s.txt"]) == run([*FORECAST, "--output", "plain"]) == 0
    assert (here / "s.txt").read_text("utf-8").startswith("small: t0, t1, 2 weeks from Mon 4 Jan 2027\n")
    assert (here / "s.txt").read_text("utf-8") == (here / "plain").read_text("utf-8")
    assert run([*FORECAST, "-f", "json", "--output", "s.anything"]) == 0, "who says the format may call the file as they want"
    assert (here / "s.anything").read_text("utf-8") == wanted


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        ([*FORECAST, "-o", "s.xlsx"], "s.xlsx: nothing is known of .xlsx; the ending is .txt, .json, .parquet"),
        (
            ["plan", "playbooks/t0.yaml", "-o", "p.xlsx"],
            "p.xlsx: nothing is known of .xlsx; the ending is .txt, .jsonl, .csv, .json",
        ),
    ],
)
def test_an_unknown_ending_is_an_error(here: Path, arguments: list[str], known: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path.name for path in here.iterdir())
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", f"Error: Invalid value for --output: {known}, or say --format.")
    assert sorted(path.name for path in here.iterdir()) == before


@pytest.mark.usefixtures("here")
def test_an_event_log_of_an_unknown_kind_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "--event-log", "log.csv"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "Error: Invalid value for '--event-log': log.csv: an event log ends in .jsonl or .xes."


# ---------------------------------------------------------------- Parquet


def test_parquet_holds_every_run_and_is_the_same_for_any_number_of_workers(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `parquet` is not installed")
    assert run([*FORECAST, "--output", "s.parquet"]) == 0
    assert capsys.readouterr() == ("", "s.parquet: 3 runs of 2 points\n")
    assert run([*FORECAST, "--output", "two.parquet", "-j", "2"]) == 0
    assert (here / "s.parquet").read_bytes() == (here / "two.parquet").read_bytes()
    assert run([*FORECAST, "-f", "json", "--output", "s.json"]) == 0

    table = parquet.read_table(here / "s.parquet")
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("point", "dictionary<values=string, indices=int32, ordered=0>"),
        ("kind", "dictionary<values=string, indices=int32, ordered=0>"),
        ("replication", "int32"),
        ("metric", "dictionary<values=string, indices=int32, ordered=0>"),
        ("week", "int16"),
        ("value", "double"),
    ]
    meta = {key.decode(): value.decode() for key, value in table.schema.metadata.items() if key.startswith(b"cadenza.")}
    assert {key: meta[f"cadenza.{key}"] for key in ("simulation", "file", "start", "horizon", "seed", "format_version")} == {
        "simulation": "small",
        "file": "s.yaml",
        "start": "2027-01-04",
        "horizon": "2 weeks",
        "seed": "7",
        "format_version": "1",
    }
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    weeks: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for row in table.to_pylist():
        if row["week"] is None:
            assert row["replication"] == len(values[row["point"], row["metric"]])
            values[row["point"], row["metric"]].append(row["value"])
        else:
            weeks[row["point"], row["metric"], row["week"]].append(row["value"])
    document = json.loads((here / "s.json").read_text("utf-8"))
    for point in document["points"]:
        for name, measure in point["metrics"].items():
            mean = measure["mean"]
            assert sum(values[point["name"], name]) / 3 == pytest.approx(mean["value"] if isinstance(mean, dict) else mean)
    assert sum(weeks["base", "touches", 0]) + sum(weeks["base", "touches", 1]) == sum(values["base", "touches"]) > 0


def test_parquet_that_cannot_be_is_said(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    assert run([*FORECAST, "-f", "parquet"]) == 2
    told = "Error: Invalid value for --format: Parquet is for files, not for terminals: give --output FILE.parquet."
    assert capsys.readouterr().err.splitlines()[-1] == told
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert run([*FORECAST, "-o", "s.parquet"]) == 2
    told = "Error: Invalid value for --format: Parquet needs pyarrow, which is not installed: pip install 'cadenza[parquet]'"
    assert capsys.readouterr().err.splitlines()[-1] == told
    assert not [path for path in here.iterdir() if "parquet" in path.name]


# ---------------------------------------------------------------- event logs


def traced(here: Path, replication: int) -> list[tuple[int, int, str, str, str, int]]:
    """The reference engine's own trace."""
    simulation = load_simulation(here / "s.yaml")
    program = build(playbooks_of(simulation, {}), simulation.start, simulation.horizon, simulation.seed)
    found: list[tuple[int, int, str, str, str, int]] = []
    run_engine(program, replication, "simpy", lambda *event: found.append(event))
    return found


def test_json_lines_are_the_trace(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import UTC, datetime

    assert run([*FORECAST, "-o", "s.txt", "--event-log", "log.jsonl", "--event-log-run", "2"]) == 0
    lines = [json.loads(line) for line in (here / "log.jsonl").read_text("utf-8").splitlines()]
    assert capsys.readouterr().err == f"log.jsonl: {len(lines):,} events of run 2 of base\n"
    assert [
        (
            int(datetime.fromisoformat(line["at"]).astimezone(UTC).timestamp()),
            int(line["person"], 16),
            line["state"],
            line["event"],
            line.get("resource", ""),
            int(line.get("draw", "0"), 16),
        )
        for line in lines
    ] == traced(here, 2)
    assert {line["playbook"] for line in lines} == {"t0", "t1"}
    assert all(line["resource"].startswith(line["playbook"]) for line in lines if "resource" in line)


XES = "{http://www.xes-standard.org/}"
ORDER = ["extension", "global", "classifier", "string", "trace"]


def test_xes_has_the_structure_of_the_standard_and_the_events_of_the_trace(here: Path) -> None:
    """Elements in the order of the standard's schema, keys of known extensions or our own, times with an offset, events of a person in order."""
    assert run([*FORECAST, "-o", "s.txt", "--event-log", "log.xes"]) == 0
    root = ElementTree.parse(here / "log.xes").getroot()
    assert root.tag == f"{XES}log"
    assert {key: root.get(key) for key in ("xes.version", "xes.features")} == {"xes.version": "1849.2016", "xes.features": ""}
    tags = [child.tag.removeprefix(XES) for child in root]
    assert tags == sorted(tags, key=ORDER.index)
    assert {child.get("prefix") for child in root.findall(f"{XES}extension")} == {"concept", "lifecycle", "org", "time"}
    assert [child.get("scope") for child in root.findall(f"{XES}global")] == ["trace", "event"]

    found = defaultdict(list)
    for trace in root.iter(f"{XES}trace"):
        attributes = {child.get("key"): child.get("value") for child in trace.findall(f"{XES}string")}
        assert set(attributes) == {"concept:name", "playbook"}
        for event in trace.findall(f"{XES}event"):
            told: dict[str, Any] = {child.get("key") or "": child.get("value") for child in event}
            assert {child.tag.removeprefix(XES) for child in event if child.get("key") == "time:timestamp"} == {"date"}
            assert told["time:timestamp"].endswith("+00:00") and told["lifecycle:transition"] == "complete"
            found[attributes["concept:name"]].append((told["time:timestamp"], told["concept:name"], told["state"], told.get("org:resource", "")))
    clock = event_log.Clock()
    wanted = defaultdict(list)
    for at, key, state, name, resource, _ in traced(here, 0):
        wanted[f"{key:016x}"].append((clock(at) + ".000+00:00", name, state, resource))
    assert found == wanted
    assert list(found) == sorted(found)


def test_xes_breaks_no_rule_of_the_standard_and_a_broken_document_is_found_out(here: Path) -> None:
    assert run([*FORECAST, "-o", "s.txt", "--event-log", "log.xes"]) == 0
    whole = (here / "log.xes").read_bytes()
    assert broken(whole) == []
    for old, new, told in (
        (b'xes.version="1849.2016"', b'xes.version="IEEE"', "log: xes.version is no decimal"),
        (b'keys="state"', b'keys="org:resource"', "classifier: org:resource is not global"),
        (b'prefix="time"', b'prefix="clock"', "event: time:timestamp is of no extension"),
        (b"T09:00:00.000+00:00", b" 09:00", "event: time:timestamp is no date"),
        (b'<string key="lifecycle:transition" value="complete"/><date', b"<date", "event: lifecycle:transition is global and not there as a string"),
        (b'<string key="state"', b'<string key="concept:name"', "event: concept:name occurs 2 times"),
        (b'<string key="playbook"', b'<int key="playbook"', "trace: playbook is no int"),
        (b"  <classifier", b"  <trace/><classifier", "log: elements are not in order"),
    ):
        assert old in whole
        assert told in broken(whole.replace(old, new)), told


def test_xes_is_sorted_on_the_disk_in_the_same_way(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 50 events give what one piece gives."""
    assert run([*FORECAST, "-o", "s.txt", "--event-log", "one.xes"]) == 0
    monkeypatch.setattr(event_log, "PIECE", 50)
    assert run([*FORECAST, "-o", "s.txt", "--event-log", "many.xes"]) == 0
    assert (here / "one.xes").read_bytes() == (here / "many.xes").read_bytes()


def test_memory_does_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "PIECE", 400)

    class Nowhere(BytesIO):
        def write(self, data: Any) -> int:
            return len(data)

    def peak(count: int, ending: str) -> int:
        tracemalloc.start()
        log = event_log.log(ending, Nowhere(), "t")
        for number in range(count):
            log.take(Event(1_800_000_000 + number, f"{number * 7919 % count:016x}", "t0", "done", "wait intro 0 touches", "sdr", number))
        log.close()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    for ending in event_log.ENDINGS:
        small, large = peak(1_200, ending), peak(6_000, ending)
        assert large < 2.5 * small, (ending, small, large)


def test_what_xml_cannot_hold_is_harmless() -> None:
    file = BytesIO()
    log = event_log.log(".xes", file, 'a "<&>\x00\x1b\n\ud800 title')
    log.take(Event(0, "0" * 16, "<p>", "done:&", "wait\x07", "", 0))
    log.close()
    root = ElementTree.fromstring(file.getvalue())
    assert root.find(f"{XES}string").get("value") == 'a "<&>???? title'  # type: ignore[union-attr]
    assert [child.get("value") for child in root.iter(f"{XES}string") if child.get("key") in ("playbook", "state")][-2:] == ["<p>", "wait?"]


def test_an_event_log_that_cannot_be_written_leaves_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*FORECAST, "-o", "s.txt", "--event-log", "missing/log.xes"]) == 2
    assert capsys.readouterr().err == "error: cannot write missing/log.xes: No such file or directory\n"
    simulation = load_simulation(here / "s.yaml")
    assert follow(simulation, 0, lambda _: None, engine="simpy") == len(traced(here, 0))
