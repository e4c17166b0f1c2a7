"""Running machines: one person's lives, with every register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from support.clocks import DAY, HOUR, MONDAY, DayClock

from cadenza.language import Playbook, load_playbook
from cadenza.machine import Action, Event, Life, Machine, begin, lower, step

Make = Callable[..., Playbook]
CLOCK = DayClock()


def walk(machine: Machine, *events: tuple[str, int]) -> list[tuple[str, Life, tuple[Action, ...]]]:
    """The lives after each event (name, or name:step; hours after the Monday's 09:00)."""
    life, lives = begin(machine, MONDAY), []
    for name, hours in events:
        base, _, answered = name.partition(":")
        life, actions = step(machine, life, Event(base, answered or None), MONDAY + hours * HOUR, CLOCK)
        lives.append((machine.states[life.state].id, life, actions))
    return lives


def example(root: Path) -> Machine:
    return lower(load_playbook(root / "playbooks" / "platform-cold.yaml"))


def test_a_person_s_way_to_a_meeting(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    events = [("enrolled", 0), ("due", 0), ("done", 1), ("due", 49), ("done", 49), ("replied.positive:first-call", 49), ("done", 50)]
    names = [(name, [a.kind for a in actions]) for name, _, actions in walk(machine, *events, ("meeting.booked", 60), ("meeting.held", 200))]
    assert names == [
        ("wait intro 0 touches", []),
        ("touch intro 0 touches", ["touch"]),
        ("wait first-call 1 touch", []),
        ("touch first-call 1 touch", ["touch"]),
        ("wait evidence 2 touches", []),
        ("handoff ae", ["handoff"]),
        ("booking ae", ["task"]),
        ("meeting ae", ["task"]),
        ("end meeting", ["record"]),
    ]


def test_a_delay_counts_from_the_touch_as_it_was_made(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    (_, waiting, _), (_, touching, _), (_, after, _) = walk(machine, ("enrolled", -3), ("due", 0), ("done", 5))
    assert waiting == Life(8, MONDAY - 3 * HOUR, MONDAY - 3 * HOUR, MONDAY - 3 * HOUR, due=MONDAY, expires=MONDAY - 3 * HOUR + 45 * DAY)
    assert (touching.since, touching.due, touching.touched) == (MONDAY, None, MONDAY - 3 * HOUR)
    assert (after.touched, after.due) == (MONDAY + 5 * HOUR, MONDAY + 5 * HOUR + 2 * DAY)


def test_a_timer_never_fires_early(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    lives = walk(machine, ("enrolled", 10), ("due", 10), ("due", 23), ("due", 24), ("elapsed", 30), ("elapsed", 45 * 24 + 10))
    assert [name for name, _, _ in lives] == [
        "wait intro 0 touches",
        "wait intro 0 touches",
        "wait intro 0 touches",
        "touch intro 0 touches",
        "touch intro 0 touches",
        "end exhausted",
    ]


def test_a_pause_stops_the_clock_and_resumes_where_it_was(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    events = [("enrolled", 0), ("due", 0), ("done", 0), ("replied.out_of_office:intro", 24), ("elapsed", 46 * 24), ("due", 24 + 7 * 24)]
    *_, (held_name, held, _), (still, _, _), (name, resumed, _) = walk(machine, *events)
    assert (held_name, still, name) == (
        "hold out_of_office before first-call 1 touch",
        "hold out_of_office before first-call 1 touch",
        "wait first-call 1 touch",
    )
    assert (held.due, held.planned, held.held) == (MONDAY + 8 * DAY, MONDAY + 2 * DAY, MONDAY + DAY)
    assert (resumed.due, resumed.planned, resumed.held) == (MONDAY + 8 * DAY, None, None)
    assert resumed.expires == MONDAY + 45 * DAY + 7 * DAY


def test_an_absence_ends_when_the_person_said(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    waiting = walk(machine, ("enrolled", 0), ("due", 0), ("done", 0))[-1][1]
    away, _ = step(machine, waiting, Event("replied.out_of_office", "intro", MONDAY + 30 * DAY), MONDAY + DAY, CLOCK)
    assert away.due == MONDAY + 30 * DAY
    past, _ = step(machine, waiting, Event("replied.out_of_office", "intro", MONDAY), MONDAY + DAY, CLOCK)
    assert past.due == MONDAY + DAY


def test_not_now_resumes_at_the_named_step_without_its_delay(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    hold, resumed = walk(machine, ("enrolled", 0), ("due", 0), ("done", 0), ("replied.not_now", 10), ("due", 10 + 90 * 24))[-2:]
    assert (hold[0], hold[1].due) == ("hold not_now to answer-a-pain 1 touch 1 not_now", MONDAY + 10 * HOUR + 90 * DAY)
    assert (resumed[0], resumed[1].due) == ("wait answer-a-pain 1 touch 1 not_now", MONDAY + 91 * DAY)


def test_a_review_inside_a_pause_leaves_the_pause_as_it_was(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    start = [("enrolled", 0), ("due", 0), ("done", 0), ("replied.not_now", 24), ("replied.unclassified", 48)]
    (_, held, _), (name, review, actions) = walk(machine, *start)[-2:]
    assert (name, [a.role for a in actions]) == ("review in not_now to answer-a-pain 1 touch 1 not_now", ["sdr"])
    assert (review.due, review.planned, review.held) == (held.due, held.planned, held.held)
    (back, life, _), (elapsed, _, _) = walk(machine, *start, ("done", 50), ("elapsed", 60 * 24))[-2:]
    assert (back, elapsed) == ("hold not_now to answer-a-pain 1 touch 1 not_now", "hold not_now to answer-a-pain 1 touch 1 not_now")
    assert (life.due, life.planned, life.held) == (held.due, held.planned, held.held)


def test_a_review_while_waiting_holds_the_touch_back(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    start = [("enrolled", 0), ("due", 0), ("done", 0), ("replied.unclassified", 24), ("due", 60)]
    (_, review, _), (late, _, _), (name, life, _) = walk(machine, *start, ("done", 61))[-3:]
    assert (late, review.due, review.planned) == ("review before first-call 1 touch", None, MONDAY + 2 * DAY)
    assert (name, life.due) == ("wait first-call 1 touch", MONDAY + 3 * DAY), "61 hours later it is 22:00"
    assert walk(machine, *start, ("elapsed", 45 * 24))[-1][0] == "end exhausted", "waiting for a colleague is no pause of the person's"


def test_a_flag_does_not_touch_the_timer(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    way = [event for at in range(4) for event in ((("due", at * 200), ("done", at * 200)))]
    before, after = walk(machine, ("enrolled", 0), *way, ("accepted:connect", 601))[-2:]
    assert (before[0], after[0]) == ("wait second-call 4 touches", "wait second-call +accepted(connect) 4 touches")
    assert (after[1].due, after[1].since) == (before[1].due, before[1].since)


def test_a_no_is_kept_for_its_cooldown_and_a_second_no_begins_it_anew(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    first = [("enrolled", 0), ("due", 0), ("done", 0), ("replied.negative", 1)]
    lives = walk(machine, *first, ("due", 500), ("cooled", 364 * 24), ("replied.negative", 364 * 24), ("cooled", 365 * 24 + 1), ("cooled", 729 * 24))
    assert [(name, [a.outcome for a in actions]) for name, _, actions in lives[3:]] == [
        ("end said_no for 365 days", ["said_no"]),
        ("end said_no for 365 days", []),
        ("end said_no for 365 days", []),
        ("end said_no for 365 days", []),
        ("end said_no for 365 days", []),
        ("start", []),
    ]


def test_unknown_events_change_nothing(EXAMPLES: Path) -> None:
    machine = example(EXAMPLES)
    life = walk(machine, ("enrolled", 0))[-1][1]
    for event in (Event("rained"), Event("clicked", "intro"), Event("replied.negative.loud"), Event("", "")):
        assert step(machine, life, event, MONDAY + HOUR, CLOCK) == (life, ())


def test_a_step_s_own_route_comes_before_the_playbook_s(make_playbook: Make) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md, replies: {negative: {stop: not_this_offer, cooldown: 90 days}}}
  - {id: two, channel: email, after: 1 day, message: messages/hello.md}
replies:
  negative: {stop: said_no}
"""
    machine = lower(make_playbook(text))
    start = [("enrolled", 0), ("due", 0), ("done", 0)]
    assert walk(machine, *start, ("replied.negative:one", 1))[-1][0] == "end not_this_offer for 90 days"
    assert walk(machine, *start, ("replied.negative:two", 1))[-1][0] == "end said_no"
    assert walk(machine, *start, ("replied.negative", 1))[-1][0] == "end said_no"
