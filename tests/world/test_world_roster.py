"""Paces by hand: who is there on which day, and how fast."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from support.playbooks import WORKSPACE, make_playbook

from cadenza.language import Refused, load_workspace
from cadenza.language.values import Duration
from cadenza.world import Program, build
from cadenza.world.rates import draw_rates
from cadenza.world.roster import hands

ONE_MAIL = "cadence: [{id: one, channel: email, message: messages/hello.md}]"
ROLE = "  ae: {people: 1,"


def lowered(folder: Path, keys: str, days: int = 14) -> Program:
    """A program from Monday, 4 January 2027, with one `ae` who has these further keys."""
    playbook = make_playbook(folder, ONE_MAIL, workspace=WORKSPACE.replace(ROLE, f"{ROLE} {keys},"))
    return build((playbook,), "2027-01-04", Duration(days, "day"), 7, 3)


def paces(program: Program, replication: int = 0) -> list[list[float]]:
    """By seat of the role `ae`, by day."""
    made, days = draw_rates(program, replication).paces[1], len(program.days.business)
    return [list(made[first : first + days]) for first in range(0, len(made), days)]


def test_nobody_moves(tmp_path: Path) -> None:
    """Without a word about it nobody has a seat, and a ramp alone is nobody's."""
    assert [list(each) for each in draw_rates(lowered(tmp_path, "ramp: {over: 4 weeks}"), 0).paces] == [[], []]


def test_a_hire_ramps(tmp_path: Path) -> None:
    program = lowered(tmp_path, "hires: [{id: new, starts: 2027-01-06}], ramp: {over: 4 days, from: 20%}", days=8)
    assert paces(program) == [[1.0] * 8, pytest.approx([0.0, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0])]
    assert program.roles.people == (2, 2, -1)


def test_a_hire_of_last_month_is_halfway(tmp_path: Path) -> None:
    assert paces(lowered(tmp_path, "hires: [{id: new, starts: 2026-12-21}], ramp: {over: 20 business days}", days=1))[1] == [0.5]


def test_periods_of_leave(tmp_path: Path) -> None:
    """All are away on the 6th and the 7th; one of the two, the first, on the 8th as well."""
    away = "leave: {periods: [{id: all, from: 2027-01-06, until: 2027-01-07}, {id: one, from: 2027-01-01, until: 2027-01-08, people: 1}]}"
    assert paces(lowered(tmp_path, f"hires: [{{id: new, starts: 2027-01-01}}], {away}", days=6)) == [
        [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        [1.0, 1.0, 0.0, 0.0, 1.0, 1.0],
    ]


def test_days_off_come_by_the_week_and_add_up(tmp_path: Path) -> None:
    """25 business days a year are 5 weeks, from Monday to Sunday, whoever it is and whatever chance says."""
    program = lowered(tmp_path, "leave: {days: 25}", days=5 * 364)
    for replication in range(4):
        seat = paces(program, replication)[0]
        weeks = [seat[first : first + 7] for first in range(0, len(seat), 7)]
        assert all(week in ([0.0] * 7, [1.0] * 7) for week in weeks)
        assert weeks.count([0.0] * 7) == 25
    assert len({tuple(paces(program, replication)[0]) for replication in range(4)}) == 4


def test_people_leave_and_their_place_is_filled(tmp_path: Path) -> None:
    """Of 400 people, who leave at 30% a year, so many are there after a year as an exponential law says; and with a backfill nearly all."""
    keys = "hires: [{id: crowd, people: 399, starts: 2027-01-01}], attrition: {each_year: 30%"
    left = hands(draw_rates(lowered(tmp_path, f"{keys}}}", days=366), 3).paces[1], 366)
    assert left[0] > 398 and sorted(left, reverse=True) == left
    assert abs(left[365] - 280) < 4 * math.sqrt(400 * 0.7 * 0.3)
    filled = hands(draw_rates(lowered(tmp_path, f"{keys}, backfill: 30 days}}", days=366), 3).paces[1], 366)
    lost = 400 * -math.log(0.7) / 365 * 30  # how many places are empty at any time, by Little's law
    assert abs(sum(filled[60:]) / 306 - (400 - lost)) < 4


def test_one_more_hire_changes_nobody_elses_luck(tmp_path: Path) -> None:
    keys = "hires: [{id: new, people: %d, starts: 2027-01-11}], leave: {days: 50}, attrition: {each_year: 90%%, backfill: 9 days}"
    few, more = (paces(lowered(tmp_path, keys % people, days=90), 5) for people in (1, 3))
    assert few == more[:2]


def test_too_many_to_follow(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="70,001 people who come and go over 365 days are more than a forecast can follow"):
        lowered(tmp_path, "leave: {days: 25}, hires: [" + ", ".join(f"{{id: h{n}, people: 1000, starts: 2027-01-04}}" for n in range(70)) + "]", 365)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("leave: {periods: [{id: a, from: 2027-08-20, until: 2027-08-02}]}", "it ends on 2027-08-02, before it begins"),
        ("hires: [{id: a, starts: 2027-08-20}, {id: a, starts: 2027-09-20}]", "the id `a` stands twice in `hires`; the first one is on line 5"),
        ("hires: [{id: a, starts: 2027-02-30}]", "`starts` takes a date: the calendar has no 2027-02-30"),
        ("hires: [{id: a, starts: 0001-01-01}]", "`starts` takes a date: 0001-01-01 is not in the years 1970 to 2999"),
        ("hires: [{id: a, starts: 9999-12-31}]", "`starts` takes a date: 9999-12-31 is not in the years 1970 to 2999"),
        ("ramp: {from: 20%}", "`ramp` lacks the key `over`"),
        ("attrition: {each_year: often}", "`each_year` takes a rate: `often` is no rate"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, keys: str, message: str) -> None:
    (tmp_path / "cadenza.yaml").write_text(WORKSPACE.replace(ROLE, f"{ROLE} {keys},"), "utf-8")
    with pytest.raises(Refused) as refused:
        load_workspace(tmp_path)
    said: list[Any] = [finding.message for finding in refused.value.findings]
    assert message in said


@pytest.mark.parametrize(("people", "accounts"), [("people: 2", 5), ("people: 0", 3)])
def test_whose_accounts_the_caps_are_spread_over(tmp_path: Path, people: str, accounts: int) -> None:
    """Those who are there, and those who begin on that day."""
    workspace = WORKSPACE.replace("sdr: {people: 2,", f"sdr: {{{people}, hires: [{{id: new, people: 3, starts: 2027-01-04}}],")
    text = "cadence: [{id: one, channel: linkedin, action: invite}]"
    made = build((make_playbook(tmp_path, text, workspace=workspace),), "2027-01-04", Duration(7, "day"), 7, 3)
    assert made.steps.reps == (accounts,)
