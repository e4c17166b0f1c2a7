"""Questions that make many small runs (compare, size, optimize, sensitivity): on a cluster, with a file that keeps them, and stopped on the way."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from cluster_worlds import write
from dask_processes import Cluster
from fake_engine import FakeJob

from cadenza.cli.group import run
from cadenza.forecast.checkpoint import CheckpointError, Store
from cadenza.forecast.keeping import Keeping, Memory
from cadenza.forecast.points import Runs
from cadenza.forecast.pool import Crew, Outcome, Task
from cadenza.forecast.staff import Place

SIMULATION = """\
cadenza: 1
name: small
playbooks: [playbooks/t0.yaml]
start: 2027-01-04
horizon: 3 weeks
replications: 12
seed: 7
scenarios: {base: {}}
"""
SIZE = ["size", "s.yaml", "--target", "1 meetings per month", "-n", "6"]
QUESTIONS = {
    "compare": ["compare", "playbooks/t0.yaml", "playbooks/other.yaml", "-n", "30"],
    "size": SIZE,
    "touches": ["size", "s.yaml", "--touches", "-n", "10"],
    "optimize": ["optimize", "example/simulations/2027-q1.yaml", "--budget", "8", "-n", "10"],
    "tornado": ["sensitivity", "s.yaml", "-n", "9"],
    "sobol": ["sensitivity", "s.yaml", "--sobol", "--points", "4"],
}
SAME = ["--as-of", "2027-01-04", "--engine", "simpy", "-f", "json"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with two playbooks that differ in a delay; commands run there."""
    (book,) = write(tmp_path, size="60", enroll="6", takes="10 minutes")
    book.with_name("other.yaml").write_text(book.read_text("utf-8").replace("after: 2 business days", "after: 3 business days"), "utf-8")
    (tmp_path / "s.yaml").write_text(SIMULATION, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def example(EXAMPLES: Path, here: Path) -> None:
    """The example workspace with sixty people, which lint lets pass, beside the other."""
    (here / "example").mkdir()
    shutil.copy(EXAMPLES / "cadenza.yaml", here / "example")
    for name in ("playbooks", "lists", "simulations"):
        shutil.copytree(EXAMPLES / name, here / "example" / name)
    book = here / "example" / "playbooks" / "platform-cold.yaml"
    text, asked = book.read_text("utf-8"), "  size: 10000\n  enroll: 120 per business day\n"
    assert asked in text
    book.write_text(text.replace(asked, "  size: 60\n  enroll: 10 per business day\n"), "utf-8")


# ---------------------------------------------------------------- a memory


class Named(FakeJob):
    """A job whose runs have content hashes."""

    asked: list[tuple[int, int]] = []  # noqa: RUF012 - of all, in this test

    def identity(self, point: int) -> str:
        return f"run {point}"

    def __call__(self, point: int, replication: int) -> Any:
        self.asked.append((point, replication))
        return super().__call__(point, replication)


def carried_out(path: Path, tasks: list[Task], told: list[str] | None = None) -> dict[tuple[int, int], Outcome]:
    job, found = Named(), dict[tuple[int, int], Outcome]()
    job.asked.clear()
    with Store(path, "small", {}, lambda: 0.0) as store:
        memory = Memory(store, told.append if told is not None else None)
        with Keeping(Crew(job, 1), memory, job.identity) as crew:
            crew.run(tasks, lambda task, outcomes: found.update({(task.point, task.first + i): each for i, each in enumerate(outcomes)}))
    return found


def as_given(found: dict[tuple[int, int], Outcome]) -> dict[tuple[int, int], tuple[dict[str, float], dict[str, tuple[float, ...]]]]:
    return {key: (dict(each.counts), dict(each.weekly)) for key, each in found.items()}


def test_what_is_known_is_not_run_again_and_gaps_are_filled(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "kept"
    carried_out(path, [Task(0, 2, 2), Task(0, 6, 1)], told)
    assert Named.asked == [(0, 2), (0, 3), (0, 6)]
    whole = [Task(0, 0, 8), Task(1, 0, 2)]
    found = carried_out(path, whole, told)
    assert Named.asked == [(0, 0), (0, 1), (0, 4), (0, 5), (0, 7), (1, 0), (1, 1)]
    assert told == [f"Going on from {path}: it has 3 finished runs, and what is in it is not run again."]
    assert as_given(found) == as_given(carried_out(tmp_path / "fresh", whole))
    assert as_given(carried_out(path, whole)) == as_given(found) and Named.asked == []


def test_a_file_about_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    carried_out(path, [Task(0, 0, 1)])
    before = path.read_bytes()
    with pytest.raises(CheckpointError) as refused, Place() as place:
        place.remember(path, "large", lambda: 0.0)
    assert str(refused.value) == f"{path} belongs to small, and this is about large; name another file, or remove this one to begin anew"
    assert path.read_bytes() == before


# ---------------------------------------------------------------- stopped on the way


class CtrlC:
    """Ctrl-C comes at replication number `at` of those that are made; `made` counts them."""

    def __init__(self) -> None:
        self.at, self.made = -1, 0

    def after(self, at: int) -> None:
        self.at, self.made = at, 0


@pytest.fixture
def ctrl_c(monkeypatch: pytest.MonkeyPatch) -> CtrlC:
    whole, found = Runs.__call__, CtrlC()

    def stops(self: Runs, point: int, replication: int) -> Outcome:
        found.made += 1
        if found.made == found.at:
            raise KeyboardInterrupt
        return whole(self, point, replication)

    monkeypatch.setattr(Runs, "__call__", stops)
    return found


KEPT = "What is finished is in kept: the same command goes on from there.\n"


def answered(command: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(command) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.usefixtures("here")
def test_a_comparison_that_is_stopped_says_what_it_knows_and_goes_on(ctrl_c: CtrlC, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*QUESTIONS["compare"], *SAME, "-j", "1"]
    plain = answered(command, capsys)
    seven = answered([*command, "-n", "7"], capsys)
    ctrl_c.after(2 * 7 + 2)
    assert run([*command, "--checkpoint", "kept"]) == 130
    out, err = capsys.readouterr()
    assert err == KEPT
    assert out.replace('"notes": ["stopped before all runs were made"]', '"notes": []') == seven
    assert run([*command, "--checkpoint", "kept"]) == 0
    assert capsys.readouterr() == (plain, "Going on from kept: it has 15 finished runs, and what is in it is not run again.\n")


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_a_tornado_that_is_stopped_says_what_it_knows_and_goes_on(ctrl_c: CtrlC, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*QUESTIONS["tornado"], *SAME, "-j", "1"]
    answered([*command, "-n", "8"], capsys)
    tried = ctrl_c.made
    plain = answered(command, capsys)
    ctrl_c.after(tried - 1)
    assert run([*command, "--checkpoint", "kept"]) == 130
    assert capsys.readouterr() == ("", f"Stopped too early: there is nothing to show.\n{KEPT}")
    ctrl_c.after(6)  # one more than every line is tried in
    assert run([*command, "--checkpoint", "kept"]) == 130
    out, err = capsys.readouterr()
    assert err == f"Going on from kept: it has {tried - 2:,} finished runs, and what is in it is not run again.\n{KEPT}"
    said = json.loads(out)
    assert said["notes"] == ["stopped before the lines that move most had all their runs"]
    assert {bar["replications"] for bar in said["lines"]} == {8, 9}
    assert run([*command, "--checkpoint", "kept"]) == 0
    assert capsys.readouterr().out == plain


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("question", [pytest.param("size", marks=pytest.mark.slow), "touches"])
def test_a_search_that_is_stopped_keeps_its_runs(question: str, ctrl_c: CtrlC, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*QUESTIONS[question], *SAME, "-j", "1"]
    plain = answered(command, capsys)
    ctrl_c.after(9)
    assert run(command) == 130
    said = "Stopped too early: there is nothing to show.\n"
    assert capsys.readouterr() == ("", f"{said}With --checkpoint FILE the same command would go on from where it stopped.\n")
    ctrl_c.after(9)
    assert run([*command, "--checkpoint", "kept"]) == 130
    assert capsys.readouterr() == ("", said + KEPT)
    assert run([*command, "--checkpoint", "kept"]) == 0
    assert capsys.readouterr() == (plain, "Going on from kept: it has 8 finished runs, and what is in it is not run again.\n")


# ---------------------------------------------------------------- on a cluster


@pytest.mark.usefixtures("here")
def test_on_a_cluster_the_answer_has_the_same_bytes(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    command = [*QUESTIONS["touches"], "-n", "4", *SAME]
    plain = answered([*command, "-j", "1"], capsys)
    assert answered([*command, "--cluster", cluster.address], capsys) == plain


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("question", ["compare", "size", "optimize", "tornado"])
def test_without_a_scheduler_each_says_so(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    assert run([*QUESTIONS[question], *SAME, "--cluster", "tcp:127.0.0.1"]) == 2
    assert capsys.readouterr() == (
        "",
        "Error: 'tcp:127.0.0.1' is no address of a scheduler: a good one is tcp://scheduler.example:8786, or `local`\n",
    )


@pytest.mark.slow
@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_worker_that_is_killed_changes_no_byte(question: str, here: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    """The command in a process of its own; a worker is killed as soon as the first runs are written down."""
    command = [*QUESTIONS[question], *SAME]
    plain = answered([*command, "-j", "1"], capsys)
    kept = here / "kept"
    whole = [sys.executable, "-m", "cadenza", *command, "--cluster", cluster.address, "--checkpoint", "kept"]
    process = subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not kept.exists() or kept.read_bytes().count(b"\n") < 4:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    cluster.workers[0].kill()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err, out) == (0, "", plain)
    assert run([*command, "-j", "1", "--checkpoint", "kept"]) == 0
    assert capsys.readouterr().out == plain
