"""How far an audience lasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

World = Callable[..., Any]
TEXT = """
cadenza: 1
name: tried
motion: %s
audience: {size: 1, enroll: %s, fields: [email]}
channels: {email: {senders: pool, window: mon-fri 09:00-17:00}}
cadence: [{id: one, channel: email, message: messages/hello.md}]
"""


@pytest.mark.parametrize(
    ("people", "enroll", "days", "used", "weeks"),
    [
        (100, "5 per business day", 28, 0.95, 28 / 7 / 0.95),  # 17 March is a holiday: 19 days
        (40, "5 per business day", 28, 1.0, 2.0),  # the last five come on the second Wednesday
        (41, "5 per business day", 28, 1.0, 2.0),
        (400, "5 per business day", 7, 0.0625, 16.0),
        (1_000_000, "1 per week", 28, 3e-6, 5200.0),
    ],
)
def test_how_far_a_list_lasts(world: World, people: int, enroll: str, days: int, used: float, weeks: float) -> None:
    counts = world(TEXT % ("cold", enroll), {}, people=people, days=days).run().counts
    assert (counts["list.used"], counts["list.weeks"]) == (pytest.approx(used), pytest.approx(weeks))


def test_who_asks_is_no_list(world: World) -> None:
    assert not [name for name in world(TEXT % ("inbound", "5 per day"), {}, people=40).run().counts if name.startswith("list.")]


def test_an_empty_audience_is_no_list(world: World) -> None:
    assert "list.used" not in world(TEXT % ("cold", "5 per business day"), {}, people=0).run().counts
