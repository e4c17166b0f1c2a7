"""What is finished is kept as it comes, through a kill -9, and a second run goes on to the very same result; a file of something else is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest
from fake_engine import POINTS, FakeJob, FakeOutcome, frame, prepared

from cadenza.forecast import Forecast, Interrupted
from cadenza.forecast import checkpoint as room
from cadenza.forecast.checkpoint import Checkpoint, CheckpointError
from cadenza.forecast.errand import Edition, edition
from cadenza.forecast.identity import digest
from cadenza.forecast.points import Point
from cadenza.forecast.run import Plan, simulate

HERE = Path(__file__).parent
JOB = FakeJob(wait=0.003)


class Counting(FakeJob):
    """Counts what it was asked for."""

    asked: list[tuple[int, int]]

    def __call__(self, point: int, replication: int) -> FakeOutcome:
        self.asked.append((point, replication))
        return super().__call__(point, replication)

    def __repr__(self) -> str:
        return "FakeJob"


def counting() -> Counting:
    job = Counting()
    object.__setattr__(job, "asked", [])
    return job


def run(path: Path, n: int, job: FakeJob, points: Sequence[Point] = POINTS, *, chance: int | None = None, told: list[str] | None = None) -> Forecast:
    ready = prepared(job, tuple(points), chance)
    tell = told.append if told is not None else None
    with Checkpoint(path, "2027-q1", ready, lambda: 0.0, tell=tell) as saved:
        return simulate(frame(n), ready, Plan(n, n), 1, lambda _: None, 91, saved=saved)


def plain(n: int, points: Sequence[Point] = POINTS) -> Forecast:
    return simulate(frame(n), prepared(None, tuple(points)), Plan(n, n), 1, lambda _: None, 91)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "q1.checkpoint"


def test_a_second_run_does_only_what_is_missing_and_says_the_same(file: Path) -> None:
    first, second, third, told = counting(), counting(), counting(), list[str]()
    assert run(file, 10, first) == plain(10)
    assert run(file, 25, second, told=told) == plain(25)
    assert sorted(second.asked) == [(point, index) for point in range(3) for index in range(10, 25)]
    assert told == [f"Going on from {file}: 30 runs are finished already."]
    assert run(file, 25, third) == plain(25)
    assert third.asked == []
    assert run(file, 7, third) == plain(7), "fewer are wanted than there are"


def test_more_scenarios_may_join_and_the_split_of_the_band(file: Path) -> None:
    run(file, 10, counting(), POINTS[:2])
    job = counting()
    assert run(file, 10, job) == plain(10)
    assert sorted(job.asked) == [(2, index) for index in range(10)]
    job = counting()
    run(file, 10, job, POINTS[:2], chance=2)
    assert not job.asked, "run 2 is known, whoever asks for it"


def test_ctrl_c_and_going_on(file: Path) -> None:
    class Stops(Counting):
        def __call__(self, point: int, replication: int) -> FakeOutcome:
            if (point, replication) == (1, 6):
                raise KeyboardInterrupt
            return super().__call__(point, replication)

    stops = Stops()
    object.__setattr__(stops, "asked", [])
    with pytest.raises(Interrupted):
        run(file, 10, stops)
    job = counting()
    assert run(file, 10, job) == plain(10)
    assert len(job.asked) + len(stops.asked) == 30


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_where_it_was(workers: int, file: Path) -> None:
    """kill -9 in the middle, a torn line on top; the second run gives what one that nobody killed gives."""
    command = [sys.executable, str(HERE / "killed_script.py"), str(file), str(workers)]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE.parent / "forecast"), os.environ.get("PYTHONPATH", "")))}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=known, start_new_session=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 100:
            os.killpg(process.pid, signal.SIGKILL)
            break
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    whole = file.read_bytes()
    file.write_bytes(whole + whole.splitlines()[-1][:40])

    ready = prepared(JOB)
    with Checkpoint(file, "2027-q1", ready, lambda: 0.0) as saved:
        found = simulate(frame(200), ready, Plan(200, 200), 2, lambda _: None, 91, saved=saved)
    assert 100 <= saved.restored < 600
    assert found == simulate(frame(200), prepared(), Plan(200, 200), 1, lambda _: None, 91)


def test_every_cut_of_the_file_can_be_gone_on_from(file: Path) -> None:
    """Whatever of the last line a crash has left."""
    run(file, 3, counting())
    whole = file.read_bytes()
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    for cut in (*range(start, start + 30), len(whole) - 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        job = counting()
        assert run(file, 3, job) == plain(3)
        assert job.asked == [(2, 2)]
        assert file.read_bytes() == whole


# ---------------------------------------------------------------- what is refused


def refused(path: Path, job: FakeJob | None = None, points: Sequence[Point] = POINTS) -> str:
    before = path.read_bytes()
    with pytest.raises(CheckpointError) as found:
        run(path, 5, job or counting(), points)
    assert path.read_bytes() == before, "a file that is refused stays as it is"
    return str(found.value)


ANEW = "name another file, or remove this one to begin anew"


def test_other_inputs_are_refused(file: Path) -> None:
    run(file, 5, FakeJob())
    changed = f"{file} belongs to a forecast of 2027-q1 in which `base`, `one-more-sdr`, `halve-the-replies` came to something else"
    assert refused(file, FakeJob(means=(1.0, 2.0, 3.0))) == f"{changed}: a file, the seed or a date has changed; {ANEW}"
    others = tuple(replace(point, name=f"other-{point.name}") for point in POINTS)
    assert refused(file, FakeJob(), others) == (
        f"{file} belongs to a forecast of 2027-q1 of other scenarios (`base`, `one-more-sdr`, `halve-the-replies`): "
        f"a file, the seed or a date has changed; {ANEW}"
    )


def test_another_cadenza_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(file, 5, FakeJob())
    monkeypatch.setattr(room, "edition", lambda: Edition("9.9.9", "f" * 64))
    assert refused(file) == f"{file} was begun by cadenza {edition()}, and this is 9.9.9 (ffffffff); {ANEW}"


def test_something_else_is_refused(file: Path) -> None:
    for content in (b"cadenza: 1\nname: q1\n", b"{}\n", b"\x00\xff\n", b'{"a":1,"crc":"00000000"}\n'):
        file.write_bytes(content)
        assert refused(file) == f"{file} is no checkpoint of a forecast; name another file"
    body = b'{"checkpoint":99'
    file.write_bytes(body + b',"crc":"%08x"}\n' % crc32(body))
    assert refused(file) == f"{file} is no checkpoint of a forecast; name another file"


def test_a_line_that_was_changed_is_refused_with_its_number(file: Path) -> None:
    run(file, 5, counting())
    lines = file.read_bytes().splitlines(keepends=True)
    assert json.loads(lines[4])["first"] == 0
    file.write_bytes(b"".join([*lines[:4], lines[4].replace(b'"first":0', b'"first":4'), *lines[5:]]))
    assert refused(file) == f"{file} is damaged in line 5; cut it off before that line, or {ANEW}"


@pytest.mark.skipif(sys.platform == "win32", reason="files are locked on POSIX systems only")
def test_two_forecasts_do_not_write_into_one_file(file: Path) -> None:
    run(file, 5, counting())
    code = f"import fcntl, sys; f = open({str(file)!r}, 'a+b'); fcntl.lockf(f, fcntl.LOCK_EX); print('locked', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "locked\n"
        assert refused(file) == f"another forecast is writing to {file}; wait for it, or name another file"
        other.communicate("")


# ---------------------------------------------------------------- identity


def test_identity_is_of_values_and_tells_everything_apart() -> None:
    from array import array

    assert digest((1, 2, 3)) == digest(array("q", (1, 2, 3))) == digest([1, 2, 3])
    values = [(1, 2), (2, 1), (1.0, 2.0), ("1", "2"), ((1,), (2,)), ((1, 2),), (), "12", 1, True, 1.0, None, "", (2**63,), (2**63 + 1,), (0.1, 0.2)]
    assert len({digest(value) for value in values}) == len(values)
    assert digest("a", "b") != digest("ab") != digest("b", "a")
    with pytest.raises(TypeError, match="a set has no identity here"):
        digest({1})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"first":0', '"first":-1'),
        ('"first":0', '"first":1000000'),
        ('"first":0', '"first":0.5'),
        ('"as":0', '"as":1'),
        ('"as":0', '"as":true'),
        ('"run":"', '"run":5,"was":"'),
        ('"replications":[', '"replications":[7,'),
        ('"replications":[[[', '"replications":[[[NaN,'),
        ('"replications":[[[', '"replications":[[["x",'),
        ('"replications":[', '"replications":' + "[" * 3000),
        ('"replications":[[[', '"replications":[[[' + "9" * 5000 + ","),
    ],
)
def test_a_line_that_is_no_part_of_a_forecast_is_refused_though_its_checksum_is_right(file: Path, old: str, new: str) -> None:
    run(file, 1, counting())
    lines = file.read_text("utf-8").splitlines()
    assert old in lines[2]
    spoilt = lines[2].rpartition(',"crc"')[0].replace(old, new, 1)
    file.write_text("\n".join((*lines[:2], f'{spoilt},"crc":"{crc32(spoilt.encode()):08x}"}}', *lines[3:], "")), "utf-8")
    with pytest.raises(CheckpointError, match="is damaged in line 3; cut it off before that line, or name another file, or remove this one"):
        run(file, 1, counting())


@pytest.mark.parametrize("head", ["[]", "{}", '{"checkpoint":1}', '{"checkpoint":1,"cadenza":[],"sources":{},"forecast":0,"points":7}'])
def test_a_first_line_that_says_nothing_is_no_checkpoint(file: Path, head: str) -> None:
    body = head[:-1]
    file.write_text(f'{body},"crc":"{crc32(body.encode()):08x}"}}\n', "utf-8")
    with pytest.raises(CheckpointError, match="is no checkpoint of a forecast; name another file"):
        run(file, 1, counting())


def test_a_device_is_no_checkpoint() -> None:
    with pytest.raises(CheckpointError, match=r"^/dev/null is no ordinary file; name another one$"):
        run(Path("/dev/null"), 1, counting())


@pytest.mark.parametrize("text", ["hello", "\x00" * 20, '{"a": 1}', '{"cadenza"'])
def test_a_file_of_somebody_else_stays_as_it_is(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    if text == '{"cadenza"':  # what a crash may leave of the first line of ours
        run(file, 1, counting())
        assert file.read_text("utf-8").startswith('{"cadenza":"')
        return
    with pytest.raises(CheckpointError, match="is no checkpoint of a forecast; name another file"):
        run(file, 1, counting())
    assert file.read_text("utf-8") == text
