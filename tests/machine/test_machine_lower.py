"""What each place hears: small playbooks, whole answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cadenza.language import Playbook, load_playbook
from cadenza.machine import Machine, lower, outgoing

Make = Callable[..., Playbook]
TWO = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, after: 2 business days, script: messages/hello.md}
"""
OPT_OUT = "opt_out: {ways: [body_link], channels: all, undo: by_request}\n"


def heard(machine: Machine, id: str) -> dict[str, str]:
    """Event → id of the state that it leads to."""
    index = next(state.index for state in machine.states if state.id == id)
    return {move.event: machine.states[move.target].id for move in outgoing(machine)[index]}


def lines(machine: Machine, id: str) -> list[str]:
    """Everything about what a state hears, as text."""
    index = next(state.index for state in machine.states if state.id == id)
    found = []
    for move in outgoing(machine)[index]:
        timer = (
            f" [{move.timer.kind}{f' {move.timer.delay}' if move.timer.delay else ''}{f' {move.timer.channel}' if move.timer.channel else ''}]"
            if move.timer
            else ""
        )
        actions = "".join(f" !{a.kind}({a.step or a.role or a.outcome or f'{a.scope}: {chr(44).join(a.channels)}'})" for a in move.actions)
        found.append(f"{move.event} -> {machine.states[move.target].id}{timer}{actions} @{move.origin.line} {move.note}".rstrip())
    return found


def ids(machine: Machine) -> list[str]:
    return [state.id for state in machine.states]


def test_a_bare_cadence_is_a_chain(make_playbook: Make) -> None:
    machine = lower(make_playbook(TWO))
    assert ids(machine) == [
        "start",
        "wait one",
        "review before one",
        "touch one",
        "wait two",
        "review before two",
        "touch two",
        "end finished",
    ]
    assert lines(machine, "start") == ["enrolled -> wait one [after email] @5"]
    assert lines(machine, "wait one") == [
        "replied.unclassified -> review before one !task(sdr) @1 default deny",
        "due -> touch one !touch(one) @13",
    ]
    assert lines(machine, "touch one") == [
        "replied.unclassified -> review before one !task(sdr) @1 default deny",
        "done -> wait two [after 2 business days phone] @14",
    ]
    assert lines(machine, "review before one") == ["done -> wait one [planned email] @1 where it was"]
    assert lines(machine, "touch two")[-1] == "done -> end finished !record(finished) @14 last step"
    assert lines(machine, "end finished") == []


def test_the_example_hears_everything_while_it_waits(EXAMPLES: Path) -> None:
    machine = lower(load_playbook(EXAMPLES / "playbooks" / "platform-cold.yaml"))
    assert lines(machine, "wait goodbye +accepted(connect) 6 touches") == [
        "complained -> end opted_out !suppress(person: all) !record(opted_out) @95 refused",
        "unsubscribed -> end opted_out !suppress(person: all) !record(opted_out) @95 refused",
        "replied.negative -> end said_no for 365 days [now 365 days] !record(said_no) @86",
        "replied.wrong_person -> end wrong_person !record(wrong_person) @85",
        "replied.positive -> handoff ae !handoff(ae) @82",
        "replied.not_now -> hold not_now to answer-a-pain +accepted(connect) 6 touches 1 not_now [now 90 days] @83",
        "replied.out_of_office -> hold out_of_office before goodbye +accepted(connect) 6 touches [return 7 days] @84",
        "replied.unclassified -> review before goodbye +accepted(connect) 6 touches !task(sdr) @81 default deny",
        "bounced -> end invalid_address !record(invalid_address) @89 bad-address",
        "account.became_customer -> end customer !record(customer) @91 bought",
        "account.meeting_booked -> end account_engaged !record(account_engaged) @90 colleague-meets-us",
        "elapsed -> end exhausted !record(exhausted) @93 too-long",
        "due -> touch goodbye +accepted(connect) 6 touches !touch(goodbye) @76",
    ]
    assert lines(machine, "end said_no for 365 days") == [
        "complained -> end opted_out !suppress(person: all) !record(opted_out) @95 refused",
        "unsubscribed -> end opted_out !suppress(person: all) !record(opted_out) @95 refused",
        "replied.negative -> end said_no for 365 days [now 365 days] @86",
        "replied.positive -> handoff ae !handoff(ae) @82",
        "bounced -> end invalid_address !record(invalid_address) @89 bad-address",
        "account.became_customer -> end customer !record(customer) @91 bought",
        "account.meeting_booked -> end account_engaged !record(account_engaged) @90 colleague-meets-us",
        "cooled -> start @86 cooldown over",
    ]
    assert heard(machine, "end opted_out") == {"asked_back": "start"}
    assert heard(machine, "handoff ae") == {
        "complained": "end opted_out",
        "unsubscribed": "end opted_out",
        "replied.negative": "end said_no",
        "done": "booking ae",
    }
    assert heard(machine, "touch goodbye +accepted(connect) 7 touches")["done"] == "end exhausted", (
        "the eighth touch ends it, before the end of the list does"
    )


