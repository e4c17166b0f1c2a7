"""What is uncertain is drawn once a replication, from the law that its figure names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.playbooks import make_playbook

from cadenza.language.values import Duration
from cadenza.world import Program, build, draw_rates
from cadenza.world.rates import positions

TEXT = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
replies:
  positive: {handoff: sdr}
"""
SHARES = {"unsubscribed": "3%..8%", "complained": "0.25%", "reply": {"positive": "71/12168", "negative": "3/20"}}


def program(tmp_path: Path, **more: object) -> Program:
    assumptions = {"email": {**SHARES, "each_next_touch": "0.75x..0.9x", **more}}
    playbook = make_playbook(tmp_path, f"{TEXT}assumptions: {json.dumps(assumptions)}\n")
    return build((playbook,), "2027-03-01", Duration(1, "week"), 7, people=10)


def test_figures_have_the_spread_of_their_kind(tmp_path: Path) -> None:
    made = program(tmp_path)
    drawn = [draw_rates(made, replication) for replication in range(2000)]
    unsubscribed, complained, positive, negative = (sorted(rates.share[0][i] for rates in drawn) for i in range(4))
    assert complained[0] == complained[-1] == pytest.approx(0.0025)
    assert (unsubscribed[200], unsubscribed[1800]) == (pytest.approx(0.03, rel=0.05), pytest.approx(0.08, rel=0.05))
    assert sum(positive) / 2000 == pytest.approx(71.5 / 12169, rel=0.02)
    assert negative[0] < 0.06 and negative[-1] > 0.3 and sum(negative) / 2000 == pytest.approx(3.5 / 21, rel=0.05)
    decay = sorted(rates.decay[0][1] for rates in drawn)
    assert (decay[200], decay[1800]) == (pytest.approx(0.75, rel=0.02), pytest.approx(0.9, rel=0.02))
    assert drawn[0].decay[0][:3] == (1.0, drawn[0].decay[0][1], drawn[0].decay[0][1] * drawn[0].decay[0][1])


def test_fixed_rates_are_the_medians_in_every_replication(tmp_path: Path) -> None:
    made = program(tmp_path)
    assert draw_rates(made, 0, fixed=True) == draw_rates(made, 99, fixed=True)
    fixed = draw_rates(made, 0, fixed=True).share[0]
    assert fixed[0] == pytest.approx(0.0491, abs=0.0005)
    assert fixed[2] == pytest.approx(71.5 / 12169, rel=0.01)


def test_a_figure_is_drawn_by_its_path(tmp_path: Path) -> None:
    """Another rate beside it changes nothing; two rates are not the same luck."""
    alone, beside = draw_rates(program(tmp_path), 3), draw_rates(program(tmp_path, bounced="2/100"), 3)
    assert alone.share[0][:7] == beside.share[0][:7]
    made = program(tmp_path, reply={"positive": "50/1000", "negative": "50/1000"})
    assert draw_rates(made, 0).share[0][2] != draw_rates(made, 0).share[0][3]


def test_a_leaf_can_be_held_at_a_quantile_of_its_law(tmp_path: Path) -> None:
    """Held at its P10 a believed rate is its lower bound, in every replication; what is not held is drawn as ever."""
    made = program(tmp_path)
    leaf = made.figures.path.index("email.unsubscribed")
    held = [draw_rates(made, replication, {leaf: 0.1}).share[0] for replication in (0, 1)]
    assert [share[0] for share in held] == [pytest.approx(0.03, abs=1e-9)] * 2
    assert [share[1:] for share in held] == [draw_rates(made, replication).share[0][1:] for replication in (0, 1)]


def test_a_replication_can_have_the_rates_of_another(tmp_path: Path) -> None:
    made = program(tmp_path)
    assert draw_rates(made, 7) != draw_rates(made, 3)
    assert draw_rates(made, 7, positions(made, 3)) == draw_rates(made, 3)
