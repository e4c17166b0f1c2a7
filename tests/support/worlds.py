"""Worlds for tests: one or two generated playbooks in a generated workspace, with assumptions under which a lot happens.

`worlds()` is a Hypothesis strategy over plain data: capacity that binds (few people, little selling time, small caps, weekly limits), warm-up,
holidays, nights of daylight saving, several time zones, reputation, pressure, propagation of refusals, uncertain rates, segments, variants, inbound
speed, colleagues, priorities. `build_world(folder, world)` loads it and lowers it to a program.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from support.playbooks import playbooks, write_playbook

from cadenza.language import Refused, load_playbook
from cadenza.language.values import Duration
from cadenza.machine import Machine, lower
from cadenza.machine.log import DEALS
from cadenza.world import Program, build
from cadenza.world.flights import Passenger, Reach, flight

STARTS = ("2027-01-04", "2027-03-22", "2027-10-25", "2027-12-20", "2028-02-26")
"""A plain Monday, both nights of daylight saving, Christmas, a leap day."""
HOURS = ("mon-fri 09:00-17:00", "mon-fri 09:00-11:00", "mon-sun 00:00-24:00", "mon-wed 08:00-12:30, thu-sat 13:00-20:00")
ZONES = ("Europe/Dublin", "America/New_York", "Australia/Sydney", "Asia/Kolkata")
COUNTRIES = (["IE"], ["GB", "US"], ["AU", "IN", "DE"], ["US"])
REACHES = ("0 minutes", "4 hours", "2 business hours", "1 day", "3 business days")
FLOWS = ("5 per business day", "9 per business day", "40 per week", "3 per day")


@st.composite
def workspaces(draw: st.DrawFn) -> dict[str, Any]:
    def minutes(*choices: int) -> str:
        return f"{draw(st.sampled_from(choices))} minutes"

    def role(least: int) -> dict[str, Any]:
        return {
            "people": draw(st.integers(least, 3)),
            "hours": draw(st.sampled_from(HOURS)),
            "timezone": draw(st.sampled_from(ZONES)),
            "selling_time": draw(st.sampled_from(("100%", "60%", "37%", "5%"))),
            **(draw(_rosters()) if draw(st.integers(0, 2)) == 0 else {}),
        }

    pool: dict[str, Any] = {"mailboxes": draw(st.integers(1, 3)), "domain": "mail.acme.example", "daily_cap": draw(st.sampled_from((1, 3, 50)))}
    if draw(st.booleans()):
        pool["warm_up"] = {"start": 1, "add": draw(st.sampled_from(("1 per business day", "2 per week")))}
    return {
        "cadenza": 1,
        "organization": {
            "name": "Acme",
            "postal_address": "1 Example Way, Dublin D02 X576, Ireland",
            "timezone": draw(st.sampled_from(ZONES)),
            "holidays": draw(st.sampled_from(([], ["IE"], ["US", "GB"]))),
        },
        "team": {"sdr": role(0), "ae": role(1)},
        "work": {
            "email.templated": {"role": "sdr", "takes": minutes(0, 1)},
            "email.personalised": {"role": "sdr", "takes": minutes(4)},
            "phone.attempt": {"role": "sdr", "takes": minutes(2)},
            "phone.conversation": {"role": "sdr", "takes": minutes(8)},
            "linkedin.action": {"role": "sdr", "takes": minutes(0, 3)},
            "reply.positive": {"role": draw(st.sampled_from(("sdr", "ae"))), "takes": minutes(0, 15)},
            "reply.other": {"role": "sdr", "takes": minutes(2)},
            "meeting": {"role": "ae", "takes": minutes(45)},
        },
        "senders": {"pool": pool},
    }


@st.composite
def _rosters(draw: st.DrawFn) -> dict[str, Any]:
    """People who come, ramp, are away and leave, often enough for it to matter within a few weeks."""
    periods = [{"id": "early", "from": "2027-01-05", "until": "2027-01-08"}, {"id": "some", "from": "2027-04-01", "until": "2027-05-20", "people": 1}]
    optional: dict[str, st.SearchStrategy[Any]] = {
        "hires": st.sampled_from(([], [{"id": "first", "people": 2, "starts": "2027-01-11"}], [{"id": "past", "starts": "2026-12-01"}])),
        "ramp": _some_of({"over": ("4 weeks", "20 business days", "0 days"), "from": ("0%", "20%", "10%..40%")}),
        "leave": st.sampled_from(({"days": 25}, {"days": 120, "periods": periods}, {"periods": periods[:1]})),
        "attrition": _some_of({"each_year": ("30%", "99%", "20%..60%"), "backfill": ("10 days", "15 business days")}),
    }
    return draw(st.fixed_dictionaries({}, optional=optional))


def _some_of(choices: dict[str, tuple[str, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    """The first key always, the others perhaps."""
    first, *rest = choices
    return st.fixed_dictionaries({first: st.sampled_from(choices[first])}, optional={key: st.sampled_from(choices[key]) for key in rest})


def _rate(high: int) -> st.SearchStrategy[str]:
    """A rate in per cent: exact, believed or counted."""
    return st.one_of(
        st.integers(0, high).map(lambda n: f"{n}%"),
        st.integers(1, high).map(lambda n: f"{n}%..{n + 9}%"),
        st.integers(1, high).map(lambda n: f"{n}/100"),
    )


_FACTOR = st.sampled_from(("1x", "0.5x", "0.8x..1.3x", "1.7x"))
_DELAY = st.sampled_from(
    ({"median": "3 hours", "p90": "2 days"}, {"median": "20 minutes", "p90": "20 minutes"}, {"median": "4 days", "p90": "9 days"})
)


@st.composite
def assumptions(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    assumed: dict[str, Any] = {}
    for channel in ("email", "phone", "linkedin"):
        reply = {name: draw(_rate(15)) for name in ("positive", "negative", "not_now", "wrong_person")}
        if channel == "email":
            reply["out_of_office"] = draw(_rate(15))
        assumed[channel] = {
            "reply": reply,
            "unsubscribed": draw(_rate(6)),
            "complained": draw(_rate(6)),
            "reply_delay": draw(_DELAY),
            "signal_delay": draw(_DELAY),
            "each_next_touch": draw(_FACTOR),
        }
    assumed["email"] |= {
        "bounced": draw(_rate(10)),
        "opened": draw(_rate(50)),
        "clicked": draw(_rate(40)),
        "inbox": draw(st.sampled_from(("100%", "80%"))),
    }
    assumed["phone"]["connected"] = draw(_rate(70))
    assumed["linkedin"]["accepted"] = draw(_rate(60))
    assumed["meeting"] = {"booked": draw(_rate(80)), "held": draw(_rate(80)), "opportunity": "60%", "lead_time": draw(_DELAY)}
    assumed["opportunity"] = {"won": "80%", "cycle": draw(_DELAY)}
    assumed["replies"] = {"unclassified": draw(_rate(40))}
    if draw(st.booleans()):
        assumed["replies"]["away"] = draw(_DELAY)
        assumed["asked_back"] = {"share": draw(_rate(60)), "delay": draw(_DELAY)}
    assumed["accounts"] = {"people": draw(st.sampled_from((1, 2.5, 6)))}
    assumed["propensity"] = {"spread": draw(st.sampled_from((0, 0.8, 2)))}
    assumed["pressure"] = {"each_touch": draw(_FACTOR), "after_no": draw(_FACTOR)}
    assumed["reputation"] = {"complaints": draw(_FACTOR), "bounces": draw(_FACTOR)}
    if draw(st.booleans()):
        assumed["segments"] = {"keen": {"share": "40%", "reply": {"positive": "2x"}}, "dull": {"share": "20%", "reply": {"negative": "0.5x"}}}
    if draw(st.booleans()):
        assumed["steps"] = {document["cadence"][0]["id"]: {"reply": {"positive": "30%"}}}
    return assumed


@st.composite
def _documents(draw: st.DrawFn, name: str) -> dict[str, Any]:
    document = draw(playbooks())
    document["name"] = name
    document["motion"] = draw(st.sampled_from(("cold", "warm", "inbound")))
    document["priority"] = draw(st.integers(1, 9))
    document["icp"] = {"accounts": {"countries": draw(st.sampled_from(COUNTRIES))}}
    audience = document["audience"]
    audience["size"] = draw(st.sampled_from((40, 150)))
    audience["enroll"] = draw(st.sampled_from(FLOWS))
    if draw(st.booleans()):
        audience["fields"] = [*audience["fields"], "timezone"]
    for channel, use in document["channels"].items():
        if channel == "linkedin" and draw(st.booleans()):
            use["weekly_cap"] = draw(st.integers(1, 20))
        if draw(st.integers(0, 3)) == 0:
            use["daily_cap"] = draw(st.integers(1, 5))
    for step in document["cadence"]:
        if step["channel"] == "email":
            _vary(draw, step)
        elif step["channel"] == "linkedin" and draw(st.booleans()):
            step["action"] = draw(st.sampled_from(("invite", "view")))
    if "opt_out" in document and draw(st.integers(0, 3)):
        document["opt_out"]["reaches"] = {channel: draw(st.sampled_from(REACHES)) for channel in document["channels"]}
    document["assumptions"] = draw(assumptions(document))
    if document["motion"] == "inbound":
        document["assumptions"]["speed_to_lead"] = {"half_life": draw(st.sampled_from(("1 hour", "2 days"))), "floor": draw(_rate(40))}
    return document


def _vary(draw: st.DrawFn, step: dict[str, Any]) -> None:
    """A mail that somebody writes, or one that comes in variants."""
    if draw(st.booleans()):
        step["kind"] = "personalised"
    if draw(st.integers(0, 2)) == 0:
        message = step.pop("message")
        step["variants"] = [{"id": f"{step['id']}-{n}", "weight": n, "message": message} for n in (1, 2, 3)]


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Plain data: the workspace, the playbooks, when it starts, how many days it lasts, the seed, the replication."""
    names = ("generated", "second", "third")[: draw(st.integers(1, 3))]
    documents = [draw(_documents(name)) for name in names]
    if len(names) > 1 and draw(st.booleans()):
        for document in documents:
            document["audience"] |= {"market": "one", "size": draw(st.sampled_from((12, 40)))}
    return {
        "workspace": draw(workspaces()),
        "playbooks": documents,
        "start": draw(st.sampled_from(STARTS)),
        "days": draw(st.sampled_from((1, 9, 45, 100))),
        "seed": draw(st.integers(0, 2**63)),
        "replication": draw(st.integers(0, 10_000)),
        "fixed": draw(st.integers(0, 4)) == 0,
    }