def test_without_negative_a_refusal_changes_nothing(make_playbook: Make) -> None:
    machine = lower(make_playbook(TWO + "replies:\n  positive: {handoff: ae}\n"))
    assert heard(machine, "wait two") == {"replied.positive": "handoff ae", "replied.unclassified": "review before two", "due": "touch two"}
    assert heard(machine, "handoff ae") == {"done": "end handed_off"}


def test_a_step_s_own_route_is_heard_from_its_touch_on(make_playbook: Make) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, script: messages/hello.md, replies: {negative: {pause: 3 days}}}
  - {id: three, channel: phone, script: messages/hello.md}
replies:
  negative: {stop: said_no}
"""
    machine = lower(make_playbook(text))
    assert "replied.negative:two" not in heard(machine, "wait two")
    assert heard(machine, "touch two")["replied.negative:two"] == "hold negative before two"
    assert heard(machine, "wait three")["replied.negative:two"] == "hold negative before three"
    assert heard(machine, "wait three")["replied.negative"] == "end said_no"
    assert heard(machine, "hold negative before three")["due"] == "wait three"


def test_a_condition_is_asked_when_the_step_is_due(make_playbook: Make) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, after: 1 business day, when: {clicked: one}, script: messages/hello.md}
  - {id: three, channel: email, after: 3 days, message: messages/hello.md}
"""
    machine = lower(make_playbook(text))
    assert lines(machine, "wait two") == [
        "replied.unclassified -> review before two !task(sdr) @1 default deny",
        "clicked:one -> wait two +clicked(one) [keep] @14 flag",
        "due -> wait three [after 3 days email] @14 when says no",
    ]
    assert heard(machine, "wait two +clicked(one)")["due"] == "touch two +clicked(one)"
    assert heard(machine, "touch two +clicked(one)")["done"] == "wait three", "nothing ahead reads the flag any more"
    assert "clicked:one" not in heard(machine, "wait one"), "nobody clicks in what was not sent"
    assert heard(machine, "touch one")["clicked:one"] == "touch one +clicked(one)"


@pytest.mark.parametrize(
    ("condition", "made"),
    [
        ("when: {any: [{clicked: one}, {opened: one}]}", ["clicked", "clicked opened", "opened"]),
        ("when: {clicked: one, opened: one}", ["clicked opened"]),
        ("when: {not: {clicked: one}}", ["", "opened"]),
        ("skip_if: {clicked: one}", ["", "opened"]),
        ("when: {opened: one}, skip_if: {clicked: one}", ["opened"]),
        ("when: {not: {any: [{clicked: one}, {opened: one}]}}", [""]),
    ],
)
def test_conditions_nest(make_playbook: Make, condition: str, made: list[str]) -> None:
    text = f"""
cadence:
  - {{id: one, channel: email, message: messages/hello.md}}
  - {{id: two, channel: phone, script: messages/hello.md, {condition}}}
  - {{id: three, channel: phone, script: messages/hello.md, when: {{any: [{{clicked: one}}, {{opened: one}}]}}}}
"""
    machine = lower(make_playbook(text))
    due = [machine.states[move.target] for move in machine.transitions if move.event == "due"]
    touched = {" ".join(flag.partition("(")[0] for flag in state.flags) for state in due if state.kind == "touch" and state.step == "two"}
    assert sorted(touched) == made


