"""The kernel tells events as they happen, a few thousand at a time; an error of whoever listens ends the run and is raised."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cadenza.engines import run
from cadenza.engines.kernel import listen
from cadenza.forecast.load import load
from cadenza.language import playbooks_of
from cadenza.language.values import Duration
from cadenza.world import Program, build

TOLD = 8192
"""As in common.h."""


@pytest.fixture(scope="module")
def program(EXAMPLES: Path) -> Program:
    """The example for two weeks: some 9,000 events."""
    from datetime import date

    simulation, _ = load(EXAMPLES / "simulations" / "2027-q1.yaml", date(2027, 1, 1))
    simulation = replace(simulation, horizon=Duration(2, "week"))
    return build(playbooks_of(simulation, {}), simulation.start, simulation.horizon, simulation.seed)


def test_a_log_in_pieces_is_the_log_of_the_reference(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    whole = listen.Listening._address

    def counted(self: listen.Listening, kind: Any, take: Any) -> int:
        def noted(events: Any, count: int) -> None:
            pieces.append(count)
            take(events, count)

        return whole(self, kind, noted)

    monkeypatch.setattr(listen.Listening, "_address", counted)
    ours: list[tuple[Any, ...]] = []
    theirs: list[tuple[Any, ...]] = []
    outcome = run(program, 0, "kernel", lambda *event: ours.append(event))
    assert run(program, 0, "simpy", lambda *event: theirs.append(event)) == outcome
    assert ours == theirs
    assert pieces == [TOLD] * (len(ours) // TOLD) + [len(ours) % TOLD] and len(pieces) > 1


@pytest.mark.parametrize("at", [1, TOLD + 1])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_error_of_whoever_listens_ends_the_run_and_is_raised(at: int, error: type[BaseException], program: Program) -> None:
    heard = 0

    def trace(*_: object) -> None:
        nonlocal heard
        heard += 1
        if heard == at:
            raise error("no room left")

    with pytest.raises(error, match="no room left"):
        run(program, 0, "kernel", trace)
    assert heard == at
    assert run(program, 0, "kernel") == run(program, 0, "kernel", lambda *_: None)


def test_an_error_while_lateness_is_counted_is_raised(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(dict[int, int]):
        def update(self, *_: object) -> None:  # type: ignore[override]
            raise MemoryError

    monkeypatch.setattr(listen, "Counter", Full)
    with pytest.raises(MemoryError):
        run(program, 0, "kernel", lateness=True)
