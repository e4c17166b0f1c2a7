"""One person in two playbooks: who has the person, who waits, and what both hear. Stories of one person, in the organization's time."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from support.playbooks import WORKSPACE, write_playbook
from support.quiet import QUIET, laid
from support.worlds import build_world, worlds

from cadenza.calendars import Calendar
from cadenza.engines import run
from cadenza.engines.kernel import build as kernel_build
from cadenza.language import load_playbook
from cadenza.language.values import Duration
from cadenza.world import Program, build
from cadenza.world.program import HOLD, TASK, TOUCH, WAIT

TWO_MAILS = [
    {"id": "one", "channel": "email", "message": "messages/hello.md"},
    {"id": "two", "channel": "email", "after": "1 business day", "message": "messages/hello.md"},
]
YES = {"positive": {"handoff": "ae", "within": "1 business hour", "then": "meeting"}}
NO = {"negative": {"stop": "said_no"}}
OUT = {"ways": ["body_link"], "scope": "person", "channels": "all"}
SAYS = {"email": {"reply_delay": {"median": "1 hour", "p90": "1 hour"}}}


def playbook(name: str, *, audience: dict[str, Any] | None = None, assumed: dict[str, Any] | None = None, **keys: Any) -> dict[str, Any]:
    """A document of a market of one person, who says nothing unless `assumed` says so."""
    people = {"market": "one", "size": 1, "enroll": "1 per business day", "fields": ["email", "phone"], **(audience or {})}
    return {
        "cadenza": 1,
        "name": name,
        "audience": {key: value for key, value in people.items() if value is not None},
        "channels": {"email": {"senders": "pool", "window": "mon-fri 09:00-17:00"}},
        "cadence": TWO_MAILS,
        "assumptions": laid(laid(QUIET, SAYS), assumed or {}),
        **keys,
    }


def program(folder: Path, *documents: dict[str, Any], days: int = 14, workspace: str = WORKSPACE) -> Program:
    """From Monday, 1 March 2027."""
    paths = [write_playbook(folder, json.dumps(each, indent=1), workspace=workspace, name=each["name"]) for each in documents]
    return build([load_playbook(path) for path in paths], "2027-03-01", Duration(days, "day"), 7)


def story(made: Program) -> list[str]:
    """`02 09:00 cold due → touch one`; the kernel tells the same."""
    calendar, lines = Calendar(("Europe/Dublin",)), []
    logs: dict[str, list[Any]] = {"simpy": [], "kernel": []}
    for name in logs if kernel_build.compiler() else ("simpy",):
        run(made, 0, name, lambda *event, log=logs[name]: log.append(event))
    assert logs["kernel"] in ([], logs["simpy"])
    names = iter(_cohorts(made))
    for at, _, state, event, _, _ in logs["simpy"]:
        local = calendar.local(at)
        lines.append(f"{local[8:10]} {local[11:16]} {next(names)} {event} → {state}")
    return lines


def _cohorts(made: Program) -> list[str]:
    """Whose event each line of the log is: states of different playbooks may have one name."""
    return [made.cohorts.name[made.people.cohort[number]] for number, _, _ in _moves(made, 0)]


def counts(made: Program) -> dict[str, float]:
    return run(made, 0).counts


def test_who_comes_first_takes_over_and_the_other_waits(tmp_path: Path) -> None:
    """`late` is enrolled first (it stands first) and has a mail to send; `early` has the better priority."""
    made = program(tmp_path, playbook("late", priority=5), playbook("early", priority=2))
    assert story(made) == [
        "01 09:00 late enrolled → wait one",
        "01 09:00 early enrolled → wait one",
        "01 09:00 late due → touch one",
        "01 09:00 early due → touch one",
        "01 09:00 early done → wait two",
        "02 09:00 early due → touch two",
        "02 09:00 early done → end finished",
        "02 09:00 late done → wait two",
        "03 09:00 late due → touch two",
        "03 09:00 late done → end finished",
    ]


def test_who_comes_second_is_turned_away_and_comes_back(tmp_path: Path) -> None:
    made = program(tmp_path, playbook("early", priority=2), playbook("late", priority=5))
    assert story(made)[2:] == [
        "01 09:00 early done → wait two",
        "02 09:00 early due → touch two",
        "02 09:00 early done → end finished",
        "03 09:00 late enrolled → wait one",
        "03 09:00 late due → touch one",
        "03 09:00 late done → wait two",
        "04 09:00 late due → touch two",
        "04 09:00 late done → end finished",
    ]
    assert [counts(made)[name] for name in ("turned_away", "early:turned_away", "late:turned_away", "enrolled")] == [1, 0, 1, 2]


def test_without_a_market_nobody_is_shared(tmp_path: Path) -> None:
    alone = {"market": None}
    made = program(tmp_path, playbook("early", audience=alone), playbook("late", audience=alone))
    assert not made.shared
    assert len(set(made.people.key)) == 2
    assert "turned_away" not in counts(made)


def test_an_opt_out_is_heard_by_both(tmp_path: Path) -> None:
    """One opts out by the first mail; the other playbook hears it two days later, and has begun by then."""
    early = playbook("early", priority=2, opt_out=OUT, assumed={"email": {"unsubscribed": "100%"}})
    made = program(tmp_path, early, playbook("late", priority=5, opt_out=OUT | {"reaches": {"email": "2 days"}}))
    assert story(made)[3:] == [
        "01 10:00 early unsubscribed:one → end opted_out",
        "02 09:00 late enrolled → wait one",
        "02 09:00 late due → touch one",
        "02 09:00 late done → wait two",
        "03 09:00 late due → touch two",
        "03 09:00 late done → end finished",
        "03 10:00 late unsubscribed → end opted_out",
    ]
    assert counts(made)["contacts_after_no"] == 2


def test_a_no_stops_both_by_each_ones_own_route(tmp_path: Path) -> None:
    early = playbook("early", priority=2, replies=NO, assumed={"email": {"reply": {"negative": "100%"}}})
    made = program(tmp_path, playbook("late", priority=5, replies={"negative": {"stop": "later", "cooldown": "7 days"}}), early)
    assert story(made)[3:] == [
        "01 09:00 early due → touch one",
        "01 09:00 early done → wait two",
        "01 10:00 early replied.negative:one → end said_no",
        "01 10:00 late replied.negative → end later for 7 days",
        "08 10:00 late cooled → start",
        "09 09:00 late enrolled → wait one",
        "09 09:00 late due → touch one",
        "09 09:00 late done → wait two",
        "10 09:00 late due → touch two",
        "10 09:00 late done → end finished",
    ]


def test_a_yes_is_one_hand_off_and_nobody_else_has_the_person_again(tmp_path: Path) -> None:
    sure = {"email": {"reply": {"positive": "100%"}}, "meeting": {"booked": "100%", "held": "100%", "lead_time": {"median": "1 day", "p90": "1 day"}}}
    stops = [{"id": "met", "when": {"event": "account.meeting_booked"}, "stop": "met"}]
    early = playbook("early", priority=2, replies=YES, assumed=sure)
    waits = program(tmp_path, playbook("late", priority=5, replies=YES, assumed=sure), early)
    assert counts(waits)["handoffs"] == counts(waits)["meetings"] == 1
    assert [counts(waits)[name] for name in ("late:touches", "late:in_flight")] == [0, 1]
    told = program(tmp_path, playbook("late", priority=5, replies=YES, assumed=sure, stop_rules=stops), early)
    assert "01 10:25 late account.meeting_booked → end met" in story(told)


@pytest.mark.parametrize(
    ("first", "second", "day"),
    [
        ({}, {}, 3),  # early has finished on the 2nd
        ({"reenroll": {"after": "7 days"}}, {}, 9),  # its own word: nobody for seven days
        ({}, {"reenroll": {"after": "5 days"}}, 8),  # the other's: five days after anybody; the 7th is a Sunday
    ],
)
def test_re_touch_policies_hold_for_everybody(tmp_path: Path, first: dict[str, Any], second: dict[str, Any], day: int) -> None:
    made = program(tmp_path, playbook("early", priority=2, audience=first), playbook("late", priority=5, audience=second))
    assert next(line for line in story(made) if "late enrolled" in line) == f"{day:02} 09:00 late enrolled → wait one"


def test_who_asks_is_answered_though_others_rest(tmp_path: Path) -> None:
    """An inbound request comes while a cold cadence cools down."""
    cold = playbook("cold", audience={"reenroll": {"after": "90 days"}}, cadence=TWO_MAILS[:1])
    asks = playbook("asks", motion="inbound", audience={"enroll": "1 per week", "reenroll": {"after": "90 days"}})
    assert counts(program(tmp_path, cold, asks))["asks:touches"] == 2


ONE_BOX = WORKSPACE.replace("mailboxes: 2, domain: mail.acme.example, daily_cap: 50", "mailboxes: 1, domain: mail.acme.example, daily_cap: 4")


def test_streams_share_mailboxes_and_people_by_priority(tmp_path: Path) -> None:
    """Three streams, each with people of its own, on one mailbox of four mails a day and one `sdr`: the cap holds for all together."""
    assert ONE_BOX != WORKSPACE
    call = [{"id": "call", "channel": "phone", "script": "messages/hello.md"}, *TWO_MAILS[:1]]
    streams = []
    for name, motion in (("cold", "cold"), ("warm", "warm"), ("asks", "inbound")):
        made = playbook(name, motion=motion, audience={"market": None, "size": 6, "enroll": "6 per business day"}, cadence=call)
        made["channels"]["phone"] = {"window": "mon-fri 09:00-17:00"}
        streams.append(made)
    both = program(tmp_path, *streams, days=5, workspace=ONE_BOX)
    assert both.cohorts.priority == (4, 3, 2)
    found = counts(both)
    assert [found[f"{name}:touches.email"] for name in ("cold", "warm", "asks")] == [6, 6, 6]
    assert found["minutes.sdr"] == 3 * 6 * 2
    first_day = counts(program(tmp_path, *streams, days=1, workspace=ONE_BOX))
    assert [first_day[f"{name}:touches.phone"] for name in ("cold", "warm", "asks")] == [6, 6, 4]  # two ask after five
    assert [first_day[f"{name}:touches.email"] for name in ("cold", "warm", "asks")] == [0, 2, 2]  # four mails, for who comes first
    assert first_day["sent.pool"] == 4


@given(worlds())
@settings(max_examples=12)
def test_one_cadence_at_a_time_in_any_world(world: dict[str, Any]) -> None:
    """Retold from the log alone: whenever somebody is enrolled or touched, no other playbook that ranks before is under way with the person, and
    nobody's task is open, nor was there a hand-off."""
    for document in world["playbooks"]:
        document["audience"] |= {"market": "one", "size": 12}
    with tempfile.TemporaryDirectory() as folder:
        made = build_world(Path(folder), world)
    states, cohorts, people = made.states, made.cohorts, made.people
    at = [cohorts.start[cohort] for cohort in people.cohort]
    same: dict[int, list[int]] = {}
    for number, key in enumerate(people.key):
        same.setdefault(key, []).append(number)
    for number, event, state in _moves(made, world["replication"]):
        before = at[number]
        if event == "enrolled" or (event == "done" and states.kind[before] == TOUCH):
            for other in set(same[people.key[number]]) - {number}:
                kind, own, theirs = states.kind[at[other]], people.cohort[number], people.cohort[other]
                assert kind != TASK and not states.owned[at[other]]
                if kind in (WAIT, TOUCH, HOLD):
                    assert (cohorts.priority[own], own) < (cohorts.priority[theirs], theirs)
        at[number] = state


def _moves(made: Program, replication: int) -> list[tuple[int, str, int]]:
    """(person's number, event, state after it): a row for each line of the log."""
    from cadenza.engines.simpy_engine import Simulation
    from cadenza.world.rates import draw_rates

    told: list[tuple[int, str, int]] = []
    simulation = Simulation(made, replication, lambda *_: None, draw_rates(made, replication))
    simulation.tell = lambda row, event, *_: told.append((row.number, made.states.events[event], row.state))  # type: ignore[method-assign]
    simulation.run()
    return told