def test_a_branch_ahead_is_taken_once_and_a_pause_is_not_broken_by_a_click(make_playbook: Make) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md, on: {clicked: {goto: four}}}
  - {id: two, channel: phone, script: messages/hello.md}
  - {id: three, channel: phone, script: messages/hello.md}
  - {id: four, channel: phone, after: 1 business day, script: messages/hello.md}
replies:
  not_now: {pause: 30 days}
"""
    machine = lower(make_playbook(text))
    assert lines(machine, "wait two")[2:] == ["clicked:one -> wait four [after 1 business day phone] @13", "due -> touch two !touch(two) @14"]
    assert "clicked:one" not in heard(machine, "wait four")
    assert "clicked:one" not in heard(machine, "hold not_now before two")
    assert heard(machine, "touch three")["clicked:one"] == "wait four"


def test_a_pause_with_rounds_ends_when_they_are_used_up(make_playbook: Make) -> None:
    machine = lower(make_playbook(TWO + "replies:\n  not_now: {pause: 30 days, resume: one, at_most: 1}\n  out_of_office: {pause: until_return}\n"))
    assert heard(machine, "wait two")["replied.not_now"] == "hold not_now to one 1 not_now"
    assert heard(machine, "wait two 1 not_now")["replied.not_now"] == "end not_now"
    hold = lines(machine, "hold not_now to one 1 not_now")
    assert hold == [
        "replied.not_now -> end not_now !record(not_now) @16 rounds used up",
        "replied.unclassified -> review in not_now to one 1 not_now [keep] !task(sdr) @15 default deny",
        "due -> wait one 1 not_now [now email] @13 resume",
    ], "being away does not shorten the pause that was asked for"
    assert heard(machine, "hold out_of_office before two")["replied.out_of_office"] == "hold out_of_office before two"
    assert heard(machine, "review in not_now to one 1 not_now")["done"] == "hold not_now to one 1 not_now"


def test_a_partial_opt_out_skips_its_channels_for_good(make_playbook: Make) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, script: messages/hello.md}
  - {id: three, channel: email, message: messages/hello.md}
opt_out: {ways: [body_link], channels: [email], undo: by_request}
"""
    machine = lower(make_playbook(text))
    assert lines(machine, "touch one")[1] == "unsubscribed -> wait two +out(email) [after phone] !suppress(person: email) @16 channel refused"
    assert heard(machine, "wait two")["unsubscribed"] == "wait two +out(email)"
    assert heard(machine, "wait two +out(email)")["asked_back"] == "wait two"
    assert heard(machine, "wait three +out(email)")["due"] == "end finished"
    assert lines(machine, "end finished") == [
        "complained -> end finished [keep] !suppress(person: email) @16 channel refused",
        "unsubscribed -> end finished [keep] !suppress(person: email) @16 channel refused",
    ], "the refusal is told even where this cadence has nothing left to skip"


def test_a_closed_channel_is_remembered_where_people_come_back(make_playbook: Make) -> None:
    text = """
cadence:
  - {id: one, channel: email, message: messages/hello.md}
  - {id: two, channel: phone, script: messages/hello.md}
replies:
  wrong_person: {stop: wrong_person, cooldown: 30 days}
opt_out: {ways: [body_link], channels: [email], undo: by_request}
"""
    machine = lower(make_playbook(text))
    assert heard(machine, "wait two +out(email)")["replied.wrong_person"] == "end wrong_person for 30 days +out(email)"
    assert heard(machine, "end wrong_person for 30 days +out(email)")["cooled"] == "start +out(email)"
    assert heard(machine, "wait one +out(email)")["due"] == "wait two +out(email)"


