"""`cadenza forecast --verify` on a small file: what it says when the engines agree, when they do not, and when there is no kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.playbooks import write_playbook

from cadenza import engines
from cadenza.cli.group import run
from cadenza.engines.kernel import build

needs_compiler = pytest.mark.skipif(build.compiler() is None, reason="there is no C compiler")
W = "benchmarks/w/playbooks/w.yaml"


@pytest.fixture
def verify(EXAMPLES: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.setenv("NO_COLOR", "1")
    return ["forecast", W, "--as-of", "2027-01-01", "-n", "1", "--verify"]


@needs_compiler
def test_identical(verify: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(verify) == 0
    assert capsys.readouterr().out.splitlines() == [
        "w: the engines agree",
        "  compared      1 run of base, on simpy and on kernel",
        "  people        10,000 drawn",
        "  the same      80,735 events, one by one (second, person, state, event, who made it, draw), and every count",
    ]


LISTED = """\
cadenza: 1
name: listed
audience: {source: {kind: crm, list: ../lists/people.csv}, enroll: 5 per business day, fields: [email]}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}}
cadence: [{id: one, channel: email, message: messages/hello.md}]
"""
SIMULATION = """\
cadenza: 1
name: q1
playbooks: [../playbooks/listed.yaml]
start: 2027-01-04
horizon: 2 weeks
replications: 5
seed: 1
scenarios: {base: {}, faster: {audience.enroll: 9 per business day}}
sweep: {audience.enroll: [1 per business day]}
"""


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A simulation of a list of two."""
    for folder in ("lists", "simulations"):
        (tmp_path / folder).mkdir()
    (tmp_path / "lists" / "people.csv").write_text("id,email\nann,ann@one.example\nbob,bob@two.example\n", "utf-8")
    write_playbook(tmp_path, LISTED, name="listed")
    (tmp_path / "simulations" / "q1.yaml").write_text(SIMULATION, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return ["forecast", "simulations/q1.yaml", "--verify"]


@needs_compiler
def test_what_was_compared_is_said_and_what_was_not(listed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*listed, "-n", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["  compared      1 run of base, on simpy and on kernel", "  people        2 of lists/people.csv"]
    assert lines[4] == "  not compared  faster, the sweeps (a scenario is with --scenario NAME)"
    assert run([*listed, "--scenario", "faster"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (lines[1], lines[4]) == (
        "  compared      3 runs of base, faster, on simpy and on kernel",
        "  not compared  the sweeps (a scenario is with --scenario NAME)",
    )


@needs_compiler
def test_who_is_of_a_list_is_told_by_name(listed: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    real = engines.run
    monkeypatch.setattr(engines, "run", lambda program, n, engine, trace: real(program, n, engine, trace if engine == "simpy" else lambda *_: None))
    assert run(listed) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].removeprefix("  simpy   2027-01-04T09:00:00+00:00 ").split(" ", 1) in (
        ["ann", "of lists/people.csv enrolled → wait one (draw 0000000000000000)"],
        ["bob", "of lists/people.csv enrolled → wait one (draw 0000000000000000)"],
    )
    assert lines[2] == "  kernel  has ended"


@needs_compiler
def test_nobody_to_compare(listed: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "lists" / "people.csv").write_text("id,email\n", "utf-8")
    assert run(listed) == 0
    assert capsys.readouterr().out == "q1: nothing to compare, since nobody is enrolled within the horizon\n"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--engine", "simpy"], "--engine is about a forecast, and --verify makes none"),
        (["--require-targets"], "--require-targets is about a forecast, and --verify makes none"),
        (["--format", "json"], "--verify says in words whether the engines agree, and has no json"),
        (["--scenario", "slower"], "the simulation has no scenario 'slower': there are base, faster"),
    ],
)
def test_what_verify_does_not_do_is_refused(listed: list[str], more: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*listed, *more]) == 2
    assert says in " ".join(capsys.readouterr().err.split())


@needs_compiler
def test_the_first_difference_is_shown(verify: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that loses its third event."""
    real = engines.run

    def lossy(program: Any, replication: int, engine: str, trace: Any) -> Any:
        seen = [0]

        def pass_on(*event: Any) -> None:
            seen[0] += 1
            if engine == "simpy" or seen[0] != 3:
                trace(*event)

        return real(program, replication, engine, pass_on)

    monkeypatch.setattr(engines, "run", lossy)
    assert run(verify) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "w (base), run 0: the engines differ, after 2 events that are the same:"
    assert lines[1].startswith("  simpy   2027-01-04T09:00:00+00:00 person ") and lines[1].endswith(" enrolled → wait a (draw 0000000000000000)")
    assert lines[2].startswith("  kernel  2027-01-04T09:00:00+00:00 person ")
    assert lines[3] == "This is a defect of cadenza: please report it with the file. Until it is mended, trust --engine simpy."


def test_without_a_compiler_it_says_what_to_do(
    verify: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from cadenza.engines import kernel_engine

    monkeypatch.setattr(kernel_engine, "_library", None)
    monkeypatch.setattr(build, "compiler", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert run([*verify[:-1], "--engine", "kernel"]) == 2
    assert "there is no C compiler to compile the kernel with; install one" in " ".join(capsys.readouterr().err.split())
