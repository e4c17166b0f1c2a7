"""How long a list lasts, also where some of its people are never enrolled: they are with another playbook, or out for good."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cadenza.cli.group import run
from cadenza.engines.totals import _dry
from cadenza.language.model import Simulation


def program(*weeks: int) -> Any:
    """So many places on each day of each week, for the second playbook of two."""
    quota = [places for count in weeks for places in [count] * 5 + [0, 0]]
    cohorts = SimpleNamespace(quota=(*[9] * len(quota), *quota))
    return SimpleNamespace(days=SimpleNamespace(business=[1] * len(quota)), weeks=len(weeks), cohorts=cohorts)


@pytest.mark.parametrize(
    ("enrolled", "dry"),
    [
        ([50, 50, 50, 50, 50], None),
        ([50, 50, 30, 5, 0], 3),
        ([50, 50, 30, 6, 0], None),  # one week says nothing
        ([50, 2, 50, 1, 2], 3),
        ([0, 0, 0, 0, 0], None),  # nobody was there to begin with
    ],
)
def test_a_list_is_used_up_when_hardly_a_place_is_taken(enrolled: list[int], dry: int | None) -> None:
    assert _dry(program(10, 10, 10, 10, 10), enrolled, 1) == dry


def test_weeks_without_places_say_nothing() -> None:
    assert _dry(program(10, 10, 10, 0, 0), [50, 50, 50, 0, 0], 1) is None


def test_a_forecast_says_when_a_shared_market_is_used_up(simulation: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    root = simulation.workspace.root
    cold = root / simulation.playbooks[0]
    cold.write_text(cold.read_text("utf-8").replace("audience:\n", "audience:\n  market: emea\n"), "utf-8")
    other = cold.read_text("utf-8").replace("name: platform-cold", "name: first\npriority: 1").replace("10 per business day", "4 per business day")
    (root / "playbooks/first.yaml").write_text(other, "utf-8")
    file = root / simulation.file
    file.write_text(file.read_text("utf-8").replace("platform-cold.yaml]", "platform-cold.yaml, ../playbooks/first.yaml]"), "utf-8")
    assert run(["forecast", str(file), "-n", "4", "-j", "1", "--engine", "simpy"]) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert (
        "the list of platform-cold is as good as used up in week 2: hardly anybody is enrolled after that; who is left is elsewhere or out"
        in page.lower()
    )
