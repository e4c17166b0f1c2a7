"""Degenerate playbooks against Pollaczek and Khinchine, and Erlang's C; workload W against other people's code; published tables.

What is quick is here in a usual run; `-m slow` computes the whole page docs/explanation/validation.md anew and holds the page to it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from support import theory

from cadenza.engines.expected_engine import expect

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def validation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validation", ROOT / "scripts" / "validation.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("kinds", "reps"),
    [((theory.Kind(60, 1008),), 1), ((theory.Kind(20, 900), theory.Kind(90, 300), theory.Kind(300, 60)), 1), (theory.exponential(60, 1728), 2)],
)
def test_waiting_times(tmp_path: Path, kinds: tuple[theory.Kind, ...], reps: int) -> None:
    here, error = theory.mean_of_days(theory.waits(theory.queue(tmp_path, kinds, reps, 15)))
    known = theory.pollaczek_khinchine(kinds) if reps == 1 else theory.erlang_c(kinds, reps)
    assert abs(here - known) < 4.5 * error and error < 0.1 * known


def test_formulas() -> None:
    """Erlang's C of one rep is M/M/1, and so is Pollaczek and Khinchine's with exponential moments: rho * s / (1 - rho)."""
    kinds = theory.exponential(600, 86)
    assert theory.erlang_c(kinds, 1) == pytest.approx(theory.pollaczek_khinchine(kinds), rel=0.02)
    assert theory.erlang_c((theory.Kind(100, 432),), 1) == pytest.approx(100.0)
    assert theory.pollaczek_khinchine((theory.Kind(100, 432),)) == pytest.approx(50.0)


def test_the_closed_form_of_w(validation: ModuleType) -> None:
    """Within three standard errors of the means of 200 runs of straightforward SimPy code, though that waits for mailboxes and this does not."""
    counts = expect(validation.w_program()).outcome.counts
    found = {key: (counts[key] - known) / (deviation / 200**0.5) for key, (known, deviation) in theory.W_KNOWN.items()}
    assert {key: round(z, 1) for key, z in found.items() if abs(z) > 3} == {}


@pytest.mark.slow
def test_w_run_by_run(validation: ModuleType) -> None:
    assert {key: round(z, 1) for key, (_, _, _, z, _) in validation.workload_w().items() if abs(z) > 4} == {}
    assert validation.last_working_day() == pytest.approx(184.7, abs=2 * 0.7)


def test_published_tables(validation: ModuleType) -> None:
    """Every verdict, as the page has it."""
    page = (ROOT / "docs" / "explanation" / "validation.md").read_text("utf-8")
    rows = ["| " + " | ".join(check) + " |" for check in validation.published()]
    assert [row for row in rows if row not in page] == []
    verdicts = [(check.table.partition(" ")[0], check.verdict.partition(":")[0].partition(",")[0]) for check in validation.published()]
    good = {table for table, verdict in verdicts if verdict.startswith("comes out")}
    bad = {table for table, verdict in verdicts if verdict.startswith("does not")}
    assert {"T1", "T2", "T4", "T5", "T6", "T7", "T8", "T9", "T12", "T13", "B4", "C1"} == good
    assert {"T1", "T2", "T3", "T6", "T10", "T13", "B3"} == bad
    assert [verdict for table, verdict in verdicts if table == "T1"][:2] == ["comes out"] * 2  # the fall from step to step, the share of follow-ups
    assert [verdict for table, verdict in verdicts if table == "T7"] == ["comes out"] * 3


@pytest.mark.slow
def test_the_page_is_what_is_computed(validation: ModuleType) -> None:
    assert (ROOT / "docs" / "explanation" / "validation.md").read_text("utf-8") == validation.page()