def test_a_colleague_s_opt_out_counts_in_the_account_s_scope(make_playbook: Make) -> None:
    one = lower(make_playbook(TWO + "opt_out: {ways: [body_link], channels: all, scope: person}\n"))
    all_of_them = lower(make_playbook(TWO + "opt_out: {ways: [body_link], channels: all, scope: account}\n"))
    assert "account.opted_out" not in heard(one, "wait two")
    assert [line for line in lines(all_of_them, "wait two") if line.startswith("account.")] == [
        "account.opted_out -> end opted_out !record(opted_out) @15 refused"
    ]
    assert heard(all_of_them, "end opted_out") == {}


def test_reenrolment_is_counted_and_a_later_word_never_brings_anybody_back_sooner(make_playbook: Make) -> None:
    text = (
        TWO
        + """
replies:
  negative: {stop: said_no, cooldown: 30 days}
  not_now: {pause: 365 days}
stop_rules:
  - {id: bought, when: {event: account.became_customer}, stop: customer}
"""
    )
    head = """
cadenza: 1
name: tried
audience: {size: 10, enroll: 1 per day, fields: [email, phone], reenroll: {after: 180 days, at_most: 1}}
channels: {email: {senders: pool}, phone: {}}
"""
    machine = lower(make_playbook(head + text))
    assert lines(machine, "end finished for 180 days") == [
        "replied.negative -> end said_no for 180 days [now 180 days] !record(said_no) @12",
        "replied.not_now -> end not_now for 365 days #2 [now 365 days] !record(not_now) @13",
        "account.became_customer -> end customer !record(customer) @15 bought",
        "cooled -> start 1 reenrolled @4 cooldown over",
    ]
    assert heard(machine, "end finished") == {"replied.negative": "end said_no", "replied.not_now": "end not_now"}
    assert heard(machine, "start 1 reenrolled")["enrolled"] == "wait one 1 reenrolled"
    assert heard(machine, "touch two 1 reenrolled")["done"] == "end finished"


def test_routes_in_ends_never_plan_a_touch(make_playbook: Make) -> None:
    machine = lower(make_playbook(TWO + "replies:\n  positive: {goto: one}\n  not_now: {pause: 30 days, resume: one}\n  negative: {stop: said_no}\n"))
    assert heard(machine, "end finished") == {"replied.negative": "end said_no", "replied.not_now": "end not_now"}


def test_a_route_to_nowhere_is_a_value_error(make_playbook: Make) -> None:
    from dataclasses import replace

    playbook = make_playbook(TWO + "replies:\n  positive: {goto: one}\n")
    lost = replace(playbook, replies={"positive": replace(playbook.replies["positive"], step="gone")})
    with pytest.raises(ValueError, match=r"^no step is called 'gone'$"):
        lower(lost)


def long_cadence(steps: int) -> str:
    when = {20: 16, 60: 56, 100: 96, 140: 136, 180: 176}
    rows = [
        f"  - {{id: s{at}, channel: email, after: 1 business day, message: messages/hello.md"
        + (f", when: {{clicked: s{when[at]}}}" if at in when else "")
        + "}"
        for at in range(steps)
    ]
    return (
        "cadence:\n"
        + "\n".join(rows)
        + """
replies:
  positive: {handoff: ae, then: meeting}
  not_now: {pause: 90 days, at_most: 1}
  out_of_office: {pause: until_return}
  wrong_person: {pause: 10 days}
  negative: {stop: said_no, cooldown: 365 days}
stop_rules:
  - {id: enough, when: {touches: 190}, stop: exhausted}
"""
        + OPT_OUT
    )


def test_two_hundred_steps_stay_small_and_fast(make_playbook: Make) -> None:
    playbook = make_playbook(long_cadence(200))
    start = time.process_time()
    machine = lower(playbook)
    took = time.process_time() - start
    assert len(machine.states) < 15_000
    assert took < 10, f"{took:.2f} s of processor time"  # about half a second on an idle machine
