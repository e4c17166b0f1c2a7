"""What the judges found: the smallest playbook of each disagreement, and what both sides say of it now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rules_truth import test_truth_pressure as pressure
from rules_truth import test_truth_respect as respect
from rules_truth.judging import case

HEAD: dict[str, Any] = {"cadenza": 1, "name": "found", "channels": {"email": {"window": "mon-fri 09:00-17:00"}, "phone": {}}}
DAILY = {"enroll": "5 per business day"}
AGAIN = {**DAILY, "reenroll": {"after": "180 days"}}


def step(id: str, channel: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "channel": channel, **more}


A_NO_IN_THE_POOL = {**HEAD, "audience": AGAIN, "cadence": [step("alpha", "phone")], "replies": {"negative": {"pause": "3 days"}}}
NOT_NOW_AT_THE_END = {
    **HEAD,
    "audience": DAILY,
    "cadence": [
        step("alpha", "email", replies={"out_of_office": {"goto": "alpha"}}),
        step("beta", "email", replies={"not_now": {"pause": "3 days"}}),
    ],
    "stop_rules": [{"id": "enough", "when": {"touches": 5}, "stop": "exhausted", "cooldown": "30 days"}],
}
A_COMPLAINT_AT_THE_END = {
    **HEAD,
    "audience": DAILY,
    "cadence": [step("alpha", "phone"), step("beta", "email"), step("gamma", "phone")],
    "stop_rules": [
        {"id": "colleague", "when": {"event": "account.replied_negative"}, "stop": "exhausted", "cooldown": "365 days"},
        {"id": "enough", "when": {"touches": 3}, "stop": "engaged", "cooldown": "365 days"},
    ],
    "opt_out": {"channels": ["phone"]},
}
MACHINES_ANSWER = {
    **HEAD,
    "audience": DAILY,
    "cadence": [step("alpha", "email"), step("beta", "phone")],
    "replies": {"out_of_office": {"goto": "alpha"}},
}
LATE_IN_A_SHORT_LIFE = {
    **HEAD,
    "audience": DAILY,
    "cadence": [
        step("alpha", "phone", replies={"positive": {"goto": "beta"}}),
        step("beta", "phone", after="4 hours", skip_if={"not": {"any": [{"connected": "alpha"}]}}),
        step("gamma", "email", when={"not": {"any": [{"connected": "beta"}]}}),
        step("delta", "email"),
    ],
    "stop_rules": [{"id": "over", "when": {"elapsed": "10 days"}, "stop": "gone", "cooldown": "30 days"}],
}
BEGUN_LATE = {
    **HEAD,
    "audience": DAILY,
    "channels": {"email": {}, "linkedin": {}},
    "cadence": [step("alpha", "email"), step("beta", "linkedin", after="2 business days"), step("gamma", "email")],
    "stop_rules": [{"id": "over", "when": {"elapsed": "45 days"}, "stop": "exhausted", "cooldown": "10 business days"}],
}
A_ROUND_OF_PAUSES = {
    **HEAD,
    "audience": DAILY,
    "cadence": [step("alpha", "email"), step("beta", "email")],
    "replies": {"negative": {"pause": "90 days", "resume": "alpha"}},
}
SAID_TWICE = {
    **HEAD,
    "audience": {**DAILY, "reenroll": {"after": "30 days"}},
    "cadence": [step("alpha", "email"), step("beta", "phone", replies={"negative": {"stop": "said_no", "cooldown": "365 days"}})],
    "replies": {"negative": {"handoff": "sdr"}},
}
ALL = (A_NO_IN_THE_POOL, NOT_NOW_AT_THE_END, A_COMPLAINT_AT_THE_END, MACHINES_ANSWER, BEGUN_LATE, A_ROUND_OF_PAUSES, SAID_TWICE)
NO_LIMIT = "nothing bounds the touches to one person: neither their number nor the time is limited, and they can go round"


def told(document: dict[str, Any], folder: Path, code: str) -> list[tuple[str, list[str]]]:
    """What a rule says, and the story of each."""
    tried = case(document, folder)
    assert tried is not None
    return [(finding.message, [beat.what for beat in finding.witness.beats] if finding.witness else []) for finding in tried.said(code)]


def test_a_short_cooldown_is_told_of_the_no_that_has_it(tmp_path: Path) -> None:
    """A no ended the cadence for 180 days at one place and for 3 at another: the story showed the first, the text told of the second."""
    assert told(A_NO_IN_THE_POOL, tmp_path, "R006") == [
        (
            "3 days after a no the person may be enrolled again; the least is 90 days",
            ["alpha", "the cooldown is over", "replied: negative", "the cooldown is over"],
        )
    ]


def test_a_not_now_at_the_end_is_no_pause(tmp_path: Path) -> None:
    """An end that hears a "not now" is not shortened by it; R013 told of the cooldown of that end, and called it a pause of 3 days."""
    ((message, story),) = told(NOT_NOW_AT_THE_END, tmp_path, "R013")
    assert message == '"not now" pauses for 3 days, then `alpha` follows; the least is 30 days'
    assert story[-5:] == ["the cooldown is over", "enrolled again", "replied: not now", "replied: out of office", "alpha"]


def test_a_complaint_leaves_the_cooldown_that_runs(tmp_path: Path) -> None:
    """A year lies between a colleague's no and the next touch, whatever else is said meanwhile; R011 forgot it when somebody complained."""
    assert told(A_COMPLAINT_AT_THE_END, tmp_path, "R011") == []


