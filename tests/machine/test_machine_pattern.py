"""What is kept of a playbook's machine for the next one changes neither: a pattern has all that decides moves, and nothing of its playbook's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from support.playbooks import load_document, playbooks

from cadenza.language import Playbook
from cadenza.language.findings import Refused
from cadenza.language.values import Duration
from cadenza.machine import dumps, lower, pattern
from cadenza.machine.sheet import stand_ins
from cadenza.machine.survey import survey

LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)


def changed(value: Any) -> Any:
    """The same document with every delay one unit longer."""
    if isinstance(value, dict):
        return {key: changed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [changed(item) for item in value]
    if isinstance(value, str):
        return re.sub(
            r"^(\d+) ((?:business )?(?:minute|hour|day|week)s?)$", lambda found: f"{int(found[1]) + 1} {found[2].removesuffix('s')}s", value
        )
    return value


def written(playbook: Playbook) -> str:
    """Its machine, as text; what was said where there is none."""
    try:
        return dumps(lower(playbook))
    except Refused as refused:
        return str(refused.findings)


def alone(playbook: Playbook) -> str:
    pattern.forget()
    return written(playbook)


@LAW
@given(document=playbooks())
def test_what_was_lowered_before_changes_nothing(document: dict[str, Any], tmp_path: Path) -> None:
    playbook, other = load_document(tmp_path, document), load_document(tmp_path, {"description": "Moved down", **changed(document)})
    first, second = alone(playbook), alone(other)
    assert [written(playbook), written(other), written(playbook)] == [first, second, first]
    pattern.forget()
    assert [written(playbook), written(other)] == [first, second]


def test_machines_that_differ_in_delays_have_one_pattern(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "cadenza": 1,
        "name": "tried",
        "audience": {"size": 10, "enroll": "5 per day", "reenroll": {"after": "30 days"}, "fields": ["phone", "first_name"]},
        "channels": {"phone": {"window": "mon-fri 09:00-17:00"}},
        "cadence": [{"id": "call", "channel": "phone", "script": "messages/hello.md"}],
        "replies": {"negative": {"stop": "said_no", "cooldown": "90 days"}, "positive": {"handoff": "ae", "within": "1 business hour"}},
        "opt_out": {"ways": ["spoken"], "channels": "all"},
    }
    longer = {**document, "replies": {"negative": {"stop": "said_no", "cooldown": "91 days"}, "positive": {"handoff": "ae", "within": "2 hours"}}}
    shorter = {**document, "replies": {**document["replies"], "negative": {"stop": "said_no", "cooldown": "20 days"}}}
    frames = [survey(load_document(tmp_path, each))[0] for each in (document, longer, shorter)]
    assert frames[0] == frames[1], "90 and 91 days are both longer than 30, 1 and 2 hours both shorter"
    assert frames[0] != frames[2], "20 days are shorter than 30: a no must not bring a person back sooner"
    machine = lower(load_document(tmp_path, longer))
    assert [state.id for state in machine.states if " for " in state.id] == ["end said_no for 91 days", "end finished for 30 days"]
    assert next(state.within for state in machine.states if state.task == "handoff") == Duration(2, "hour")


def test_stand_ins_compare_as_what_they_stand_for() -> None:
    day, week, hour = Duration(1, "day"), Duration(1, "week"), Duration(1, "hour")
    assert stand_ins([week, hour, day, hour]) == {hour: Duration(1, "second"), day: Duration(2, "second"), week: Duration(3, "second")}
    seven = Duration(7, "day")
    assert stand_ins([week, seven]) == {week: week, seven: seven}, "which of two equally long ones stays depends on the order in which they come"
