"""Parts of the closed form by themselves: the kinds of person, figures at their means, one touch by hand, what is scarce."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.playbooks import WORKSPACE, make_playbook
from support.quiet import QUIET, laid
from support.theory import mails

from cadenza.engines import EXPECTED, choose, names, run
from cadenza.engines.expected.latent import rule
from cadenza.engines.expected.means import moment
from cadenza.engines.expected_engine import UnderWay, expect
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build
from cadenza.world.program import BETA, LOGIT_NORMAL, LOGNORMAL, POINT
from cadenza.world.quantiles import gamma_table

ROOT = Path(__file__).resolve().parents[2]
RICH = WORKSPACE.replace("people: 2", "people: 500").replace("people: 1", "people: 500").replace("daily_cap: 50", "daily_cap: 5000")


def made(folder: Path, text: str, assumptions: dict[str, Any], people: int = 1000, days: int = 40, workspace: str = RICH) -> Program:
    head = f"cadenza: 1\nname: tried\naudience: {{size: {people}, enroll: {people} per business day, fields: [email, phone]}}\n"
    whole = f"{head}channels: {{email: {{senders: pool}}, phone: {{}}, linkedin: {{}}}}\n{text}assumptions: {json.dumps(laid(QUIET, assumptions))}\n"
    return build((make_playbook(folder, whole, workspace=workspace),), "2027-03-01", Duration(days, "day"), 7)


@pytest.mark.parametrize("spread", [0.3, 0.8, 2.0])
def test_four_kinds_have_seven_moments_of_all_people(spread: float) -> None:
    table = gamma_table(spread)
    kinds = rule(table)
    for power in range(8):
        whole = math.fsum(x**power for x in table) / len(table)
        assert math.fsum(share * x**power for x, share in kinds) == pytest.approx(whole, rel=1e-6), power


def test_who_are_all_alike_are_one_kind() -> None:
    assert rule(gamma_table(0.0)) == ((1.0, 1.0),)


@pytest.mark.parametrize(
    ("law", "a", "b", "power"),
    [(POINT, 0.3, 0.0, 2), (BETA, 3.5, 40.5, 1), (BETA, 3.5, 40.5, 3), (LOGIT_NORMAL, 0.03, 0.08, 1), (LOGNORMAL, 0.7, 1.4, 2)],
)
def test_moments_of_figures_are_those_of_their_quantiles(law: int, a: float, b: float, power: int) -> None:
    from cadenza.world.rates import quantile

    count = 4000
    whole = math.fsum(quantile(law, (i + 0.5) / count, a, b) ** power for i in range(count)) / count
    assert moment(law, a, b, power) == pytest.approx(whole, rel=2e-3)


def test_two_mails_by_hand(tmp_path: Path) -> None:
    """A tenth answers the first mail within the hour and stops; the second mail goes to the others, of whom a twentieth answers."""
    text = """cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: email, after: 2 business days, message: messages/hello.md}
replies: {negative: {stop: no}}
"""
    rates = {"email": {"reply": {"negative": "10%"}, "each_next_touch": "0.5x", "bounced": "4%"}}
    counts = expect(made(tmp_path, text, rates)).outcome.counts
    assert counts["touches.step.one"] == pytest.approx(1000)
    assert counts["replies.step.one.negative"] == pytest.approx(1000 * 0.96 * 0.1)
    assert counts["touches.step.two"] == pytest.approx(1000 * (1 - 0.96 * 0.1))  # bounces stop nothing here
    assert counts["replies.step.two.negative"] == pytest.approx(1000 * 0.96 * 0.9 * 0.05)
    assert counts["bounced"] == pytest.approx(40 + 40)
    assert counts["ended.no"] == pytest.approx(96 + 43.2)


def test_people_who_would_answer_leave_early(tmp_path: Path) -> None:
    """With a gamma propensity of variance v, of those who have not said yes to chance p before, a share p * (1 - p(1 + v)) / (1 - p) says yes now."""
    text = """cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: email, after: 2 business days, message: messages/hello.md}