def test_machines_answer_every_mail(tmp_path: Path) -> None:
    """Each absence notice leads back to the mail that it answers; P004 took absences for what ends when somebody is back."""
    assert told(MACHINES_ANSWER, tmp_path, "P004") == [(NO_LIMIT, ["alpha", "replied: out of office", "alpha", "replied: out of office"])]


def test_a_round_with_touches_is_not_hidden_by_one_without(tmp_path: Path) -> None:
    """A no before the first mail and a no after it close two rounds with one line; P004 saw only the first, in which nobody is touched."""
    assert told(A_ROUND_OF_PAUSES, tmp_path, "P004") == [
        (NO_LIMIT, ["alpha", "replied: negative", "the pause is over", "alpha", "replied: negative"])
    ]


def test_the_closest_touches_may_be_those_that_nobody_gets(tmp_path: Path) -> None:
    """The closest pair of mails begins where no life comes in time; P003 was silent then, though others are as close, and can be lived."""
    assert [message for message, _ in told(LATE_IN_A_SHORT_LIFE, tmp_path, "P003")] == [
        "`beta` comes 4 hours after `alpha`, both by phone; the least is 1 business day",
        "`beta` comes 4 hours after `beta`, both by phone; the least is 1 business day",
        "`delta` comes 0 seconds after `gamma`, both by email; the least is 2 business days",
    ]


def test_a_pair_that_begins_late_ends_late(tmp_path: Path) -> None:
    """A mail that could go out on Friday and goes out on Sunday was held to what is two business days after Friday."""
    assert told(BEGUN_LATE, tmp_path, "P003") == []


def test_a_no_that_is_said_twice_is_heard_twice(tmp_path: Path) -> None:
    """The first no, to the call, is heard and ends the cadence for a year; the second one, to the mail, nobody hears: a year after the first the
    person is touched, and that may be the day after the second. SPIN saw it."""
    message = "after a no the cadence goes on: `alpha` reaches the person by email 364 days 23 hours later: nothing hears it there"
    ((said, story),) = told(SAID_TWICE, tmp_path, "R001")
    assert said == message
    assert story == ["alpha", "beta", "replied: negative", "replied: negative", "the cooldown is over", "enrolled again", "alpha"]


@pytest.mark.parametrize("document", ALL)
def test_both_judges_agree_on_the_small_ones(document: dict[str, Any], tmp_path: Path) -> None:
    assert {*respect.compared(document, tmp_path, 100), *pressure.compared(document, tmp_path, 100)} >= {"R001", "R007", "P001", "P003"}
