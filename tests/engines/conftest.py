"""Small worlds for engines, made from text, and a reader of traces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.playbooks import WORKSPACE, make_playbook
from support.quiet import QUIET, laid

from cadenza.engines import Outcome, run
from cadenza.language import Playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build


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