replies: {positive: {stop: yes}}
"""
    program = made(tmp_path, text, {"email": {"reply": {"positive": "6%"}}, "propensity": {"spread": 0.8}})
    counts = expect(program).outcome.counts
    table = program.cohorts.propensity[0]
    square = math.fsum(x * x for x in table) / len(table)
    assert counts["replies.step.one.positive"] == pytest.approx(60, rel=1e-6)
    assert counts["replies.step.two.positive"] == pytest.approx(1000 * (0.06 - 0.06**2 * square), rel=1e-6)


def test_a_refusal_on_its_way_meets_the_next_touch(tmp_path: Path) -> None:
    """An opt-out takes a day to reach the phone: who opts out less than a day before the call is called."""
    text = """cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, after: 12 hours, script: messages/hello.md}
opt_out: {ways: [reply], channels: all, reaches: {email: 0 minutes, phone: 1 day}}
"""
    counts = expect(made(tmp_path, text, {"email": {"unsubscribed": "20%"}})).outcome.counts
    assert counts["contacts_after_no"] == pytest.approx(200)
    assert counts["touches.phone"] == pytest.approx(1000)
    assert counts["ended.opted_out"] == pytest.approx(200)


@pytest.mark.parametrize("fineness", [1e-4, 1e-3, 1e-1])
def test_only_a_no_of_the_last_hours_comes_too_late(tmp_path: Path, fineness: float) -> None:
    """Four hours to the phone, and a call two days after the mail: who says no between hour 44 and hour 48 is called; so it is for many and few."""
    text = """cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, after: 48 hours, script: messages/hello.md}
opt_out: {ways: [reply], channels: all, reaches: {email: 0 minutes, phone: 4 hours}}
"""
    rates = {"email": {"unsubscribed": "20%", "reply_delay": {"median": "12 hours", "p90": "3 days"}}}
    program = made(tmp_path, text, rates)
    table = program.tables[program.rows.reply[0]]
    late = sum(44 * 3600 < delay <= 48 * 3600 for delay in table) / len(table)
    assert 0.01 < late < 0.04
    counts = expect(program, False, fineness).outcome.counts
    assert counts["contacts_after_no"] == pytest.approx(200 * late, rel=0.01)


def test_everybody_is_somewhere(tmp_path: Path) -> None:
    """Nobody is lost: of the people enrolled, each has ended, is in the pool again or is in flight."""
    program = mails(tmp_path, 4, {}, quiet=False)
    counts = expect(program).outcome.counts
    assert counts["ended"] + counts["in_pool"] + counts["in_flight"] == pytest.approx(counts["enrolled"], rel=1e-9)
    assert counts["enrolled"] == pytest.approx(10_000)


def test_w_is_asked_too_much_of_its_mailboxes() -> None:
    """1,150 mails a day are wanted, 250 may leave; 40 weeks are enough for all of them."""
    playbook = load_playbook(ROOT / "benchmarks" / "w" / "playbooks" / "w.yaml")
    told = expect(build((playbook,), "2027-01-04", Duration(40, "week"), 1))
    boxes = next(each for each in told.scarce if each.kind == "sender")
    assert (boxes.name, boxes.room, boxes.binds, boxes.by_end) == ("boxes", 1250.0, True, pytest.approx(1.0))
    assert boxes.times == pytest.approx(4.6, abs=0.02)
    assert told.bound
    short = expect(build((playbook,), "2027-01-04", Duration(8, "week"), 1))
    assert next(each for each in short.scarce if each.kind == "sender").by_end == pytest.approx(0.30, abs=0.05)


def test_it_is_chosen_only_by_name(tmp_path: Path) -> None:
    program = mails(tmp_path, 1, {}, size=100)
    assert EXPECTED not in names() and choose("auto", program) != EXPECTED and choose(EXPECTED, program) == EXPECTED
    assert run(program, 0, EXPECTED) == run(program, 7, EXPECTED)
    assert not any(key.startswith("late.") for key in run(program, 0, EXPECTED).counts)


def test_people_under_way_are_refused(tmp_path: Path) -> None:
    program = mails(tmp_path, 1, {}, size=100)
    flight = replace(program, people=replace(program.people, flight=cast(Any, object())))
    with pytest.raises(UnderWay, match="begins with nobody under way"):
        expect(flight)
