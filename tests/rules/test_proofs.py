"""The proofs against the machine itself: what a proof says can never happen, no walk at random makes happen; and what it says can, does."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadenza.calendars import Calendar, RecipientClock
from cadenza.language import load_playbook
from cadenza.language.findings import Finding
from cadenza.language.model import Playbook
from cadenza.language.values import Duration
from cadenza.machine import begin, lower, step
from cadenza.machine.types import Event, Life
from cadenza.rules.context import Context, Subject
from cadenza.rules.proof.graph import Graph, Move
from cadenza.rules.proof.longest import longest
from cadenza.rules.proof.pace import DAY, Pace, greatest, least, least_business
from cadenza.rules.proof.search import BAD, SAFE, shortest
from cadenza.rules.registry import named

BASE = Path(__file__).parent / "base"
TODAY = date(2027, 1, 4)
few = settings(max_examples=20)
ROUTES = {
    "negative": ["{stop: said_no}", "{stop: said_no, cooldown: 10 days}", "{goto: goodbye}", "{pause: 20 days}", "{go_on: true}", ""],
    "not_now": ["{pause: 90 days, at_most: 1}", "{pause: 5 days, resume: proof}", "{stop: not_now, cooldown: 40 days}", ""],
    "out_of_office": ["{pause: until_return, assume: 7 days}", ""],
    "positive": ["{handoff: ae, within: 1 hour, then: meeting}", "{goto: proof}"],
}


@cache
def _base() -> str:
    return (BASE / "playbooks" / "base.yaml").read_text("utf-8")


def _playbook(routes: dict[str, str], after: str, reenroll: str, opt_out: str) -> Playbook:
    """The base playbook with other routes, another delay before the call, re-enrolment, and channels of the opt-out."""
    lines = []
    for line in _base().split("\n"):
        key = line.strip().partition(":")[0]
        if key in routes and line.startswith("  "):
            line = f"  {key}: {routes[key]}" if routes[key] else ""
        line = line.replace("after: 2 business days", f"after: {after}").replace("channels: all", f"channels: {opt_out}")
        lines.append(f"{line}\n  reenroll: {{after: 30 days, at_most: 1}}" if reenroll and line.startswith("  enroll:") else line)
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(BASE, name, dirs_exist_ok=True)
        file = Path(name) / "playbooks" / "base.yaml"
        file.write_text("\n".join(lines), "utf-8")
        return load_playbook(file)


playbooks = st.builds(
    _playbook,
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in ROUTES.items()}),
    st.sampled_from(["2 business days", "3 hours", "1 day", "30 minutes", "1 business day"]),
    st.sampled_from(["", "yes"]),
    st.sampled_from(["all", "[email]", "[phone]"]),
)


def _findings(code: str, playbook: Playbook) -> list[Finding]:
    rule = named(code)
    assert rule is not None and rule.check is not None
    return list(rule.check(Context(rule, Subject(playbook.node, TODAY, playbook))))


def _clock(playbook: Playbook) -> RecipientClock:
    return RecipientClock(Calendar(("Europe/Dublin",), ("IE",)), {channel: use.window for channel, use in playbook.channels.items()})


def _walk(playbook: Playbook, seed: int, moves: int) -> Iterator[tuple[int, str, Life, tuple[str, ...]]]:
    """One life at random: (instant, event, life after it, steps whose touch was given out). People answer only what was touched."""
    machine, clock, luck = lower(playbook), _clock(playbook), random.Random(seed)
    now = 1799053200 + luck.randrange(14) * 43200
    life, touched = begin(machine, now), False
    said = ["replied.negative", "replied.positive", "replied.not_now", "replied.out_of_office", "replied.unclassified", "unsubscribed", "clicked"]
    for _ in range(moves):
        state = machine.states[life.state]
        timers = [("due", life.due), ("cooled", life.due), ("elapsed", life.expires)]
        timed = min(((at, name) for name, at in timers if at is not None), default=None)
        if state.kind == "start":
            event, at = "enrolled", now
        elif touched and luck.random() < 0.25:
            event, at = luck.choice(said), now + luck.choice((0, 60, 7200))
            at = min(at, timed[0]) if timed else at
        elif state.kind in ("touch", "task"):
            event, at = ("done", now) if state.task not in ("booking", "meeting") else ("meeting.declined", now)
        elif timed is not None:
            at, event = max(now, timed[0]), timed[1]
            event = "cooled" if event == "due" and state.kind == "end" else event
        else:
            return
        made = state.kind == "touch" and event == "done"
        life, actions = step(machine, life, Event(event), at, clock)
        now, touched = at, touched or made
        yield now, event, life, tuple(action.step for action in actions if action.kind == "touch")


@few
@given(playbooks, st.integers(0, 10**6))
def test_where_r001_is_silent_no_life_is_touched_after_a_no(playbook: Playbook, seed: int) -> None:
    findings = _findings("R001", playbook)
    machine = lower(playbook)
    for part in range(8):
        said_no = False
        for _, event, life, touches in _walk(playbook, seed + part, 60):
            assert findings or not (said_no and touches), "a touch after a no, and no finding"
            ended = machine.states[life.state].kind == "end"
            if event == "replied.negative":
                said_no = True
                heard = ended
            if said_no and (
                (event == "cooled" and heard) or event == "asked_back" or (event == "replied.positive" and machine.states[life.state].task)
            ):
                break


@few
@given(playbooks, st.integers(0, 10**6))
def test_where_r003_is_silent_nobody_is_touched_after_an_opt_out(playbook: Playbook, seed: int) -> None:
    findings = _findings("R003", playbook)
    for part in range(8):
        out = False
        for _, event, _life, touches in _walk(playbook, seed + part, 60):
            assert findings or not (out and touches), "a touch after an opt-out, and no finding"
            out = out or event == "unsubscribed"


@few
@given(playbooks, st.integers(0, 10**6))
def test_no_life_has_touches_closer_than_the_least_times(playbook: Playbook, seed: int) -> None:
    """`hops` are lower bounds: no two touches that follow one another come closer, in any life."""
    machine = lower(playbook)
    pace = Pace(Graph(machine))
    bound = {(source, hop.target): hop.seconds for source in pace.touches for hop in pace.hops(source)}
    for part in range(4):
        last: tuple[int, int] | None = None
        for at, event, life, touches in _walk(playbook, seed + part, 60):
            if event == "asked_back":
                last = None
            if touches:
                if last is not None:
                    assert at - last[0] >= bound.get((last[1], life.state), 31 * DAY), (machine.states[last[1]].id, machine.states[life.state].id)
                last = (at, life.state)


@few
@given(playbooks, st.integers(0, 10**6))
def test_where_p001_is_silent_no_life_is_that_busy(playbook: Playbook, seed: int) -> None:
    """What the dated replays do not show, no life at random shows either."""
    findings = _findings("P001", playbook)
    for part in range(8):
        made = [at for at, event, _, touches in _walk(playbook, seed + part, 60) for _ in touches]
        for most, days in ((2, 1), (4, 7), (12, 30)):
            busy = any(last - first < days * DAY for first, last in zip(made, made[most:], strict=False))
            assert findings or not busy, (most, days)


@few
@given(playbooks, st.integers(0, 10**6))
def test_where_p002_is_silent_no_two_channels_come_at_once(playbook: Playbook, seed: int) -> None:
    findings = _findings("P002", playbook)
    channels = {step.id: step.channel for step in playbook.cadence}
    for part in range(8):
        made = [(at, channels[touches[0]]) for at, _, _, touches in _walk(playbook, seed + part, 60) if touches]
        close = [pair for pair in pairwise(made) if pair[0][1] != pair[1][1] and pair[1][0] - pair[0][0] < 3600]
        assert findings or not close


@settings(max_examples=12)
@given(playbooks)
def test_every_story_of_a_proof_is_followed_by_the_machine(playbook: Playbook) -> None:
    """The events of each witness, given to `step`, pass through touches at just the instants that the story names."""
    machine, clock = lower(playbook), _clock(playbook)
    for code in ("R001", "R003", "R007", "R008", "R013", "P001", "P002", "P003", "M003"):
        for finding in _findings(code, playbook):
            witness = finding.witness
            assert witness is not None and witness.events, f"{code}: no dates"
            life = begin(machine, witness.events[0][1])
            made = []
            for name, at in witness.events:
                event, _, answered = name.partition(":")
                until = at if event == "replied.out_of_office" and code.startswith("P") else None
                life, actions = step(machine, life, Event(event, answered or None, until), at, clock)
                made += [(at, action.step) for action in actions if action.kind == "touch"]
            steps = {state.step for state in machine.states}
            assert made == [(beat.at, beat.what) for beat in witness.beats if beat.what in steps], code


@few
@given(playbooks, st.integers(0, 3))
def test_the_quick_answer_never_says_yes_where_the_search_finds_a_story(playbook: Playbook, kind: int) -> None:
    event = ("replied.negative", "unsubscribed", "replied.not_now", "replied.unclassified")[kind]
    graph = Graph(lower(playbook))

    def judge(memory: int, move: Move) -> int:
        if memory == 0:
            return 1 if move.name == event else 0
        return SAFE if move.name == "asked_back" else BAD if graph.enters_touch(move) else 1

    story = shortest(graph, lambda memory, move: judge(memory, move) if memory or move.name == event else 0, ())
    heard = shortest(graph, judge, (event,))
    assert not (graph.holds(judge, (event,), BAD) and heard is not None)
    assert heard is not None or story is None


@given(
    st.builds(Duration, st.integers(0, 30), st.sampled_from(["minute", "hour", "day", "week", "business hour", "business day"])),
    st.integers(0, 3 * 365 * 86400),
)
def test_least_and_greatest_bound_every_calendar(delay: Duration, offset: int) -> None:
    at = 1735689600 + offset
    for zone, holidays in (("Europe/Dublin", "IE"), ("America/New_York", "US"), ("Australia/Lord_Howe", "AU")):
        calendar = Calendar((zone,), (holidays,))
        took = calendar.add(at, delay) - at
        assert least(delay) <= took
        assert took <= greatest(delay) or delay.unit == "business hour"
        assert least_business(delay) <= took


def test_r014_is_proved_of_a_machine_that_breaks_it() -> None:
    """No playbook can break it, so a machine is broken by hand: its unclassified replies lead on instead of to a review."""
    playbook = load_playbook(BASE / "playbooks" / "base.yaml")
    rule = named("R014")
    assert rule is not None and rule.check is not None
    subject = Subject(playbook.node, TODAY, playbook)
    assert list(rule.check(Context(rule, subject))) == []
    machine = lower(playbook)
    kept = tuple(
        move._replace(target=move.source, actions=()) if move.event == "replied.unclassified" and machine.states[move.source].kind == "wait" else move
        for move in machine.transitions
    )
    broken = Subject(playbook.node, TODAY, playbook)
    broken.machine = replace(machine, transitions=kept, hash="by hand")
    (finding,) = rule.check(Context(rule, broken))
    assert finding.message.startswith("a reply that nobody has classified does not pause: `call` follows")


@pytest.mark.parametrize(("touches", "most"), [(2, 2), (4, 4), (6, 4)])
def test_the_longest_path_counts_what_one_person_can_get(touches: int, most: int) -> None:
    playbook = _playbook({"not_now": "{pause: 90 days, at_most: 1}"}, "2 business days", "", "all")
    changed = tuple(replace(rule, touches=touches) if rule.touches else rule for rule in playbook.stop_rules)
    found = longest(Graph(lower(replace(playbook, stop_rules=changed))))
    assert (found.touches, found.channels) == (most, ("email", "phone"))


def _one_touch(negative: str) -> Playbook:
    """One mail, and back to the pool after 30 days; what a no leads to is `negative`."""
    kept = [line for line in _base().split("\n") if not line.startswith(("  - {id: call", "  - {id: proof", "  - {id: goodbye", "  negative:"))]
    text = "\n".join(kept).replace("pause: 90 days, resume: proof", "pause: 90 days").replace("replies:", f"replies:\n{negative}")
    text = text.replace("  size: 500", "  size: 500\n  reenroll: {after: 30 days}")
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(BASE, name, dirs_exist_ok=True)
        file = Path(name) / "playbooks" / "base.yaml"
        file.write_text(text, "utf-8")
        return load_playbook(file)


def test_a_no_that_nobody_hears_is_not_forgotten_by_going_back_to_the_pool() -> None:
    """A machine broken by hand: its ends are deaf to a no. The cooldown that is over then is not that of the no."""
    playbook = _one_touch("  negative: {stop: said_no}")
    machine = lower(playbook)
    deaf = tuple(move for move in machine.transitions if not (move.event == "replied.negative" and machine.states[move.source].kind == "end"))
    subject = Subject(playbook.node, TODAY, playbook)
    subject.machine = replace(machine, transitions=deaf, hash="by hand")
    rule = named("R001")
    assert rule is not None and rule.check is not None
    (finding,) = rule.check(Context(rule, subject))
    assert finding.witness is not None
    assert [beat.what for beat in finding.witness.beats] == ["intro", "replied: negative", "the cooldown is over", "enrolled again", "intro"]
    assert finding.message.startswith("after a no the cadence goes on: `intro` reaches the person by email 29 days 23 hours later")


@pytest.mark.parametrize("negative", ["  negative: {stop: said_no}", "  negative: {stop: said_no, cooldown: 365 days}"])
def test_a_no_that_is_heard_ends_before_the_pool_or_rests_for_its_own_cooldown(negative: str) -> None:
    assert _findings("R001", _one_touch(negative)) == []
