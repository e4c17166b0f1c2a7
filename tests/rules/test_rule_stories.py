"""The stories that this project exists for: break the example, and be told in dates what would happen to somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cadenza.calendars import Calendar, RecipientClock
from cadenza.language import load_playbook
from cadenza.language.findings import Finding
from cadenza.machine import begin, lower, step
from cadenza.machine.types import Event
from cadenza.render.findings_terminal import _lines, render
from cadenza.rules import lint

GOLDEN = Path(__file__).parent / "golden"
STORIES = {
    "no-deleted": ("negative:", "", "R001", "M004"),
    "no-routed-on": ("negative:      {stop: said_no, cooldown: 365 days}", "negative:      {goto: goodbye}", "R001"),
    "opt-out-by-mail-only": ("channels: all", "channels: [email]", "R003", "R009"),
    "phone-knows-late": ("phone: 4 hours", "phone: 5 days", "R004"),
}


def found(file: Path, today: date, *codes: str) -> list[Finding]:
    _lines.cache_clear()
    return list(lint([file], as_of=today, select=codes, base=file.parent.parent).findings)


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_told_to_the_letter(name: str, broken: Callable[[str, str], Path], golden: Callable[[str, Path], None], today: date) -> None:
    old, new, *codes = STORIES[name]
    file = broken(old, new)
    findings = found(file, today, *codes)
    assert {finding.code for finding in findings} == set(codes)
    golden(render(findings, width=120, base=file.parent.parent), GOLDEN / f"{name}.out")


def test_each_beat_of_a_story_shows_its_line(broken: Callable[[str, str], Path], golden: Callable[[str, Path], None], today: date) -> None:
    file = broken(*STORIES["no-routed-on"][:2])
    findings = found(file, today, "R001")
    golden(render(findings, width=120, base=file.parent.parent, verbose=True), GOLDEN / "no-routed-on.verbose.out")


@pytest.mark.parametrize("name", ["no-deleted", "no-routed-on"])
def test_the_events_of_a_story_replay_to_a_touch_after_the_no(name: str, broken: Callable[[str, str], Path], today: date) -> None:
    """The witness is no picture: the machine itself, given these events at these seconds, touches somebody who said no."""
    file = broken(*STORIES[name][:2])
    (finding,) = found(file, today, "R001")
    playbook = load_playbook(file)
    machine = lower(playbook)
    clock = RecipientClock(Calendar(("Europe/London",), ("GB",)), {channel: use.window for channel, use in playbook.channels.items()})
    assert finding.witness is not None
    events = finding.witness.events
    life, said_no, touched = begin(machine, events[0][1]), False, []
    for name_, at in events:
        event, _, answered = name_.partition(":")
        said_no = said_no or event == "replied.negative"
        life, actions = step(machine, life, Event(event, answered or None), at, clock)
        touched += [(action.step, said_no) for action in actions if action.kind == "touch"]
    assert touched[-1][1], "the last touch comes after the no"
    assert not any(after for _, after in touched[:-1]), "and it is the first one that does"
    assert [beat.at for beat in finding.witness.beats] == sorted(beat.at or 0 for beat in finding.witness.beats)


def test_the_refusal_of_a_story_is_overtaken(broken: Callable[[str, str], Path], today: date) -> None:
    finding, promise = found(broken(*STORIES["phone-knows-late"][:2]), today, "R004")
    assert promise.message == "a refusal reaches phone after 5 days, and `honour_within` promises 24 hours"
    assert finding.witness is not None
    beats = {beat.what: beat.at or 0 for beat in finding.witness.beats}
    assert beats["opted out at once"] < beats["first-call"] < beats["phone learns of it"]
    assert beats["phone learns of it"] - beats["opted out at once"] == 5 * 86400
    assert finding.facts == {"gap_seconds": 2 * 86400, "reaches_seconds": 5 * 86400}


def test_the_same_story_in_any_week_that_holds_no_holiday(broken: Callable[[str, str], Path]) -> None:
    """The date moves the story and nothing else."""
    file = broken(*STORIES["no-routed-on"][:2])
    stories = []
    for day in (date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 11)):
        (finding,) = found(file, day, "R001")
        assert finding.witness is not None
        stories.append([(beat.what, beat.at or 0) for beat in finding.witness.beats])
    week = 7 * 86400
    assert stories[1] == [(what, at + week) for what, at in stories[0]], "from Tuesday on, the next Monday"
    assert stories[2] == stories[1], "a Monday is itself"
