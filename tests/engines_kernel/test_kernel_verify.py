"""`cadenza forecast --verify` on a small file: what it says when the engines agree, when they do not, and when there is no kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
    assert capsys.readouterr().out == "w (base): identical: 80,735 events in 1 run of each, on simpy and kernel\n"


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
