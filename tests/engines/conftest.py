"""Small worlds for engines, made from text, and a reader of traces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.playbooks import WORKSPACE, make_playbook

from cadenza.engines import Outcome, run
from cadenza.language import Playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build

QUIET: dict[str, Any] = {
    **{
        channel: {
            **dict.fromkeys(("bounced", "unsubscribed", "complained", "opened", "clicked", "connected", "accepted"), "0%"),
            "reply": dict.fromkeys(("positive", "negative", "not_now", "out_of_office", "wrong_person"), "0%"),
            "reply_delay": {"median": "1 hour", "p90": "1 hour"},
            "signal_delay": {"median": "1 hour", "p90": "1 hour"},
            "each_next_touch": "1x",
        }
        for channel in ("email", "phone", "linkedin")
    },
    "propensity": {"spread": 0},
    "pressure": {"each_touch": "1x", "after_no": "1x"},
    "reputation": {"complaints": "1x", "bounces": "1x"},
    "replies": {"unclassified": "0%"},
    "accounts": {"people": 1},
}
"""Nobody ever answers, and nothing is uncertain: a test says what it wants to happen on top of this."""


class World(NamedTuple):
    playbook: Playbook
    program: Program

    def run(self, replication: int = 0, **options: Any) -> Outcome:
        return run(self.program, replication, **options)

    def told(self, replication: int = 0) -> list[tuple[int, int, str, str, str, int]]:
        told: list[tuple[int, int, str, str, str, int]] = []
        run(self.program, replication, trace=lambda *event: told.append(event))
        return told

    def story(self, person: int = 0, replication: int = 0) -> list[str]:
        """`Mon 11:30 done → end meeting`: what happens to one person, in the organization's time."""
        from cadenza.calendars import Calendar

        calendar = Calendar((self.playbook.workspace.organization.timezone,))
        names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        lines = []
        for at, key, state, event, _, _ in self.told(replication):
            if key == self.program.people.key[person]:
                local = calendar.local(at)
                day = (calendar.where.to_wall(at) // 86400 + 3) % 7
                lines.append(f"{names[day]} {local[8:10]} {local[11:16]} {event} → {state}")
        return lines


def laid(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        figure = isinstance(value, dict) and "median" not in value and isinstance(merged.get(key), dict)
        merged[key] = laid(merged[key], value) if figure else value
    return merged


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    """`world(text, assumptions, days=28, people=10, start="2027-03-01", workspace=...)`: a Monday in a month without holidays but one (17 March)."""

    def make(
        text: str, assumptions: dict[str, Any], *, days: int = 28, people: int = 10, start: str = "2027-03-01", workspace: str = WORKSPACE
    ) -> World:
        whole = f"{text}\nassumptions: {json.dumps(laid(QUIET, assumptions))}\n"
        playbook = make_playbook(tmp_path, whole, workspace=workspace)
        return World(playbook, build((playbook,), start, Duration(days, "day"), 7, people))

    return make
