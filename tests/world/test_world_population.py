"""Who the people are: keys, accounts, countries, segments, and when they are let in."""

from __future__ import annotations

import json
import math
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.playbooks import make_playbook

from cadenza.language.values import Duration, Flow
from cadenza.world import Program, build
from cadenza.world.population import quotas
from cadenza.world.program import Days

TEXT = """
cadenza: 1
name: tried
icp: {{accounts: {{countries: [{countries}]}}}}
audience: {{size: {size}, enroll: {enroll}, fields: [email{fields}]}}
channels: {{email: {{window: mon-fri 09:00-17:00}}}}
cadence:
  - {{id: one, channel: email, message: messages/hello.md}}
replies:
  positive: {{handoff: sdr}}
"""


def made(folder: Path, assumptions: object = None, **more: object) -> Program:
    words = {"countries": "IE", "size": 2000, "enroll": "500 per business day", "fields": "", **more}
    text = TEXT.format(**words) + (f"assumptions: {json.dumps(assumptions)}\n" if assumptions else "")
    return build((make_playbook(folder, text),), "2027-03-01", Duration(2, "week"), 7)


def test_accounts_are_geometric(tmp_path: Path) -> None:
    """Mean 4: of n accounts a quarter have one person, 3/16 two; within four standard errors."""
    people = made(tmp_path, {"accounts": {"people": 4}}).people
    sizes = Counter(b - a for a, b in zip(people.colleagues, people.colleagues[1:], strict=False))
    count = sum(sizes.values())
    assert 2000 / count == pytest.approx(4, rel=0.12)
    for size, share in ((1, 1 / 4), (2, 3 / 16), (3, 9 / 64)):
        assert sizes[size] / count == pytest.approx(share, abs=4 * math.sqrt(share / count))


def test_colleagues_live_in_one_country(tmp_path: Path) -> None:
    program = made(tmp_path, {"accounts": {"people": 5}}, countries="IE, GB, DE")
    people = program.people
    homes = [{people.calendar[other] for other in people.colleague[a:b]} for a, b in zip(people.colleagues, people.colleagues[1:], strict=False)]
    assert {len(home) for home in homes} == {1}
    assert {calendar for home in homes for calendar in home} == {0, 1, 2}


def test_a_list_that_knows_time_zones_spreads_over_a_country_and_one_that_does_not_waits_for_all(tmp_path: Path) -> None:
    known = made(tmp_path / "a", countries="US", fields=", timezone")
    unknown = made(tmp_path / "b", countries="US")
    assert len(set(known.people.calendar)) > 4 and set(unknown.people.calendar) == {0}
    open_hours = [p.clocks.open_seconds(p.clocks.forward_window[0], p.start, p.end) / 10 / 3600 for p in (known, unknown)]
    assert open_hours[0] == 8 and 1 <= open_hours[1] <= 3


def test_segments_have_their_shares(tmp_path: Path) -> None:
    segments = {"big": {"share": "20%", "reply": {"positive": "2x"}}, "old": {"share": "30%"}}
    found = Counter(made(tmp_path, {"segments": segments}).people.segment)
    assert set(found) == {0, 1, 2}
    for segment, share in ((0, 0.5), (1, 0.2), (2, 0.3)):
        assert found[segment] / 2000 == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 2000))


def test_a_longer_list_holds_the_same_people(tmp_path: Path) -> None:
    """Who is enrolled is drawn from the list; the people themselves do not change with its length, and a huge list costs no more than a long one."""
    short, longer, huge = (made(tmp_path / str(size), size=size, enroll="100 per business day") for size in (900, 2000, 100_000_000))
    assert len(short.people.key) == 900 and len(longer.people.key) == len(huge.people.key) == 1000
    assert set(short.people.key) & set(longer.people.key) and list(longer.people.key) == sorted(longer.people.key)


@given(st.decimals("0.1", "400", places=1), st.sampled_from(("hour", "day", "business day", "week", "month", "quarter", "year")), st.booleans())
def test_quotas_add_up_to_the_flow(amount: object, per: str, inbound: bool) -> None:
    """Never ahead of the flow and never a whole person behind it on a day on which people are let in."""
    from cadenza.language.flows import PERIODS

    week = (1, 1, 1, 1, 1, 0, 0)
    days = Days(at=tuple(range(29)), nine=tuple(range(28)), business=week * 4, monday=(1, 0, 0, 0, 0, 0, 0) * 4)
    found = quotas(Flow(float(str(amount)), per), days, inbound)  # type: ignore[arg-type]
    a_day, total = Fraction(str(float(str(amount)))) / Fraction(str(PERIODS[per])), 0
    for day in range(28):
        total += found[day]
        passed = sum((week * 4)[: day + 1]) if per == "business day" else day + 1
        let_in = week[day % 7] or (inbound and per != "business day")
        assert total <= passed * a_day
        assert not let_in or total > passed * a_day - 1
        assert let_in or found[day] == 0