@st.composite
def warm_worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A world in which people are under way when it starts: what has happened to each of them, hour by hour."""
    happened = st.tuples(st.integers(0, 90), st.integers(0, 99))
    person = st.fixed_dictionaries({"who": st.integers(0, 2**31), "since": st.integers(1, 900), "happened": st.lists(happened, max_size=14)})
    return {**draw(worlds()), "aboard": draw(st.lists(person, min_size=1, max_size=25))}


HAPPENS = (
    *("opened", "clicked", "accepted", "connected", "delivered", "bounced", "unsubscribed", "complained", "asked_back"),
    *(f"replied.{name}" for name in ("positive", "negative", "not_now", "out_of_office", "wrong_person", "unclassified", "unclassified")),
    *("account.meeting_booked", "account.opted_out", "meeting.booked", "meeting.declined", "meeting.held", "meeting.missed", "done", "enrolled"),
    *("meeting.held", "opportunity.created", "opportunity.won", "account.became_customer"),
)


def board(program: Program, machines: list[Machine], aboard: list[dict[str, Any]]) -> Program:
    """The program with these people under way."""
    if not program.people.key:
        return program
    passengers: dict[int, Passenger] = {}
    for each in aboard:
        number = each["who"] % len(program.people.key)
        machine = machines[program.people.cohort[number]]
        reach = Reach.of(program, program.people.cohort[number])
        passenger = Passenger.new(machine, str(number), program.clocks, program.people.calendar[number], "", reach)
        at = program.start - each["since"] * 3600
        passenger.take("enrolled", at)
        for hours, choice in each["happened"]:
            at += hours * 3600 + 7 * choice
            if at >= program.start:
                break
            passenger.settle(at - 1)
            _happens(passenger, at, choice)
        passenger.settle(program.start)
        passengers[number] = passenger
    days = [-1 if number in passengers else day for number, day in enumerate(program.people.arrive_day)]
    people = replace(program.people, arrive_day=days)
    return replace(program, people=replace(people, flight=flight(program, passengers)))


def _happens(passenger: Passenger, at: int, choice: int) -> None:
    """Mostly the touch that is due is made; else something comes."""
    if choice < 60 and passenger.state.kind in ("touch", "wait"):
        passenger.touch_made(passenger.state.step or "", at)
    elif choice < 60 and passenger.state.kind == "task":
        passenger.take(("done", "meeting.booked", "meeting.held")[choice % 3], at)
    else:
        made = [passenger.machine.steps[each.step].id for each in passenger.history]
        name, step = HAPPENS[choice % len(HAPPENS)], made[choice % len(made)] if made and choice % 3 else None
        if name in DEALS:
            passenger.deal(name, at)
        elif choice % 7 == 0:
            passenger.hears_of_other(name, at)
        elif not passenger.later(name, at, step):
            passenger.take(name, at, step)


def build_world(folder: Path, world: dict[str, Any]) -> Program:
    """Write it, load it, lower it."""
    workspace = json.dumps(world["workspace"], indent=1)
    paths = [write_playbook(folder, json.dumps(document, indent=1), workspace=workspace, name=document["name"]) for document in world["playbooks"]]
    books = [load_playbook(path) for path in paths]
    try:
        program = build(books, world["start"], Duration(world["days"], "day"), world["seed"])
    except Refused as refused:
        if all(finding.message.startswith("the machine has more than") for finding in refused.findings):
            reject()  # few of the playbooks that can be written are too large for a machine
        raise
    return board(program, [lower(book) for book in books], world["aboard"]) if "aboard" in world else program
